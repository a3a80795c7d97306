"""The object store and the virus scanner in memory. `posts` is what a browser does with an upload form."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.adapters.scanner_practice import EICAR
from chalicelib.adapters.upload_keys import right
from chalicelib.domain.errors import NotFound, ProviderDown
from chalicelib.domain.file import Checked, Refused
from chalicelib.domain.ports import UPLOAD_LONGEST, Clock, UploadForm, Verdict
from chalicelib.services import file_check


class FakeUploads:
    """Two dictionaries; `down` makes every call fail."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.offered: dict[str, tuple[int, datetime, str | None]] = {}
        self.quarantine: dict[str, bytes] = {}
        self.clean: dict[str, bytes] = {}
        self.down = False

    def _answers(self) -> None:
        if self.down:
            raise ProviderDown("uploads")

    def offer(self, key: str, *, most_bytes: int, expires_at: datetime, back_to: str | None) -> UploadForm:
        pass_ = f"{right(key)}|{len(self.offered)}"
        self.offered[pass_] = (most_bytes, min(expires_at, self._clock() + UPLOAD_LONGEST), back_to)
        return UploadForm(url="https://uploads.example/", fields={"key": key, "signature": pass_})

    def posts(self, fields: Mapping[str, str], data: bytes) -> tuple[int, str | None]:
        """(status, where to go) of a browser's POST."""
        key, number = fields["key"], fields["signature"]
        if number not in self.offered or number.partition("|")[0] != key or set(fields) != {"key", "signature"}:
            return 403, None
        most, until, back = self.offered[number]
        if self._clock() >= until:
            return 403, None
        if not 1 <= len(data) <= most:
            return 400, None
        self.quarantine[key] = data
        return (303, f"{back}?key={key}") if back else (204, None)

    def arrived(self, key: str) -> int | None:
        self._answers()
        return len(self.quarantine[key]) if right(key) in self.quarantine else None

    def take(self, key: str) -> bytes:
        self._answers()
        if right(key) not in self.quarantine:
            raise NotFound("file")
        return self.quarantine[key]

    def drop(self, key: str) -> None:
        self._answers()
        self.quarantine.pop(right(key), None)

    def keep(self, key: str, data: bytes) -> None:
        self._answers()
        self.clean[right(key)] = data

    def open(self, key: str) -> bytes:
        self._answers()
        if right(key) not in self.clean:
            raise NotFound("file")
        return self.clean[key]

    def forget(self, key: str) -> None:
        self._answers()
        self.clean.pop(right(key), None)


class FakeScanner:
    """Knows EICAR; `down` makes it silent."""

    def __init__(self) -> None:
        self.down = False

    def scan(self, data: bytes) -> Verdict:
        if self.down:
            raise ProviderDown("scanner")
        return Verdict.INFECTED if EICAR in data else Verdict.CLEAN


class PlainFileCheck:
    """The real check without a process of its own."""

    def check(self, data: bytes) -> Checked | Refused:
        return file_check.check(data)

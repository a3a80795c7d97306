"""Uploads on the disk of one computer, for the local stack: two folders, and forms for infra/local/uploads, which receives.

Files are named by a hash of their key, so that neither a key nor a file's own name is ever a path. A file is written
beside its place, brought to the disk and then renamed: after kill -9 it is there whole, or not at all.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from chalicelib.adapters import upload_policy
from chalicelib.adapters.upload_keys import right
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ports import UPLOAD_LONGEST, Clock, UploadForm


class Shelf:
    """One folder of files by key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file(self, key: str) -> Path:
        """Where a key's file lies."""
        return self._folder / hashlib.sha256(right(key).encode()).hexdigest()

    def write(self, key: str, pieces: Iterable[bytes]) -> None:
        """Store durably; the same key again replaces. An error among the pieces leaves what was there before."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = self.file(key)
        beside = place.with_suffix(f".{secrets.token_hex(8)}.part")
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                for piece in pieces:
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
        self._to_disk()

    def size(self, key: str) -> int | None:
        """Bytes; None when it is not there."""
        file = self.file(key)
        return file.stat().st_size if file.exists() else None

    def read(self, key: str) -> bytes:
        """Raises NotFound."""
        try:
            return self.file(key).read_bytes()
        except FileNotFoundError:
            raise NotFound("file") from None

    def remove(self, key: str) -> None:
        """Nothing there is fine."""
        self.file(key).unlink(missing_ok=True)

    def sweep(self, before: float) -> int:
        """Remove what was last written before an epoch second; returns how many."""
        old = [file for file in self._folder.glob("*") if file.stat().st_mtime < before]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

    def _to_disk(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def quarantine(folder: Path) -> Shelf:
    """The shelf into which the local object store writes."""
    return Shelf(folder / "quarantine")


class DiskUploads:
    """The port over a folder. url: where the local object store takes forms; secret: shared with it."""

    def __init__(self, folder: Path, url: str, secret: str, clock: Clock) -> None:
        self.folder = folder
        self._quarantine = quarantine(folder)
        self._clean = Shelf(folder / "clean")
        self._url = url
        self._secret = secret
        self._clock = clock

    def offer(self, key: str, *, most_bytes: int, expires_at: datetime, back_to: str | None) -> UploadForm:
        """Signed here; the local object store reads it."""
        until = min(expires_at, self._clock() + UPLOAD_LONGEST)
        policy = upload_policy.Policy(right(key), most_bytes, int(until.timestamp()), back_to or "")
        return UploadForm(url=self._url, fields=upload_policy.fields_of(self._secret, policy))

    def arrived(self, key: str) -> int | None:
        """Its size on the disk."""
        return self._quarantine.size(key)

    def take(self, key: str) -> bytes:
        """Read it."""
        return self._quarantine.read(key)

    def drop(self, key: str) -> None:
        """Delete it."""
        self._quarantine.remove(key)

    def keep(self, key: str, data: bytes) -> None:
        """Write it."""
        self._clean.write(key, (data,))

    def open(self, key: str) -> bytes:
        """Read it."""
        return self._clean.read(key)

    def forget(self, key: str) -> None:
        """Delete it."""
        self._clean.remove(key)

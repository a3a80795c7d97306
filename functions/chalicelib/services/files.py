"""The way of a resident's file: offered, arrived in quarantine, scanned, checked, made anew, kept sealed under a new key.

A step can be repeated after a crash without harm: the keys of what is kept come from the case's own key, so a second
round writes the same places. The order that keeps this true is the caller's: `look_at`, then store the case with what
came out of it, then `put_away`.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.file import MOST_BYTES, Checked, FileKind, Refusal, Refused
from chalicelib.domain.ports import UploadForm, Verdict
from chalicelib.services.parts import Parts

OFFERED_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Kept:
    """A clean file of a case, to be stored with the case. keys: one per page picture, in order."""

    kind: FileKind
    keys: tuple[str, ...]


def new_upload() -> str:
    """A key in quarantine: 128 random bits that tell nothing of the person, the case or the file's name.

    It is stored in the case, and read only from there; what the browser brings back is not believed.
    """
    return secrets.token_hex(16)


def offer(parts: Parts, upload: str, *, back_to: str | None, most_bytes: int = MOST_BYTES) -> UploadForm:
    """The form by which the browser sends the file; a second file under the same key replaces the first until `look_at`."""
    return parts.uploads.offer(upload, most_bytes=most_bytes, expires_at=parts.clock() + OFFERED_FOR, back_to=back_to)


def look_at(parts: Parts, id: ApplicationId, upload: str, *, mark: str | None = None,
            original: bool = False) -> Kept | Refused | None:
    """What became of an upload: kept, refused, or None when nothing has arrived yet.

    mark: text of a watermark for identity documents, printable ASCII. original: it must be a PDF, and is kept itself beside its
    pictures: a document of the city's own, to be given to the applicant. Raises ProviderDown when store or scanner do not
    answer: the file stays in quarantine as "checking", and this is tried again. Takes seconds; only the worker calls it.
    """
    size = parts.uploads.arrived(upload)
    if size is None:
        return None
    if size > MOST_BYTES:
        return Refused(Refusal.TOO_LARGE)
    data = parts.uploads.take(upload)
    if parts.scanner.scan(data) is Verdict.INFECTED:
        return Refused(Refusal.INFECTED)
    checked = parts.file_check.check(data)
    if isinstance(checked, Refused):
        return checked
    if original and checked.kind is not FileKind.PDF:
        return Refused(Refusal.WRONG_KIND)
    if original:
        place = original_key(parts, id, upload)
        parts.uploads.keep(place, parts.applications.seal(id, data, place))
    return _keep(parts, id, upload, checked, mark)


def original_key(parts: Parts, id: ApplicationId, upload: str) -> str:
    """Where the original of a document lies, beside its pictures."""
    return f"{parts.applications.secret(id, f'file/{upload}')}/original"


def original(parts: Parts, id: ApplicationId, upload: str) -> bytes:
    """A document as it was sent. Raises NotFound, also when the case was erased."""
    key = original_key(parts, id, upload)
    return parts.applications.unseal(id, parts.uploads.open(key), key)


def _keep(parts: Parts, id: ApplicationId, upload: str, checked: Checked, mark: str | None) -> Kept:
    from chalicelib.services.file_pictures import watermark  # only the worker needs it

    name = parts.applications.secret(id, f"file/{upload}")
    keys = tuple(f"{name}/{number}" for number in range(1, len(checked.pages) + 1))
    for key, page in zip(keys, checked.pages, strict=True):
        parts.uploads.keep(key, parts.applications.seal(id, watermark(page, mark) if mark else page, key))
    return Kept(checked.kind, keys)


def put_away(parts: Parts, upload: str) -> None:
    """Empty the place in quarantine, once the case knows what became of the file."""
    parts.uploads.drop(upload)


def page(parts: Parts, id: ApplicationId, key: str) -> bytes:
    """One page picture (JPEG) for an officer who may see the case. Raises NotFound, also when the case was erased."""
    return parts.applications.unseal(id, parts.uploads.open(key), key)


def forget(parts: Parts, kept: Kept) -> None:
    """Remove a file before its case, as when the resident takes it back or the time to keep it is over."""
    for key in kept.keys:
        parts.uploads.forget(key)

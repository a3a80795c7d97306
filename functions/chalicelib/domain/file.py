"""What may become of a file that a resident sends: our own pictures of it, or a refusal with a reason."""

from dataclasses import dataclass, field
from enum import StrEnum

MOST_BYTES = 10 * 1024 * 1024
"""Of one file: a photo of a phone has 3 to 6 MB, a scanned page less."""
MOST_PAGES = 20
MOST_EDGE = 3000
"""Pixels of the longer side of a picture we make: A4 at 250 dpi."""
MOST_PIXELS = 60_000_000
"""Of a picture that is sent; phones take up to 50 million. More is refused before anything is decoded."""


class FileKind(StrEnum):
    """What may be sent, told by its content and never by its name."""

    JPEG = "jpeg"
    PNG = "png"
    PDF = "pdf"


class Refusal(StrEnum):
    """Why a file is refused. The words for the person are in content/standard/messages.yml as `apply.file.<code>`."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    WRONG_KIND = "wrong-kind"
    HEIC = "heic"
    TWO_KINDS = "two-kinds"
    BROKEN = "broken"
    PIXELS = "pixels"
    PAGES = "pages"
    LOCKED = "locked"
    ACTIVE = "active"
    HEAVY = "heavy"
    INFECTED = "infected"


@dataclass(frozen=True, slots=True)
class Refused:
    """The file is not taken."""

    code: Refusal


@dataclass(frozen=True, slots=True)
class Checked:
    """The file is good. pages: JPEG pictures made by us, one per page; the only thing that an officer ever sees."""

    kind: FileKind
    pages: tuple[bytes, ...] = field(repr=False)

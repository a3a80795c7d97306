"""Files for this program's own eyes: there whole or not at all, also after a power cut."""

import os
from pathlib import Path


def write(file: Path, content: bytes) -> None:
    """Put the content in the place of whatever was there. Raises OSError, and then the old content stands."""
    part = file.with_name(f"{file.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    _remember_names(file.parent)


def _remember_names(folder: Path) -> None:
    """Make a new name in the folder survive a power cut. Windows has no such call and does it by itself."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

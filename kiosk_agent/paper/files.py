"""Files that hold a person's sheet: written for our eyes alone, read back as what they were, wiped before they go.

Wiping reaches what the file system writes in place. A copy that a flash disk or a journal keeps is out of reach: where
that matters, the spool folder lies in memory (`/run`, tmpfs).
"""

import hashlib
import os
import shutil
import stat
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)  # Windows
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # everywhere else


def own_folder(folder: Path) -> None:
    """An empty folder for nobody else; whatever lay there is wiped. Raises OSError."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        folder.unlink()
    if folder.is_dir():
        for file in folder.rglob("*"):
            if file.is_symlink() or file.is_file():
                wipe(file)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700)


def write_new(file: Path, content: bytes) -> None:
    """Write a file that was not there, readable for us alone, and see it on the disk. Raises OSError."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | _BINARY, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
        if hasattr(os, "posix_fadvise"):  # the next reader shall see the disk, not what memory remembers
            os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read_own(file: Path) -> bytes:
    """What is in the file, through one handle. Raises OSError; PermissionError for a link or a file with a second name."""
    handle = os.open(file, os.O_RDONLY | _NO_LINK | _BINARY)
    with os.fdopen(handle, "rb") as source:
        found = os.fstat(source.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise PermissionError("not a file of our own")
        return source.read()


def wipe(file: Path) -> None:
    """Overwrite and delete. A file that is not there, or a link, is just removed."""
    try:
        handle = os.open(file, os.O_WRONLY | _NO_LINK | _BINARY)
        with os.fdopen(handle, "wb") as out:
            out.write(bytes(os.fstat(out.fileno()).st_size))
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        pass
    file.unlink(missing_ok=True)


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()

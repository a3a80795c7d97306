"""A running process's memory, read from outside, and what of a person is found there: typed numbers, names and addresses."""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

NAME = "金糸雀"
"""Canary: the first letters of every name and address."""
SHAPES = {
    "in a posted form": re.compile(rb"value=\Z"),
    "in a command to the card": re.compile(rb"\x00\x20\x00[\x80-\x9f]\x04\Z"),
    # CPython 3.11: bytes are length, hash, content; a compact ASCII text is length, hash, state, wstr, content.
    "as bytes of Python": re.compile(rb"\x04\0{7}.{8}\Z", re.DOTALL),
    "as a text of Python": re.compile(rb"\x04\0{7}.{24}\Z", re.DOTALL),
}
"""What stands before a typed number, where it is more than four digits that came together by chance."""
PAGE = 4096


def dump(process: int, folder: Path) -> tuple[bytes, str]:
    """All memory that the process may write, and how it was had. The folder holds the dump for a moment."""
    if shutil.which("gcore"):
        subprocess.run(["gcore", "-o", folder / "core", str(process)], check=True, capture_output=True)
        core = folder / f"core.{process}"
        memory = b"".join(_written(core.read_bytes()))
        core.unlink()
        return memory, "gcore (gdb)"
    parts: list[bytes] = []
    with Path(f"/proc/{process}/maps").open() as maps, Path(f"/proc/{process}/mem").open("rb", 0) as source:
        for line in maps:
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if found:
                start, stop = (int(end, 16) for end in found.groups())
                source.seek(start)
                try:
                    parts += _written(source.read(stop - start))
                except OSError:
                    continue
    return b"".join(parts), "/proc/<pid>/mem, all writable maps"


def _written(memory: bytes) -> Iterator[bytes]:
    """Without the pages that hold nothing but zeros, most of an address space."""
    empty = bytes(PAGE)
    return (page for at in range(0, len(memory), PAGE) if (page := memory[at:at + PAGE]) != empty)


def four_digits(memory: bytes) -> Counter[bytes]:
    """How often each number of four digits stands by itself."""
    return Counter(found.group() for found in re.finditer(rb"(?<![0-9])[0-9]{4}(?![0-9])", memory))


def hits(memory: bytes, pins: list[str]) -> Counter[str]:
    """Where the numbers stand in a shape that chance does not make: the posted form, the card's VERIFY, an object of Python."""
    found: Counter[str] = Counter(dict.fromkeys(SHAPES, 0))
    for pin in pins:
        for at in _places(memory, pin.encode()):
            before = memory[max(0, at - 40):at]
            for shape, look in SHAPES.items():
                found[shape] += look.search(before) is not None
    return found


def _places(memory: bytes, word: bytes) -> Iterator[int]:
    at = memory.find(word)
    while at >= 0:
        yield at
        at = memory.find(word, at + 1)


def people(memory: bytes) -> int:
    """How often the canaries' names or addresses stand there, in whatever width Python or C keep text."""
    return sum(memory.count(NAME.encode(width)) for width in ("utf-8", "utf-16-le", "utf-32-le"))


def unused(memory: bytes) -> list[str]:
    """Numbers that stand nowhere in the memory of an agent that nobody has used."""
    there = four_digits(memory)
    return [pin for n in range(1000, 10000) if (pin := str(n)).encode() not in there]

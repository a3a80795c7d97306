"""The fonts of the sheets: where they lie, what they can draw, and the copies in which variant glyphs can be reached.

reportlab draws one glyph per code point and knows no variation selectors. So each font is copied once into the data
folder with its cmap-14 glyphs moved to private code points (plane 15). The copy carries a name of its own, as the IPA
licence asks, stays on this computer, and is never passed on.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from kiosk_agent.errors import FontMissing

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts",
           Path.home() / ".fonts")
"""Where a Linux computer keeps fonts; searched without fontconfig, which a kiosk may not have."""
SOURCES: Mapping[str, tuple[str, str]] = {
    "mincho": ("BIZUDMincho-Regular.ttf", "fonts-morisawa-bizud-mincho"),
    "gothic": ("BIZUDGothic-Regular.ttf", "fonts-morisawa-bizud-gothic"),
    "gothic-bold": ("BIZUDGothic-Bold.ttf", "fonts-morisawa-bizud-gothic"),
    "ipamj": ("ipamjm.ttf", "fonts-ipamj-mincho"),
}
"""Font → (its file, the Debian package that has it)."""

GYOSEI = "gyosei"
"""The added characters of 行政事務標準文字 (MJ+), at private code points of plane 16 (domain.md §5.3). Its file is known by
the name inside it: 追加文字行政事務標準明朝 of デジタル庁, or DWPI明朝 that was made from it."""
GYOSEI_NAMES = ("行政事務標準", "DWPI")
MOST_LOOKED_INTO = 400
"""Font files whose name is read in search of it."""

FIRST_PRIVATE = 0xF0000
"""Plane 15 is private use; no font here has anything in it (IPAmj uses a few places of U+F8xx)."""

RECIPE = 1
"""Counts up when the copies are made differently, so that old ones are not used."""


@dataclass(frozen=True)
class Font:
    """One derived font: what it can draw and how wide. `variants` maps (base, selector) to a private code point, or
    to the base itself where the font says that the selected form is the usual one."""

    key: str
    file: Path
    units_per_em: int
    advances: Mapping[int, int] = field(repr=False)
    variants: Mapping[tuple[int, int], int] = field(repr=False)

    def width(self, text: str, size: float) -> float:
        """Points that `text` takes; every character must be in the font."""
        return sum(self.advances[ord(character)] for character in text) * size / self.units_per_em

    def has(self, code_point: int) -> bool:
        """Whether it has a glyph for the code point."""
        return code_point in self.advances


def find_sources(folders: Iterable[Path] = FOLDERS) -> dict[str, Path]:
    """The four font files. Raises FontMissing that names every package to install."""
    wanted = {file for file, _ in SOURCES.values()}
    found = {path.name: path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*.ttf"))
             if path.name in wanted}
    packages = sorted({package for file, package in SOURCES.values() if file not in found})
    if packages:
        raise FontMissing(f"書体が足りません。次を入れてください: apt-get install {' '.join(packages)}"
                          "（別の場所にあるときは MADONAVI_FONTS にフォルダーを書く）")
    return {key: found[file] for key, (file, _) in SOURCES.items()}


def find_gyosei(folders: Iterable[Path] = FOLDERS) -> Path | None:
    """The font of the added characters of 行政事務標準文字; None on a computer that has none (it is no Debian package)."""
    known = {file for file, _ in SOURCES.values()}
    files = [path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*.ttf")) if path.name not in known]
    return next((path for path in files[:MOST_LOOKED_INTO] if _is_gyosei(path)), None)


def _is_gyosei(file: Path) -> bool:
    try:
        with file.open("rb") as opened, TTFont(opened, lazy=True) as font:
            names = [str(record) for record in font["name"].names if record.nameID in (1, 4, 16)]
            return any(word in name for name in names for word in GYOSEI_NAMES) and "glyf" in font
    except (TTLibError, OSError, UnicodeDecodeError, KeyError):  # somebody's broken font file is not ours to mend
        return False


def prepare(cache: Path, folders: Iterable[Path] = FOLDERS) -> dict[str, Font]:
    """All fonts, derived into `cache` where that is not done yet (about three seconds, once per computer)."""
    folders = tuple(folders)
    sources = find_sources(folders)
    if gyosei := find_gyosei(folders):
        sources[GYOSEI] = gyosei
    return {key: derived(key, source, cache) for key, source in sources.items()}


def derived(key: str, source: Path, cache: Path) -> Font:
    """The copy of one font in `cache`, made where it is not there yet or the source is another."""
    stat = source.stat()
    version = hashlib.sha256(f"{RECIPE}:{source}:{stat.st_size}:{stat.st_mtime_ns}".encode()).hexdigest()[:12]
    file, table = cache / f"{key}-{version}.ttf", cache / f"{key}-{version}.json"
    if not (file.exists() and table.exists()):
        cache.mkdir(parents=True, exist_ok=True)
        _derive(key, source, file, table)
    known = json.loads(table.read_text("utf-8"))
    return Font(
        key=key, file=file, units_per_em=known["units_per_em"],
        advances={int(code): advance for code, advance in known["advances"].items()},
        variants={(base, selector): private for base, selector, private in known["variants"]},
    )


def _derive(key: str, source: Path, file: Path, table: Path) -> None:
    font = TTFont(source)
    cmap: dict[int, str] = dict(font.getBestCmap())
    variants: list[tuple[int, int, int]] = []
    private = FIRST_PRIVATE
    for selector, pairs in sorted(_selectors(font).items()):
        for base, glyph in sorted(pairs, key=lambda pair: pair[0]):
            if glyph is None or glyph == cmap.get(base):
                variants.append((base, selector, base))
                continue
            cmap[private] = glyph
            variants.append((base, selector, private))
            private += 1
    _only_this_cmap(font, cmap)
    _rename(font, f"MadonaviDerived-{key}")
    advances = {code: font["hmtx"][glyph][0] for code, glyph in cmap.items()}
    part = file.with_suffix(".part")
    font.save(part)
    table.write_text(json.dumps({"units_per_em": font["head"].unitsPerEm, "advances": advances,
                                 "variants": variants}), "utf-8")
    part.replace(file)


def _selectors(font: TTFont) -> dict[int, list[tuple[int, str | None]]]:
    return {selector: list(pairs) for subtable in font["cmap"].tables if subtable.format == 14
            for selector, pairs in subtable.uvsDict.items()}


def _only_this_cmap(font: TTFont, cmap: dict[int, str]) -> None:
    """One full (format 12) table, so that reportlab cannot pick another."""
    wide = next(table for table in font["cmap"].tables if table.format == 12)
    wide.cmap = cmap
    font["cmap"].tables = [wide]
    for layout in ("GSUB", "GPOS", "vhea", "vmtx", "VORG"):
        if layout in font:
            del font[layout]


def _rename(font: TTFont, name: str) -> None:
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16, 18):
            record.string = name

"""Brings Sveltia CMS (MIT) and its icons (OFL) once, pinned by version and hash, and turns its addresses to our own server.

As published it asks other hosts for its Japanese words and its fonts; an editor on a city's computer must not.
"""

import base64
import hashlib
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from infra.local.stack import ROOT

FOLDER = ROOT / "var/tools/editor"
VERSION = "0.221.1"
PACKAGES = {
    f"@sveltia/cms@{VERSION}": (
        "J+Qoik9kGMk2L7vNpOQrnDmFRi+NB6vwJ0f657YtsxWH0P8WYSYRRSRC2pQ/jGGbVlM//Pg/WIgmkpswqoo3gQ==",
        {"dist/sveltia-cms.js": "sveltia-cms.js", "locales/ja.json": "ja.json"}),
    "@fontsource-variable/material-symbols-outlined@5.3.7": (
        "d6kLamaMdad40AYoyJEBgCH63fRLklC7GW7bgb7WWbPh/UzuW483Dlyfmn3vxpiNsHLIMBOcYYkZDtOC9Y3MUA==",
        {"files/material-symbols-outlined-latin-wght-normal.woff2": "material-symbols-outlined.woff2"}),
}
"""Package → SHA-512 as published, in base64, and the files that we keep, by the names they get here."""
ITS_OWN = re.compile(rb"https://[a-z.]+/@sveltia/(cms|ui)")
FONTS = re.compile(rb"https://[a-z.]+/fontsource/fonts/([a-z0-9-]+)[^)\s\"'`]*?\.woff2")


def is_there() -> bool:
    """Whether everything was brought before."""
    return all((FOLDER / name).is_file() for _, kept in PACKAGES.values() for name in kept.values())


def bring() -> None:
    """Fetch the packages by npm, check them, and keep what is used. Raises ValueError when one is not what was pinned."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for package, (integrity, kept) in PACKAGES.items():
        for name, found in _unpacked(package, integrity, kept):
            (FOLDER / name).write_bytes(_turned(found) if name.endswith(".js") else found)


def try_to_bring(say: Callable[[str], None]) -> None:
    """Bring it where it is not there; without a network the rest of the stack still starts, and the page says what to do."""
    if is_there():
        return
    say("editor (once, by npm)")
    try:
        bring()
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        say(f"the editor could not be brought ({error}); everything else works")


def _unpacked(package: str, integrity: str, kept: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", package, "--pack-destination", folder, "--silent"],
                       check=True, capture_output=True, timeout=120)
        file = next(Path(folder).glob("*.tgz"))
        if base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode() != integrity:
            raise ValueError(f"{package} is not the package that was pinned")
        with tarfile.open(file) as archive:
            for member, name in kept.items():
                found = archive.extractfile(f"package/{member}")
                if found is None:
                    raise ValueError(f"{package} has no {member}")
                yield name, found.read()


def _turned(script: bytes) -> bytes:
    return FONTS.sub(rb"/fonts/\1.woff2", ITS_OWN.sub(rb"/sveltia-\1", script))

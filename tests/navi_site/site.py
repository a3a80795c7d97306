"""Reads the built site as a browser would: pages, links, scripts, and what stands on each page."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from content.vocabulary.language import OTHERS
from tests.conftest import ROOT

AS_OF = "2026-11-20"
OTHER_LANGUAGES = tuple(f"/{language.path}" for language in OTHERS)
FUNCTIONS = ("/apply", "/status", "/office", "/api", "/webhooks")
"""Addresses on the same origin that functions answer (design D12)."""


def build(into: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the real build command; `settings` are environment variables."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT), "MADONAVI_AS_OF": AS_OF, **settings}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(ROOT / "navi_site/mkdocs.yml"), "-d", str(into)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@dataclass
class Html(HTMLParser):
    """One page, taken apart."""

    text: str
    language: str | None = None
    title: str = ""
    h1: list[str] = field(default_factory=list)
    described: str | None = None
    canonical: str | None = None
    tongues: dict[str, str] = field(default_factory=dict)
    """The same page in each language, as search engines are told."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """(address, words) of every `a`."""
    loaded: list[str] = field(default_factory=list)
    """What the page fetches by itself: scripts, styles, pictures."""
    ids: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    """Scripts and styles written into the page, which the content policy forbids."""
    data: list[str] = field(default_factory=list)
    """What the page tells search engines (JSON-LD)."""
    words: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self.feed(self.text)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open.append(tag)
        if given.get("type") == "application/ld+json":  # data, not a script: nothing runs it, and no policy forbids it
            self.data.append("")
            return
        if identifier := given.get("id"):
            self.ids.append(identifier)
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        match tag:
            case "html":
                self.language = given.get("lang")
            case "a":
                self.links.append((given.get("href") or "", ""))
            case "h1":
                self.h1.append("")
            case "meta" if given.get("name") == "description":
                self.described = given.get("content")
            case "link" if given.get("rel") == "canonical":
                self.canonical = given.get("href")
            case "link" if given.get("rel") == "alternate":
                self.tongues[given.get("hreflang") or ""] = given.get("href") or ""
            case "link" | "script" | "img" | "iframe" | "source":
                address = given.get("src") or given.get("href")
                if address:
                    self.loaded.append(address)
                else:
                    self.inline.append(tag)
            case "style":
                self.inline.append(tag)
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "title" in self._open and "svg" not in self._open:
            self.title += data
        if "h1" in self._open:
            self.h1[-1] += data
        if "a" in self._open:
            address, words = self.links[-1]
            self.links[-1] = (address, words + data)
        if self._open[-1:] == ["script"] and self.data and "head" in self._open:
            self.data[-1] += data
        if "head" not in self._open:
            self.words += data

    def link(self, words: str) -> str:
        """The address of the first link that begins with those words."""
        return next(address for address, said in self.links if said.strip().startswith(words))


@dataclass(frozen=True)
class Site:
    """A built site on disk, whose files nobody changes any more."""

    folder: Path
    _read: dict[Path, Html] = field(default_factory=dict, repr=False)

    def file(self, address: str) -> Path:
        """The file a web server answers with."""
        path = address.split("#")[0].lstrip("/")
        return self.folder / path / "index.html" if path == "" or path.endswith("/") else self.folder / path

    def page(self, address: str) -> Html:
        """The page at an address such as `/help/`."""
        file = self.file(address)
        if file not in self._read:
            self._read[file] = Html(file.read_text("utf-8"))
        return self._read[file]

    def everywhere(self) -> list[str]:
        """Every page's address in every language; the page for unknown addresses is a file of its own."""
        found = ["/" + str(f.parent.relative_to(self.folder)).removeprefix(".") for f in self.folder.rglob("index.html")]
        return [*sorted(a if a == "/" else a + "/" for a in found), "/404.html"]

    def addresses(self) -> list[str]:
        """The Japanese pages."""
        return [address for address in self.everywhere() if not address.startswith(OTHER_LANGUAGES)]

    def in_language(self, id: str) -> list[str]:
        """The pages of one of the other languages."""
        return [address for address in self.everywhere() if address.startswith(f"/{id}/")]

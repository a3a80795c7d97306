"""The steps of a journey: each one is a sentence, ends with a picture, and counts as failed when it does not come true."""

import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Page


class Broken(Exception):
    """The page is not what the step's sentence says."""


@dataclass
class Album:
    """Where the pictures go, and how the steps went."""

    folder: Path
    say: Callable[[str], None] = print
    steps: int = 0
    failed: int = 0
    outside: set[str] = field(default_factory=set)
    """Requests that left this computer; there must be none."""

    def step(self, says: str, page: Page, *, full: bool = True) -> "Step":
        """One step: do it in a `with` block; the picture is taken at its end."""
        self.steps += 1
        return Step(self, f"{self.steps:02d}", says, page, full)

    def watch(self, page: Page) -> Page:
        """Note every request of the page that goes anywhere but to this computer."""
        page.on("request", lambda request: self._note(request.url))
        return page

    def _note(self, url: str) -> None:
        if not url.startswith(("http://localhost:", "data:", "blob:", "about:")):
            self.outside.add(url)


@dataclass
class Step(AbstractContextManager["Step"]):
    """One sentence of the story. A failing step is told, and ends the journey: what follows stands on it."""

    album: Album
    number: str
    says: str
    page: Page
    full: bool

    def __enter__(self) -> "Step":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        name = self.says.replace(" ", "-").replace("/", "")
        self.page.screenshot(path=self.album.folder / f"{self.number}-{name}.png", full_page=self.full)
        if error is not None:
            self.album.failed += 1
            self.album.say(f"{self.number} FAILED  {self.says}: {self.page.url}")
            self.album.say("".join(traceback.format_exception_only(error)))
            return
        self.album.say(f"{self.number} {self.says}")


def expect(true: bool, says: str) -> None:
    """Raise Broken with the sentence when it is not true."""
    if not true:
        raise Broken(says)


def sees(page: Page, words: str) -> None:
    """Wait until the words are visible."""
    page.get_by_text(words).first.wait_for(state="visible", timeout=20_000)

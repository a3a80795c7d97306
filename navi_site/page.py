"""One page of the site, and the line that says where the reader is."""

from dataclasses import dataclass

from content.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the line that says where the reader is."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `path` is its address without the first slash, ending in one; the home page's is empty."""

    path: str
    template: str
    title: str
    description: str
    trail: tuple[Crumb, ...]
    """From the home page down to the page above this one."""
    view: object
    listed: bool = True
    """Whether search engines should know it; short addresses and the offline page lead elsewhere."""


def home(catalogue: Catalogue) -> Crumb:
    """The first step of every line."""
    return Crumb(catalogue.say("site.crumb"), "")

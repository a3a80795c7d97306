"""Where people go: the city's buildings and the desks in them."""

from pydantic import Field

from content.vocabulary.fact import Frozen, PublicWords, Slug, Source, Words
from content.vocabulary.opening import OpeningRule


class Desk(Frozen):
    """One desk (窓口) of a department (課) in an office (庁舎)."""

    id: Slug
    department: PublicWords
    name: PublicWords
    floor: PublicWords
    certificates: tuple[Slug, ...] = ()
    phone: Words | None = None
    terminal: bool = False
    """Whether a らくらく terminal stands here."""
    pays_with: tuple[PublicWords, ...] = ()
    """How one can pay here, cash included, so that nobody finds out at the desk (pitfall P22)."""


class Picture(Frozen):
    """A photo or a plan: the file in the city's `pictures/`, and what it shows, for those who cannot see it."""

    file: str = Field(pattern=r"^[a-z0-9-]+\.(svg|png|jpg|webp)$")
    says: PublicWords


class Office(Source):
    """An office building (庁舎) with its opening hours and desks."""

    id: Slug
    name: PublicWords
    reading: Words
    also: tuple[Words, ...] = ()
    """Everyday words, for the search."""
    postal_code: Words
    address: PublicWords
    phone: Words
    map_query: Words
    opening: OpeningRule
    desks: tuple[Desk, ...]
    picture: Picture | None = None
    """How to find the desk inside the building."""

"""Where people go: the city's buildings and the desks in them."""

from content.vocabulary.fact import Frozen, Slug, Source, Words
from content.vocabulary.opening import OpeningRule


class Desk(Frozen):
    """One desk (窓口) of a department (課) in an office (庁舎)."""

    id: Slug
    department: Words
    name: Words
    floor: Words
    certificates: tuple[Slug, ...] = ()
    phone: Words | None = None
    terminal: bool = False
    """Whether a らくらく terminal stands here."""


class Office(Source):
    """An office building (庁舎) with its opening hours and desks."""

    id: Slug
    name: Words
    reading: Words
    also: tuple[Words, ...] = ()
    """Everyday words, for the search."""
    postal_code: Words
    address: Words
    phone: Words
    map_query: Words
    opening: OpeningRule
    desks: tuple[Desk, ...]

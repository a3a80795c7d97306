"""The ways (手段) in which a resident gets a certificate."""

from enum import StrEnum

from content.vocabulary.fact import PublicWords, Slug, Source
from content.vocabulary.opening import OpeningRule
from content.vocabulary.situation import Need


class ChannelKind(StrEnum):
    """What sort of way it is; the order is the order of recommendation where several are possible."""

    KONBINI = "konbini"
    ONLINE = "online"
    TERMINAL = "terminal"
    COUNTER = "counter"
    ANY_COUNTER = "any-counter"
    """広域交付: the counter of any municipality."""
    POST = "post"
    ELSEWHERE = "elsewhere"
    """The municipality that keeps the record; its fees are its own."""


class Channel(Source):
    """One way, with what it takes and when it can be used.

    `opening` is None where the offices' own hours hold (counter, terminal) or where it never closes (online, post).
    `rank` orders ways when several are possible: the lowest is recommended.
    """

    id: Slug
    kind: ChannelKind
    rank: int
    name: PublicWords
    short: PublicWords
    icon: Slug
    where: PublicWords
    takes: PublicWords
    """How long until the certificate is in hand, in words."""
    steps: tuple[PublicWords, ...]
    bring: tuple[Slug, ...] = ()
    """Ids of documents to bring."""
    needs: tuple[Need, ...] = ()
    """What this way needs of the resident's situation, whatever the certificate."""
    opening: OpeningRule | None = None
    always_open: bool = False
    fallback: PublicWords | None = None
    """The neutral sentence that each self-service way carries (domain.md §4.6)."""

"""What a certificate is needed for (使いみち): which papers, which details on them, and what is not needed at all."""

from content.vocabulary.fact import Frozen, PublicWords, Slug, Source, Words


class NeededPaper(Frozen):
    """One certificate that the purpose asks for."""

    certificate: Slug
    note: PublicWords | None = None
    """What must be on it, how old it may be."""
    free_at_counter: bool = False
    """Free by ordinance for this purpose, but only at the counter or by post, so the counter comes first."""


class Purpose(Source):
    """One thing people want to do, as they say it themselves."""

    id: Slug
    name: PublicWords
    reading: Words
    also: tuple[Words, ...] = ()
    """Everyday words, for the search."""
    asked_by: PublicWords
    """Who wants to see the papers."""
    first: PublicWords | None = None
    """What to say before anything else, such as that usually nothing is needed."""
    papers: tuple[NeededPaper, ...] = ()
    notes: tuple[PublicWords, ...] = ()
    order: int = 100

"""A question people have about getting papers at all: the card, the number, the post, the agent; with short answers."""

from pydantic import Field

from content.vocabulary.fact import PublicWords, Slug, Source, Words


class Topic(Source):
    """One page of help."""

    id: Slug
    name: PublicWords
    reading: Words
    also: tuple[Words, ...] = ()
    """Everyday words, for the search."""
    answers: tuple[PublicWords, ...] = Field(min_length=1)
    """Paragraphs, the most important first."""
    certificates: tuple[Slug, ...] = ()
    """Where to go on."""
    services: tuple[Slug, ...] = ()
    """Online procedures and interviews that settle what is asked."""
    order: int = 100

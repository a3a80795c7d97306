"""What a resident brings or needs at hand."""

from content.vocabulary.fact import Slug, Source, Words


class Document(Source):
    """One thing to bring: its name as people say it, and what counts as it."""

    id: Slug
    name: Words
    note: Words | None = None

"""What a resident brings or needs at hand."""

from content.vocabulary.fact import PublicWords, Slug, Source


class Document(Source):
    """One thing to bring: its name as people say it, and what counts as it."""

    id: Slug
    name: PublicWords
    note: PublicWords | None = None

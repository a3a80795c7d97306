"""The municipality itself."""

from pydantic import Field

from content.vocabulary.fact import PublicWords, Slug, Source, Words


class City(Source):
    """Who runs this copy of the product. Nothing in code knows a city's name; it stands here."""

    id: Slug
    code: str = Field(pattern=r"^\d{6}$")
    """全国地方公共団体コード with its check digit; every key in the store starts with it."""
    name: PublicWords
    reading: Words
    prefecture: PublicWords
    mayor: Words
    """宛先, as in 「指宿市長」."""
    department: PublicWords
    """Whom residents call when something does not work."""
    phone: Words
    mail_from: Words
    site_note: PublicWords | None = None

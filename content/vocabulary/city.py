"""The municipality itself."""

from pydantic import Field

from content.vocabulary.fact import Slug, Source, Words


class City(Source):
    """Who runs this copy of the product. Nothing in code knows a city's name; it stands here."""

    id: Slug
    code: str = Field(pattern=r"^\d{6}$")
    """全国地方公共団体コード with its check digit; every key in the store starts with it."""
    name: Words
    reading: Words
    prefecture: Words
    mayor: Words
    """宛先, as in 「指宿市長」."""
    department: Words
    """Whom residents call when something does not work."""
    phone: Words
    mail_from: Words
    site_note: Words | None = None

"""Which facts somebody must look at again: those that were checked too long ago, and those that nobody could source."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from content.catalogue import Catalogue
from content.vocabulary.fact import Source

GOOD_FOR = timedelta(days=180)
"""Cities change fees and hours twice a year at most; half a year is when a page begins to be wrong."""


def old(catalogue: Catalogue, today: date) -> Iterator[str]:
    """A Japanese sentence for each fact that was checked more than 180 days before `today`, the oldest first."""
    facts = sorted(_facts(catalogue), key=lambda named: (named[1].checked_on, named[0]))
    for name, fact in facts:
        if today - fact.checked_on > GOOD_FOR:
            yield f"{fact.checked_on}  {name}  出どころ：{fact.source}"


def samples(catalogue: Catalogue) -> int:
    """How many facts are still samples."""
    return sum(fact.sample for _, fact in _facts(catalogue))


def _facts(catalogue: Catalogue) -> Iterator[tuple[str, Source]]:
    named: dict[str, Sequence[Any]] = {
        "庁舎": catalogue.offices, "手段": catalogue.channels, "持ち物": catalogue.documents, "証明書": catalogue.certificates,
        "ナビ": catalogue.flows, "使いみち": catalogue.purposes, "こまったとき": catalogue.topics, "手続き": catalogue.services,
        "申請": catalogue.procedures, "様式": catalogue.papers}
    for kind, things in named.items():
        for thing in things:
            yield f"{kind} {thing.id}", thing
    for fee in catalogue.fees:
        yield f"手数料 {fee.certificate} {fee.channel}", fee
    for postage in catalogue.postage:
        yield f"郵送料 {postage.id}", postage
    for office in catalogue.offices:
        yield f"庁舎の時間 {office.id}", office.opening
    yield "市", catalogue.city

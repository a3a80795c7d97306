"""Rules for what the counter offers: procedures, fields and values that exist, and never more than three on a screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from content.faults import Path, unknown_name
from content.vocabulary.counter import MOST_CHOICES, Asked, Offered
from content.vocabulary.form import Field, FieldKind
from content.vocabulary.paper import Paper
from content.vocabulary.procedure import Procedure

if TYPE_CHECKING:  # the catalogue calls this module
    from content.catalogue import Catalogue

Cross = tuple[str, str, Path, str]


def faults(catalogue: Catalogue) -> Iterator[Cross]:
    """Every fault of `counter.yml` and `signage.yml`."""
    asking: dict[str, Procedure | Paper] = {one.id: one for one in catalogue.papers if one.procedure is None}
    asking |= {one.id: one for one in catalogue.procedures}
    for i, offered in enumerate(catalogue.counter.offers):
        at: Path = ("offers", i)
        if says := unknown_name(offered.procedure, asking, "手続き"):
            yield "counter", "counter", (*at, "procedure"), says
            continue
        fields = {field.id: field for field in asking[offered.procedure].fields()}
        for path, says in _offered(offered, fields):
            yield "counter", "counter", (*at, *path), says
    places = {one.id for one in catalogue.offices} | {one.id for one in catalogue.channels}
    for i, slide in enumerate(catalogue.signage.slides):
        if slide.hours_of and (says := unknown_name(slide.hours_of, places, "窓口")):
            yield "signage", "signage", ("slides", i, "hours_of"), says


def _offered(offered: Offered, fields: dict[str, Field]) -> Iterator[tuple[Path, str]]:
    for i, asked in enumerate(offered.asks):
        if says := unknown_name(asked.field, fields, "項目"):
            yield ("asks", i, "field"), says
            continue
        yield from ((("asks", i, *path), says) for path, says in _asked(asked, fields[asked.field]))
        if asked.field in offered.usual and asked.offer and offered.usual[asked.field] not in asked.offer:
            yield ("usual", asked.field), "「offer」にない答えです。どれか一つと同じにしてください。"
    for where, names in (("usual", offered.usual), ("given", offered.given)):
        for name in names:
            if says := unknown_name(name, fields, "項目"):
                yield (where, name), says


def _asked(asked: Asked, field: Field) -> Iterator[tuple[Path, str]]:
    if not asked.offer and not 0 < len(field.choices) <= MOST_CHOICES:
        yield ("field",), f"選べるものが{len(field.choices)}個あります。「offer」に{MOST_CHOICES}個まで選んで書いてください。"
    values = {choice.id for choice in field.choices}
    for i, offer in enumerate(asked.offer):
        for value in offer:
            if field.choices and (says := unknown_name(value, values, "選択肢")):
                yield ("offer", i), says
            if field.kind is FieldKind.NUMBER and not value.isdigit():
                yield ("offer", i), "数字を書いてください。"

"""What the fields of a form are drawn from, on a resident's page of one question and on an officer's page of all of them."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from chalicelib.services.parts import Parts
from content.rules import form
from content.rules.answers import day_parts, postal_of, street_of
from content.vocabulary.form import Field, FieldKind, Page, Part

ERAS_TO_CHOOSE = ("令和", "平成", "昭和", "大正", "明治", "西暦")
STAYS = ("add", "drop", "lookup")
"""Buttons that change the page and stay on it."""


def asking(pages: Sequence[Page], answers: form.Answers, problems: Mapping[str, str]) -> dict[str, object]:
    """What the fields of some pages are drawn from. problems: field id → what is wrong with it.

    A field waits hidden where its own condition does not hold; whether its page is asked at all is the caller's.
    """
    beside = tuple(field.id for page in pages for field in page.fields)
    fields = tuple(field for page in pages for field in as_drawn(page, answers, beside))
    asked = {part.id for page in pages for part in form.asked_fields(page.model_copy(update={"when": ()}), answers)}
    rows = {group.id: _rows(group, answers) for group in fields if group.parts}
    return {"fields": fields, "answers": answers, "problems": problems, "rows": rows, "asked": asked, "kinds": FieldKind,
            "shown": form.shown, "name_in": form.name_in,
            "row_name": form.row_name, "day_parts": day_parts, "postal_of": postal_of, "street_of": street_of,
            "eras": ERAS_TO_CHOOSE}


def as_drawn(page: Page, answers: form.Answers, beside: Collection[str]) -> tuple[Field, ...]:
    """The fields of a page, with a choice of people wherever one of them is chosen. answers: with the derived facts.

    beside: ids of the fields on the same screen. A field that waits for one of those is drawn hidden; one that waits for
    something asked elsewhere is not drawn, since nothing on this screen can call for it.
    """
    return tuple(form.with_rows(field, answers) for field in page.fields
                 if (field.kind is not FieldKind.ONE_OF or form.unfolded(field, answers))
                 and form.holds(tuple(one for one in field.when if one.field not in beside), answers))


def _rows(group: Field, answers: form.Answers) -> list[tuple[str, list[Part]]]:
    """(number, parts as they are asked) for each row of a group."""
    parts = form.unfolded(group, answers)[1:]
    return [(number, [part for part in parts if part.id.split(".")[1] == number]) for number in form.rows_of(group, answers)]


def looked_up(parts: Parts, posted: dict[str, Sequence[str]], then: str) -> dict[str, Sequence[str]]:
    """The post with the address of a postal code filled in, after the button 「住所をさがす」."""
    what, _, id = then.partition(":")
    typed = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", (posted.get(f"{id}-postal") or ("",))[0]))
    if what == "lookup" and len(typed) == 7 and (found := parts.postal.address(typed)):
        posted[id] = [found]
    return posted

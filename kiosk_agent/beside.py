"""A card laid beside a family's code: which empty boxes it fills, and where it says something else than was typed. Pure.

A card speaks of its holder alone. Who of the family that is, is known by the name, or else by the day of birth; where neither
fits one person only, the card fills nothing. What was typed is never written over without the person's word.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from content.rules import form
from content.rules.answers import Answer, Answers
from content.vocabulary.form import FieldKind, Part
from content.vocabulary.procedure import Procedure
from kiosk_agent.card.facts import CardFacts
from kiosk_agent.card.facts import Part as CardPart

SEXES: Mapping[str, frozenset[str]] = {"1": frozenset({"m", "male", "1"}), "2": frozenset({"f", "female", "2"})}
"""A card's sex → the choices of an interview that mean it."""
ADDRESSES = ("x_previousAddress", "fullAddress")
"""A card tells where its holder lives until it is written on: of somebody who moves in, where they came from."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the form. typed: what the family said, empty where nothing; card: the same in words, and as an answer."""

    id: str
    label: str
    typed: str = field(repr=False)
    card: str = field(repr=False)
    answer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Beside:
    """Whose card it is, by name as the family wrote it; empty where nobody of the family is meant."""

    who: str = field(repr=False)
    filled: tuple[Box, ...] = field(default=(), repr=False)
    differs: tuple[Box, ...] = field(default=(), repr=False)


def compared(procedure: Procedure, answers: Answers, card: CardFacts) -> Beside:
    """What the card says beside the family's answers."""
    row = _row_of(procedure, answers, card)
    if row is None:
        return Beside("")
    filled, differs = [], []
    for part, told in _told(procedure, answers, row, card):
        typed = answers.get(part.id, "")
        if form.problem_with(part, told) is not None or not isinstance(typed, str):
            continue
        box = Box(part.id, part.label, form.shown(part, typed) if typed else "", form.shown(part, told), told)
        if not typed:
            filled.append(box)
        elif _plain(part, typed) != _plain(part, told):
            differs.append(box)
    name = answers.get(row["fullName"].id, "")
    return Beside(name if isinstance(name, str) and name else card.name or "", tuple(filled), tuple(differs))


def with_boxes(answers: Answers, boxes: tuple[Box, ...]) -> dict[str, Answer]:
    """The answers with the card's word in those boxes."""
    return {**answers, **{box.id: box.answer for box in boxes}}


Row = Mapping[str, Part]
"""GIF name → the part of one person, under its whole id."""


def _rows(procedure: Procedure, answers: Answers) -> Iterator[Row]:
    """Everybody the form asks for by name, of all its groups."""
    asked = _asked(procedure, answers)
    groups = [one for one in procedure.fields() if one.kind is FieldKind.GROUP
              and any(part.gif == "fullName" for part in one.parts)]
    for group in groups:
        labels = {part.id: part.label for part in group.parts}
        for number in form.rows_of(group, answers):
            start = f"{group.id}.{number}."
            found = {part.gif: part.model_copy(update={"label": labels[part.id.removeprefix(start)]}) for part in asked
                     if part.gif and part.id.startswith(start) and part.id.removeprefix(start) in labels}
            if "fullName" in found:
                yield found


def _asked(procedure: Procedure, answers: Answers) -> list[Part]:
    """Everything that these answers call for, rows unfolded."""
    known = form.known(procedure, answers)
    return [part for page in form.asked_pages(procedure, answers) for part in form.asked_fields(page, known)]


def _row_of(procedure: Procedure, answers: Answers, card: CardFacts) -> Row | None:
    """The one person whose card it is; None where it is nobody, or could be two."""
    rows, born = tuple(_rows(procedure, answers)), _day(card)

    def says(row: Row, gif: str, told: str) -> bool:
        part = row.get(gif)
        typed = answers.get(part.id, "") if part is not None else ""
        return part is not None and bool(told) and isinstance(typed, str) and _plain(part, typed) == _plain(part, told)

    named = [row for row in rows if says(row, "fullName", card.name or "")]
    if len(named) > 1:
        named = [row for row in named if says(row, "dateOfBirth", born)]
    found = named or [row for row in rows if says(row, "dateOfBirth", born)]
    return found[0] if len(found) == 1 else None


def _told(procedure: Procedure, answers: Answers, row: Row, card: CardFacts) -> Iterator[tuple[Part, str]]:
    """(box, what the card says of it), for what the card says without doubt."""
    name = card.name if CardPart.NAME not in card.doubtful else None
    for gif, told in (("fullName", name), ("fullNameKana", card.kana), ("dateOfBirth", _day(card))):
        if gif in row and told:
            yield row[gif], told
    if "sex" in row:
        meant = SEXES.get(card.sex or "", frozenset())
        yield from ((row["sex"], choice.id) for choice in row["sex"].choices if choice.id in meant)
    box = _address_box(procedure, answers, row, card.address or "")
    if box is not None and card.address and CardPart.ADDRESS not in card.doubtful:
        yield box, card.address


def _address_box(procedure: Procedure, answers: Answers, row: Row, told: str) -> Part | None:
    """The box that the card's address belongs to: the person's own, or else the form's; none where one says the same."""
    whole = [part for gif in ADDRESSES for part in _asked(procedure, answers) if part.gif == gif and "." not in part.id]
    boxes = [row["fullAddress"]] if "fullAddress" in row else whole
    same = any(isinstance(typed := answers.get(box.id, ""), str) and _plain(box, typed) == _plain(box, told) for box in boxes)
    return boxes[0] if boxes and not same else None


def _day(card: CardFacts) -> str:
    """The day of birth as an answer; empty where the card does not know all of it."""
    born = card.birthdate or ""
    return f"{born[:4]}-{born[4:6]}-{born[6:]}" if len(born) == 8 and "00" not in (born[4:6], born[6:]) else ""


def _plain(part: Part, said: str) -> str:
    """What two ways of writing the same have in common: width, blanks, the postal code, 番地 and 号. Letters stay as they are."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", said))
    if part.kind is not FieldKind.ADDRESS:
        return plain
    street = re.sub(r"^〒?\d{3}-?\d{4}", "", plain)
    return re.sub(r"(?<=\d)(丁目|番地の|番地|番|号|の|[‐‑–—―−ー])(?=\d|$)", "-", street).rstrip("-")


__all__ = ["Beside", "Box", "compared", "with_boxes"]

"""What is known when a paper is filled, and how each datum is written on it. Pure; nothing of a person shows in a repr."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from content.rules.answers import Answer, Answers, day_parts, postal_of, shown, street_of
from content.rules.derived import RowView
from content.rules.form import holds, rows_of
from content.rules.needs import row_of
from content.rules.paper_data import NUMBER_OF_ROW, OWN_KANA, STEP, SUBJECT, WORDS, Origin, named, parts_of
from content.rules.wareki import wareki
from content.vocabulary.form import Condition, FieldKind, Part
from content.vocabulary.form import Field as FormField
from content.vocabulary.paper import STEPS, Paper, Slot, Table
from content.vocabulary.paper_datum import Datum, Facet
from kiosk_agent.card.facts import CardFacts
from kiosk_agent.paper.birthdate import birthdate, birthdate_parts

SEX_WORDS: Mapping[str, str] = {"1": "男", "2": "女"}
SEX_ANSWERS: Mapping[str, str] = {"1": "male", "2": "female", "3": "other", "9": "other"}
ERA_ANSWERS: Mapping[str, str] = {"明治": "meiji", "大正": "taisho", "昭和": "showa", "平成": "heisei", "令和": "reiwa"}
OF_THE_CARD: Mapping[str, Datum] = {"name": Datum.NAME, "address": Datum.ADDRESS, "birthdate": Datum.BIRTHDATE,
                                    "gender": Datum.SEX}
"""Verified items, as fields name them (`from_identity`)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, or one of the event's people: its number, what its parts are, and the answers to them and the facts
    about it by their own ids."""

    number: int
    parts: Mapping[str, Part]
    answers: Answers = field(repr=False)
    id: str = ""
    """Of a group's row: under which it was answered."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is printed into one paper."""

    paper: Paper
    day: date
    person: CardFacts = field(repr=False)
    answers: Answers = field(repr=False)
    case_code: str
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What was typed beside the card for all papers: `kana`, or any field of a paper."""
    subject: str | None = field(default=None, repr=False)
    """Of a life event's paper: the number of the row of the person whom the sheet is about. The answers then hold the derived
    facts too."""

    def text(self, slot_holds: str, row: Row | None = None) -> str:
        """The datum as the paper writes it; empty where it is not known. KeyError for a field that the paper does not ask."""
        told = named(slot_holds)
        if told is None:
            raise KeyError(slot_holds)
        match told.origin:
            case Origin.KNOWN:
                return self._known(Datum(told.id), told.facet)
            case Origin.ANSWER:
                return _written(self.paper.field(told.id), self._answer(told.id), told.facet)
            case Origin.ROW:
                if row is None:
                    raise KeyError(slot_holds)
                if told.id == NUMBER_OF_ROW:
                    return str(row.number)
                return _written(row.parts[told.id], row.answers.get(told.id, ""), told.facet)
            case Origin.ROLE:
                who = self.role(told.role or "")
                return _written(who.parts[told.id], who.answers.get(told.id, ""), told.facet) if who else ""

    @property
    def whose(self) -> str:
        """The name of the person whom the sheet is about; empty where it is about no single one."""
        who = self.role(SUBJECT) if self.paper.people else None
        name = who.answers.get("name", "") if who else ""
        return self.person.name or (name if isinstance(name, str) else "")

    def role(self, role: str) -> Row | None:
        """The person with that role; None where nobody has it, or several have. KeyError for a role that the event has not."""
        group = self.paper.group_of(role)
        row = self.subject if role == SUBJECT else row_of(self.paper.roles[role], group, self.answers)
        return None if row is None else self._row(group, row, int(row))

    def label(self, slot_holds: str) -> str:
        """What an officer calls the datum."""
        told = named(slot_holds)
        if told is None:
            return ""
        if told.origin is Origin.KNOWN:
            return WORDS[Datum(told.id)]
        parts = [part for table in self.paper.tables for part in self._parts(table).values()]
        groups = {self.paper.people or "", *(one.of for one in self.paper.roles.values() if one.of)}
        parts += [part for group in groups for part in parts_of(group, self.paper.fields()).values()]
        return next((part.label for part in (*self.paper.fields(), *parts) if part.id == told.id), "")

    def fulfils(self, conditions: Sequence[Condition], row: Row | None = None) -> bool:
        """Whether all hold, of the row's answers, the subject's, the form's, or the person's sex and era of birth."""
        era = birthdate_parts(self.person.birthdate or "")[0]
        person = {"person-sex": SEX_ANSWERS.get(self.person.sex or "", ""), "person-era": ERA_ANSWERS.get(era, "")}
        subject = self._row(self.paper.people or "", self.subject, 1).answers if self.subject else {}
        return holds(conditions, {**person, **self.typed, **self.answers, **subject, **(row.answers if row else {})})

    def rows(self, table: Table) -> tuple[Row, ...]:
        """The rows of a table, however many there are; none for a group that was not asked."""
        if table.of == STEPS:
            parts = self._parts(table)
            return tuple(Row(n, parts, {STEP: step}) for n, step in enumerate(self.paper.steps, 1))
        group = self.paper.field(table.of)
        if group.id not in self.answers:
            return ()
        numbers = [row for row in rows_of(group, self.answers)
                   if not (table.others and row == self.subject)
                   and holds(table.rows_when, RowView(self.answers, f"{group.id}.{row}."))]
        return tuple(self._row(group.id, row, n) for n, row in enumerate(numbers, 1))

    def values(self, slot: Slot, row: Row | None = None) -> tuple[str, str]:
        """(text, reading) of a slot; both empty where it is written by hand."""
        if not self.fulfils(slot.when, row):
            return "", ""
        if slot.holds is None:
            return slot.says or "", ""
        return self.text(slot.holds, row), self.text(slot.reading, row) if slot.reading else ""

    def _parts(self, table: Table) -> Mapping[str, Part]:
        if table.of == STEPS:
            return {STEP: Part(id=STEP, kind=FieldKind.TEXT, label="手順")}
        return parts_of(table.of, self.paper.fields())

    def _row(self, group: str, row: str, number: int) -> Row:
        prefix = f"{group}.{row}."
        return Row(number, parts_of(group, self.paper.fields()),
                   {id.removeprefix(prefix): answer for id, answer in self.answers.items() if id.startswith(prefix)}, row)

    def _known(self, datum: Datum, facet: Facet | None) -> str:
        person = self.person
        match datum:
            case Datum.ADDRESSEE:
                return f"{self.paper.addressee}　様"
            case Datum.DATE:
                return _part_of_day(self.day.isoformat(), facet) if facet else wareki(self.day)
            case Datum.CASE_CODE:
                return self.case_code
            case Datum.COPIES:
                return _plain(self._answer("copies"))
            case Datum.NAME:
                return person.name or ""
            case Datum.KANA:
                return person.kana or self.typed.get("kana", "") or _plain(self.answers.get(OWN_KANA, ""))
            case Datum.ADDRESS:
                return person.address or ""
            case Datum.BIRTHDATE:
                written = person.birthdate or ""
                return birthdate_parts(written)[_DAY.index(facet)] if facet else birthdate(written) if written else ""
            case Datum.SEX:
                return SEX_WORDS.get(person.sex or "", "")
            case _:
                return self.paper.told.get(datum, "")

    def _answer(self, id: str) -> Answer:
        """The answer; for what the card vouches for and nobody typed, what the card says."""
        given = self.answers.get(id) or self.typed.get(id, "")
        if given or not any(one.id == id and one.from_identity for one in self.paper.fields()):
            return given
        item = self.paper.field(id).from_identity or ""
        if item == "birthdate":
            return _iso(self.person.birthdate or "")
        return self._known(OF_THE_CARD[item], None) if item in OF_THE_CARD else ""


_BRACKETS = re.compile("（[^）]*）")
_DAY = (Facet.ERA, Facet.YEAR, Facet.MONTH, Facet.DAY)


def _written(part: Part, answer: Answer, facet: Facet | None) -> str:
    """An answer in the words of a paper: as people read it, but a day in 和暦 alone, as forms write it."""
    match facet:
        case Facet.ERA | Facet.YEAR | Facet.MONTH | Facet.DAY:
            return _part_of_day(answer, facet)
        case Facet.POSTAL:
            return postal_of(answer)
        case Facet.STREET:
            return street_of(answer)
        case Facet.NUMBER:
            return _plain(answer)
        case Facet.SHORT:
            return _BRACKETS.sub("", shown(part, answer))
    if part.kind is FieldKind.DATE and isinstance(answer, str) and answer:
        try:
            return wareki(date.fromisoformat(answer))
        except ValueError:
            return answer
    if isinstance(part, FormField) and part.kind is FieldKind.GROUP:
        return f"{len(answer)}{part.unit or '件'}" if isinstance(answer, tuple) and answer else ""
    return shown(part, answer)


def _part_of_day(answer: Answer, facet: Facet) -> str:
    parts = day_parts(answer)
    said = parts[_DAY.index(facet)]
    return "元" if facet is Facet.YEAR and said == "1" and parts[0] not in ("", "西暦") else said


def _plain(answer: Answer) -> str:
    return answer if isinstance(answer, str) else "、".join(answer)


def _iso(written: str) -> str:
    """YYYYMMDD of a card as an answer; a day with an unknown part stays as it is written."""
    if len(written) != 8 or "00" in (written[4:6], written[6:]):
        return written
    return f"{written[:4]}-{written[4:6]}-{written[6:]}"

"""How much people write by hand: entries by kind, counted from the boxes of a paper and from the questions of an interview. Pure.

One entry is one box, or one address, that somebody fills in. The kinds are those which the city counted (systems.md H02:
氏名 36, 住所 25, 電話 16, 生年月日 19); the rule is that of moving-and-birth.md §3.1.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum

from content.rules.answers import Answers
from content.rules.form import asked_fields, asked_pages, known
from content.rules.paper_data import NUMBER_OF_ROW, STEP, Origin, named, parts_of
from content.vocabulary.form import FieldKind, Part
from content.vocabulary.paper import Paper, Slot
from content.vocabulary.paper_datum import Datum
from content.vocabulary.procedure import Procedure


class Entry(StrEnum):
    """What somebody writes."""

    APPLICANT = "applicant"
    """The name of the person who applies."""
    PERSON = "person"
    """The name of a person whom the paper is about."""
    AGAIN = "again"
    """A name for another reason: 世帯主, 筆頭者, 被保険者, 口座名義, 署名."""
    ADDRESS = "address"
    PHONE = "phone"
    BIRTHDATE = "birthdate"
    OTHER = "other"
    """フリガナ, numbers, 続柄, days: the city did not count them."""


NAMES = (Entry.APPLICANT, Entry.PERSON, Entry.AGAIN)
OF_GIF: Mapping[str, Entry] = {
    "申請者.fullName": Entry.APPLICANT, "fullName": Entry.PERSON,
    **dict.fromkeys(("headOfHousehold", "x_previousHead", "x_hittosha", "x_insuredBy", "x_accountHolder", "x_signature",
                     "x_previousManager", "x_user", "委任者.fullName"), Entry.AGAIN),
    **dict.fromkeys(("fullAddress", "registeredResidentAddress.fullAddress", "x_previousAddress", "x_nextAddress",
                     "contactPointAddress", "申請者.fullAddress", "委任者.fullAddress", "x_addressOnJan1"), Entry.ADDRESS),
    **dict.fromkeys(("contactPointPhoneNumber", "申請者.contactPointPhoneNumber"), Entry.PHONE),
    "dateOfBirth": Entry.BIRTHDATE,
}
OF_KIND: Mapping[FieldKind, Entry] = {
    FieldKind.PERSON_NAME: Entry.PERSON, FieldKind.ADDRESS: Entry.ADDRESS, FieldKind.PHONE: Entry.PHONE,
    FieldKind.MOBILE: Entry.PHONE}
OF_DATUM: Mapping[Datum, Entry] = {
    Datum.NAME: Entry.PERSON, Datum.ADDRESS: Entry.ADDRESS, Datum.BIRTHDATE: Entry.BIRTHDATE}
BY_ITSELF = (Datum.ADDRESSEE, Datum.CASE_CODE)
"""Printed on the city's forms already."""
ON_A_CARD = ("fullName", "fullNameKana", "dateOfBirth", "sex")
"""What the card of one person tells of that person, by GIF names; it tells the address before a move as well (domain.md §1.2)."""
OLD_ADDRESS = "x_previousAddress"


def entry_of(slot: Slot, paper: Paper) -> Entry | None:
    """What kind of entry a box takes; None where nobody writes it. Its GIF name tells, or else the datum it holds."""
    if slot.gif is not None and slot.gif in OF_GIF:
        return OF_GIF[slot.gif]
    told = named(slot.holds) if slot.holds else None
    if told is None:
        return Entry.OTHER
    if told.origin is Origin.KNOWN:
        return None if told.id in BY_ITSELF else OF_DATUM.get(Datum(told.id), Entry.OTHER)
    if told.origin is Origin.ROW and told.id in (NUMBER_OF_ROW, STEP):
        return None
    asked: dict[str, Part] = {one.id: one for one in paper.fields()}
    for group in {*(table.of for table in paper.tables), paper.group_of(told.role or "")}:
        asked |= {} if told.origin is Origin.ANSWER else parts_of(group, paper.fields())
    return entry_of_part(asked[told.id])


def entry_of_part(part: Part) -> Entry:
    """What kind of entry a question without choices takes."""
    return OF_GIF.get(part.gif or "", OF_KIND.get(part.kind, Entry.OTHER))


def entries_asked(procedure: Procedure, answers: Answers, cards: Collection[str] = (), people: str = "") -> Counter[Entry]:
    """What somebody types in an interview, by kind; choices are touched, not written, and count as nothing.

    cards: rows of `people` whose My Number card was read; what it tells is confirmed, not typed.
    """
    counted: Counter[Entry] = Counter()
    told = known(procedure, answers)
    for field in (field for page in asked_pages(procedure, answers) for field in asked_fields(page, told)):
        group, _, rest = field.id.partition(".")
        of_card = (group == people and rest.partition(".")[0] in cards and field.gif in ON_A_CARD) or (
            bool(cards) and field.gif == OLD_ADDRESS)
        if not field.choices and field.kind not in (FieldKind.GROUP, FieldKind.EACH) and not of_card:
            counted[entry_of_part(field)] += 1
    return counted


def by_kind(counted: Mapping[Entry, int]) -> Mapping[str, int]:
    """As the city counted: name, address, phone, birthdate."""
    return {"name": sum(counted.get(one, 0) for one in NAMES),
            **{one.value: counted.get(one, 0) for one in (Entry.ADDRESS, Entry.PHONE, Entry.BIRTHDATE)}}


def places(slots: Iterator[Slot] | tuple[Slot, ...]) -> Mapping[tuple[float, float, float, float], tuple[Slot, ...]]:
    """The boxes of the sheet with all that may be printed into each: 「本人」 or 「頼まれた人」 share one."""
    found: dict[tuple[float, float, float, float], tuple[Slot, ...]] = {}
    for slot in slots:
        at = (slot.box.x, slot.box.y, slot.box.w, slot.box.h)
        found[at] = (*found.get(at, ()), slot)
    return found

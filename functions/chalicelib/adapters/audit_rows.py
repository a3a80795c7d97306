"""The rows of the audit trail: where an event, a look, a download and a seal lie, and whether what lies there is what we wrote."""

import json
from datetime import datetime

from chalicelib.adapters import case_json
from chalicelib.adapters.table import Keys, Row
from chalicelib.domain.audit import Entry, Head, StoredSeal, seal_of
from chalicelib.domain.contents import ApplicationId, OfficerId
from chalicelib.domain.history import Happened, Look
from chalicelib.domain.receipts import Taking
from content.rules.opening import JAPAN

EVENT, LOOK, TAKEN, STATE = "EVENT#", "LOOK#", "TAKEN#", "STATE"
NOT_OURS = (ValueError, TypeError, KeyError, AttributeError)
"""What reading a text raises that somebody else has written."""


def event_row(at: Keys, happened: Happened) -> Row:
    """One event beside its case, and in its day."""
    return Row(at.case(happened.application), f"{EVENT}{happened.number:06d}", body=case_json.happened_json(happened),
               gsi1pk=at.audit(_day(happened.at)),
               gsi1sk=f"{happened.at.isoformat()}#{happened.application}#{happened.number:06d}")


def look_row(at: Keys, look: Look) -> Row:
    """One look beside its case, and in its day."""
    moment = look.at.isoformat()
    return Row(at.case(look.application), f"{LOOK}{moment}#{look.officer}", body=case_json.look_json(look),
               gsi1pk=at.audit(_day(look.at)), gsi1sk=f"{moment}#{look.application}#look#{look.officer}")


def taken_row(at: Keys, taking: Taking) -> Row:
    """One download beside its receipt, and in its day."""
    moment = taking.at.isoformat()
    body = json.dumps({"file": taking.file, "officer": taking.officer, "name": taking.name, "at": moment}, ensure_ascii=False)
    return Row(at.receipt(taking.department, taking.number), f"{TAKEN}{moment}#{taking.file}#{taking.officer}", body=body,
               gsi1pk=at.audit(_day(taking.at)), gsi1sk=f"{moment}#{taking.number}#{taking.file}#taken#{taking.officer}")


def taken_from(row: Row) -> Taking:
    """A download again; whose it is stands in its key."""
    department, number = row.pk.split("#")[2:]
    said = json.loads(row.body)
    return Taking(department, number, said["file"], OfficerId(said["officer"]), said["name"], datetime.fromisoformat(said["at"]))


def key_at(at: Keys, place: str) -> tuple[str, str]:
    """The key of the row that stands at a place of a day; the place may be made up, and then no row has the key."""
    moment, _, rest = place.partition("#")
    case, _, last = rest.partition("#")
    officer = last.removeprefix("look#")
    return at.case(case), f"{EVENT}{last}" if officer == last else f"{LOOK}{moment}#{officer}"


def entry_from(at: Keys, row: Row) -> Entry:
    """What lies there, held against the row we would have written for it."""
    place, text = row.gsi1sk or "", row.body or ""
    what: Happened | Look | None = None
    taken: Taking | None = None
    try:
        if row.sk.startswith(TAKEN):
            taken = taken_from(row)
            ours = taken_row(at, taken)
        elif row.sk.startswith(EVENT):
            what = case_json.happened_from(text)
            ours = event_row(at, what)
        else:
            what = case_json.look_from(text)
            ours = look_row(at, what)
    except NOT_OURS:
        return Entry(place=place, text=text, what=None, stray=True)
    stray = (row.pk, row.sk, row.gsi1pk, row.gsi1sk) != (ours.pk, ours.sk, ours.gsi1pk, ours.gsi1sk)
    if ours.body != text:
        return Entry(place=place, text=text, what=None, stray=stray)
    return Entry(place=place, text=text, what=what, stray=stray, taken=taken)


def stored_seal(row: Row) -> StoredSeal:
    """A day's seal, None when a byte of it is not ours."""
    try:
        seal = case_json.seal_from(row.body)
        again = seal_of(seal.day, seal.count, seal.digest, before=seal.before, at=seal.sealed_at)
        ours = seal == again and case_json.seal_json(again) == row.body and seal.day.isoformat() == row.sk
    except NOT_OURS:
        return StoredSeal(row.sk, None)
    return StoredSeal(row.sk, seal if ours else None)


def head_from(row: Row, id: ApplicationId) -> Head | None:
    """What a case tells without its key, None when it contradicts itself."""
    try:
        head = case_json.head_from(row.body)
    except NOT_OURS:
        return None
    return head if (head.id, head.version) == (id, int(row.version or 0)) else None


def _day(at: datetime) -> str:
    return at.astimezone(JAPAN).date().isoformat()

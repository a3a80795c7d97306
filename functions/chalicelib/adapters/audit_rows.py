"""The rows of the audit trail: where an event, a look and a seal lie, and whether what lies there is what we wrote."""

from datetime import datetime

from chalicelib.adapters import case_json
from chalicelib.adapters.table import Keys, Row
from chalicelib.domain.audit import Entry, Head, StoredSeal, seal_of
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.history import Happened, Look
from content.rules.opening import JAPAN

EVENT, LOOK, STATE = "EVENT#", "LOOK#", "STATE"
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


def key_at(at: Keys, place: str) -> tuple[str, str]:
    """The key of the row that stands at a place of a day; the place may be made up, and then no row has the key."""
    moment, _, rest = place.partition("#")
    case, _, last = rest.partition("#")
    officer = last.removeprefix("look#")
    return at.case(case), f"{EVENT}{last}" if officer == last else f"{LOOK}{moment}#{officer}"


def entry_from(at: Keys, row: Row) -> Entry:
    """What lies there, held against the row we would have written for it."""
    place, text = row.gsi1sk or "", row.body or ""
    try:
        what: Happened | Look = (case_json.happened_from if row.sk.startswith(EVENT) else case_json.look_from)(text)
        ours = event_row(at, what) if isinstance(what, Happened) else look_row(at, what)
    except NOT_OURS:
        return Entry(place=place, text=text, what=None, stray=True)
    stray = (row.pk, row.sk, row.gsi1pk, row.gsi1sk) != (ours.pk, ours.sk, ours.gsi1pk, ours.gsi1sk)
    return Entry(place=place, text=text, what=what if ours.body == text else None, stray=stray)


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

"""The tablet at the desk: an officer lends it for one sitting, a PIN or a QR pairs it once, and nothing stays on it (ADR 0031).

The case is `held`'s; here is who has the tablet. The case is written first: where only that write came through, the tablet's
next request finds that its turn is over.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.application import Application, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import AlreadyThere, IllegalTransition, NotAllowed, NotFound, Stale, TabletTaken
from chalicelib.domain.prepared import Prepared
from chalicelib.domain.sitting import PIN_DIGITS, PIN_LIVES, Left, Sitting, Turn, hash_of, newest
from chalicelib.services import held, limits, prepared
from chalicelib.services.limits import Limit
from chalicelib.services.officers import DECIDES, SEES_CASES, Officer
from chalicelib.services.parts import Parts
from content.rules import form
from content.vocabulary.procedure import Assurance, Procedure

PINS_WRONG = Limit("tablet-pin-wrong", 10)
"""Wrong PINs of one place; a hall with a few tablets mistypes less."""
PINS_WRONG_OF_CITY = Limit("tablet-pin-wrong-city", 100)
"""Wrong PINs from outside the city's own network: with ten PINs waiting, all places together find one in a thousand windows."""
HEARD_STEP = timedelta(seconds=20)
"""The tablet's beats are noted in steps, so that not every page is a write."""
CODE_TRIES = 5
WRITE_TRIES = 4
OPEN = frozenset({State.DRAFT, State.HELD})


class Leaving(StrEnum):
    """What becomes of a case whose resident leaves."""

    KEPT = "kept"
    WIPED = "wiped"


@dataclass(frozen=True, slots=True)
class Codes:
    """What pairs a tablet, until when. secret: what the QR's address ends with."""

    pin: str = field(repr=False)
    secret: str = field(repr=False)
    until: datetime


def offered(parts: Parts, officer: Officer) -> tuple[Procedure, ...]:
    """What can be asked on a tablet: everything, the own department's first; one desk may take in for all. Raises NotAllowed."""
    if not officer.is_one_of(DECIDES):
        raise NotAllowed("role")
    return tuple(sorted(parts.catalogue.procedures,
                        key=lambda one: (one.department != officer.department, not one.interview, one.order, one.id)))


def lend(parts: Parts, officer: Officer, id: str, procedure_id: str, answers: form.Answers) -> Sitting:
    """A case and its sitting, with a PIN that waits for a tablet. answers: what is known already.

    Again with the same id it gives the same sitting. Raises NotFound, NotAllowed.
    """
    sitting, case = _begun(parts, officer, id, procedure_id, answers)
    return sitting if sitting.codes else make_code(parts, officer, sitting, case, Turn.WRITE)


def hold(parts: Parts, officer: Officer, id: str, procedure_id: str, answers: form.Answers) -> Sitting:
    """As `lend`, but the officer holds the case from the beginning, and lends the tablet, or adds to it, when it suits."""
    sitting, case = _begun(parts, officer, id, procedure_id, answers)
    if case.state is State.DRAFT and case.version == 1 and not sitting.codes:
        with suppress(Stale, IllegalTransition):  # pressed twice
            held.take_back(parts, officer, case)
    return sitting


def _begun(parts: Parts, officer: Officer, id: str, procedure_id: str, answers: form.Answers) -> tuple[Sitting, Application]:
    """The case and its sitting, new or as they are there already."""
    procedure = next((one for one in offered(parts, officer) if one.id == procedure_id), None)
    if procedure is None:
        raise NotFound(procedure_id)
    case = held.begin(parts, officer, id, procedure, answers)
    with suppress(NotFound):
        return opened(parts, officer, case.id)
    sitting = Sitting(case=case.id, procedure=procedure.id, department=officer.department, officer=officer.id,
                      officer_name=officer.name, began_at=case.created_at)
    try:
        parts.sittings.put(sitting)
    except Stale:  # pressed twice at once
        return opened(parts, officer, case.id)
    return sitting, case


def all_of(parts: Parts, officer: Officer) -> tuple[tuple[Sitting, Application], ...]:
    """The sittings of the officer's department whose case is still open, the newest first. One query, and the cases at once."""
    own = newest(one for one in parts.sittings.all() if one.department == officer.department)
    cases = parts.applications.several([one.case for one in own]) if own else {}
    return tuple((one, cases[one.case]) for one in own if one.case in cases and cases[one.case].state in OPEN)


def opened(parts: Parts, officer: Officer, id: ApplicationId) -> tuple[Sitting, Application]:
    """The sitting and its case, for an officer of the department that lent it. Raises NotFound or NotAllowed, which look alike."""
    sitting = parts.sittings.get(id)
    case = parts.applications.get(id)
    if not officer.is_one_of(SEES_CASES) or sitting.department != officer.department or case.state not in OPEN:
        raise NotAllowed("department")
    return sitting, case


def need_own(officer: Officer, sitting: Sitting) -> None:
    """Raises NotAllowed unless the officer decides and has the sitting in hand; another one takes it over first."""
    if not officer.is_one_of(DECIDES) or sitting.officer != officer.id:
        raise NotAllowed("somebody else's sitting")


def codes(parts: Parts, sitting: Sitting) -> Codes | None:
    """The PIN and the QR's secret that wait now. They are made from the case's own key and stored nowhere."""
    if not sitting.has_code(parts.clock()) or sitting.code_until is None:
        return None
    return Codes(*_made(parts, sitting.case, sitting.codes), until=sitting.code_until)


def _made(parts: Parts, case: ApplicationId, number: int) -> tuple[str, str]:
    secret = parts.applications.secret(case, f"tablet/{number}")
    pin = int.from_bytes(hashlib.sha256(f"pin/{secret}".encode()).digest()[:8], "big") % 10**PIN_DIGITS
    return f"{pin:0{PIN_DIGITS}d}", hashlib.sha256(f"qr/{secret}".encode()).hexdigest()[:40]


def make_code(parts: Parts, officer: Officer, sitting: Sitting, case: Application, code_for: Turn) -> Sitting:
    """A fresh PIN and QR. The tablet that has the sitting loses it; the case goes to whose turn it will be.

    Raises NotAllowed, IllegalTransition, Stale.
    """
    need_own(officer, sitting)
    if code_for is Turn.WRITE and case.state is State.HELD:
        held.lend_again(parts, officer, case)
    elif code_for is Turn.LOOK and case.state is State.DRAFT:
        held.take_back(parts, officer, case)
    now = parts.clock()
    if sitting.tablet:
        sitting = sitting.back(Left.CUT, now)
        parts.sittings.put(sitting)
    number, hashes = _free(parts, sitting, now)
    after = sitting.with_code(code_for, number, hashes, now)
    parts.sittings.put(after)
    return after


def _free(parts: Parts, sitting: Sitting, now: datetime) -> tuple[int, tuple[str, ...]]:
    """(number, hashes) of the next code whose PIN leads to no other sitting now; both lead here from then on."""
    for number in range(sitting.codes + 1, sitting.codes + 1 + CODE_TRIES):
        hashes = tuple(hash_of(one) for one in _made(parts, sitting.case, number))
        with suppress(AlreadyThere):
            for one in hashes:
                parts.sittings.lead(one, sitting.case, until=now + PIN_LIVES, now=now)
            return number, hashes
    raise Stale("no free PIN")


def pair(parts: Parts, typed: str, *, place: str, own: bool = False) -> tuple[Sitting, str]:
    """(the sitting, the random name by which its session knows it) for a PIN or a QR's secret, once.

    own: whether it came from the city's own network, whose tablets nobody outside may lock out. Raises NotFound for what leads
    nowhere, TooMany after too many wrong PINs, TabletTaken where another tablet was first.
    """
    said = "".join(unicodedata.normalize("NFKC", typed).split()).replace("-", "")
    guessable = len(said) <= PIN_DIGITS  # the QR's secret is not, so that it works while PINs have to wait
    if guessable:
        limits.check(parts, place, PINS_WRONG, own=own)
        if not own:
            limits.check(parts, "all", PINS_WRONG_OF_CITY)
    now = parts.clock()
    try:
        sitting = _led_to(parts, said, now)
    except NotFound:
        if guessable:
            limits.note(parts, place, PINS_WRONG)
            if not own:
                limits.note(parts, "all", PINS_WRONG_OF_CITY)
        raise
    if sitting.tablet:
        _knocked(parts, sitting, now)
        raise TabletTaken("another tablet")
    tablet = secrets.token_urlsafe(16)
    paired = sitting.paired(tablet, now)
    try:
        parts.sittings.put(paired)
    except Stale:
        _knocked(parts, parts.sittings.get(sitting.case), now)
        raise TabletTaken("another tablet was quicker") from None
    return paired, tablet


def _knocked(parts: Parts, sitting: Sitting, now: datetime) -> None:
    with suppress(Stale):  # that it is turned away matters more than that the officer learns of it
        _again(parts, sitting, lambda one: one.knocked(now))


def _led_to(parts: Parts, said: str, now: datetime) -> Sitting:
    hashed = hash_of(said)
    sitting = parts.sittings.get(parts.sittings.by_code(hashed, now))
    if hashed not in sitting.code_hashes:
        raise NotFound("an older code")
    return sitting


def on_tablet(parts: Parts, case: str, tablet: str) -> tuple[Sitting, Application]:
    """The sitting and the case for the tablet that has it. Raises NotAllowed once its turn is over, however that came about."""
    try:
        sitting = parts.sittings.get(ApplicationId(case))
        application = parts.applications.get(ApplicationId(case))
    except NotFound:
        raise NotAllowed("over") from None
    wanted = {Turn.WRITE: State.DRAFT, Turn.LOOK: State.HELD}.get(sitting.turn)
    if not tablet or sitting.tablet != tablet or not sitting.has_tablet(parts.clock()) or application.state is not wanted:
        raise NotAllowed("over")
    return sitting, application


def heard(parts: Parts, sitting: Sitting) -> None:
    """Note that the tablet is there; in steps, and never in the way of an officer's change."""
    now = parts.clock()
    if sitting.heard_at is None or now - sitting.heard_at >= HEARD_STEP:
        try:
            parts.sittings.put(sitting.heard(now))
        except Stale:
            return


def give(parts: Parts, sitting: Sitting, application: Application) -> None:
    """「職員にわたす」: the officer holds the case from now on."""
    held.give(parts, application)
    over(parts, sitting, Left.GIVEN)


def over(parts: Parts, sitting: Sitting, how: Left) -> None:
    """The tablet's turn ends; what was saved stays in the case."""
    tablet = sitting.tablet

    def back(one: Sitting) -> Sitting | None:
        return one.back(how, parts.clock()) if one.tablet == tablet else None

    _again(parts, sitting, back)


def cut(parts: Parts, officer: Officer, sitting: Sitting) -> None:
    """The officer ends the tablet's turn, or the PIN that waits, from the console."""
    need_own(officer, sitting)
    _again(parts, sitting, lambda one: one.back(Left.CUT, parts.clock()))


def take_back(parts: Parts, officer: Officer, sitting: Sitting, case: Application) -> None:
    """The officer goes on with what was written so far: the tablet came back without a word, or not at all."""
    need_own(officer, sitting)
    held.take_back(parts, officer, case)
    _again(parts, sitting, lambda one: one.back(Left.CUT, parts.clock()))


def take_over(parts: Parts, officer: Officer, sitting: Sitting) -> Sitting:
    """A colleague of the department goes on with it; the tablet keeps its turn. Raises NotAllowed, Stale."""
    if not officer.is_one_of(DECIDES) or sitting.department != officer.department:
        raise NotAllowed("department")
    if sitting.officer == officer.id:
        return sitting
    after = sitting.taken_over(officer.id, officer.name)
    parts.sittings.put(after)
    return after


def hand_in(parts: Parts, officer: Officer, sitting: Sitting, case: Application, *, identity_checked: str) -> Application:
    """The confirmed case goes to its department's queue, and the sitting is over."""
    need_own(officer, sitting)
    seconds = sitting.in_hand(parts.clock())
    sent = held.hand_in(parts, officer, case, identity_checked=identity_checked, writing_seconds=seconds)
    parts.sittings.drop(sitting.case)
    return sent


def leaving(procedure: Procedure, answers: form.Answers) -> Leaving:
    """What becomes of the case when the resident leaves, by rule: a form that online wants a card behind it is not left under
    a mere code, and nor is an empty one."""
    loose = procedure.interview or procedure.assurance in (Assurance.CONTACT, Assurance.NONE)
    return Leaving.KEPT if loose and any(answers.values()) else Leaving.WIPED


def leave(parts: Parts, officer: Officer, sitting: Sitting, case: Application, how: Leaving, *,
          place: str) -> tuple[str, datetime] | None:
    """The resident has gone: the case is wiped either way. KEPT gives (the code that brings the answers back, until when).

    Raises IllegalTransition where the rule does not keep such a case.
    """
    need_own(officer, sitting)
    kept = None
    if how is Leaving.KEPT:
        procedure = parts.catalogue.procedure(case.procedure)
        if leaving(procedure, case.answers) is not Leaving.KEPT:
            raise IllegalTransition("not kept by rule")
        whole = Prepared(procedure=procedure.id, version=procedure.version, answers=dict(case.answers), applicant={})
        kept = prepared.keep(parts, whole, place=place, own=True)
    held.wipe(parts, officer, case, str(how))
    parts.sittings.drop(sitting.case)
    return kept


def _again(parts: Parts, sitting: Sitting, change: Callable[[Sitting], Sitting | None]) -> None:
    """Make a change that any present version may take; None leaves it as it is, and so does a sitting that is over.

    Raises Stale when others were quicker each time: nobody is told that a tablet has lost its turn while it still has it.
    """
    for _ in range(WRITE_TRIES):
        after = change(sitting)
        if after is None:
            return
        try:
            parts.sittings.put(after)
        except Stale:
            try:
                sitting = parts.sittings.get(sitting.case)
            except NotFound:
                return
        else:
            return
    raise Stale(sitting.case)

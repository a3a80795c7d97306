"""Giving a paper to the person who asked for it at the kiosk: both screens show the same, and both must say so.

The officer begins, and 「わたしました」 is the officer's word; 「わたしのものです」 at the kiosk is the resident's. Only both,
in either order, hand the paper over (peers.md §1.12: in 2023 ten people got other people's certificates from a machine that
let go after a timeout). Either stops it; after five minutes it counts no more; a late word for an ended check is refused.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId, Certificate, HandOverCheck
from chalicelib.domain.errors import FormFaulty, IllegalTransition, Stale
from chalicelib.services.documents import result_for
from chalicelib.services.fulfil import KEEP_OPEN
from chalicelib.services.officers import DECIDES, Officer, need
from chalicelib.services.parts import Parts
from chalicelib.services.review import step
from chalicelib.services.steps import take
from content.vocabulary.procedure import Result

LASTS = timedelta(minutes=5)
TRIES = 4
"""Officer and resident press at the same moment: who comes second looks again. More than two never do."""
BY_EYE_REASONS = ("kiosk_down", "went_away", "screen_hard", "other_person")
"""The kiosk does not work, the person has left it, cannot use the screen, or somebody entitled fetches it for them."""
GIVEN = (State.DELIVERED, State.COMPLETED)


def running(parts: Parts, case: Application) -> HandOverCheck | None:
    """The check that counts now."""
    check = case.check
    return check if check and case.state is State.ISSUED and check.runs(parts.clock()) else None


def is_proved(case: Application) -> bool:
    """Whether the card itself has shown who came; else an officer looks at the printed card."""
    return case.card is not None and case.card.certificate is Certificate.GOOD


def words(parts: Parts, case: Application) -> tuple[str, ...]:
    """What both screens show beside the code: the certificate, how many, the fee. Nothing about the person."""
    procedure = parts.catalogue.procedure(case.procedure)
    copies = str(case.answers.get(procedure.fee.copies, "1")) if procedure.fee else ""
    yen = f"{case.fee.yen:,}円" if case.fee else "無料"
    return tuple(word for word in (procedure.short, f"{copies}通" if copies else "", yen) if word)


def begin(parts: Parts, officer: Officer, case: Application, *, card_seen: bool = False) -> Application:
    """Both screens show the check. card_seen: the officer has looked at the printed card; needed where no card has proved who
    came. Raises FormFaulty without it, IllegalTransition while a check runs or where nothing is handed over so."""
    need(officer, case, DECIDES)
    _need_collected(parts, case)
    if running(parts, case) is not None:
        raise IllegalTransition("a check runs")
    _need_known(case, card_seen=card_seen)
    now, number = parts.clock(), case.checks + 1
    check = HandOverCheck(number=number, code=_code(parts, case.id, number), began_at=now, began_by=officer.id, until=now + LASTS)
    return step(parts, officer, case, Event.BEGIN_CHECK, detail=_detail(check, card_seen=card_seen), check=check, checks=number)


def confirm(parts: Parts, case: Application, *, code: str = "") -> Application:
    """The resident says at the kiosk that the paper is theirs. code: what the kiosk shows; another check's is refused.

    A second time changes nothing. Raises IllegalTransition when no such check runs, Stale.
    """
    def try_once(now_is: Application) -> Application:
        if now_is.state in GIVEN and now_is.check is not None and now_is.check.resident_at is not None:
            return now_is
        check = _running(parts, now_is)
        if code and code != check.code:
            raise IllegalTransition("another check")
        if check.resident_at is None:
            check = replace(check, resident_at=parts.clock())
            now_is = take(parts, now_is, Event.CONFIRM_CHECK, Actor.RESIDENT, who=Actor.RESIDENT, at=parts.clock(),
                          detail=_detail(check), check=check)
        return _given(parts, now_is, check) if check.officer_at is not None else now_is

    return as_it_is_now(parts, case, try_once)


def vouch(parts: Parts, officer: Officer, case: Application, *, number: int) -> Application:
    """The officer says that the paper was given. number: of the check that was on the screen. A second time changes nothing.

    Raises IllegalTransition when that check does not run any more, Stale.
    """
    need(officer, case, DECIDES)

    def try_once(now_is: Application) -> Application:
        if now_is.state in GIVEN and now_is.check is not None and now_is.check.number == number:
            return now_is
        check = _running(parts, now_is, number)
        if check.officer_at is None:
            check = replace(check, officer_at=parts.clock(), officer=officer.id)
            if check.resident_at is None:
                return step(parts, officer, now_is, Event.VOUCH_CHECK, detail=_detail(check), check=check)
        return _given(parts, now_is, check) if check.resident_at is not None else now_is

    return as_it_is_now(parts, case, try_once)


def stop(parts: Parts, officer: Officer, case: Application, *, number: int) -> Application:
    """The officer ends the check. Raises IllegalTransition when it does not run any more: then the paper may have been given."""
    need(officer, case, DECIDES)
    return as_it_is_now(parts, case, lambda now_is: step(
        parts, officer, now_is, Event.STOP_CHECK, detail=_detail(_running(parts, now_is, number)), check=None))


def leave(parts: Parts, case: Application) -> Application:
    """The resident ends the check at the kiosk: it is not theirs, or they walk away. A second time changes nothing."""
    def try_once(now_is: Application) -> Application:
        if now_is.state is State.ISSUED and running(parts, now_is) is None:
            return now_is
        check = _running(parts, now_is)
        return take(parts, now_is, Event.LEAVE_CHECK, Actor.RESIDENT, who=Actor.RESIDENT, at=parts.clock(), detail=_detail(check),
                    check=None)

    return as_it_is_now(parts, case, try_once)


def by_eye(parts: Parts, officer: Officer, case: Application, *, reason: str, card_seen: bool = False) -> Application:
    """Hand over without the kiosk, for a reason that stands on record. Raises FormFaulty for another, or an unseen card."""
    need(officer, case, DECIDES)
    _need_collected(parts, case)
    _need_known(case, card_seen=card_seen)
    if reason not in BY_EYE_REASONS:
        raise FormFaulty("reason")
    return step(parts, officer, case, Event.HAND_OVER, detail={"reason": reason, **({"card": "seen"} if card_seen else {})},
                check=None, due=parts.clock() + KEEP_OPEN)


def _given(parts: Parts, case: Application, check: HandOverCheck) -> Application:
    """Both have said so: the existing step, in the name of the officer who vouched, whoever came second."""
    return take(parts, case, Event.HAND_OVER, Actor.OFFICER, who=str(check.officer), at=parts.clock(), detail=_detail(check),
                check=check, due=parts.clock() + KEEP_OPEN)


def as_it_is_now(parts: Parts, case: Application, try_once: Callable[[Application], Application]) -> Application:
    """Try with the case as it is in the store, again where somebody else wrote meanwhile. Raises Stale."""
    for _ in range(TRIES):
        try:
            return try_once(case)
        except Stale:
            case = parts.applications.get(case.id)
    raise Stale(case.id)


def _running(parts: Parts, case: Application, number: int | None = None) -> HandOverCheck:
    check = running(parts, case)
    if check is None or number not in (None, check.number):
        raise IllegalTransition("no such check runs")
    return check


def _need_collected(parts: Parts, case: Application) -> None:
    if not case.is_from_kiosk or result_for(parts.catalogue.procedure(case.procedure), case) is not Result.COLLECT:
        raise IllegalTransition("not from a kiosk")


def _need_known(case: Application, *, card_seen: bool) -> None:
    if not is_proved(case) and not card_seen:
        raise FormFaulty("card")


def _detail(check: HandOverCheck, *, card_seen: bool = False) -> dict[str, str]:
    return {"check": str(check.number), **({"card": "seen"} if card_seen else {})}


def _code(parts: Parts, id: ApplicationId, number: int) -> str:
    """Four digits: the same for the same check, another for the next one."""
    secret = parts.applications.secret(id, f"check/{number}")
    return f"{int.from_bytes(hashlib.sha256(secret.encode()).digest()[:8], 'big') % 10_000:04d}"

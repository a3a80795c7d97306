"""Handing a paper over with the kiosk: what the officer is asked before, sees while both look, and says at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.application import Application
from chalicelib.domain.contents import HandOverCheck
from chalicelib.pages.office_words import BY_EYE_NAMES, day
from chalicelib.services import hand_over
from chalicelib.services.parts import Parts

if TYPE_CHECKING:  # it names the pages of all decisions, and so this one
    from chalicelib.pages.office_asks import Asking
    from chalicelib.pages.web import Page

SEEN_BY_CHECK = ("vouch", "stop_check")
"""The resident's word changes the case while the officer presses: these say which check they mean, not which version."""
MINUTES = int(hand_over.LASTS.total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Shown:
    """The running check as the case's page shows it."""

    check: HandOverCheck
    words: tuple[str, ...]
    until: str


def shown(parts: Parts, case: Application) -> Shown | None:
    """The check that runs now."""
    check = hand_over.running(parts, case)
    return Shown(check, hand_over.words(parts, case), day(check.until)) if check else None


def offers(parts: Parts, case: Application, name: str) -> bool:
    """Whether a decision goes with the check as it stands; every other decision does."""
    check = hand_over.running(parts, case)
    match name:
        case "check":
            return check is None
        case "vouch":
            return check is not None and check.officer_at is None
        case "stop_check":
            return check is not None
        case _:
            return True


def begin_words(parts: Parts, case: Application) -> dict[str, object]:
    """What the page before the check needs."""
    return {"words": hand_over.words(parts, case), "proved": hand_over.is_proved(case), "minutes": MINUTES}


def by_eye_words(case: Application) -> dict[str, object]:
    """What the page for handing over without the kiosk needs."""
    return {"reasons": [(one, BY_EYE_NAMES[one]) for one in hand_over.BY_EYE_REASONS], "proved": hand_over.is_proved(case)}


def begin(asking: Asking) -> Page | None:
    """Both screens show the check from now on."""
    problems = _unseen(asking)
    if problems:
        return asking.page(problems)
    hand_over.begin(asking.parts, asking.officer, asking.case, card_seen=asking.request.one("card_seen") == "yes")
    return None


def vouch(asking: Asking) -> None:
    """The paper is in the resident's hands."""
    hand_over.vouch(asking.parts, asking.officer, asking.case, number=_number(asking))


def stop(asking: Asking) -> None:
    """Something is not right."""
    hand_over.stop(asking.parts, asking.officer, asking.case, number=_number(asking))


def by_eye(asking: Asking) -> Page | None:
    """Without the kiosk: why, and that the person was looked at."""
    say, reason = asking.parts.catalogue.say, asking.request.one("reason")
    problems = dict(_unseen(asking))
    if reason not in hand_over.BY_EYE_REASONS:
        problems["reason"] = say("office.problem.reason")
    if asking.request.one("looked") != "yes":
        problems["looked"] = say("office.problem.shown")
    if problems:
        return asking.page(problems)
    hand_over.by_eye(asking.parts, asking.officer, asking.case, reason=reason,
                     card_seen=asking.request.one("card_seen") == "yes")
    return None


def _unseen(asking: Asking) -> Mapping[str, str]:
    if hand_over.is_proved(asking.case) or asking.request.one("card_seen") == "yes":
        return {}
    return {"card_seen": asking.parts.catalogue.say("office.problem.card_seen")}


def _number(asking: Asking) -> int:
    typed = asking.request.one("check")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0

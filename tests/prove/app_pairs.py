"""Two officers decide at the same moment, for every pair of decisions that a state allows, on the real store."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import combinations_with_replacement

from chalicelib.domain.application import Application
from chalicelib.domain.contents import OfficerId
from chalicelib.domain.ports import StaffClaims
from chalicelib.pages.office_decisions import DECISIONS, allowed
from chalicelib.pages.office_hand_over import SEEN_BY_CHECK
from chalicelib.services import deliver
from chalicelib.services.officers import Officer, Role
from infra.local.play.browser import HttpBrowser
from tests.fakes.outside import SUZUKI, TANAKA, YAMADA
from tests.functions.pages.hall import PUBLIC, Hall
from tests.prove.app_city import City, a_city, at_work, token_of
from tests.prove.app_ways import brought
from tests.prove.claims import Claims

FORMS: Mapping[str, Mapping[str, str | list[str]]] = {
    "claim": {}, "approve": {"looked": "yes"}, "send_back": {}, "fee": {"what": ["手数料"], "yen": ["300"], "total": "300"},
    "waive": {"reason": ""}, "accept": {"outcome": "accepted", "sure": "yes"},
    "correction": {"fields": ["copies"], "reason": "other", "words": "確かめてください"},
    "pay_at_desk": {"by": "cash", "yen": "410"},
    "issue": {"looked": "yes"}, "dispatch": {"tracking": ""}, "hand_over": {"looked": "yes"}, "reconsider": {}, "undo_issue": {},
    "undo_dispatch": {}, "refund": {"yen": "100", "reason": "overpaid", "balance": "410"},
    "reject": {"reason": "duplicate", "sure": "yes"}, "reopen": {}, "take_over": {"reason": "away"},
    "withdraw_for": {"way": "phone"}, "release": {}, "write": {"words": "お電話ください"}, "note": {"words": "電話しました"},
    "amend": {}, "deliver": {"looked": "yes"}, "check": {"card_seen": "yes"}, "vouch": {"check": "1"}, "stop_check": {"check": "1"},
    "by_eye": {"reason": "kiosk_down", "looked": "yes", "card_seen": "yes"}}
"""What each decision is made with; a decision without a row here cannot be measured and is told of."""
PLACES: tuple[tuple[str, str], ...] = (
    ("by post", "a_submitted"), ("by post", "in_review"), ("by post", "to correct"), ("by post", "paying"),
    ("by post", "ready_to_issue"), ("by post", "issued"), ("by post", "dispatched"), ("by post", "delivered"),
    ("by post", "rejected"), ("by post", "withdrawn"), ("four eyes", "proposed"), ("a notice", "in_review"),
    ("a notice", "accepted"), ("at the desk", "in_review"), ("at the desk", "to_collect"),
    ("by post", "filed_and_issued"), ("by post", "checking"))
"""(kind of procedure, how far the case is): every state that a case can be in at the desk."""
OFFICERS: tuple[StaffClaims, ...] = (YAMADA, SUZUKI, TANAKA)


def form_of(name: str, case: Application) -> Mapping[str, str | list[str]]:
    """What the decision is made with on this case."""
    return {**FORMS[name], "balance": str(case.paid_yen)} if name == "refund" else FORMS[name]


@dataclass
class Found:
    """pairs: how many were run; the lists say which went wrong."""

    pairs: int = 0
    both: list[str] = field(default_factory=list)
    """Not exactly one of the two stands."""
    untold: list[str] = field(default_factory=list)
    """The one who was late was not told so."""
    contradictory: list[str] = field(default_factory=list)
    """The resident got another number of notices than the one that the standing decision sends."""


def entitled(claims: StaffClaims) -> Officer:
    """The officer that a login makes of these claims."""
    return Officer(id=OfficerId(claims.subject), name=claims.name, department=claims.department,
                   roles=frozenset(Role(role) for role in claims.roles))


def run(url: str) -> Found:
    """Every pair in every place."""
    found = Found()
    for kind, how in PLACES:
        city = a_city(url, kind)
        # chalice keeps the present request in the application, so each of the two has an application of its own.
        halls = (Hall(city.world), Hall(city.world))
        desks = [{one.subject: at_work(hall, one) for one in OFFICERS} for hall in halls]
        case = brought(city, how)
        may = [(name, one) for one in OFFICERS for name in allowed(city.world.parts, entitled(one), case)]
        for first, second in _chosen(may):
            _pair(found, city, brought(city, how), f"{kind}, {how}", (first, second), desks)
    return found


def _chosen(may: Sequence[tuple[str, StaffClaims]]) -> Iterator[tuple[tuple[str, StaffClaims], tuple[str, StaffClaims]]]:
    """Each pair of decisions by two officers where two may, else by one in two windows; and each button twice by one."""
    found: dict[tuple[str, str], tuple[tuple[str, StaffClaims], tuple[str, StaffClaims]]] = {}
    for first, second in combinations_with_replacement(may, 2):
        names = (first[0], second[0])
        if names not in found or found[names][0][1] is found[names][1][1]:
            found[names] = (first, second)
    yield from found.values()
    yield from ((one, one) for one in {name: (name, who) for name, who in may}.values())


def _left(city: City) -> None:
    """Let everything leave that waits."""
    while deliver.drain(city.world.parts):
        pass


def _pair(found: Found, city: City, case: Application, place: str, acts: tuple[tuple[str, StaffClaims], tuple[str, StaffClaims]],
          desks: list[dict[OfficerId, HttpBrowser]]) -> None:
    _left(city)
    mails = len(city.world.mailer.sent)
    gate = threading.Barrier(2)

    def press(number: int) -> int:
        name, who = acts[number]
        browser = desks[number][who.subject]
        token = token_of(browser)
        form = form_of(name, case)
        gate.wait()
        answer = browser._once("POST", f"{PUBLIC}/office/case/{case.id}/{name}",
                               {"csrf": [token], "version": [str(case.version)],
                                **{key: value if isinstance(value, list) else [value] for key, value in form.items()}})
        return answer.status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(press, range(2)))
    since = city.world.parts.applications.history(case.id)[case.version:]
    _left(city)
    said = f"{place}: {acts[0][0]} ({acts[0][1].name}) with {acts[1][0]} ({acts[1][1].name}): {statuses}"
    found.pairs += 1
    if any(name in SEEN_BY_CHECK for name, _ in acts):  # it says which check it means: a note does not undo it
        if not 1 <= len(since) <= statuses.count(303) or set(statuses) - {303, 409}:
            found.both.append(f"{said}, {[str(one.event) for one in since]}")
        return
    if len(since) != 1:
        found.both.append(f"{said}, {[str(one.event) for one in since]}")
    # One officer who presses one button twice is shown what came of it; everybody else reads who was first.
    one_twice = acts[0] == acts[1] and not DECISIONS[acts[0][0]].asks
    if sorted(statuses) != [303, 409] and not (one_twice and statuses == [303, 303]):
        found.untold.append(said)
    if len(city.world.mailer.sent) - mails > 1:
        found.contradictory.append(said)


def claim(claims: Claims, url: str) -> None:
    """Goal 13."""
    missing = sorted(set(DECISIONS) - set(FORMS))
    claims.line("decisions of officers that the measurement knows no form for", ", ".join(missing) or 0, "0", not missing)
    found = run(url)
    for what in (*found.both, *found.untold, *found.contradictory):
        claims.told("  a pair that went wrong", what)
    claims.line(f"{found.pairs} pairs of officers' decisions at once, in {len(PLACES)} places",
                f"{len(found.both)} without exactly one that stands, {len(found.untold)} where the other was not told, "
                f"{len(found.contradictory)} with contradictory notices", "0, 0, 0",
                found.pairs > 0 == len(found.both) + len(found.untold) + len(found.contradictory))

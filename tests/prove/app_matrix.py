"""Every state × every event × every actor, and every decision × every state × everybody at the console."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from chalicelib.domain.application import TRANSITIONS, Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotAllowed, NotFound
from chalicelib.domain.ports import StaffClaims
from chalicelib.pages.office_decisions import DECISIONS
from chalicelib.services import decide, fulfil, timers
from chalicelib.services.documents import ready
from chalicelib.services.steps import take
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.outside import AUDITOR, SUZUKI, TANAKA, YAMADA
from tests.fakes.world import World, a_world_where_juminhyo
from tests.functions.pages.hall import PUBLIC, Hall
from tests.prove.app_city import KINDS, City, a_browser, a_city, at_work, post, token_of
from tests.prove.app_pairs import FORMS
from tests.prove.app_ways import brought, to_due
from tests.prove.claims import Claims

REACHED: Mapping[State, tuple[str, str]] = {
    State.DRAFT: ("by post", "a_draft"), State.SUBMITTED: ("by post", "a_submitted"), State.IN_REVIEW: ("by post", "in_review"),
    State.AWAITING_APPROVAL: ("four eyes", "proposed"), State.CORRECTION_REQUESTED: ("by post", "to correct"),
    State.AWAITING_PAYMENT: ("by post", "awaiting_payment"), State.READY_TO_ISSUE: ("by post", "ready_to_issue"),
    State.ISSUED: ("by post", "issued"), State.DISPATCHED: ("by post", "dispatched"), State.DELIVERED: ("by post", "delivered"),
    State.COMPLETED: ("a notice", "accepted"), State.REJECTED: ("by post", "rejected"), State.WITHDRAWN: ("by post", "withdrawn"),
    State.EXPIRED: ("by post", "to correct"), State.HELD: ("by post", "held"), State.ERASED: ("by post", "withdrawn")}
"""State → the kind of procedure and the place from which a case is brought there by the real use cases."""


@dataclass
class Steps:
    """allowed: pairs that the table allows and that were made; tried: those it does not allow; wrong: the others' opposite."""

    allowed: int = 0
    tried: int = 0
    wrong: list[str] = field(default_factory=list)


def in_state(city: City, state: State) -> Application:
    """A case in that state, brought there by the real use cases and by time; an erased one as it was before, one on."""
    case = brought(city, REACHED[state][1])
    if state is State.EXPIRED:
        to_due(city, case.id)
        timers.run(city.world.parts)
        return city.get(case.id)
    if state is State.ERASED:
        for _ in range(2):
            to_due(city, case.id)
            last = city.get(case.id)
            timers.run(city.world.parts)
        entry = city.world.parts.applications.history(case.id)[-1]
        return replace(last, state=entry.state, version=entry.number, last_hash=entry.hash)
    return case


def steps(url: str) -> Steps:
    """Try every event by every actor in every state through the one step that all services share, on the real store."""
    found = Steps()
    for state in State:
        city = a_city(url, REACHED[state][0])
        case = in_state(city, state)
        assert case.state is state, (state, case.state)
        for event in Event:
            for actor in Actor:
                row = TRANSITIONS.get((state, event))
                if row is not None and row.by is actor:
                    found.allowed += 1
                    there = in_state(city, state)
                    after = take(city.world.parts, there, event, actor, who=actor, at=city.world.clock())
                    if _seen(city, there.id) != (str(row.to), after.version) or after.version != there.version + 1:
                        found.wrong.append(f"{event} by {actor} in {state}: {_seen(city, there.id)}")
                else:
                    found.tried += 1
                    before = _seen(city, case.id)
                    with suppress(IllegalTransition):
                        take(city.world.parts, case, event, actor, who=actor, at=city.world.clock())
                        found.wrong.append(f"{event} by {actor} in {state}: not refused")
                    if _seen(city, case.id) != before:
                        found.wrong.append(f"{event} by {actor} in {state}: something changed")
    return found


def _seen(city: City, id: ApplicationId) -> tuple[str, int]:
    history = city.world.parts.applications.history(id)
    try:
        return str(city.get(id).state), len(history)
    except NotFound:
        return str(history[-1].state), len(history)


ADMIN = replace(YAMADA, subject=type(YAMADA.subject)("staff-admin"), roles=("admin",))
APPROVER = replace(TANAKA, subject=type(YAMADA.subject)("staff-approver"), roles=("approver",))
CASHIER = replace(TANAKA, subject=type(YAMADA.subject)("staff-cashier"), roles=("cashier",))
HEAD = replace(TANAKA, subject=type(YAMADA.subject)("staff-head"), roles=("head",))
ELSEWHERE = replace(YAMADA, department="zeimu")
PEOPLE: Mapping[str, StaffClaims | None] = {
    "nobody": None, "holder": YAMADA, "colleague": SUZUKI, "approver": APPROVER, "cashier": CASHIER, "head": HEAD,
    "auditor": AUDITOR, "admin": ADMIN, "another department": ELSEWHERE}
WORKERS = ("holder", "colleague", "head")
"""Those who decide: reviewers and the head."""
EVERYBODY = (*WORKERS, "approver", "cashier")
SENT = tuple(state for state in State if state not in (State.DRAFT, State.HELD, State.ERASED))
OPEN = (State.SUBMITTED, State.IN_REVIEW, State.CORRECTION_REQUESTED, State.AWAITING_APPROVAL, State.AWAITING_PAYMENT)
HELD = (State.IN_REVIEW, State.CORRECTION_REQUESTED, State.AWAITING_APPROVAL, State.AWAITING_PAYMENT, State.READY_TO_ISSUE)
Kinds = tuple[str, ...]
ANY: Kinds = tuple(kind for kind in KINDS if kind != "by code")
POSTED: Kinds = ("by post", "four eyes")
NOTICES: Kinds = ("a notice", "a paid notice")
DECLARED: Mapping[str, tuple[tuple[State, ...], tuple[str, ...], Kinds]] = {
    "claim": ((State.SUBMITTED,), WORKERS, ANY), "approve": ((State.AWAITING_APPROVAL,), ("approver",), ANY),
    "send_back": ((State.AWAITING_APPROVAL,), ("holder", "approver"), ANY),
    "fee": ((State.IN_REVIEW,), ("holder",), ("by post", "four eyes", "a paid notice", "a document")),
    "waive": ((State.IN_REVIEW,), ("holder",), ("at the desk",)),
    "accept": ((State.IN_REVIEW, State.READY_TO_ISSUE), ("holder",), NOTICES),
    "correction": ((State.IN_REVIEW,), ("holder",), ANY), "pay_at_desk": ((State.AWAITING_PAYMENT,), ("cashier",), ANY),
    "issue": ((State.READY_TO_ISSUE,), WORKERS, (*POSTED, "at the desk")), "dispatch": ((State.ISSUED,), WORKERS, POSTED),
    "hand_over": ((State.ISSUED,), WORKERS, ("at the desk",)), "reconsider": ((State.AWAITING_PAYMENT,), ("holder",), ANY),
    "undo_issue": ((State.ISSUED,), WORKERS, ANY), "undo_dispatch": ((State.DISPATCHED,), WORKERS, ANY),
    "refund": ((State.READY_TO_ISSUE, State.ISSUED, State.DISPATCHED, State.DELIVERED, State.COMPLETED, State.REJECTED),
               ("cashier",), ("by post", "four eyes", "a paid notice", "a document")),
    "reject": ((State.IN_REVIEW, State.READY_TO_ISSUE), ("holder",), ANY),
    "reopen": ((State.REJECTED, State.COMPLETED), ("head",), ANY), "take_over": (HELD, ("colleague", "head"), ANY),
    "withdraw_for": (OPEN, WORKERS, ANY), "release": ((State.IN_REVIEW,), ("holder",), ANY),
    "write": (SENT, WORKERS, ANY), "note": (SENT, EVERYBODY, ANY), "amend": ((State.IN_REVIEW,), ("holder",), ANY),
    "deliver": ((State.READY_TO_ISSUE,), WORKERS, ("a document",)),
    "check": ((State.ISSUED,), WORKERS, ANY), "by_eye": ((State.ISSUED,), WORKERS, ANY), "vouch": ((State.ISSUED,), WORKERS, ANY),
    "stop_check": ((State.ISSUED,), WORKERS, ANY)}
"""Decision → in which states, for whom, in which kinds of procedure. Written by hand, so that a slip in the table of the
pages is seen. Money (refund) and its absence (reopen) are asked for beside it, see `_expected`."""
WITH_KIOSK = ("check", "by_eye", "vouch", "stop_check")
"""Only for what a kiosk filed."""
NOT_FROM_KIOSK = ("hand_over", "dispatch", "deliver", "correction", "write")
"""What a kiosk filed is fetched at the desk after a check, and its applicant has nothing to open it with."""


def _expected(name: str, state: State, who: str, kind: str, case: Application) -> bool:
    states, people, kinds = DECLARED[name]
    if name in (NOT_FROM_KIOSK if case.is_from_kiosk else WITH_KIOSK):
        return False
    if (name == "check" and case.check is not None) or (name in ("vouch", "stop_check") and case.check is None):
        return False
    if name == "issue" and case.is_from_kiosk:
        kinds = (*kinds, "a document")
    if name == "refund" and case.paid_yen <= 0:
        return False
    if name == "reopen" and (case.paid_at is not None or (state is State.COMPLETED and case.outcome is None)):
        return False
    if name == "take_over" and case.officer is None:
        return False
    if (name == "amend" and case.received_by is None) or (name == "deliver" and not ready(case)):
        return False
    return state in states and who in people and kind in kinds


@dataclass
class Cells:
    """made: cells in which the decision was made, as declared; refused: cells in which nothing changed, as declared."""

    made: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    """HTTP status → how often, of what was refused."""


def cells() -> Cells:
    """Send every decision in every state of every kind as everybody; over the fakes, since nothing here is a race."""
    found = Cells()
    for kind in ANY:
        world = a_world_where_juminhyo(**KINDS[kind])
        hall = Hall(world)
        desks = {who: at_work(hall, claims) if claims else a_browser(hall).get(f"{PUBLIC}/office/")
                 for who, claims in PEOPLE.items()}
        for how in PLACES:
            made = _case_at(world, kind, how)
            if made is not None:
                for who in PEOPLE:
                    for name in DECISIONS:
                        _cell(found, world, (kind, how, who, name), made, desks[who])
    return found


PLACES = ("a_draft", "a_submitted", "in_review", "to_correct", "proposed", "awaiting_payment", "ready_to_issue", "issued",
          "dispatched", "delivered", "closed", "accepted", "rejected", "rejected_paid", "withdrawn", "expired", "to_collect",
          "held", "handed", "filed", "filed_and_issued", "checking")


def _case_at(world: World, kind: str, how: str) -> Application | None:
    """A case at a place, where this kind of procedure has such a place."""
    city = City(world, None, "")  # type: ignore[arg-type]  # nothing dies here, so no keys are forgotten
    ways: Mapping[str, Callable[[], Application]] = {
        "to_correct": lambda: brought(city, "to correct"), "held": lambda: brought(city, "held"),
        "delivered": lambda: brought(city, "delivered"),
        "accepted": lambda: brought(city, "accepted"), "withdrawn": lambda: brought(city, "withdrawn"),
        "expired": lambda: _aged(city, "to correct"), "closed": lambda: _aged(city, "dispatched"),
        "rejected_paid": lambda: decide.reject(world.parts, cases.officer(), cases.ready_to_issue(world), reason="duplicate"),
        "handed": lambda: fulfil.hand_over(world.parts, cases.officer(), cases.to_collect(world))}
    clock = world.clock.now
    try:
        case = ways[how]() if how in ways else getattr(cases, how)(world)
    except (IllegalTransition, AssertionError, FormFaulty, NotAllowed):
        return None
    finally:
        world.clock.now = clock
    if how == "proposed" and case.state is not State.AWAITING_APPROVAL:
        return None
    return case


def _aged(city: City, how: str) -> Application:
    case = brought(city, how)
    to_due(city, case.id)
    timers.run(city.world.parts)
    return city.get(case.id)


def _cell(found: Cells, world: World, where: tuple[str, str, str, str], case: Application, desk: HttpBrowser) -> None:
    kind, _, who, name = where
    store = world.store
    before, entries, effects = store.cases[case.id], list(store.entries[case.id]), dict(store.effects)
    now = before
    desk.get(f"{PUBLIC}/office/")
    form = {**FORMS[name], "version": str(now.version), "yen": _yen(name, now), "balance": str(now.paid_yen),
            "total": "300"}
    post(desk, f"{PUBLIC}/office/case/{case.id}/{name}", token_of(desk), **form)
    made = store.cases[case.id] != before or len(store.entries[case.id]) != len(entries)
    if made != _expected(name, before.state, who, kind, before):
        found.wrong.append(f"{' · '.join(where)} ({before.state}): {'made' if made else f'refused with {desk.status}'}")
    elif made:
        found.made += 1
    else:
        found.refused += 1
        found.answers[desk.status] += 1
    store.cases[case.id], store.entries[case.id], store.effects = before, entries, effects


def _yen(name: str, case: Application) -> str | list[str]:
    match name:
        case "fee":
            return ["300"]
        case "pay_at_desk":
            return str(case.fee.yen) if case.fee else "0"
        case _:
            return "100"


def claim(claims: Claims, url: str) -> None:
    """Goal 12."""
    found = steps(url)
    for what in found.wrong[:10]:
        claims.told("  wrong", what)
    claims.line(f"{len(State)} states × {len(Event)} events × {len(Actor)} actors",
                f"{found.allowed} allowed pairs made, {found.tried} others tried, {len(found.wrong)} wrong", "0 wrong",
                not found.wrong and found.allowed == len(TRANSITIONS))
    missing = sorted(set(DECISIONS) ^ set(DECLARED))
    claims.line("decisions of officers without a declared row", ", ".join(missing) or 0, "0", not missing)
    if missing:
        return
    at_desk = cells()
    for what in at_desk.wrong[:20]:
        claims.told("  wrong", what)
    told = ", ".join(f"{number} × {status}" for status, number in sorted(at_desk.answers.items()))
    claims.line(f"{len(DECISIONS)} decisions × every state × {len(PEOPLE)} people × {len(ANY)} kinds over HTTP",
                f"{at_desk.made} made, {at_desk.refused} changed nothing ({told}), {len(at_desk.wrong)} wrong", "0 wrong",
                not at_desk.wrong and at_desk.made > 0)

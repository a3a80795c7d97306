"""Cases brought to a certain point by the real use cases, so that a test starts where its sentence starts."""

import uuid
from dataclasses import replace
from typing import Any

from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.contents import ApplicationId, PaidBy, Signature
from chalicelib.domain.ports import StaffClaims
from chalicelib.services import apply, counter, decide, desk_money, fulfil, hand_over, pay, receive, review
from chalicelib.services.counter import Applicant, Filing
from chalicelib.services.officers import Officer, Role
from content.vocabulary.procedure import Procedure, Reason, Result
from tests.fakes.counter import PROOF, Challenges, a_kiosk
from tests.fakes.outside import HANAKO, SUZUKI, TANAKA, YAMADA
from tests.fakes.world import FRIDAY_NOON, World

ANSWERS = {
    "contact": {"mail": ["hanako@example.jp"], "phone": [""]},
    "kana": {"name_kana": ["イブスキ ハナコ"]},
    "whose": {"whose": ["self"]},
    "items": {"items": ["none"]},
    "copies": {"copies": ["1"]},
}
"""What a person answers who needs one 住民票 of her own with nothing special on it."""


def officer(claims: object = YAMADA, *roles: Role) -> Officer:
    """山田 直子, reviewer of 市民課, or somebody else."""
    who = SUZUKI if claims is SUZUKI else YAMADA
    return Officer(id=who.subject, name=who.name, department=who.department, roles=frozenset(roles or (Role.REVIEWER,)))


def tanaka(*roles: Role) -> Officer:
    """田中 久美: approves, takes money and leads, so that nobody decides alone."""
    return Officer(id=TANAKA.subject, name=TANAKA.name, department=TANAKA.department,
                   roles=frozenset(roles or (Role.APPROVER, Role.CASHIER, Role.HEAD)))


def a_draft(world: World, **changed: dict[str, list[str]]) -> Application:
    """A draft with every page answered."""
    draft = apply.begin(world.parts, str(uuid.uuid4()), "juminhyo")
    draft = apply.identify(world.parts, draft, world.residents.finish(world.residents.start(), code="good", now=world.clock()))
    procedure = world.parts.catalogue.procedure("juminhyo")
    for page, posted in {**ANSWERS, **changed}.items():
        draft, check = apply.save_page(world.parts, draft, procedure.page(page), posted)
        assert not check.problems, check.problems
    return draft


def a_signature(world: World, draft: Application) -> Signature:
    """Hanako's signature over the draft as it stands."""
    return Signature(digest=apply.digest_to_sign(world.parts, draft), certificate_serial="1A2B", signature="c2ln",
                     certificate="PEM", signed_at=world.clock())


def a_submitted(world: World, **changed: dict[str, list[str]]) -> Application:
    """A case in the queue."""
    draft = a_draft(world, **changed)
    return apply.submit(world.parts, draft, HANAKO["subject"], a_signature(world, draft))


def of_department(department: str) -> StaffClaims:
    """A reviewer of another department."""
    return replace(YAMADA, department=department)


TYPED = {
    **{name: value for page in ANSWERS.values() for name, value in page.items()}, "mail": [""], "name": ["指宿　花子"],
    "address": ["鹿児島県指宿市十町２４２４番地"], "birthdate-era": ["昭和"], "birthdate-year": ["60"],
    "birthdate-month": ["3"], "birthdate-day": ["15"]}
"""What an officer types from Hanako's paper; she has no mail address."""


def a_received(world: World, id: str = "", channel: str = "counter", note: str = "", **changed: list[str]) -> Application:
    """A case that 山田 typed in, in the queue."""
    procedure = world.parts.catalogue.procedure("juminhyo")
    checked = receive.check(world.parts, receive.on_paper(procedure), {**TYPED, **changed}, {})
    how = receive.Received(channel=channel, identity_checked="licence", note=note)
    return receive.receive(world.parts, officer(), id or str(uuid.uuid4()), procedure, checked.answers, how)


def received(world: World) -> Application:
    """A case that 山田 typed in and has taken."""
    return review.claim(world.parts, officer(), a_received(world))


FACTS = Applicant(name="指宿　花子", address="鹿児島県指宿市十町２４２４番地", birthdate="1985-03-15", sex="2")
"""What Hanako's card says; it has no ふりがな."""


def a_filing(id: str = "", **changed: Any) -> Filing:
    """What the kiosk sends when Hanako asks for one 住民票 of her own."""
    told: dict[str, Any] = {"procedure": "juminhyo", "version": 1, "case_code": "ABCD-2345", "made_at": FRIDAY_NOON,
                            "card": "my_number",
                            "answers": {"whose": "self", "items": ("none",), "copies": "1"}, "applicant": FACTS, "proof": PROOF}
    return Filing(id=id or str(uuid.uuid4()), **{**told, **changed})


def filed(world: World, id: str = "", *, proved: bool = True, **changed: Any) -> Application:
    """A case that a kiosk filed, in the queue. proved: whether the card's challenge was ours."""
    filing = a_filing(id, **changed)
    return counter.file(world.parts, a_kiosk(), filing, use=Challenges() if proved else Challenges("another"))


def filed_and_issued(world: World, *, proved: bool = True) -> Application:
    """A case of a kiosk whose document is printed; paid at the desk where it costs something."""
    case = review.claim(world.parts, officer(), filed(world, proved=proved))
    if not world.parts.catalogue.procedure("juminhyo").costs:
        return fulfil.issue(world.parts, officer(), decide.waive_fee(world.parts, officer(), case))
    case = decide.decide_fee(world.parts, officer(), case, decide.propose_fee(world.parts, case))
    if case.proposal is not None:
        case = decide.approve(world.parts, tanaka(), case)
    assert case.fee is not None
    case = desk_money.pay_at_desk(world.parts, tanaka(), case, by=PaidBy.CASH, yen=case.fee.yen)
    return fulfil.issue(world.parts, officer(), case)


def checking(world: World) -> Application:
    """A case of a kiosk whose hand-over check runs."""
    return hand_over.begin(world.parts, officer(), filed_and_issued(world))


def in_review(world: World) -> Application:
    """A case 山田 has taken."""
    return review.claim(world.parts, officer(), a_submitted(world))


def awaiting_payment(world: World) -> Application:
    """A case whose fee is fixed at 410 yen."""
    case = in_review(world)
    return decide.decide_fee(world.parts, officer(), case, decide.propose_fee(world.parts, case))


ACCEPTED = Reason(id="accepted", label="受理", resident="届け出を受け付けました。")
A_NOTICE: dict[str, object] = {"result": Result.NOTICE, "outcomes": (ACCEPTED,), "fees": ()}
"""What makes 住民票 a procedure whose result is only told."""
FOR_THE_DESK: dict[str, object] = {"result": Result.COLLECT, "fees": ()}
"""What makes it a free thing to fetch at the desk."""


FOR_THE_SCREEN: dict[str, object] = {"result": Result.DOCUMENT, "fees": ()}
"""What makes it a free document that is given on the status page."""


def to_deliver(world: World) -> Application:
    """A case that waits for its document, in a world FOR_THE_SCREEN."""
    return decide.waive_fee(world.parts, officer(), in_review(world))


def proposed(world: World) -> Application:
    """A refusal that 山田 has proposed, in a world where 住民票 needs four eyes."""
    return decide.reject(world.parts, officer(), in_review(world), reason="duplicate")


def issued(world: World) -> Application:
    """A case whose document is printed."""
    return fulfil.issue(world.parts, officer(), ready_to_issue(world))


def to_collect(world: World) -> Application:
    """A free document that is ready at the desk, in a world FOR_THE_DESK."""
    case = decide.waive_fee(world.parts, officer(), in_review(world))
    return fulfil.issue(world.parts, officer(), case)


def rejected(world: World) -> Application:
    """A case that was refused."""
    return decide.reject(world.parts, officer(), in_review(world), reason="duplicate")


def attempt_key_of(application: Application) -> str:
    """The key of the case's latest attempt."""
    assert application.fee is not None
    return f"m462101-{application.id.replace('-', '')}-f{application.fee.number}-a{application.attempts}"


def ready_to_issue(world: World) -> Application:
    """A case that is paid."""
    case = awaiting_payment(world)
    pay.open_payment(world.parts, case, back_to="http://localhost:8080/status/x/paid")
    case = world.store.get(case.id)
    pay.settle(world.parts, world.provider.pay(attempt_key_of(case), world.clock()), said_id="evt_1")
    return world.store.get(case.id)


def dispatched(world: World) -> Application:
    """A case that is in the post."""
    case = fulfil.issue(world.parts, officer(), ready_to_issue(world))
    return fulfil.dispatch(world.parts, officer(), case, tracking="1234-5678-9012")


def events_of(world: World, id: ApplicationId) -> list[Event]:
    """What has happened to a case, in order."""
    return [entry.event for entry in world.store.history(id)]


__all__ = ["Procedure", "State", "a_draft", "a_submitted", "awaiting_payment", "dispatched", "in_review", "officer",
           "ready_to_issue"]

"""Every use case of an application, as the person, the provider or the worker does it."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.contents import PaidBy, StopState
from chalicelib.services import apply, contact, decide, desks, held, pay
from chalicelib.services.desk_money import pay_at_desk
from tests.fakes import cases
from tests.fakes.outside import SUZUKI, TANAKA
from tests.functions.pages.hall import Hall
from tests.prove.app_city import City
from tests.prove.app_ways import (
    Ready,
    answers,
    begins,
    captured,
    coded,
    corrects,
    document,
    files,
    notice,
    officer_does,
    provider_knows,
    puts_aside,
    sends,
    service,
    shows_card,
    signs,
    status_button,
    timer,
    worker,
    writes,
)


@dataclass(frozen=True)
class UseCase:
    """prepare: brings a new case there and gives its id and the act, which can be done again after a death."""

    name: str
    prepare: Callable[[City, Hall], Ready]
    kind: str = "by post"


USE_CASES: tuple[UseCase, ...] = (
    UseCase("begin", begins), UseCase("identify with the card", shows_card), UseCase("answer a page", answers),
    UseCase("put aside", puts_aside), UseCase("sign and send", signs),
    UseCase("ask for a code", service("a_draft", lambda city, case: contact.send_code(city.world.parts, case)), "by code"),
    UseCase("type the code", coded, "by code"), UseCase("send without a card", sends, "by code"),
    UseCase("ask for a file's place", files("expect")), UseCase("a file arrives", files("arrive")),
    UseCase("worker looks at a file", files("look")), UseCase("take a file back", files("drop")),
    UseCase("worker removes a file", files("remove")),
    UseCase("write to the city", writes), UseCase("correct", corrects),
    UseCase("withdraw", status_button("/withdraw", "paying")), UseCase("open payment", status_button("/pay", "awaiting_payment")),
    UseCase("confirm arrival", status_button("/arrived", "dispatched")),
    UseCase("claim", officer_does("claim", "a_submitted", asks=False)),
    UseCase("release", officer_does("release", "in_review", asks=False)),
    UseCase("take over", officer_does("take_over", "in_review", who=SUZUKI, reason="away")),
    UseCase("note", officer_does("note", "in_review", words="電話しました")),
    UseCase("write to the resident", officer_does("write", "in_review", words="お電話ください")),
    UseCase("ask for a correction",
            officer_does("correction", "in_review", fields=["copies"], reason="other", words="確かめてください")),
    UseCase("decide the fee", officer_does("fee", "in_review")),
    UseCase("reconsider the fee", officer_does("reconsider", "paying", asks=False)),
    UseCase("waive", officer_does("waive", "in_review"), "at the desk"),
    UseCase("accept", officer_does("accept", "in_review", outcome="accepted", words="", sure="yes"), "a notice"),
    UseCase("propose a refusal", officer_does("reject", "in_review", reason="duplicate", sure="yes"), "four eyes"),
    UseCase("approve", officer_does("approve", "proposed", who=TANAKA, looked="yes"), "four eyes"),
    UseCase("send a proposal back", officer_does("send_back", "proposed", who=TANAKA, asks=False), "four eyes"),
    UseCase("reject", officer_does("reject", "in_review", reason="duplicate", sure="yes")),
    UseCase("reject what was paid", officer_does("reject", "ready_to_issue", reason="duplicate", sure="yes")),
    UseCase("pay at the desk", officer_does("pay_at_desk", "paying", who=TANAKA, by="cash")),
    UseCase("refund", officer_does("refund", "ready_to_issue", who=TANAKA, yen="100", reason="overpaid")),
    UseCase("issue", officer_does("issue", "ready_to_issue", looked="yes")),
    UseCase("undo an issue", officer_does("undo_issue", "issued")),
    UseCase("dispatch", officer_does("dispatch", "issued", tracking="1234-5678-9012")),
    UseCase("undo a dispatch", officer_does("undo_dispatch", "dispatched")),
    UseCase("hand over", officer_does("hand_over", "to_collect", looked="yes"), "at the desk"),
    UseCase("put a document on the page", service("ready_to_issue", document), "a document"),
    UseCase("reopen", officer_does("reopen", "rejected", who=TANAKA)),
    UseCase("withdraw for the resident", officer_does("withdraw_for", "paying", way="phone")),
    UseCase("give the tablet back", service("on a tablet", lambda city, case: held.give(city.world.parts, case))),
    UseCase("take a tablet back", service("on a tablet", lambda city, case: held.take_back(
        city.world.parts, cases.officer(), case))),
    UseCase("supplement", service("confirmed", lambda city, case: held.supplement(
        city.world.parts, cases.officer(), case, {**case.answers, "copies": "2"}))),
    UseCase("confirm on the tablet", service("held", lambda city, case: held.confirm(
        city.world.parts, case, held.digest(city.world.parts, case)))),
    UseCase("hand in from the tablet", service("confirmed", lambda city, case: held.hand_in(
        city.world.parts, cases.officer(), case, identity_checked="licence", writing_seconds=60))),
    UseCase("wipe a tablet's case", service("held", lambda city, case: held.wipe(
        city.world.parts, cases.officer(), case, "wiped"))),
    UseCase("call a desk to a family", service("a family", lambda city, case: desks.move(
        city.world.parts, cases.officer(), desks.opened(city.world.parts, cases.officer(), case.id), "shimin",
        StopState.CALLED))),
    UseCase("notice of a capture", provider_knows("paying", notice)),
    UseCase("return page after paying", provider_knows("paying", lambda city, case: pay.look(city.world.parts, case))),
    UseCase("worker asks about open payments", provider_knows("paying", lambda city, case: pay.reconcile(city.world.parts))),
    UseCase("capture of a fee taken back", provider_knows("paying", notice, stands=False)),
    UseCase("deliver a mail", worker("a_submitted", lambda city, case: apply.withdraw(city.world.parts, case))),
    UseCase("close a payment page", worker("paying", lambda city, case: apply.withdraw(city.world.parts, case))),
    UseCase("close a page that was paid", worker("paying", lambda city, case: (
        captured(city, case), pay_at_desk(city.world.parts, cases.tanaka(), case, by=PaidBy.CASH, yen=410)))),
    UseCase("give money back", worker("ready_to_issue", lambda city, case: decide.reject(
        city.world.parts, cases.officer(), case, reason="duplicate"))),
    UseCase("timer: draft runs out", timer("a_draft")),
    UseCase("timer: correction runs out", timer("to correct")),
    UseCase("timer: payment runs out", timer("paying")),
    UseCase("timer: close after dispatch", timer("dispatched")),
    UseCase("timer: warn of the erasure", timer("withdrawn")),
    UseCase("timer: erase", timer("withdrawn", rounds=1)),
)

"""What a store of cases must do; the memory one and the DynamoDB one are held to the same sentences."""

import json
import secrets
import threading
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters import case_json
from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import ApplicationId, CardRead, Note, OfficerId
from chalicelib.domain.errors import AlreadyThere, NotFound, Stale
from chalicelib.domain.history import GENESIS, Happened, looked, record, unbroken
from chalicelib.domain.outbox import Effect, EffectKind
from chalicelib.domain.payment import Attempt, AttemptStatus, Said, attempt_key
from chalicelib.domain.ports import Applications, Outbox, Payments, Receipts
from chalicelib.domain.receipts import Column, ColumnKind, ExportFile, Held, Receipt, Taking
from chalicelib.domain.reference import reference_of
from tests.fakes.store import MemoryReceipts, MemoryStore
from tests.fakes.world import FRIDAY_NOON


@dataclass(frozen=True)
class Store:
    """The ports of one store."""

    cases: Applications
    payments: Payments
    outbox: Outbox
    receipts: Receipts


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Both stores in turn; the real one under a municipality of its own, so that no test sees another's rows."""
    if request.param == "memory":
        memory = MemoryStore()
        return Store(cases=memory, payments=memory, outbox=memory, receipts=MemoryReceipts())
    url = request.getfixturevalue("store_url")
    from pynamodb.connection import Connection

    from chalicelib.adapters.case_keys import CaseKeys, FileWrapper
    from chalicelib.adapters.cases_table import TableApplications
    from chalicelib.adapters.outbox_table import TableOutbox
    from chalicelib.adapters.payments_table import TablePayments
    from chalicelib.adapters.receipts_table import TableReceipts

    (tmp_path / "key").write_bytes(secrets.token_bytes(32))
    muni = f"{secrets.randbelow(10**6):06d}-{secrets.token_hex(4)}"
    connection = Connection(host=url)
    cases = TableApplications(muni, CaseKeys(FileWrapper(tmp_path / "key")), connection)
    return Store(cases=cases, payments=TablePayments(muni), outbox=TableOutbox(muni), receipts=TableReceipts(muni, connection))


def a_first(**changes: Any) -> tuple[Application, Happened]:
    """A new draft with its first history entry."""
    id = ApplicationId(str(uuid.uuid4()))
    entry = record(application=id, number=1, at=FRIDAY_NOON, event=Event.BEGIN, by=Actor.RESIDENT, who="resident",
                   state=State.DRAFT, detail={}, before=GENESIS)
    draft = Application(id=id, procedure="juminhyo", procedure_version=1, department="shimin", reference=reference_of(id),
                        state=State.DRAFT, state_since=FRIDAY_NOON, created_at=FRIDAY_NOON, version=1,
                        last_hash=entry.hash, answers={"name": "辻\U000e0101 𠮷子", "items": ("none", "code")})
    return replace(draft, **changes), entry


def the_next(case: Application, event: Event = Event.SAVE, state: State = State.DRAFT,
             **changes: Any) -> tuple[Application, Happened]:
    """The case and the entry of one more event."""
    entry = record(application=case.id, number=case.version + 1, at=FRIDAY_NOON, event=event, by=Actor.RESIDENT,
                   who="resident", state=state, detail={"page": "kana"}, before=case.last_hash)
    return replace(case, version=case.version + 1, state=state, last_hash=entry.hash, **changes), entry


def test_a_case_comes_back_as_it_was_written_with_every_rare_character(store: Store) -> None:
    case, entry = a_first()
    store.cases.write(case, entry)
    assert store.cases.get(case.id) == case


def test_notes_come_back_and_a_case_from_before_there_were_notes_has_none(store: Store) -> None:
    case, entry = a_first()
    store.cases.write(case, entry)
    left = Note(by=OfficerId("staff-yamada"), by_name="山田 直子", at=FRIDAY_NOON, words="辻\U000e0101 さんへ電話した")
    later, said = the_next(case, notes=(left,))
    store.cases.write(later, said)
    assert store.cases.get(case.id).notes == (left,)
    body, personal = case_json.split(later)
    assert "電話" not in body
    old = {name: value for name, value in json.loads(personal).items() if name != "notes"}
    assert case_json.join(body, json.dumps(old).encode()).notes == ()


def test_an_unknown_case_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.cases.get(ApplicationId(str(uuid.uuid4())))


def test_the_same_new_case_twice_is_refused_the_second_time(store: Store) -> None:
    case, entry = a_first()
    store.cases.write(case, entry)
    with pytest.raises(AlreadyThere):
        store.cases.write(case, entry)


def test_of_two_writes_on_the_same_version_exactly_one_wins(store: Store) -> None:
    case, entry = a_first()
    store.cases.write(case, entry)
    results: list[str] = []

    def try_to_save(officer: str) -> None:
        after, happened = the_next(case, officer_name=officer)
        try:
            store.cases.write(after, happened)
            results.append("won")
        except Stale:
            results.append("stale")

    racers = [threading.Thread(target=try_to_save, args=(f"職員{i}",)) for i in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(results) == ["stale"] * 7 + ["won"]
    assert len(store.cases.history(case.id)) == 2


def test_a_refused_write_leaves_neither_history_nor_effects(store: Store) -> None:
    case, entry = a_first()
    store.cases.write(case, entry)
    after, happened = the_next(replace(case, version=5))
    effect = Effect(id=f"{case.id}:6:0", kind=EffectKind.MAIL, application=case.id, created_at=FRIDAY_NOON, not_before=FRIDAY_NOON)
    with pytest.raises(Stale):
        store.cases.write(after, happened, effects=[effect])
    assert len(store.cases.history(case.id)) == 1
    assert store.outbox.waiting() == 0


def test_the_history_comes_back_in_order_and_unbroken(store: Store) -> None:
    case, entry = a_first()
    store.cases.write(case, entry)
    for _ in range(11):
        case, entry = the_next(case)
        store.cases.write(case, entry)
    history = store.cases.history(case.id)
    assert [e.number for e in history] == list(range(1, 13))
    assert unbroken(history)


def test_a_queue_lists_the_oldest_first_and_no_drafts(store: Store) -> None:
    young, entry = a_first()
    store.cases.write(young, entry)
    store.cases.write(*the_next(young, Event.SUBMIT, State.SUBMITTED, state_since=FRIDAY_NOON, submitted_at=FRIDAY_NOON))
    old, entry = a_first()
    store.cases.write(old, entry)
    store.cases.write(*the_next(old, Event.SUBMIT, State.SUBMITTED, state_since=FRIDAY_NOON - timedelta(days=1),
                                 submitted_at=FRIDAY_NOON))
    draft, entry = a_first()
    store.cases.write(draft, entry)
    assert [row.id for row in store.cases.queue("shimin", State.SUBMITTED).rows] == [old.id, young.id]
    assert [row.id for row in store.cases.queue("shimin", State.SUBMITTED, newest=True).rows] == [young.id, old.id]
    assert store.cases.queue("zeimu", State.SUBMITTED).rows == ()
    assert store.cases.queue("shimin", State.DRAFT).rows == ()


def test_a_draft_that_was_given_up_stands_in_no_queue(store: Store) -> None:
    draft, entry = a_first()
    store.cases.write(draft, entry)
    store.cases.write(*the_next(draft, Event.WITHDRAW, State.WITHDRAWN))
    assert store.cases.queue("shimin", State.WITHDRAWN).rows == ()


def submitted(store: Store, **changes: Any) -> Application:
    """A case in the queue of 市民課."""
    case, entry = a_first()
    store.cases.write(case, entry)
    sent = {"submitted_at": FRIDAY_NOON, "state_since": FRIDAY_NOON, **changes}
    case, entry = the_next(case, Event.SUBMIT, State.SUBMITTED, **sent)
    store.cases.write(case, entry)
    return case


def test_a_long_queue_comes_in_pieces_that_neither_overlap_nor_leave_a_gap(store: Store) -> None:
    cases = [submitted(store, state_since=FRIDAY_NOON + timedelta(minutes=minute)) for minute in range(7)]
    found, after = [], None
    while True:
        piece = store.cases.queue("shimin", State.SUBMITTED, most=3, after=after)
        found += [row.id for row in piece.rows]
        after = piece.next
        if after is None:
            break
    assert found == [case.id for case in cases]


def test_a_queue_can_be_narrowed_to_one_procedure(store: Store) -> None:
    submitted(store)
    dog = submitted(store, procedure="inu-toroku")
    assert [row.id for row in store.cases.queue("shimin", State.SUBMITTED, procedure="inu-toroku").rows] == [dog.id]


def test_a_rare_procedure_is_searched_for_piece_by_piece_and_found(store_url: str, tmp_path: Path) -> None:
    """A page of the list reads a few pieces at most, however many cases of other procedures stand before the rare one."""
    from pynamodb.connection import Connection

    from chalicelib.adapters.case_keys import CaseKeys, FileWrapper
    from chalicelib.adapters.cases_table import FILTERED_READS, TableApplications

    (tmp_path / "key").write_bytes(secrets.token_bytes(32))
    cases = TableApplications(secrets.token_hex(6), CaseKeys(FileWrapper(tmp_path / "key")), Connection(host=store_url),
                              filtered_page=2)
    memory = MemoryStore()
    store = Store(cases=cases, payments=memory, receipts=MemoryReceipts(), outbox=memory)
    for number in range(2 * FILTERED_READS + 3):
        submitted(store, procedure="juminhyo", state_since=FRIDAY_NOON + timedelta(minutes=number))
    dog = submitted(store, procedure="inu-toroku", state_since=FRIDAY_NOON + timedelta(days=1))
    first = cases.queue("shimin", State.SUBMITTED, procedure="inu-toroku")
    assert (first.rows, first.next is None) == ((), False)
    second = cases.queue("shimin", State.SUBMITTED, procedure="inu-toroku", after=first.next)
    assert ([row.id for row in second.rows], second.next) == ([dog.id], None)


def test_counts_follow_every_step_and_never_a_draft(store: Store) -> None:
    draft, entry = a_first()
    store.cases.write(draft, entry)
    assert not store.cases.counts("shimin")
    one, _ = submitted(store), submitted(store)
    claimed, entry = the_next(one, Event.CLAIM, State.IN_REVIEW, officer="staff-yamada")
    store.cases.write(claimed, entry, was=State.SUBMITTED)
    noted, entry = the_next(claimed, Event.NOTE, State.IN_REVIEW)
    store.cases.write(noted, entry, was=State.IN_REVIEW)
    counts = store.cases.counts("shimin")
    assert (counts.get(State.SUBMITTED), counts.get(State.IN_REVIEW)) == (1, 1)


def test_an_officer_finds_their_own_open_cases(store: Store) -> None:
    one, _ = submitted(store), submitted(store)
    claimed, entry = the_next(one, Event.CLAIM, State.IN_REVIEW, officer="staff-yamada", officer_name="山田 直子")
    store.cases.write(claimed, entry, was=State.SUBMITTED)
    assert [row.id for row in store.cases.mine("shimin", OfficerId("staff-yamada")).rows] == [one.id]
    assert store.cases.mine("shimin", OfficerId("staff-suzuki")).rows == ()
    ended, entry = the_next(claimed, Event.REJECT, State.REJECTED)
    store.cases.write(ended, entry, was=State.IN_REVIEW)
    assert store.cases.mine("shimin", OfficerId("staff-yamada")).rows == ()


def test_who_opened_a_case_is_logged(store: Store) -> None:
    case = submitted(store)
    look = looked(case.id, OfficerId("staff-yamada"), "山田 直子", FRIDAY_NOON)
    store.cases.look(look)
    assert store.cases.looks(case.id, FRIDAY_NOON - timedelta(minutes=5)) == (look,)
    assert store.cases.looks(case.id, FRIDAY_NOON + timedelta(seconds=1)) == ()


def test_an_erased_case_can_be_read_by_nobody_and_its_history_stays(store: Store) -> None:
    case = submitted(store, answers={"name": "指宿　花子"})
    ended, entry = the_next(case, Event.WITHDRAW, State.WITHDRAWN)
    store.cases.write(ended, entry, was=State.SUBMITTED)
    gone, entry = the_next(ended, Event.FORGET, State.ERASED)
    store.cases.write(gone, entry, was=State.WITHDRAWN)
    with pytest.raises(NotFound):
        store.cases.get(case.id)
    assert [one.event for one in store.cases.history(case.id)][-1] is Event.FORGET
    assert not any(store.cases.counts("shimin").values())


def test_a_case_is_found_by_its_reference_number_and_by_its_secret_link(store: Store) -> None:
    case, entry = a_first()
    store.cases.write(case, entry, link="status:abc")
    assert store.cases.by_reference(case.reference) == case.id
    assert store.cases.by_link("abc") == (case.id, "status")
    with pytest.raises(NotFound):
        store.cases.by_link("abd")
    with pytest.raises(NotFound):
        store.cases.by_reference("2222-2222-2222")


def test_a_link_secret_is_the_same_each_time_and_differs_by_purpose_and_case(store: Store) -> None:
    case, entry = a_first()
    store.cases.write(case, entry)
    other, entry = a_first()
    store.cases.write(other, entry)
    secret = store.cases.secret(case.id, "status/0")
    assert secret == store.cases.secret(case.id, "status/0")
    assert len({secret, store.cases.secret(case.id, "resume/1"), store.cases.secret(other.id, "status/0")}) == 3
    assert len(secret) >= 32


def test_a_case_is_due_from_its_moment_on_and_no_longer_when_the_moment_is_taken_away(store: Store) -> None:
    case, entry = a_first(due=FRIDAY_NOON)
    store.cases.write(case, entry)
    assert store.cases.due(FRIDAY_NOON - timedelta(seconds=1)) == ()
    assert store.cases.due(FRIDAY_NOON) == (case.id,)
    store.cases.write(*the_next(case, due=None))
    assert store.cases.due(FRIDAY_NOON) == ()


def test_an_effect_is_leased_to_one_worker_and_comes_again_when_the_worker_died(store: Store) -> None:
    case, entry = a_first()
    effect = Effect(id=f"{case.id}:1:0", kind=EffectKind.MAIL, application=case.id, created_at=FRIDAY_NOON,
                    detail={"template": "received"}, not_before=FRIDAY_NOON)
    store.cases.write(case, entry, effects=[effect])
    assert [e.id for e in store.outbox.lease(FRIDAY_NOON, 10)] == [effect.id]
    assert store.outbox.lease(FRIDAY_NOON, 10) == ()
    (again,) = store.outbox.lease(FRIDAY_NOON + timedelta(seconds=61), 10)
    assert again.detail == {"template": "received"}
    store.outbox.done(again)
    assert store.outbox.lease(FRIDAY_NOON + timedelta(days=1), 10) == ()
    assert store.outbox.waiting() == 0


def test_an_effect_that_failed_waits_and_remembers_its_tries(store: Store) -> None:
    case, entry = a_first()
    effect = Effect(id=f"{case.id}:1:0", kind=EffectKind.MAIL, application=case.id, created_at=FRIDAY_NOON, not_before=FRIDAY_NOON)
    store.cases.write(case, entry, effects=[effect])
    (leased,) = store.outbox.lease(FRIDAY_NOON, 10)
    store.outbox.failed(leased, FRIDAY_NOON + timedelta(minutes=5))
    assert store.outbox.lease(FRIDAY_NOON + timedelta(minutes=4), 10) == ()
    (again,) = store.outbox.lease(FRIDAY_NOON + timedelta(minutes=5), 10)
    assert again.tries == 1


def test_a_capture_is_stored_once_and_ends_the_attempt(store: Store) -> None:
    case, entry = a_first()
    key = attempt_key("462101", case.id, 1, 1)
    attempt = Attempt(key=key, application=case.id, decision=1, number=1, yen=410, checkout="co_1", url="https://pay.example",
                      opened_at=FRIDAY_NOON, expires_at=FRIDAY_NOON + timedelta(hours=1))
    store.cases.write(case, entry, attempt=attempt)
    assert store.payments.attempt(key) == attempt
    assert store.payments.open_attempts() == (attempt,)
    said = Said(id="capture", attempt=key, status=AttemptStatus.PAID, yen=410, refunded=0, at=FRIDAY_NOON)
    paid, entry = the_next(case)
    store.cases.write(paid, entry, said=said)
    assert store.payments.open_attempts() == ()
    with pytest.raises(Stale):
        store.cases.write(*the_next(paid), said=said)
    store.payments.note(said)
    assert store.payments.said(key) == (said,)


def an_ended(store: Store, **changes: Any) -> Application:
    """A case that was withdrawn after it had been sent."""
    case, entry = the_next(submitted(store), Event.WITHDRAW, State.WITHDRAWN, **changes)
    store.cases.write(case, entry, was=State.SUBMITTED)
    return case


def test_an_ended_case_waits_for_its_export_until_it_was_exported(store: Store) -> None:
    old, young = an_ended(store, state_since=FRIDAY_NOON), an_ended(store, state_since=FRIDAY_NOON + timedelta(minutes=1))
    submitted(store)
    draft, entry = a_first()
    store.cases.write(draft, entry)
    store.cases.write(*the_next(draft, Event.WITHDRAW, State.WITHDRAWN))
    assert store.cases.to_export("shimin", "juminhyo", 10) == (Held(old.id, old.reference), Held(young.id, young.reference))
    assert store.cases.to_export("shimin", "juminhyo", 1) == (Held(old.id, old.reference),)
    assert store.cases.how_many_to_export("shimin", "juminhyo", 10) == 2
    assert store.cases.to_export("shimin", "inu-toroku", 10) == store.cases.to_export("zeimu", "juminhyo", 10) == ()
    exported, entry = the_next(old, Event.EXPORT, State.WITHDRAWN, exported_in="20261120-ABCDEF")
    store.cases.write(exported, entry, was=State.WITHDRAWN)
    assert store.cases.to_export("shimin", "juminhyo", 10) == (Held(young.id, young.reference),)


def test_several_cases_come_at_once_without_those_that_are_erased(store: Store) -> None:
    cases = [submitted(store) for _ in range(3)]
    ended, entry = the_next(cases[0], Event.WITHDRAW, State.WITHDRAWN)
    store.cases.write(ended, entry, was=State.SUBMITTED)
    gone, entry = the_next(ended, Event.FORGET, State.ERASED)
    store.cases.write(gone, entry, was=State.WITHDRAWN)
    assert store.cases.to_export("shimin", "juminhyo", 10) == ()
    unknown = ApplicationId(str(uuid.uuid4()))
    assert store.cases.several([case.id for case in cases] + [unknown]) == {case.id: case for case in cases[1:]}


A_RECEIPT = Receipt(
    number="20261120-ABCDEF", department="shimin", procedure="juminhyo", officer=OfficerId("staff-yamada"),
    officer_name="山田 直子", at=FRIDAY_NOON, format=1,
    cases=(Held(ApplicationId("a"), "2222-2222-2222"), Held(ApplicationId("b"), "3333-3333-3333")),
    columns=(Column(header="犬", field="dogs", key="dogs", kind=ColumnKind.ROWS, choices=(("a", "あ"),), parts=(("name", "n"),)),))


def test_a_receipt_is_stored_once_and_completed_once(store: Store) -> None:
    assert store.receipts.begin(A_RECEIPT) == A_RECEIPT
    assert store.receipts.begin(replace(A_RECEIPT, cases=())) == A_RECEIPT
    complete = replace(A_RECEIPT, cases=A_RECEIPT.cases[:1], files=(ExportFile(0, 1, "c" * 64, "d" * 64),), digest="e" * 64)
    store.receipts.complete(complete)
    with pytest.raises(Stale):
        store.receipts.complete(replace(complete, digest="f" * 64))
    assert store.receipts.get("shimin", A_RECEIPT.number) == complete
    with pytest.raises(NotFound):
        store.receipts.get("zeimu", A_RECEIPT.number)


def test_the_receipts_of_a_department_are_listed_the_newest_first(store: Store) -> None:
    later = replace(A_RECEIPT, number="20261121-222222", at=FRIDAY_NOON + timedelta(days=1))
    for receipt in (later, A_RECEIPT, replace(A_RECEIPT, department="zeimu")):
        store.receipts.begin(receipt)
    assert [(line.number, line.count, line.digest) for line in store.receipts.of("shimin")] == [
        (later.number, 2, None), (A_RECEIPT.number, 2, None)]
    assert [line.number for line in store.receipts.of("shimin", 1)] == [later.number]


def test_who_took_a_file_of_a_receipt_is_logged(store: Store) -> None:
    taking = Taking("shimin", A_RECEIPT.number, "1.csv", OfficerId("staff-yamada"), "山田 直子", FRIDAY_NOON)
    store.receipts.take(taking)
    store.receipts.take(replace(taking, at=FRIDAY_NOON + timedelta(seconds=1)))
    assert store.receipts.takings("shimin", A_RECEIPT.number)[0] == taking
    assert len(store.receipts.takings("shimin", A_RECEIPT.number)) == 2
    assert store.receipts.takings("zeimu", A_RECEIPT.number) == ()
def test_the_secret_of_a_case_is_the_same_before_and_after_its_first_event(store: Store) -> None:
    case, entry = a_first()
    store.cases.reserve(case.id)
    store.cases.reserve(case.id)
    secret = store.cases.secret(case.id, "status/0")
    store.cases.write(case, entry, link=f"status:{secret}")
    assert store.cases.secret(case.id, "status/0") == secret
    assert store.cases.get(case.id) == case
    store.cases.reserve(case.id)
    assert store.cases.get(case.id) == case


def test_a_queue_says_how_each_case_came(store: Store) -> None:
    case, entry = a_first(submitted_at=FRIDAY_NOON, state=State.SUBMITTED, channel="post", received_by=OfficerId("staff-yamada"),
                          identity_checked="copies")
    store.cases.write(case, entry)
    assert [row.channel for row in store.cases.queue("shimin", State.SUBMITTED).rows] == ["post"]
    assert store.cases.get(case.id) == case


def test_a_case_of_a_kiosk_is_found_by_its_printed_code_and_says_when_it_was_made(store: Store) -> None:
    made = FRIDAY_NOON - timedelta(minutes=30)
    of_kiosk: dict[str, Any] = {"submitted_at": FRIDAY_NOON, "state": State.SUBMITTED, "channel": "kiosk", "kiosk": "kiosk-1",
                                "case_code": "ABCD-2345", "made_at": made,
                                "card": CardRead(kind="residence", name="辻\U000e0101 𠮷子", address="十町",
                                                 birthdate="1985-03-00")}
    case, entry = a_first(**of_kiosk)
    store.cases.write(case, entry)
    assert store.cases.get(case.id) == case
    assert store.cases.by_case_code("ABCD-2345") == (case.id,)
    assert store.cases.by_case_code("ABCD-2346") == ()
    assert [row.made_at for row in store.cases.queue("shimin", State.SUBMITTED).rows] == [made]
    store.cases.write(*a_first(**of_kiosk))
    assert len(store.cases.by_case_code("ABCD-2345")) == 2

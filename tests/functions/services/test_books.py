"""The books: every yen that moves is a line, and a closed day is closed."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.application import Application, State
from chalicelib.domain.contents import PaidBy
from chalicelib.domain.errors import FormFaulty, NotAllowed, ProviderDown, Stale
from chalicelib.domain.ledger import Difference, FeeItem, LedgerLine, Movement, spread
from chalicelib.domain.task import TaskKind
from chalicelib.services import apply, books, decide, desk_money, pay
from chalicelib.services.officers import Role
from content.rules.opening import JAPAN
from tests.fakes import cases
from tests.fakes.world import World, a_world

FRIDAY = date(2026, 11, 20)
SATURDAY = FRIDAY + timedelta(days=1)
BACK = "http://localhost:8080/status/x/paid"


def paid_online(world: World) -> Application:
    """410 yen by card: 300 for the certificate, 110 for the post."""
    return cases.ready_to_issue(world)


def paid_at_desk(world: World, by: PaidBy = PaidBy.CASH) -> Application:
    """410 yen over the counter."""
    return desk_money.pay_at_desk(world.parts, cases.tanaka(), cases.awaiting_payment(world), by=by, yen=410)


def close(world: World, day: date = FRIDAY, *, cash: int | None = None, terminal: int | None = None, words: str = "") -> None:
    """田中 closes a day; what is not said agrees with the books."""
    book = world.store.books.day("shimin", day)
    books.close_day(world.parts, cases.tanaka(), day, lines=book.lines, words=words,
                    cash=book.totals.get(PaidBy.CASH, 0) if cash is None else cash,
                    terminal=book.totals.get(PaidBy.CASHLESS, 0) if terminal is None else terminal)


def told(line: LedgerLine) -> tuple[Movement, PaidBy, FeeItem, int]:
    """What a line says of the money."""
    return line.movement, line.method, line.item, line.yen


def test_a_payment_is_entered_by_fee_item_under_its_reference_number() -> None:
    world = a_world()
    case = paid_online(world)
    lines = world.store.books.lines(FRIDAY)
    assert [told(line) for line in lines] == [(Movement.CAPTURE, PaidBy.ONLINE, FeeItem.CERTIFICATE, 300),
                                              (Movement.CAPTURE, PaidBy.ONLINE, FeeItem.POSTAGE, 110)]
    assert {(line.reference, line.attempt, line.procedure) for line in lines} == {
        (case.reference, cases.attempt_key_of(case), "juminhyo")}


def test_what_an_officer_worded_otherwise_is_entered_without_the_words() -> None:
    world = a_world()
    case = decide.decide_fee(world.parts, cases.officer(), cases.in_review(world), [("指宿 花子さんの分", 700), ("減免", -300)])
    desk_money.pay_at_desk(world.parts, cases.tanaka(), case, by=PaidBy.CASH, yen=400)
    assert [told(line)[2:] for line in world.store.books.lines(FRIDAY)] == [(FeeItem.OTHER, 700), (FeeItem.OTHER, -300)]
    assert "花子" not in repr(world.store.books.entries)


def test_a_refund_in_parts_ends_at_zero_for_each_fee_item() -> None:
    world = a_world()
    case = paid_at_desk(world)
    for yen, balance in ((7, 410), (100, 403), (303, 303)):
        case = desk_money.refund(world.parts, cases.tanaka(), case, yen=yen, balance=balance, reason="reduced")
    left: Counter[FeeItem] = Counter()
    for line in world.store.books.lines(FRIDAY):
        left[line.item] += line.yen
    assert set(left.values()) == {0}
    assert {line.officer for line in world.store.books.lines(FRIDAY)} == {cases.tanaka().id}


def test_a_refusal_after_payment_is_entered_as_money_given_back() -> None:
    world = a_world()
    case = paid_online(world)
    decide.reject(world.parts, cases.officer(), case, reason="duplicate")
    assert world.store.books.day("shimin", FRIDAY).yen == 0


def test_money_for_a_decision_that_was_taken_back_is_two_lines_that_cancel_each_other() -> None:
    world = a_world()
    case = cases.awaiting_payment(world)
    pay.open_payment(world.parts, case, back_to=BACK)
    key = cases.attempt_key_of(world.store.get(case.id))
    decide.reconsider_fee(world.parts, cases.officer(), world.store.get(case.id))
    paid = world.provider.pay(key, world.clock())
    for _ in range(3):
        pay.settle(world.parts, paid, said_id="evt_1")
    assert [told(line)[0] for line in world.store.books.lines(FRIDAY)] == [Movement.CAPTURE, Movement.RETURN]
    assert world.store.books.day("shimin", FRIDAY).yen == 0
    close(world)
    assert world.store.tasks.open("shimin") == ()


def test_money_after_the_closing_counts_in_the_next_open_day() -> None:
    world = a_world()
    paid_at_desk(world)
    close(world)
    paid_at_desk(world)
    world.clock.pass_(days=1)
    assert world.store.books.day("shimin", FRIDAY).yen == 410
    assert world.store.books.day("shimin", SATURDAY).yen == 410
    close(world, SATURDAY)
    paid_at_desk(world)
    assert world.store.books.day("shimin", SATURDAY + timedelta(days=1)).yen == 410


def test_a_capture_that_is_learned_the_next_day_counts_in_the_day_it_was_made_while_that_is_open() -> None:
    world = a_world()
    case = cases.awaiting_payment(world)
    pay.open_payment(world.parts, case, back_to=BACK)
    world.provider.pay(cases.attempt_key_of(world.store.get(case.id)), world.clock())
    world.clock.pass_(days=1)
    pay.reconcile(world.parts)
    assert world.store.books.day("shimin", FRIDAY).yen == 410
    close(world)


def test_a_day_that_agrees_is_closed_without_a_word() -> None:
    world = a_world()
    paid_online(world)
    paid_at_desk(world)
    paid_at_desk(world, PaidBy.CASHLESS)
    close(world)
    closing = world.store.books.day("shimin", FRIDAY).closing
    assert closing is not None
    assert closing.counted == {PaidBy.ONLINE: 410, PaidBy.CASH: 410, PaidBy.CASHLESS: 410}
    assert world.store.tasks.open("shimin") == ()


def test_a_difference_must_be_explained_and_the_head_is_told() -> None:
    world = a_world()
    paid_at_desk(world)
    with pytest.raises(FormFaulty):
        close(world, cash=400)
    close(world, cash=400, words="10円玉が1枚足りない。床をさがした。")
    closing = world.store.books.day("shimin", FRIDAY).closing
    assert closing is not None
    assert closing.differences == (Difference(where="cash", yen=-10),)
    (task,) = world.store.tasks.open("shimin")
    assert (task.kind, task.detail) == (TaskKind.DAY_DIFFERS, {"day": "2026-11-20", "yen": "-10"})


def test_a_capture_of_which_the_books_do_not_know_is_a_difference_by_its_key() -> None:
    world = a_world()
    paid_online(world)
    case = cases.awaiting_payment(world)
    pay.open_payment(world.parts, case, back_to=BACK)
    key = cases.attempt_key_of(world.store.get(case.id))
    world.provider.pay(key, world.clock())
    checked = books.check_day(world.parts, cases.tanaka(), FRIDAY, cash=0, terminal=0)
    assert checked.differences == (Difference(where=key, yen=410),)
    assert checked.counted[PaidBy.ONLINE] == 820
    pay.reconcile(world.parts)
    close(world)


def test_a_payment_of_which_the_provider_does_not_know_is_a_difference() -> None:
    world = a_world()
    key = cases.attempt_key_of(paid_online(world))
    del world.provider.checkouts[key]
    checked = books.check_day(world.parts, cases.tanaka(), FRIDAY, cash=0, terminal=0)
    assert checked.differences == (Difference(where=key, yen=-410),)


def test_the_evening_after_a_closing_is_held_against_the_provider_with_the_next_day() -> None:
    world = a_world()
    close(world)
    paid_online(world)
    late = cases.awaiting_payment(world)
    pay.open_payment(world.parts, late, back_to=BACK)
    key = cases.attempt_key_of(world.store.get(late.id))
    world.provider.pay(key, world.clock())
    world.clock.pass_(days=1)
    checked = books.check_day(world.parts, cases.tanaka(), SATURDAY, cash=0, terminal=0)
    assert checked.differences == (Difference(where=key, yen=410),)


def test_a_day_is_not_closed_while_the_provider_cannot_be_asked() -> None:
    world = a_world()
    world.provider.down = True
    with pytest.raises(ProviderDown):
        close(world)
    assert world.store.books.day("shimin", FRIDAY).closing is None


def test_a_day_to_come_is_not_closed_and_none_is_closed_twice() -> None:
    world = a_world()
    with pytest.raises(FormFaulty):
        close(world, SATURDAY)
    close(world)
    with pytest.raises(Stale):
        close(world)


def test_who_saw_fewer_lines_than_there_are_closes_nothing() -> None:
    world = a_world()
    paid_at_desk(world)
    with pytest.raises(Stale):
        books.close_day(world.parts, cases.tanaka(), FRIDAY, lines=0, cash=410, terminal=0)


@pytest.mark.parametrize("role", set(Role) - {Role.CASHIER})
def test_only_a_cashier_closes_and_corrects(role: Role) -> None:
    world = a_world()
    who = cases.tanaka(role)
    with pytest.raises(NotAllowed):
        books.close_day(world.parts, who, FRIDAY, lines=0, cash=0, terminal=0)
    with pytest.raises(NotAllowed):
        books.correct(world.parts, who, FRIDAY, id="3f2504e0-4f89-41d3-9a0c-0305e82c3301", method=PaidBy.CASH,
                      item=FeeItem.OTHER, yen=1, reason="miscounted")


def test_a_correction_is_a_new_line_in_an_open_day_and_a_second_press_enters_nothing() -> None:
    world = a_world()
    paid_at_desk(world)
    close(world, cash=400, words="数えまちがい")
    closed = world.store.books.day("shimin", FRIDAY)
    for _ in range(2):
        line = books.correct(world.parts, cases.tanaka(), FRIDAY, id="3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                             method=PaidBy.CASH, item=FeeItem.OTHER, yen=-10, reason="miscounted")
    assert (line.day, line.officer, line.reason) == (SATURDAY, cases.tanaka().id, "miscounted")
    assert world.store.books.day("shimin", SATURDAY).yen == -10
    assert world.store.books.day("shimin", FRIDAY) == closed


def test_the_drawer_is_counted_by_its_pieces() -> None:
    assert books.counted_yen({10_000: 3, 500: 2, 1: 7}) == 31_007
    for wrong in ({3: 1}, {10: -1}):
        with pytest.raises(FormFaulty):
            books.counted_yen(wrong)


@pytest.mark.parametrize(("typed", "yen"), [
    ("１，２００円", 1200), ("-300", -300), ("▲300", -300), ("0", 0), ("", None), ("三百", None), ("1e3", None),
    ("9999999999", None)])
def test_an_amount_is_read_as_people_type_it(typed: str, yen: int | None) -> None:
    assert books.yen_typed(typed) == yen


@given(st.lists(st.integers(-500, 5000), min_size=1, max_size=5).filter(lambda amounts: sum(amounts) > 0), st.data())
def test_parts_of_a_refund_add_up_to_the_yen(amounts: list[int], data: st.DataObject) -> None:
    left = tuple((FeeItem.OTHER, amount) for amount in amounts)
    while total := sum(amount for _, amount in left):
        part = data.draw(st.integers(max(1, total // 4), total))
        gone = spread(part, left)
        assert sum(amount for _, amount in gone) == part
        left = tuple((item, amount - less) for (item, amount), (_, less) in zip(left, gone, strict=True))
    assert {amount for _, amount in left} == {0}


class Till:
    """A city hall whose every yen is counted a second time, apart from the books."""

    def __init__(self) -> None:
        self.world = a_world()
        self.paid: list[Application] = []
        self.yen: Counter[PaidBy] = Counter()
        self.frozen: dict[date, object] = {}

    def do(self, what: str, share: int) -> None:
        """One thing that happens at a city hall."""
        match what:
            case "card":
                self._came(paid_online(self.world), PaidBy.ONLINE)
            case "cash" | "cashless":
                self._came(paid_at_desk(self.world, PaidBy(what)), PaidBy(what))
            case "refund" if self.paid:
                self._refund(share)
            case "late":
                self._late()
            case "close":
                self._close()
            case "night":
                self.world.clock.pass_(hours=3 + share / 10)

    def _came(self, case: Application, by: PaidBy) -> None:
        self.paid.append(case)
        self.yen[by] += 410

    def _refund(self, share: int) -> None:
        case = self.world.store.get(self.paid[share % len(self.paid)].id)
        yen = case.paid_yen * share // 100
        if yen and case.paid_by is not None:
            desk_money.refund(self.world.parts, cases.tanaka(), case, yen=yen, balance=case.paid_yen, reason="reduced")
            self.yen[case.paid_by] -= yen

    def _late(self) -> None:
        """Withdrawn while the page was open, then paid: taken and given back."""
        case = cases.awaiting_payment(self.world)
        pay.open_payment(self.world.parts, case, back_to=BACK)
        case = self.world.store.get(case.id)
        apply.withdraw(self.world.parts, case)
        pay.settle(self.world.parts, self.world.provider.pay(cases.attempt_key_of(case), self.world.clock()), said_id="evt_1")

    def _close(self) -> None:
        day = self.world.clock().astimezone(JAPAN).date()
        if self.world.store.books.day("shimin", day).closing is None:
            close(self.world, day)
            self.frozen[day] = (self.world.store.books.day("shimin", day), self.world.store.books.lines(day))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["card", "cash", "cashless", "refund", "refund", "late", "close", "night"]),
                          st.integers(1, 100)), max_size=14))
def test_whatever_happens_the_books_agree_to_the_yen_and_a_closed_day_never_changes(happens: list[tuple[str, int]]) -> None:
    till = Till()
    for what, share in happens:
        till.do(what, share)
        for day, was in till.frozen.items():
            assert (till.world.store.books.day("shimin", day), till.world.store.books.lines(day)) == was
    lines = till.world.store.books.entries
    for method in PaidBy:
        assert sum(line.yen for line in lines if line.method is method) == till.yen[method]
    days = till.world.store.books.days("shimin", "2026-11") + till.world.store.books.days("shimin", "2026-12")
    assert sum(book.yen for book in days) == sum(till.yen.values())
    assert till.world.store.tasks.open("shimin") == ()
    captured = sum(line.yen for line in lines if line.movement is Movement.CAPTURE)
    assert captured == sum(one.captured for one in till.world.provider.checkouts.values())


def test_a_case_of_another_department_is_in_the_books_of_that_department() -> None:
    world = a_world()
    case = cases.awaiting_payment(world)
    world.store.cases[case.id] = replace(case, department="zeimu")
    cashier = replace(cases.tanaka(), department="zeimu")
    desk_money.pay_at_desk(world.parts, cashier, world.store.get(case.id), by=PaidBy.CASH, yen=410)
    assert world.store.books.day("shimin", FRIDAY).yen == 0
    assert world.store.books.day("zeimu", FRIDAY).yen == 410
    assert world.store.get(case.id).state is State.READY_TO_ISSUE


def test_a_day_that_is_closed_under_a_step_sends_its_money_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    case = cases.awaiting_payment(world)
    write = world.store.write

    def close_first(*what: Any, **more: Any) -> None:
        if more["ledger"] and world.store.books.day("shimin", FRIDAY).closing is None:
            close(world)
        write(*what, **more)

    monkeypatch.setattr(world.store, "write", close_first)
    case = desk_money.pay_at_desk(world.parts, cases.tanaka(), case, by=PaidBy.CASH, yen=410)
    assert case.state is State.READY_TO_ISSUE
    assert world.store.books.day("shimin", FRIDAY).yen == 0
    assert world.store.books.day("shimin", SATURDAY).yen == 410

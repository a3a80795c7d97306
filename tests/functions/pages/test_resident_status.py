"""The status page: how it stands, who acts now, until when, and one button when it is the resident."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from chalicelib.domain.application import Application, State
from chalicelib.pages.resident_steps import working_day_after
from chalicelib.services import apply, decide, pay, review, timers
from tests.fakes import cases
from tests.fakes.world import ibusuki
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.resident_phone import heading, status_of, token_of, words


def rejected(hall: Hall) -> Application:
    """A case that ends at the desk."""
    return decide.reject(hall.world.parts, cases.officer(), cases.in_review(hall.world), reason="counter-only")


def asked_back(hall: Hall) -> Application:
    """A case with a question to the resident."""
    return review.request_correction(hall.world.parts, cases.officer(), cases.in_review(hall.world), fields=["name_kana"],
                                     reason="kana-differs", words="ことば")


def unpaid_for_too_long(hall: Hall) -> Application:
    """A case whose days to pay are over."""
    case = cases.awaiting_payment(hall.world)
    hall.world.clock.pass_(days=15)
    timers.run(hall.world.parts)
    return hall.world.store.get(case.id)


STANDS: dict[str, tuple[Callable[[Hall], Application], str, str, str]] = {
    "received": (lambda hall: cases.a_submitted(hall.world), "受け付けました", "市役所", ""),
    "in review": (lambda hall: cases.in_review(hall.world), "確かめています", "市役所", ""),
    "asked back": (asked_back, "直してほしいところがあります", "あなた", "直すところを開く"),
    "to pay": (lambda hall: cases.awaiting_payment(hall.world), "お支払いをお待ちしています", "あなた", "410円を支払う"),
    "paid": (lambda hall: cases.ready_to_issue(hall.world), "用意しています", "市役所", ""),
    "sent": (lambda hall: cases.dispatched(hall.world), "送りました", "郵便", "証明書が届きました"),
    "arrived": (lambda hall: apply.confirm_arrival(hall.world.parts, cases.dispatched(hall.world)), "おわりました", "", ""),
    "rejected": (rejected, "この申請では発行できませんでした", "", ""),
    "withdrawn": (lambda hall: apply.withdraw(hall.world.parts, cases.a_submitted(hall.world)), "申請を取りやめました", "", ""),
    "expired": (unpaid_for_too_long, "期限がすぎたため、終わりました", "", ""),
}


@pytest.mark.parametrize("name", STANDS)
def test_each_state_says_how_it_stands_whose_turn_it_is_and_has_at_most_one_main_button(name: str) -> None:
    hall = Hall()
    bring, says, turn, button = STANDS[name]
    page = status_of(hall, bring(hall))
    assert page.status == 200
    assert heading(page) == says
    assert ("の番です" in page.html) == bool(turn)
    assert not turn or f"いま：{turn}の番です" in words(page)
    aside = ("市役所に書く", "読む・書く", "領収書を開く")
    main = [form.buttons[0][0] for form in page.forms() if form.buttons[0][0] not in aside]
    assert main == ([button] if button else [])
    assert page.html.count("button--primary") == len(main)
    assert page.html.count('aria-current="step"') == (0 if name == "arrived" else 1)


def test_a_rejection_says_what_can_be_done_and_nothing_else() -> None:
    hall = Hall()
    page = status_of(hall, rejected(hall))
    assert "この申請では発行できませんでした。窓口でお手続きください。" in words(page)
    assert "料金はかかりません" in words(page)
    assert 'href="/places/"' in page.html


def test_the_fee_is_shown_once_it_is_decided_line_by_line() -> None:
    hall = Hall()
    case = cases.in_review(hall.world)
    assert "410円" not in words(status_of(hall, case))
    decide.decide_fee(hall.world.parts, cases.officer(), case, decide.propose_fee(hall.world.parts, case))
    said = words(status_of(hall, case))
    for expected in ("住民票の写し 300円 × 1通", "郵送料（定形郵便）", "110円", "410円", "12月4日（金）まで"):
        assert expected in said, expected


@pytest.mark.parametrize(("start", "count", "day"), [
    (datetime(2026, 11, 20, 3, tzinfo=UTC), 1, "2026-11-24"),   # Friday before a Monday holiday
    (datetime(2026, 11, 20, 15, tzinfo=UTC), 1, "2026-11-24"),  # already Saturday in Japan
    (datetime(2026, 12, 28, 3, tzinfo=UTC), 1, "2027-01-04"),   # 年末年始
    (datetime(2026, 11, 24, 3, tzinfo=UTC), 2, "2026-11-26"),
])
def test_promised_days_are_days_on_which_the_desk_works(start: datetime, count: int, day: str) -> None:
    assert working_day_after(ibusuki(), ibusuki().procedure("juminhyo"), start, count).isoformat() == day


def test_a_step_that_is_late_says_so() -> None:
    hall = Hall()
    case = cases.in_review(hall.world)
    assert "11月25日（水）ごろまで" in words(status_of(hall, case))
    hall.world.clock.pass_(days=6)
    assert "予定より時間がかかっています" in words(status_of(hall, case))


def test_after_a_correction_the_days_are_counted_anew() -> None:
    hall = Hall()
    case = asked_back(hall)
    hall.world.clock.pass_(days=6)
    apply.correct(hall.world.parts, case, {"name_kana": ["イブスキ ハナ"]})
    assert "11月30日（月）ごろまで" in words(status_of(hall, case))


def test_a_case_that_closed_by_itself_does_not_say_that_the_letter_arrived() -> None:
    hall = Hall()
    case = cases.dispatched(hall.world)
    hall.world.clock.pass_(days=31)
    timers.run(hall.world.parts)
    said = words(status_of(hall, case))
    assert "手続きがすべておわりました" in said
    assert "届きました" not in said


def test_a_returned_payment_is_told() -> None:
    hall = Hall()
    case = cases.awaiting_payment(hall.world)
    pay.open_payment(hall.world.parts, case, back_to="x")
    case = hall.world.store.get(case.id)
    key = cases.attempt_key_of(case)
    apply.withdraw(hall.world.parts, case)
    pay.settle(hall.world.parts, hall.world.provider.pay(key, hall.world.clock()), said_id="evt")
    assert "お返しする手続きをしました" in words(status_of(hall, case))


def test_paying_twice_opens_one_payment_page() -> None:
    hall = Hall()
    case = cases.awaiting_payment(hall.world)
    phone = status_of(hall, case).submit("/pay")
    status_of(hall, case).submit("/pay")
    assert "https://pay.example/" in phone.html
    assert len(hall.world.provider.checkouts) == 1


def test_back_from_paying_the_page_waits_for_the_provider_and_does_not_believe_the_browser() -> None:
    hall = Hall()
    case = cases.awaiting_payment(hall.world)
    token = token_of(hall, case)
    phone = status_of(hall, case).submit("/pay").get(f"{PUBLIC}/status/{token}/paid")
    assert heading(phone) == "お支払いを確かめています"
    assert hall.world.store.get(case.id).state is State.AWAITING_PAYMENT
    for turn in range(1, 6):
        assert f"/paid?again={turn}" in phone.html
        phone.get(f"{PUBLIC}/status/{token}/paid?again={turn}")
    assert heading(phone) == "まだ、お支払いを確かめられません"
    assert "refresh" not in phone.html
    hall.world.provider.pay(cases.attempt_key_of(hall.world.store.get(case.id)), hall.world.clock())
    assert heading(phone.get(phone.url)) == "用意しています"


@pytest.mark.parametrize("again", ["x", "-1", "９", "99999999999"])
def test_an_odd_count_in_the_address_is_harmless(again: str) -> None:
    hall = Hall()
    token = token_of(hall, cases.awaiting_payment(hall.world))
    assert hall.browser().get(f"{PUBLIC}/status/{token}/paid?again={again}").status == 200


def test_when_the_payment_service_is_down_one_can_try_again_later() -> None:
    hall = Hall()
    case = cases.awaiting_payment(hall.world)
    phone = status_of(hall, case)
    hall.world.provider.down = True
    phone.submit("/pay")
    assert phone.status == 503
    assert heading(phone) == "ただいま、つながりにくくなっています"
    assert heading(phone.get(f"{PUBLIC}/status/{token_of(hall, case)}/paid")) == "お支払いを確かめています"
    hall.world.provider.down = False
    assert "https://pay.example/" in status_of(hall, case).submit("/pay").html


def test_pressing_pay_on_an_old_page_leads_to_how_it_stands() -> None:
    hall = Hall()
    case = cases.awaiting_payment(hall.world)
    phone = status_of(hall, case)
    decide.reconsider_fee(hall.world.parts, cases.officer(), case)
    phone.submit("/pay")
    assert heading(phone) == "確かめています"


def test_withdrawing_is_asked_once_more_and_then_done_once() -> None:
    hall = Hall()
    case = cases.awaiting_payment(hall.world)
    phone = status_of(hall, case)
    phone.get(f"{phone.url}/withdraw")
    assert heading(phone) == "申請を取りやめますか？"
    assert hall.world.store.get(case.id).state is State.AWAITING_PAYMENT
    again = phone.html, phone.url
    phone.submit("/withdraw")
    assert heading(phone) == "申請を取りやめました"
    version = hall.world.store.get(case.id).version
    phone.html, phone.url = again
    phone.submit("/withdraw")
    assert heading(phone) == "申請を取りやめました"
    assert hall.world.store.get(case.id).version == version


def test_a_paid_case_cannot_be_withdrawn() -> None:
    hall = Hall()
    case = cases.ready_to_issue(hall.world)
    phone = status_of(hall, case)
    assert "取りやめる" not in words(phone)
    assert heading(phone.get(f"{phone.url}/withdraw")) == "用意しています"


def test_telling_the_arrival_twice_is_harmless() -> None:
    hall = Hall()
    case = cases.dispatched(hall.world)
    phone = status_of(hall, case)
    again = phone.html, phone.url
    phone.submit("/arrived")
    phone.html, phone.url = again
    phone.submit("/arrived")
    assert heading(phone) == "おわりました"


@pytest.mark.parametrize("action", ["pay", "arrived", "correct"])
def test_a_plain_visit_to_a_button_acts_on_nothing(action: str) -> None:
    """A phone that had closed the page asks for its address again, without the form."""
    hall = Hall()
    case = {"pay": cases.awaiting_payment, "arrived": cases.dispatched}.get(action, cases.a_submitted)(hall.world)
    before = hall.world.store.get(case.id)
    page = hall.browser().get(f"{PUBLIC}/status/{token_of(hall, case)}/{action}")
    assert page.status == 200
    assert page.url.endswith(token_of(hall, case))
    assert hall.world.store.get(case.id) == before


def test_the_button_to_correct_is_refused_where_nothing_is_to_correct() -> None:
    hall = Hall()
    case = asked_back(hall)
    phone = status_of(hall, case)
    apply.correct(hall.world.parts, case, {"name_kana": ["イブスキ ハナ"]})
    phone.submit("/correct")
    assert heading(phone) == "確かめています"


def test_the_entrance_says_where_the_link_is_and_whom_to_call() -> None:
    for address in ("/status", "/status/"):
        page = Hall().browser().get(PUBLIC + address)
        assert heading(page) == "申請の状況を見る"
        assert "市民課 市民係" in words(page)


def test_every_line_of_the_timeline_is_written() -> None:
    say = ibusuki().say
    for name in ("review", "pay", "print", "post", "arrive"):
        for how in ("done", "now", "next"):
            assert say(f"status.step.{name}.{how}")
        assert say(f"status.step.{name}.when", days=14, review=2)
    for ended in ("rejected", "withdrawn", "expired"):
        assert say(f"status.step.{ended}.now")
        assert say(f"status.{ended}.title")
        assert say(f"status.{ended}.text")

"""What the console does with a slip of the finger, and with a colleague who was quicker."""

from typing import Any

import pytest

from chalicelib.domain.application import State
from chalicelib.services import apply, fulfil
from tests.fakes import cases
from tests.fakes.outside import SUZUKI
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import address, log_in, words


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.mark.parametrize(("typed", "says", "where"), [
    ({"fields": [], "reason": "other", "words": "もう一度"}, "直してほしい項目を、一つ以上選んでください。", "fields"),
    ({"fields": ["name"], "reason": "other", "words": "もう一度"}, "直してほしい項目を、一つ以上選んでください。", "fields"),
    ({"fields": ["copies"], "reason": "", "words": "もう一度"}, "理由を一つ選んでください。", "reason"),
    ({"fields": ["copies"], "reason": "other", "words": ""}, "「その他」のときは、何をどう直すのかを書いてください。", "words"),
    ({"fields": ["copies"], "reason": "other", "words": "あ" * 501}, "500文字までにしてください（いま501文字です）", "words"),
])
def test_a_correction_names_fields_and_a_reason(hall: Hall, typed: dict[str, Any], says: str, where: str) -> None:
    case = cases.in_review(hall.world)
    desk = log_in(hall).get(address(case, "correction")).submit("/correction", **typed)
    assert desk.status == 422
    assert desk.html.count(says) == 2  # in the summary, and beside the field
    assert f'href="#{where}"' in desk.html
    assert f'id="{where}"' in desk.html
    assert "autofocus" in desk.html
    assert str(typed["words"]) in desk.html
    assert hall.world.store.get(case.id).state is State.IN_REVIEW


@pytest.mark.parametrize(("yen", "says"), [
    ("三百", "の金額を、数字で"), ("-300", "合計は50円から100,000円まで"), ("", "の金額を、数字で"),
    ("12345678", "の金額を、数字で"), ("49", "合計は50円から100,000円まで"), ("100001", "合計は50円から100,000円まで"),
])
def test_a_fee_that_cannot_be_meant_is_asked_for_again(hall: Hall, yen: str, says: str) -> None:
    case = cases.in_review(hall.world)
    desk = log_in(hall).get(address(case, "fee")).submit("/fee", what=["手数料"], yen=[yen], total=yen)
    assert desk.status == 422
    assert desk.html.count(says) == 2
    assert f'value="{yen}"' in desk.html
    assert hall.world.store.get(case.id).state is State.IN_REVIEW


def test_a_line_without_words_is_asked_for_again(hall: Hall) -> None:
    desk = log_in(hall).get(address(cases.in_review(hall.world), "fee")).submit("/fee", what=["", ""], yen=["300", ""], total="300")
    assert "1行めに、何の金額かを" in desk.html


def test_only_the_total_on_the_screen_is_decided(hall: Hall) -> None:
    case = cases.in_review(hall.world)
    desk = log_in(hall).get(address(case, "fee")).submit("/fee", what=["手数料", "その他"], yen=["３００円", "1,000"])
    assert "合計が1,300円に変わりました" in words(desk)
    assert hall.world.store.get(case.id).fee is None
    desk.submit("/fee")
    fee = hall.world.store.get(case.id).fee
    assert fee is not None
    assert fee.lines == (("手数料", 300), ("その他", 1000))


def test_the_total_can_be_added_up_without_deciding(hall: Hall) -> None:
    case = cases.in_review(hall.world)
    desk = log_in(hall).get(address(case, "fee")).submit("/fee", show="1", what=["手数料"], yen=["900"])
    assert "合計 900 円" in words(desk)
    assert desk.status == 200
    assert hall.world.store.get(case.id).fee is None


def test_a_rejection_needs_a_reason_of_the_list(hall: Hall) -> None:
    case = cases.in_review(hall.world)
    desk = log_in(hall).get(address(case, "reject")).submit("/reject", reason="because", sure="yes")
    assert desk.html.count("理由を一つ選んでください。") == 2
    assert hall.world.store.get(case.id).state is State.IN_REVIEW


def test_nothing_is_issued_before_somebody_looked_in_the_core_system(hall: Hall) -> None:
    case = cases.ready_to_issue(hall.world)
    desk = log_in(hall).get(address(case, "issue")).submit("/issue")
    assert desk.html.count("印をつけてください。") >= 2
    assert hall.world.store.get(case.id).state is State.READY_TO_ISSUE


@pytest.mark.parametrize(("typed", "kept"), [("", None), ("123456789012", "1234-5678-9012"), ("ab123456789jp", "AB123456789JP")])
def test_a_tracking_number_is_written_one_way(hall: Hall, typed: str, kept: str | None) -> None:
    case = fulfil.issue(hall.world.parts, cases.officer(), cases.ready_to_issue(hall.world))
    log_in(hall).get(address(case, "dispatch")).submit("/dispatch", tracking=typed)
    assert hall.world.store.get(case.id).tracking == kept


def test_what_is_no_tracking_number_is_asked_for_again(hall: Hall) -> None:
    case = fulfil.issue(hall.world.parts, cases.officer(), cases.ready_to_issue(hall.world))
    desk = log_in(hall).get(address(case, "dispatch")).submit("/dispatch", tracking="窓口で渡した")
    assert desk.status == 422
    assert 'value="窓口で渡した"' in desk.html


def test_of_two_officers_with_the_same_case_the_second_learns_who_was_first_and_when(hall: Hall) -> None:
    world = hall.world
    case = cases.a_submitted(world)
    yamada, suzuki = log_in(hall), log_in(hall, SUZUKI)
    yamada.get(address(case))
    suzuki.get(address(case))
    suzuki.submit("/claim")
    yamada.submit("/claim")
    assert yamada.status == 409
    assert "11月20日（金） 12:00 鈴木 健一 担当した" in words(yamada)
    assert "「担当する」は、行われていません" in words(yamada)
    assert "担当は 鈴木 健一 です" in words(yamada)
    assert world.store.get(case.id).officer_name == "鈴木 健一"


def test_the_words_of_the_second_are_not_lost(hall: Hall) -> None:
    world = hall.world
    case = cases.in_review(world)
    desk = log_in(hall).get(address(case, "correction"))
    apply.withdraw(world.parts, case)
    desk.submit("/correction", fields=["copies"], reason="other", words="世帯の人数を確かめてください")
    assert desk.status == 409
    told = words(desk)
    assert "申請者 取り下げた" in told
    assert "書きそえる言葉 世帯の人数を確かめてください" in told
    assert "選んだ項目 通数" in told


def test_a_fee_decided_in_another_tab_is_not_decided_twice(hall: Hall) -> None:
    world = hall.world
    case = cases.in_review(world)
    first = log_in(hall).get(address(case, "fee"))
    second = log_in(hall).get(address(case, "fee"))
    first.submit("/fee")
    second.submit("/fee", what=["手数料"], yen=["900"], total="900")
    assert second.status == 409
    assert "手数料 900円" in words(second)
    assert len(world.store.get(case.id).fees) == 1


def test_a_button_pressed_twice_by_one_officer_is_one_step(hall: Hall) -> None:
    case = cases.a_submitted(hall.world)
    first, again = (log_in(hall).get(address(case)) for _ in range(2))
    first.submit("/claim")
    again.submit("/claim")
    assert again.status == 200
    assert again.url == address(case)
    assert hall.world.store.get(case.id).officer_name == "山田 直子"


def test_a_decision_whose_time_is_over_is_explained(hall: Hall) -> None:
    case = cases.awaiting_payment(hall.world)
    desk = log_in(hall).get(address(case, "correction"))
    assert desk.status == 409
    assert "「補正を求める」は、行われていません" in words(desk)


def test_a_form_without_the_sessions_token_changes_nothing(hall: Hall) -> None:
    case = cases.a_submitted(hall.world)
    desk = log_in(hall).get(address(case)).submit("/claim", csrf="made up")
    assert desk.status == 403
    assert hall.world.store.get(case.id).state is State.SUBMITTED


def test_words_typed_while_the_session_ran_out_are_shown_to_be_copied(hall: Hall) -> None:
    world = hall.world
    case = cases.in_review(world)
    desk = log_in(hall).get(address(case, "correction"))
    world.clock.pass_(minutes=20)
    desk.submit("/correction", fields=["copies"], reason="other", words="長い説明")
    assert desk.status == 401
    assert "長い説明" in words(desk)
    assert world.store.get(case.id).state is State.IN_REVIEW
    assert desk.get(f"{PUBLIC}/office/").html.count("ログインする") == 1

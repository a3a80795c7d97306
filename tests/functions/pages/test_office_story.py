"""An officer's day at the console, from the empty queue to the posted certificate."""

import pytest

from chalicelib.domain.application import State
from chalicelib.pages.office_queue import QUEUES
from chalicelib.services import apply, deliver, pay, review
from tests.fakes import cases
from tests.fakes.outside import SUZUKI
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import address, buttons, log_in, queue_of, words


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_case_goes_from_the_queue_to_the_post(hall: Hall) -> None:
    world = hall.world
    case = cases.a_submitted(world)
    desk = log_in(hall)
    assert queue_of(desk)["受付待ち"] == "1"

    desk.submit("/office/next")
    assert desk.url == address(case)
    assert "担当になりました" in words(desk)
    assert buttons(desk) == ["金額を決定する", "補正を求める", "不交付とする", "取下げを記録する", "担当を外す"]

    desk.get(address(case, "fee"))
    assert "住民票の写し 300円 × 1通" in desk.html
    assert "見本" in words(desk)
    desk.submit("/fee")
    assert "金額を決定し、申請者にお知らせを送りました" in words(desk)
    assert buttons(desk) == ["金額決定を取り消す", "取下げを記録する"]

    pay.open_payment(world.parts, world.store.get(case.id), back_to="http://localhost:8080/status/x/paid")
    paid = world.provider.pay(cases.attempt_key_of(world.store.get(case.id)), world.clock())
    pay.settle(world.parts, paid, said_id="evt_1")
    assert "入金済み 11月20日（金） 12:00" in words(desk.get(address(case)))

    desk.get(address(case, "issue")).submit("/issue", looked="yes")
    desk.get(address(case, "dispatch"))
    assert "鹿児島県指宿市十町２４２４番地" in words(desk)
    desk.submit("/dispatch", tracking="１２３４ー５６７８ー９０１２")
    stored = world.store.get(case.id)
    assert (stored.state, stored.tracking) == (State.DISPATCHED, "1234-5678-9012")
    deliver.drain(world.parts)
    assert len(world.mailer.sent) == 4  # received, to pay, paid, sent


def test_the_history_tells_each_step_in_words_with_time_and_officer(hall: Hall) -> None:
    case = cases.dispatched(hall.world)
    told = words(log_in(hall).get(address(case)))
    for step in ("申請した", "担当した", "支払い画面を開いた", "入金を確かめた", "発行した", "発送した"):
        assert f"11月20日（金） 12:00 {step}" in told
    assert "金額を決定した 決定1 410円 山田 直子（あなた）" in told
    assert "入力を保存した" not in told
    assert "欠けや書きかえはありません" in told


def test_an_altered_history_is_not_passed_over(hall: Hall) -> None:
    case = cases.in_review(hall.world)
    del hall.world.store.entries[case.id][2]
    assert "記録のつながりが切れています" in words(log_in(hall).get(address(case)))


def test_a_correction_shows_what_it_changed(hall: Hall) -> None:
    world = hall.world
    case = cases.in_review(world)
    desk = log_in(hall).get(address(case, "correction"))
    assert 'value="name"' not in desk.html  # what the card says is not the resident's to correct
    desk.submit("/correction", fields=["copies", "name_kana"], reason="kana-differs", words="")
    assert "求めている補正 フリガナ・通数 フリガナの確認" in words(desk)
    assert "12月20日（日） あと30日" in words(desk)
    assert "申請者の補正を待っています" in words(desk)

    apply.correct(world.parts, world.store.get(case.id), {"copies": ["3"], "name_kana": ["イブスキ ハナコ"]})
    told = words(desk.get(address(case)))
    assert "通数 3通 補正前 1通" in told
    assert told.count("補正前") == 1
    assert "補正した 通数" in told


def test_an_answer_that_a_correction_took_away_is_still_shown(hall: Hall) -> None:
    world = hall.world
    case = review.claim(world.parts, cases.officer(), cases.a_submitted(
        world, whose={"whose": ["members"], "members": ["指宿 一郎"]}))
    case = review.request_correction(world.parts, cases.officer(), case, fields=["whose"], reason="members-unclear", words="")
    apply.correct(world.parts, case, {"whose": ["self"]})
    assert "のせる人の氏名 （なし） 補正前 指宿 一郎" in words(log_in(hall).get(address(case)))


def test_before_a_correction_is_sent_the_officer_sees_what_the_resident_will_read(hall: Hall) -> None:
    case = cases.in_review(hall.world)
    desk = log_in(hall).get(address(case, "correction"))
    desk.submit("/correction", show="1", fields=["name_kana"], reason="other", words="姓と名の間をあけてください")
    told = words(desk)
    assert "申請者が読むもの" in told
    assert "下のことばを読んで、直してください。" in told
    assert "直す項目 フリガナ 期限 12月20日（日）" in told
    assert hall.world.store.get(case.id).state is State.IN_REVIEW


def test_a_rejection_is_read_once_more_before_it_is_made(hall: Hall) -> None:
    case = cases.in_review(hall.world)
    desk = log_in(hall).get(address(case, "reject")).submit("/reject", reason="counter-only")
    assert "この申請を終わりにします" in words(desk)
    assert "この申請では発行できませんでした。窓口でお手続きください。" in words(desk)
    assert hall.world.store.get(case.id).state is State.IN_REVIEW
    desk.submit("/reject")
    assert hall.world.store.get(case.id).state is State.REJECTED
    assert "不交付の理由 窓口での確認が必要" in words(desk)


def test_a_fee_can_be_taken_back_before_it_is_paid(hall: Hall) -> None:
    case = cases.awaiting_payment(hall.world)
    desk = log_in(hall).get(address(case)).submit("/reconsider")
    assert "決定1（取消し） 410円" in words(desk)
    assert "決定2になります" in words(desk.get(address(case, "fee")))


def test_a_case_can_be_given_back_to_the_queue(hall: Hall) -> None:
    case = cases.in_review(hall.world)
    desk = log_in(hall).get(address(case)).submit("/release")
    assert "受付待ちにもどしました" in words(desk)
    assert buttons(desk) == ["担当する", "取下げを記録する"]


def test_a_colleague_goes_on_with_a_case_whose_officer_is_away(hall: Hall) -> None:
    case = cases.in_review(hall.world)
    yamada = log_in(hall).get(address(case, "fee"))
    suzuki = log_in(hall, SUZUKI).get(address(case))
    assert buttons(suzuki) == ["担当を引き継ぐ", "取下げを記録する"]
    suzuki.get(address(case, "take_over")).submit("/take_over")
    assert "理由を一つ選んでください" in words(suzuki)
    suzuki.submit("/take_over", reason="away")
    assert "担当を引き継ぎました" in words(suzuki)
    assert "担当が休み・不在" in words(suzuki)
    assert "金額を決定する" in words(suzuki)
    yamada.submit("/fee")
    assert yamada.status == 409
    assert "担当を引き継いだ" in words(yamada)
    assert hall.world.store.get(case.id).officer_name == "鈴木 健一"


def test_a_note_is_read_by_colleagues_and_by_nobody_else(hall: Hall) -> None:
    case = cases.in_review(hall.world)
    suzuki = log_in(hall, SUZUKI).get(address(case, "note")).submit("/note")
    assert "覚え書きを書いてください" in words(suzuki)
    suzuki.submit("/note", words="電話で番地を確かめた <b>済</b>")
    assert "覚え書きを残しました" in words(suzuki)
    yamada = log_in(hall).get(address(case))
    assert "電話で番地を確かめた &lt;b&gt;済&lt;/b&gt;" in yamada.html
    assert "鈴木 健一" in words(yamada)
    assert "番地を確かめた" not in log_in(hall).get(f"{PUBLIC}/office/").html


def test_queues_say_how_many_and_how_old_and_name_no_resident(hall: Hall) -> None:
    world = hall.world
    cases.in_review(world)
    review.claim(world.parts, cases.officer(SUZUKI), cases.a_submitted(world))
    cases.a_submitted(world)
    world.clock.pass_(days=3)
    cases.a_submitted(world)
    desk = log_in(hall)
    counts = queue_of(desk)
    assert (counts["受付待ち"], counts["審査中"], counts["発行待ち"]) == ("2", "2", "0")
    assert desk.get(f"{PUBLIC}/office/?queue=mine").html.count('class="code" href="/office/case/') == 1
    assert "受付待ち 2 件 最も古いもの 3日" in words(desk)
    for name in ("waiting", "mine", "review", "completed"):
        desk.get(f"{PUBLIC}/office/?queue={name}")
        assert "指宿　花子" not in desk.html
        assert "hanako" not in desk.html


def test_the_list_is_oldest_first_and_sorts_by_its_headings(hall: Hall) -> None:
    world = hall.world
    first = cases.a_submitted(world)
    world.clock.pass_(hours=1)
    second = cases.a_submitted(world)

    def order(where: str) -> bool:
        page = log_in(hall).get(f"{PUBLIC}/office/{where}").html
        return page.index(first.reference) < page.index(second.reference)

    assert order("")
    assert order("?queue=waiting&sort=received")
    assert not order("?queue=waiting&sort=-received")
    assert order("?queue=waiting&sort=nonsense")


def test_an_empty_queue_says_so_and_when_to_look_again(hall: Hall) -> None:
    desk = log_in(hall)
    assert "15分ほどしたら「更新」を押してください" in words(desk)
    assert "おそくとも5分ごとに確かめて" in words(desk.get(f"{PUBLIC}/office/?queue=issue"))
    assert "受付待ちの申請は、いまありません" in words(desk.submit("/office/next"))


def test_every_queue_has_words_for_being_empty(hall: Hall) -> None:
    desk = log_in(hall)
    for queue in QUEUES:
        assert desk.get(f"{PUBLIC}/office/?queue={queue.id}").status == 200


@pytest.mark.parametrize("written", ["{0}", " {1} ", "{2}", "{3}"])
def test_a_reference_number_is_found_however_it_is_typed(hall: Hall, written: str) -> None:
    case = cases.a_submitted(hall.world)
    reference = case.reference
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in reference)
    typed = written.format(reference, reference.lower().replace("-", " "), reference.replace("-", ""), wide)
    desk = log_in(hall).get(f"{PUBLIC}/office/find?reference={typed}")
    assert desk.url == address(case)


def test_a_number_nobody_has_is_said_to_be_unknown(hall: Hall) -> None:
    desk = log_in(hall).get(f"{PUBLIC}/office/find?reference=ABCD-EFGH-JKLM")
    assert "受付番号「ABCD-EFGH-JKLM」の申請は見つかりません" in words(desk)
    assert "受付番号を入れてください" in words(desk.get(f"{PUBLIC}/office/find?reference="))


def test_the_printed_sheets_carry_the_answers_and_the_address(hall: Hall) -> None:
    case = cases.ready_to_issue(hall.world)
    desk = log_in(hall).get(address(case, "print"))
    assert desk.html.count("指宿　花子") == 2
    assert "住民票の写し 1通" in words(desk)


def test_nothing_a_resident_wrote_can_become_a_script(hall: Hall) -> None:
    canary = "<script>alert(1)</script>"
    world = hall.world
    case = review.claim(world.parts, cases.officer(), cases.a_submitted(
        world, whose={"whose": ["members"], "members": [canary]}))
    desk = log_in(hall)
    for page in ("", "fee", "correction", "reject", "print"):
        desk.get(address(case, page))
        assert canary not in desk.html
        assert "&lt;script&gt;alert(1)" in desk.html
    desk.get(address(case, "correction")).submit("/correction", fields=[], reason="", words=canary)
    assert canary not in desk.html

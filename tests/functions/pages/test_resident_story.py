"""A resident's whole story, page by page, as she lives it."""

from chalicelib.domain.application import State
from chalicelib.services import decide, deliver, fulfil, review
from tests.fakes import cases
from tests.functions.pages.hall import PUBLIC, Hall, apply_and_send
from tests.functions.pages.resident_phone import at, heading, reviewing, status_of, words


def test_hanako_gets_her_juminhyo_without_leaving_home() -> None:
    hall = Hall()
    world, phone = hall.world, hall.browser()
    token = apply_and_send(phone)
    assert heading(phone) == "申請を受け付けました"

    phone.get(f"{PUBLIC}/status/{token}")
    assert heading(phone) == "受け付けました"
    case = next(iter(world.store.cases.values()))
    assert case.reference in phone.html
    case = review.claim(world.parts, cases.officer(), case)
    assert heading(phone.get(phone.url)) == "確かめています"
    decide.decide_fee(world.parts, cases.officer(), case, decide.propose_fee(world.parts, case))
    assert "410円を支払う" in words(phone.get(phone.url))

    phone.submit("/pay")
    assert "outside: https://pay.example/" in phone.html
    world.provider.pay(cases.attempt_key_of(world.store.get(case.id)), world.clock())
    phone.get(f"{PUBLIC}/status/{token}/paid")
    assert heading(phone) == "用意しています"

    case = fulfil.issue(world.parts, cases.officer(), world.store.get(case.id))
    fulfil.dispatch(world.parts, cases.officer(), case, tracking="1234-5678-9012")
    assert heading(phone.get(phone.url)) == "送りました"
    assert "1234-5678-9012" in phone.html
    phone.submit("/arrived")
    assert heading(phone) == "おわりました"
    assert world.store.get(case.id).state is State.DELIVERED


def test_every_step_is_told_by_mail_with_the_link_and_without_a_name() -> None:
    hall = Hall()
    world = hall.world
    token = apply_and_send(hall.browser())
    case = review.claim(world.parts, cases.officer(), next(iter(world.store.cases.values())))
    decide.decide_fee(world.parts, cases.officer(), case, decide.propose_fee(world.parts, case))
    deliver.drain(world.parts)
    assert [mail.subject for mail in world.mailer.sent] == [
        f"【指宿市】申請を受け付けました（受付番号 {case.reference}）",
        f"【指宿市】金額が決まりました（受付番号 {case.reference}）"]
    for mail in world.mailer.sent:
        assert f"{PUBLIC}/status/{token}" in mail.text
        assert "花子" not in mail.subject + mail.text
        assert "住民票" not in mail.subject + mail.text


def test_the_start_page_says_what_is_needed_what_it_costs_and_what_happens_then() -> None:
    page = Hall().browser().get(f"{PUBLIC}/apply/juminhyo/")
    said = words(page)
    for expected in ("署名用のパスワード", "1通 300円", "見本", "郵送料 110円", "5分ほど", "届くまで1週間ほど", "14日以内"):
        assert expected in said
    assert 'href="/certificates/juminhyo/"' in page.html


def test_the_receipt_shows_the_number_in_groups_and_when_each_step_comes() -> None:
    """Friday 2026-11-20; Monday 23rd is a holiday, so two working days later is Wednesday 25th."""
    hall = Hall()
    phone = hall.browser()
    token = apply_and_send(phone)
    case = next(iter(hall.world.store.cases.values()))
    assert f'<p class="reference">{case.reference}</p>' in phone.html
    assert [len(group) for group in case.reference.split("-")] == [4, 4, 4]
    assert "11月20日（金）" in words(phone)
    assert "11月25日（水）ごろまで" in words(phone)
    assert f"{PUBLIC}/status/{token}" in words(phone)


def test_reloading_the_receipt_changes_nothing() -> None:
    hall = Hall()
    phone = hall.browser()
    apply_and_send(phone)
    before = dict(hall.world.store.cases)
    first = phone.html
    assert phone.get(phone.url).html == first
    assert hall.world.store.cases == before


def test_a_receipt_that_is_no_longer_true_leads_to_how_it_stands() -> None:
    hall = Hall()
    phone = hall.browser()
    apply_and_send(phone)
    receipt = phone.url
    case = review.claim(hall.world.parts, cases.officer(), next(iter(hall.world.store.cases.values())))
    decide.reject(hall.world.parts, cases.officer(), case, reason="counter-only")
    assert heading(phone.get(receipt)) == "この申請では発行できませんでした"


def test_the_review_shows_every_answer_the_likely_fee_and_what_signing_means() -> None:
    phone = reviewing(Hall(), whose="members", members="指宿 一郎", items=["mynumber"], copies="2")
    said = words(phone)
    for expected in ("hanako@example.jp", "指宿 花子", "世帯の一部の人", "指宿 一郎", "個人番号（マイナンバー）", "年金事務所",
                     "2通", "600円", "710円", "見本", "金額は市役所が決めて", "署名すると、上の内容で申請したことになります"):
        assert expected in said, expected


def test_an_officers_question_is_answered_after_the_card_is_shown_again() -> None:
    hall = Hall()
    apply_and_send(hall.browser(), whose="members", members="指宿 一郎")
    case = review.claim(hall.world.parts, cases.officer(), next(iter(hall.world.store.cases.values())))
    case = review.request_correction(hall.world.parts, cases.officer(), case, fields=["members"], reason="members-unclear",
                                     words="一郎さんの漢字を確かめてください。")
    other_phone = status_of(hall, case)
    assert "12月20日（日）まで" in words(other_phone)
    other_phone.submit("/correct")
    assert heading(other_phone) == "もう一度、カードで本人確認をお願いします"
    other_phone.submit("/identity")
    assert "一郎さんの漢字を確かめてください。" in words(other_phone)
    other_phone.submit("/correct", members="")
    assert other_phone.status == 422
    other_phone.submit("/correct", members="指宿 一朗")
    assert heading(other_phone) == "確かめています"
    corrected = hall.world.store.get(case.id)
    assert corrected.answers["members"] == "指宿 一朗"
    assert corrected.state is State.IN_REVIEW


def test_a_correction_that_was_sent_twice_counts_once() -> None:
    hall = Hall()
    phone = hall.browser()
    apply_and_send(phone)
    case = review.claim(hall.world.parts, cases.officer(), next(iter(hall.world.store.cases.values())))
    case = review.request_correction(hall.world.parts, cases.officer(), case, fields=["name_kana"], reason="kana-differs", words="")
    at(phone, case, "correct")
    again = phone.html, phone.url
    phone.submit("/correct", name_kana="イブスキ ハナ")
    version = hall.world.store.get(case.id).version
    phone.html, phone.url = again
    phone.submit("/correct", name_kana="イブスキ ハナ")
    assert heading(phone) == "確かめています"
    assert hall.world.store.get(case.id).version == version

"""Who may see what: the card opens the answers, a link opens only how it stands, and nobody else learns anything."""

import uuid

import pytest

from chalicelib.domain.application import State
from chalicelib.services import decide, deliver, links, review
from tests.fakes import cases
from tests.functions.pages.hall import PUBLIC, Hall, apply_and_send
from tests.functions.pages.resident_phone import (
    CANARIES,
    at,
    begun,
    case_of,
    heading,
    reviewing,
    status_of,
    token_of,
    words,
)

PAGES = ("identity", "q/contact", "q/nothing", "review", "later", "done", "correct", "ended", "sign")


@pytest.mark.parametrize("page", PAGES)
def test_for_a_stranger_a_case_looks_exactly_like_one_that_does_not_exist(page: str) -> None:
    hall = Hall()
    case = case_of(hall, reviewing(hall))
    stranger = begun(hall)  # somebody with a session and a case of their own
    there, there_status = at(stranger, case, page).html, stranger.status
    nowhere = stranger.get(f"{PUBLIC}/apply/a/{uuid.uuid4()}/{page}")
    assert (there_status, nowhere.status) == (404, 404)
    assert there == nowhere.html
    assert hall.browser().get(nowhere.url).html == there


def test_before_the_card_is_shown_nothing_of_a_case_can_be_read() -> None:
    hall = Hall()
    browser = hall.browser().get(f"{PUBLIC}/apply/juminhyo").submit("/apply/juminhyo")
    case = case_of(hall, browser)
    for page in ("q/contact", "review", "done", "later"):
        assert at(browser, case, page).status == 404, page


@pytest.mark.parametrize("forged", ["", "wrong"])
def test_a_form_without_its_token_is_refused_and_not_kept(forged: str) -> None:
    hall = Hall()
    phone = reviewing(hall)
    case = case_of(hall, phone)
    at(phone, case, "q/copies").submit("/q/", csrf=forged, copies="9")
    assert phone.status == 403
    assert heading(phone) == "時間がたったため、もう一度お願いします"
    assert hall.world.store.get(case.id) == case


def test_a_form_posted_from_a_page_of_somebody_else_is_refused() -> None:
    hall = Hall()
    phone = reviewing(hall)
    case = case_of(hall, phone)
    phone._http.headers["Origin"] = "https://evil.example"
    at(phone, case, "q/copies").submit("/q/", copies="9")
    assert phone.status == 403
    assert hall.world.store.get(case.id) == case


def test_the_status_page_never_holds_what_was_answered() -> None:
    """The page of every state that a link shows, against words that stand only in the answers."""
    hall = Hall()
    world = hall.world
    apply_and_send(hall.browser(), phone="090-1111-2222", items=["mynumber"], whose="members", members="指宿 花子、指宿 一郎")
    case = next(iter(world.store.cases.values()))
    assert CANARIES & set(str(dict(case.answers)).split("'")), "the canaries are alive"
    seen = [status_of(hall, case).html]
    case = review.claim(world.parts, cases.officer(), case)
    case = review.request_correction(world.parts, cases.officer(), case, fields=["members"], reason="members-unclear",
                                     words="指宿 花子さんの漢字")
    seen.append(status_of(hall, case).html)
    seen.append(status_of(hall, case).submit("/correct").html)
    for page in seen:
        assert not [canary for canary in {*CANARIES, "漢字"} if canary in page]
        assert case.id not in page or "identity" in page


def test_the_mails_never_hold_what_was_answered() -> None:
    hall = Hall()
    world = hall.world
    apply_and_send(hall.browser(), phone="090-1111-2222", items=["mynumber"])
    case = review.claim(world.parts, cases.officer(), next(iter(world.store.cases.values())))
    decide.reject(world.parts, cases.officer(), case, reason="counter-only")
    deliver.drain(world.parts)
    assert len(world.mailer.sent) == 2
    for mail in world.mailer.sent:
        assert not [canary for canary in CANARIES if canary in mail.subject + mail.text]


def put_aside(hall: Hall) -> str:
    """Hanako puts her draft aside; returns the link of the mail."""
    phone = begun(hall).submit("/q/", mail="hanako@example.jp")
    at(phone, case_of(hall, phone), "later").submit("/later")
    assert heading(phone) == "つづきのリンクを送りました"
    deliver.drain(hall.world.parts)
    return next(line for line in hall.world.mailer.sent[-1].text.splitlines() if line.startswith(PUBLIC))


def test_a_draft_goes_on_at_another_device_after_the_card_was_shown_there() -> None:
    hall = Hall()
    tablet = hall.browser().get(put_aside(hall))
    assert heading(tablet) == "申請のつづきを入力する"
    tablet.submit("/resume/")
    assert heading(tablet) == "もう一度、カードで本人確認をお願いします"
    case = case_of(hall, tablet)
    assert at(tablet, case, "review").status == 404
    at(tablet, case, "identity").submit("/identity")
    assert tablet.url.endswith("/q/kana")


def test_opening_the_link_does_nothing_by_itself() -> None:
    """Mail scanners open every link."""
    hall = Hall()
    link = put_aside(hall)
    before = dict(hall.world.store.cases)
    robot = hall.browser().get(link).get(link)
    assert robot.status == 200
    assert hall.world.store.cases == before


def test_another_person_with_the_link_gets_the_page_of_an_unknown_address() -> None:
    hall = Hall()
    thief = hall.browser().get(put_aside(hall)).submit("/resume/")
    case = case_of(hall, thief)
    hall.world.residents.person = {**hall.world.residents.person, "subject": "ppid-other", "name": "別 人"}
    thief.submit("/identity")
    assert thief.status == 404
    assert thief.html == hall.browser().get(f"{PUBLIC}/apply/a/{uuid.uuid4()}/review").html
    assert at(thief, case, "review").status == 404
    assert hall.world.store.get(case.id).identity.name == "指宿　花子"  # type: ignore[union-attr]


def test_an_address_is_asked_for_before_a_link_is_sent() -> None:
    hall = Hall()
    phone = begun(hall)
    at(phone, case_of(hall, phone), "later").submit("/later", mail="hanako")
    assert phone.status == 422
    assert 'value="hanako"' in phone.html
    assert "半角で入れてください" in words(phone)


def test_a_mailbox_cannot_be_flooded() -> None:
    hall = Hall()
    phone = begun(hall)
    case = case_of(hall, phone)
    for _ in range(11):
        at(phone, case, "later").submit("/later", mail="hanako@example.jp")
    assert "これ以上送れません" in words(phone)
    for _ in range(3):
        deliver.drain(hall.world.parts)
    assert len(hall.world.mailer.sent) == 10


def test_links_are_of_one_purpose_and_unknown_ones_all_look_alike() -> None:
    hall = Hall()
    resume = put_aside(hall).rsplit("/", 1)[1]
    case = cases.a_submitted(hall.world)
    pages = {hall.browser().get(f"{PUBLIC}{address}").html for address in (
        f"/status/{resume}", f"/apply/resume/{token_of(hall, case)}", "/status/unknown", "/apply/resume/unknown",
        "/status/unknown/paid", "/status/unknown/withdraw")}
    assert len(pages) == 1
    assert "ページが見つかりません" in pages.pop()


def test_who_guesses_links_is_stopped_for_ten_minutes() -> None:
    hall = Hall()
    case = cases.a_submitted(hall.world)
    guesser = hall.browser()
    for number in range(10):
        assert guesser.get(f"{PUBLIC}/status/guess-{number}").status == 404
    assert status_of(hall, case, guesser).status == 429
    assert heading(guesser) == "少し時間をおいてください"
    hall.world.clock.pass_(minutes=11)
    assert status_of(hall, case, guesser).status == 200


def test_a_visitor_who_only_reads_leaves_nothing_behind() -> None:
    hall = Hall()
    hall.browser().get(f"{PUBLIC}/status/")
    hall.browser().get(f"{PUBLIC}/status/unknown")
    hall.browser().get(f"{PUBLIC}/apply/a/{uuid.uuid4()}/review")
    assert hall.world.sessions.rows == {}


def test_a_session_that_is_two_hours_old_shows_nothing_any_more() -> None:
    hall = Hall()
    phone = reviewing(hall)
    case = case_of(hall, phone)
    hall.world.clock.pass_(minutes=121)
    assert at(phone, case, "review").status == 404
    assert hall.world.store.get(case.id).state is State.DRAFT


def test_a_case_that_left_the_store_shows_nothing() -> None:
    hall = Hall()
    case = cases.a_submitted(hall.world)
    link = links.status_url(hall.world.parts, case)
    del hall.world.store.cases[case.id]
    assert hall.browser().get(link).status == 404

"""Showing the card: who may go on, what happens when it fails, and one signature for one application."""

import re
from urllib.parse import urlsplit

import pytest

from chalicelib.domain.application import Event, State
from chalicelib.services import apply, deliver
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.outside import HANAKO
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.resident_phone import at, begun, case_of, heading, reviewing, words

RETURN = f"{PUBLIC}/apply/identity/return"


def before_the_card(hall: Hall) -> HttpBrowser:
    """A browser on the page that explains the card."""
    return hall.browser().get(f"{PUBLIC}/apply/juminhyo").submit("/apply/juminhyo")


def test_the_card_fills_in_who_one_is_and_my_number_is_not_read() -> None:
    hall = Hall()
    phone = before_the_card(hall)
    assert "個人番号（マイナンバー）は読み取りません。" in words(phone)
    phone.submit("/identity")
    case = case_of(hall, phone)
    assert case.identity is not None
    assert case.answers["address"] == "鹿児島県指宿市十町２４２４番地"


def test_the_session_gets_a_new_name_when_the_card_was_shown() -> None:
    """A session id that somebody planted before is worth nothing after."""
    hall = Hall()
    phone = before_the_card(hall)
    planted = set(hall.world.sessions.rows)
    phone.submit("/identity")
    assert len(planted) == 1
    assert planted.isdisjoint(hall.world.sessions.rows)


def test_who_stops_at_the_card_reads_what_else_can_be_done() -> None:
    hall = Hall()
    hall.transport.agrees = False
    phone = before_the_card(hall).submit("/identity")
    assert phone.status == 200
    assert heading(phone) == "本人確認をやめました"
    assert "もう一度試す" in words(phone)
    assert 'href="/certificates/juminhyo/"' in phone.html


@pytest.mark.parametrize(("reason", "says"), [
    ("certificate_revoked", "カードの署名用の証明書が使えなくなっています"),
    ("certificate_expired", "カードの署名用の証明書が使えなくなっています"),
    ("invalid_grant", "本人確認ができませんでした"),
])
def test_a_card_that_is_refused_says_why_and_where_it_is_put_right(reason: str, says: str) -> None:
    hall = Hall()
    hall.world.residents.refuse = reason
    phone = before_the_card(hall).submit("/identity")
    assert phone.status == 403
    assert heading(phone) == says
    assert "窓口" in words(phone)
    assert next(iter(hall.world.store.cases.values())).identity is None


@pytest.mark.parametrize("query", ["", "?code=good", "?code=good&state=foreign", "?state=foreign&error=access_denied"])
def test_a_return_that_nobody_began_is_a_neutral_page(query: str) -> None:
    hall = Hall()
    browser = hall.browser().get(RETURN + query)
    assert browser.status == 400
    assert heading(browser) == "カードの確認を、もう一度お願いします"


def test_a_foreign_return_does_not_break_off_a_login_under_way() -> None:
    hall = Hall()
    phone = before_the_card(hall)
    hall.transport.pause = True
    phone.submit("/identity")
    phone.get(f"{RETURN}?code=good&state=foreign")
    assert phone.status == 400
    assert "申請にもどる" in words(phone)
    phone.get(f"{RETURN}?code=good&state=login-1")
    assert heading(phone) == "お知らせをどう受け取りますか？"


def test_a_reloaded_return_changes_nothing_and_leads_on() -> None:
    hall = Hall()
    phone = begun(hall)
    before = next(iter(hall.world.store.cases.values()))
    phone.get(f"{RETURN}?code=good&state=login-1")
    assert heading(phone) == "お知らせをどう受け取りますか？"
    assert next(iter(hall.world.store.cases.values())) == before


def test_the_same_return_in_another_browser_is_worth_nothing() -> None:
    hall = Hall()
    begun(hall)
    assert hall.browser().get(f"{RETURN}?code=good&state=login-1").status == 400


def test_a_second_try_after_a_lost_answer_finds_the_application_sent() -> None:
    """The first request stored the case and died before it answered; the code it used works once."""
    hall = Hall()
    phone = reviewing(hall)
    case = case_of(hall, phone)
    hall.transport.pause = True
    phone.submit("/sign")
    draft = hall.world.store.get(case.id)
    apply.submit(hall.world.parts, draft, HANAKO["subject"], cases.a_signature(hall.world, draft))
    hall.world.residents.refuse = "invalid_grant"
    phone.get(f"{RETURN}?code=good&state=sign-2")
    assert heading(phone) == "申請を受け付けました"


def test_a_return_after_ten_minutes_is_too_late() -> None:
    hall = Hall()
    phone = before_the_card(hall)
    hall.transport.pause = True
    phone.submit("/identity")
    hall.world.clock.pass_(minutes=11)
    phone.get(f"{RETURN}?code=good&state=login-1")
    assert phone.status == 400
    assert next(iter(hall.world.store.cases.values())).identity is None


def test_who_has_shown_the_card_is_not_asked_again_in_the_same_session() -> None:
    hall = Hall()
    phone = begun(hall)
    at(phone, case_of(hall, phone), "identity")
    assert urlsplit(phone.url).path.endswith("/q/contact")


def test_another_person_cannot_sign() -> None:
    hall = Hall()
    phone = reviewing(hall)
    hall.world.residents.person["subject"] = "ppid-other"
    phone.submit("/sign")
    assert phone.status == 403
    assert heading(phone) == "申請した人とちがうカードです"
    assert next(iter(hall.world.store.cases.values())).state is State.DRAFT


def test_what_changed_while_signing_is_shown_again_and_nothing_is_sent() -> None:
    hall = Hall()
    phone = reviewing(hall)
    case = case_of(hall, phone)
    hall.transport.pause = True
    phone.submit("/sign")
    hall.transport.pause = False
    at(phone, case, "q/copies").submit("/q/", copies="5")
    phone.get(f"{RETURN}?code=good&state=sign-2")
    assert "送るあいだに、内容が変わりました。まだ送っていません。" in words(phone)
    assert hall.world.store.get(case.id).state is State.DRAFT
    phone.submit("/sign")
    assert hall.world.store.get(case.id).answers["copies"] == "5"


def test_signing_twice_sends_one_application_and_one_mail() -> None:
    hall = Hall()
    phone = reviewing(hall)
    case = case_of(hall, phone)
    review = phone.html, phone.url
    phone.submit("/sign")
    reference = re.findall(r'class="reference">([\w-]+)<', phone.html)
    phone.html, phone.url = review
    session, _ = next(iter(hall.world.sessions.rows.values()))
    phone.submit("/sign", csrf=str(session["csrf"]))
    assert re.findall(r'class="reference">([\w-]+)<', phone.html) == reference
    deliver.drain(hall.world.parts)
    assert [event for event in cases.events_of(hall.world, case.id) if event is Event.SUBMIT] == [Event.SUBMIT]
    assert len(hall.world.mailer.sent) == 1


def test_an_unfinished_form_cannot_be_signed() -> None:
    hall = Hall()
    phone = reviewing(hall)
    case = case_of(hall, phone)
    ready = phone.html, phone.url
    at(phone, case, "q/copies").submit("/q/", copies="0")
    phone.html, phone.url = ready
    phone.submit("/sign")
    assert phone.url.endswith("/review")
    assert "まだ足りないところがあります" in words(phone)

"""The counter's screens over HTTP: every state draws, nobody else's page can press a button, and no number is ever shown."""

import logging
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from content.rules.answers import Answers
from content.vocabulary.counter import MOST_CHOICES, Limit
from content.vocabulary.language import LANGUAGES
from kiosk_agent.demo import Demo
from kiosk_agent.desk import Prepared
from kiosk_agent.journeys import Screen
from kiosk_agent.screens import HERE, create_app, template_of
from kiosk_agent.selfcheck import SelfCheck
from kiosk_agent.staff import Door
from tests.fakes.world import ibusuki
from tests.kiosk_agent.states import LIMITS_ON, states
from tests.kiosk_agent.table import Table
from tests.personas import personas

PORT = 8086
AT = {"Host": f"localhost:{PORT}"}
STAFF_PIN = "20260401"
SHARED = {"base.html", "button.html", "pad.html", "demo.html", "selfcheck.html", "staff_base.html", "staff.html",
          "staff_enter.html"}
"""Templates that are no resident's screen."""


def screens_of(table: Table, demo: Demo | None = None) -> FlaskClient:
    """The touch screen of that counter."""
    check = SelfCheck(table.reader, table.printer.name, 4, table.clock, ibusuki().counter.limits)
    return create_app(table.counter, check, Door(STAFF_PIN, table.clock), port=PORT, demo=demo).test_client()


@pytest.fixture
def client(table: Table) -> FlaskClient:
    """The touch screen of the table's counter."""
    return screens_of(table)


def shown(client: FlaskClient) -> str:
    """The page as it stands."""
    answer = client.get("/", headers=AT)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def token_of(page: str) -> tuple[str, str]:
    """Turn and token of the page's buttons."""
    return (re.findall(r'name="turn" value="(\d+)"', page)[0], re.findall(r'name="token" value="([0-9a-f]+)"', page)[0])


def press(client: FlaskClient, page: str, pressed: str, value: str = "", **headers: str) -> int:
    """Press a button as the page's own form does."""
    turn, token = token_of(page)
    answer = client.post("/press", data={"turn": turn, "token": token, "press": pressed, "value": value}, headers={**AT, **headers})
    return answer.status_code


def test_the_list_of_states_omits_no_screen_no_template_and_no_limit() -> None:
    sessions = states().values()
    assert {session.screen for session in sessions} == set(Screen)
    assert {template_of(screen) for screen in Screen} | SHARED == {file.name for file in (HERE / "templates").iterdir()}
    assert {limit for limits in LIMITS_ON.values() for limit in limits} | {Limit.TWO_READERS} == set(Limit)


def test_every_state_draws_in_every_language_with_one_heading_and_nothing_inline(table: Table, client: FlaskClient) -> None:
    for name, session in states().items():
        for language in LANGUAGES:
            table.shows(session)
            table.counter.press(session.turn, "language", language.id)
            page = shown(client)
            assert page.count("<h1") == 1, name
            assert "<style" not in page
            assert " style=" not in page, name
            assert re.findall(r"<script(?! src=)", page) == [], name
            if session.screen not in (Screen.IDLE,):
                assert f'<html lang="{language.tag}">' in page


def test_every_state_can_be_stopped_and_help_called(table: Table, client: FlaskClient) -> None:
    for name, session in states().items():
        table.shows(session)
        page = shown(client)
        assert 'value="help"' in page, name
        assert ('value="stopped"' in page) == (session.screen is not Screen.IDLE), name


def test_no_state_offers_more_than_three_choices(table: Table, client: FlaskClient) -> None:
    most = 0
    for name, session in states().items():
        table.shows(session)
        count = shown(client).count('class="button button--choice"')
        assert count <= MOST_CHOICES, name
        most = max(most, count)
    assert most == MOST_CHOICES


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Host": "localhost:9999"}, {"Origin": "https://evil.example"},
                                     {"Origin": "null"}])
def test_a_page_of_somebody_else_can_neither_look_nor_press(table: Table, client: FlaskClient, headers: dict[str, str]) -> None:
    table.up_to_secret()
    page = shown(client)
    for path in ("/", "/turn", "/staff", "/staff/turn", "/check"):
        assert client.get(path, headers={**AT, **headers}).status_code == 403
    assert press(client, page, "stopped", **headers) == 403
    assert table.screen == Screen.SECRET


def test_the_screens_own_origin_may_press(table: Table, client: FlaskClient) -> None:
    table.up_to_secret()
    assert press(client, shown(client), "stopped", Origin=f"http://localhost:{PORT}") == 303
    assert table.screen == Screen.IDLE


@pytest.mark.parametrize("token", ["", "0" * 64, "ä"])
def test_without_the_screens_token_nothing_happens_and_nothing_is_told(table: Table, client: FlaskClient, token: str) -> None:
    table.up_to_secret()
    turn, _ = token_of(shown(client))
    client.post("/press", data={"turn": turn, "token": token, "press": "stopped"}, headers=AT)
    assert table.screen == Screen.SECRET
    assert client.get("/turn", headers={**AT, "X-Turn": turn, "X-Token": token.encode().decode("latin-1")}).status_code == 403


def test_an_earlier_screens_button_does_nothing(table: Table, client: FlaskClient) -> None:
    table.up_to_secret()
    old = shown(client)
    table.presses("secret", "1234")
    press(client, old, "stopped")
    assert table.screen == Screen.CONFIRM


def test_a_number_is_in_no_page_no_address_and_no_log_line(
        table: Table, client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    table.up_to_secret()
    page = shown(client)
    assert 'autocomplete="off"' in page
    assert 'method="get"' not in page
    press(client, page, "secret", "7391")
    table.goes_on()
    assert table.screen == Screen.WRONG
    assert "7391" not in shown(client)
    assert "7391" not in caplog.text


def test_the_tries_left_stand_on_the_screen_before_anything_is_typed(table: Table, client: FlaskClient) -> None:
    table.up_to_secret()
    assert "あと3回まで" in shown(client)


def test_a_rare_name_is_shown_with_its_own_characters(table: Table, client: FlaskClient) -> None:
    table.up_to_confirm("yoshida")
    assert "𠮷田　髙子" in shown(client)


def test_a_character_that_could_not_be_printed_is_told_at_the_end(table: Table, client: FlaskClient) -> None:
    table.up_to_review("gaiji")
    table.presses("print")
    assert "手で書いてください" in shown(client)


def family_looking_over(table: Table, client: FlaskClient) -> tuple[Answers, dict[str, str]]:
    """(what a family of seven answered on the phone, the rows of the screen on which it looks its code over)."""
    family = next(one for one in personas() if one.id == "moving-2-family")
    table.shows(replace(states()["prepared"], prepared=Prepared("moving-in", 1, family.answers)))
    return family.answers, facts_on(shown(client))


def test_a_family_looks_its_code_over_by_the_names_of_its_people(table: Table, client: FlaskClient) -> None:
    said, told = family_looking_over(table, client)
    assert told["引っ越した人"] == "、".join(str(said[f"people.{row}.name"]) for row in said["people"])
    assert told["新しい住所"] == said["address"]


def test_what_the_screen_says_of_the_applicant_stands_there_once(table: Table, client: FlaskClient) -> None:
    twins = next(one for one in personas() if one.id == "birth-1-twins")
    lives = str(twins.answers["address"])
    table.shows(replace(states()["prepared"], prepared=Prepared("birth", 1, twins.answers, {"fullAddress": lives})))
    assert shown(client).count(lives) == 1


def test_a_familys_papers_are_handed_out_without_praise_of_the_konbini(table: Table, client: FlaskClient) -> None:
    mourning = next(one for one in personas() if one.event == "bereavement")
    table.office.codes["ABCD-EFGH"] = Prepared("bereavement", 1, mourning.answers)
    for press, value in (("touched", ""), ("code_way", ""), ("code", "abcd efgh"), ("go_on", "")):
        table.presses(press, value)
    assert table.screen == Screen.DONE
    assert "コンビニ" not in shown(client)


def test_what_a_family_said_of_its_children_and_benefits_is_not_on_the_screen_in_the_hall(
        table: Table, client: FlaskClient) -> None:
    _, told = family_looking_over(table, client)
    assert not {"お子さんのこと", "園・学校・学童", "妊娠・出産", "介護"} & told.keys()


def test_the_number_at_which_somebody_may_be_called_is_not_on_the_screen_in_the_hall(table: Table, client: FlaskClient) -> None:
    said, _ = family_looking_over(table, client)
    assert str(said["phone"]) not in shown(client)


def test_what_is_not_known_has_no_row_on_the_screen(table: Table, client: FlaskClient) -> None:
    _, told = family_looking_over(table, client)
    assert not {"氏名", "生年月日", "窓口に来る人の氏名"} & told.keys()
    assert all(answer not in ("", "―") for answer in told.values())


def test_whoever_laid_a_card_beside_the_code_is_told_to_take_it_while_it_lies_there(table: Table, client: FlaskClient) -> None:
    table.places("hanako")
    family_looking_over(table, client)
    assert "take-card" in shown(client)
    table.takes()
    assert "take-card" not in shown(client)


def test_a_card_that_a_family_left_is_called_to_mind_when_its_time_is_up(table: Table, client: FlaskClient) -> None:
    table.places("hanako")
    family_looking_over(table, client)
    table.waits(61)
    assert table.screen == Screen.IDLE
    assert "take-card" in shown(client)


def facts_on(page: str) -> dict[str, str]:
    """The rows of facts on a screen, by their labels."""
    rows = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page, flags=re.DOTALL)
    return {re.sub(r"<rt>.*?</rt>|<[^>]*>", "", label): answer for label, answer in rows}


def test_the_countdown_comes_from_the_counter(table: Table, client: FlaskClient) -> None:
    table.up_to_confirm()
    turn, token = token_of(shown(client))
    table.waits(50)
    answer = client.get("/turn", headers={**AT, "X-Turn": turn, "X-Token": token})
    assert answer.get_json() == {"turn": table.counter.session.turn, "left": 10}


def test_nothing_is_kept_by_the_browser_and_nothing_foreign_is_loaded(client: FlaskClient) -> None:
    answer = client.get("/", headers=AT)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_idle_screen_tells_todays_hours_from_the_content(client: FlaskClient) -> None:
    page = shown(client)
    assert "11月20日（金）　指宿庁舎　8時30分〜17時15分" in page
    assert page.count('<section class="slide"') == len(ibusuki().signage.slides)


def test_the_fee_stands_on_the_screen_before_the_request_is_made(table: Table, client: FlaskClient) -> None:
    table.up_to_review(way="request")
    assert "200円（窓口で払います）" in shown(client)


def test_the_practice_table_exists_only_in_a_demonstration(table: Table) -> None:
    real = screens_of(table)
    assert 'class="demo"' not in shown(real)
    assert real.post("/demo", data={"do": "place", "person": "hanako"}, headers=AT).status_code == 404
    practice = screens_of(table, Demo(table.slot, table.folder / "last.pdf"))
    practice.post("/demo", data={"do": "place", "person": "hanako"}, headers=AT)
    assert table.slot.person() == "hanako"
    assert practice.get("/demo/sheet.pdf", headers=AT).status_code == 404


def test_the_officers_page_says_how_reader_printer_and_clock_are(client: FlaskClient) -> None:
    page = client.get("/check", headers=AT).get_data(as_text=True)
    for words in ("読み取り機", "プリンター", "2026-11-20 12:00"):
        assert words in page

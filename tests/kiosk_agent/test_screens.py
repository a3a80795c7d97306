"""The counter's screens over HTTP: every screen draws, nobody else's page can press a button, and no number is ever shown."""

import logging
import re

import pytest
from flask.testing import FlaskClient

from kiosk_agent.demo import Demo
from kiosk_agent.screens import create_app
from kiosk_agent.selfcheck import SelfCheck
from kiosk_agent.session import Screen
from tests.kiosk_agent.table import Table

PORT = 8086
AT = {"Host": f"localhost:{PORT}"}


def screens_of(table: Table, demo: Demo | None = None) -> FlaskClient:
    """The touch screen of that counter."""
    check = SelfCheck(table.counter.reader, table.printer.name, 4, table.clock)
    return create_app(table.counter, check, port=PORT, demo=demo, city="指宿市").test_client()


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


def bring_to(table: Table, screen: Screen) -> None:
    """Walk to a screen as a person would."""
    match screen:
        case Screen.IDLE:
            return
        case Screen.PIN:
            table.places("hanako")
        case Screen.LAST_TRY:
            table.places("last-try")
        case Screen.BLOCKED:
            table.places("blocked")
        case Screen.UNKNOWN_CARD:
            table.places("unknown")
        case Screen.WRONG_PIN:
            table.places("hanako")
            table.presses("pin", "0000")
        case Screen.CONFIRM | Screen.WHOSE | Screen.ITEMS:
            table.up_to_confirm("nagai")
            for pressed, value in (("go_on", ""), ("answer", "self")):
                if table.screen != screen:
                    table.presses(pressed, value)
        case Screen.COPIES:
            table.up_to_copies()
        case Screen.DONE:
            table.up_to_copies("gaiji")
            table.presses("answer", "1")
        case Screen.PRINTER:
            table.printer.out_of_paper = True
            table.up_to_copies()
            table.presses("answer", "1")
        case Screen.PULLED:
            table.up_to_confirm()
            table.takes()
        case Screen.STAFF:
            table.presses("help")
        case Screen.TIMED_OUT:
            table.up_to_confirm()
            table.waits(61)


WALKED = [screen for screen in Screen if screen not in (Screen.LOOKING, Screen.READING, Screen.PRINTING, Screen.GARBLED,
                                                        Screen.NO_READER)]


@pytest.mark.parametrize("screen", WALKED)
def test_every_screen_draws_with_one_heading_and_no_script_or_style_of_its_own(table: Table, screen: Screen) -> None:
    bring_to(table, screen)
    assert table.screen == screen
    page = shown(screens_of(table))
    assert page.count("<h1>") == 1
    assert "<style" not in page
    assert " style=" not in page
    assert re.findall(r"<script(?! src=)", page) == []


@pytest.mark.parametrize("screen", list(Screen))
def test_every_screen_has_a_template(table: Table, screen: Screen) -> None:
    app = create_app(table.counter, SelfCheck(table.counter.reader, "", 4, table.clock), port=PORT, demo=None, city="指宿市")
    assert app.jinja_env.get_template(f"{screen}.html").name == f"{screen}.html"


def test_no_screen_offers_more_than_three_choices(table: Table) -> None:
    for screen in (Screen.WHOSE, Screen.ITEMS, Screen.COPIES):
        other = table
        bring_to(other, screen)
        assert 2 <= shown(screens_of(other)).count('class="button button--choice"') <= 3
        other.presses("stopped")
        other.takes()


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Host": "localhost:9999"}, {"Origin": "https://evil.example"},
                                     {"Origin": "null"}])
def test_a_page_of_somebody_else_can_neither_look_nor_press(table: Table, headers: dict[str, str]) -> None:
    table.places("hanako")
    client = screens_of(table)
    page = shown(client)
    assert client.get("/", headers={**AT, **headers}).status_code == 403
    assert press(client, page, "stopped", **headers) == 403
    assert table.screen == Screen.PIN


def test_the_screens_own_origin_may_press(table: Table) -> None:
    table.places("hanako")
    client = screens_of(table)
    assert press(client, shown(client), "stopped", Origin=f"http://localhost:{PORT}") == 303
    assert table.screen == Screen.IDLE


@pytest.mark.parametrize("token", ["", "0" * 64, "ä"])
def test_without_the_screens_token_nothing_happens(table: Table, token: str) -> None:
    table.places("hanako")
    client = screens_of(table)
    turn, _ = token_of(shown(client))
    client.post("/press", data={"turn": turn, "token": token, "press": "stopped"}, headers=AT)
    assert table.screen == Screen.PIN


def test_an_earlier_screens_button_does_nothing(table: Table) -> None:
    table.places("hanako")
    client = screens_of(table)
    old = shown(client)
    table.presses("pin", "1234")
    press(client, old, "stopped")
    assert table.screen == Screen.CONFIRM


def test_a_number_is_in_no_page_and_no_log_line(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    table.places("hanako")
    client = screens_of(table)
    press(client, shown(client), "pin", "7391")
    table.goes_on()
    assert table.screen == Screen.WRONG_PIN
    assert "7391" not in shown(client)
    assert "7391" not in caplog.text


def test_the_tries_left_stand_on_the_screen_before_anything_is_typed(table: Table) -> None:
    table.places("hanako")
    assert "3回" in shown(screens_of(table))


def test_a_rare_name_is_shown_with_its_own_characters(table: Table) -> None:
    table.up_to_confirm("yoshida")
    assert "𠮷田　髙子" in shown(screens_of(table))


def test_a_character_that_could_not_be_printed_is_told_at_the_end(table: Table) -> None:
    bring_to(table, Screen.DONE)
    assert "手で書いてください" in shown(screens_of(table))


def test_the_countdown_comes_from_the_counter(table: Table) -> None:
    table.up_to_confirm()
    table.waits(50)
    assert screens_of(table).get("/turn", headers=AT).get_json() == {"turn": table.counter.session.turn, "left": 10}


def test_nothing_is_kept_by_the_browser_and_nothing_foreign_is_loaded(table: Table) -> None:
    answer = screens_of(table).get("/", headers=AT)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_practice_table_exists_only_in_a_demonstration(table: Table) -> None:
    real = screens_of(table)
    assert 'class="demo"' not in shown(real)
    assert real.post("/demo", data={"do": "place", "person": "hanako"}, headers=AT).status_code == 404
    practice = screens_of(table, Demo(table.slot, table.folder / "last.pdf"))
    practice.post("/demo", data={"do": "place", "person": "hanako"}, headers=AT)
    assert table.slot.person() == "hanako"
    assert practice.get("/demo/sheet.pdf", headers=AT).status_code == 404


def test_the_officers_page_says_how_reader_printer_and_clock_are(table: Table) -> None:
    page = screens_of(table).get("/check", headers=AT).get_data(as_text=True)
    for words in ("読み取り機", "プリンター", "2026-11-20 12:00"):
        assert words in page

"""The officer beside the counter: sees the running session and the machines, types what is a picture, and nothing stays."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image

from kiosk_agent.card.facts import Part, Picture
from kiosk_agent.errors import PrinterReason
from kiosk_agent.journeys import Screen
from kiosk_agent.selfcheck import SelfCheck
from kiosk_agent.staff import STEPS, Door, view
from tests.fakes.world import ibusuki
from tests.kiosk_agent.table import Table
from tests.kiosk_agent.test_screens import AT, STAFF_PIN, screens_of, token_of


def inside(table: Table) -> FlaskClient:
    """The officer's browser, through the door."""
    client = screens_of(table)
    answer = client.post("/staff/enter", data={"pin": STAFF_PIN}, headers=AT)
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]
    return client


def seen(client: FlaskClient) -> str:
    """The officer's page."""
    return client.get("/staff", headers=AT).get_data(as_text=True)


def does(client: FlaskClient, what: str, **typed: str) -> int:
    """Press a button of that page."""
    turn, token = token_of(seen(client))
    return client.post(f"/staff/{what}", data={"turn": turn, "token": token, **typed}, headers=AT).status_code


def a_drawn_name(kind: str) -> bytes:
    """A picture as a card holds it."""
    out = BytesIO()
    Image.new("1", (200, 40), 1).save(out, kind, **({"compression": "group4"} if kind == "TIFF" else {}))
    return out.getvalue()


def test_without_the_officers_number_nothing_of_the_session_is_told(table: Table) -> None:
    table.up_to_confirm()
    client = screens_of(table)
    assert "花子" not in seen(client)
    for path in ("/staff/turn", "/staff/picture/name"):
        assert client.get(path, headers=AT).status_code == 403
    assert client.post("/staff/end", data={"turn": "1", "token": "x"}, headers=AT).status_code == 403
    assert client.post("/staff/enter", data={"pin": "1111"}, headers=AT).status_code == 403


def test_after_five_wrong_numbers_the_door_stays_shut_for_a_minute(table: Table) -> None:
    door = Door(STAFF_PIN, table.clock)
    assert [door.enter("0") for _ in range(5)] == [None] * 5
    assert door.enter(STAFF_PIN) is None
    table.now += timedelta(seconds=61)
    ticket = door.enter(STAFF_PIN)
    assert ticket is not None
    assert door.is_inside(ticket)
    table.now += timedelta(hours=11)
    assert not door.is_inside(ticket)


def test_the_officer_sees_step_name_and_tries_and_nothing_once_the_session_has_ended(table: Table) -> None:
    client = inside(table)
    table.up_to_secret()
    assert "あと3回" in seen(client)
    table.presses("secret", "1234")
    page = seen(client)
    assert STEPS[Screen.CONFIRM] in page
    assert "指宿　花子" in page
    table.takes()
    page = seen(client)
    assert STEPS[Screen.PULLED] in page
    assert "花子" not in page


def test_a_name_that_is_a_picture_is_typed_beside_it(table: Table) -> None:
    client = inside(table)
    table.cards.told = {"name": None, "pictures": {Part.NAME: Picture("tiff", a_drawn_name("TIFF"))}}
    table.up_to_confirm()
    picture = client.get("/staff/picture/name", headers=AT)
    assert picture.mimetype == "image/png"
    assert Image.open(BytesIO(picture.data)).size == (200, 40)
    assert does(client, "type", name="NGUYEN THI HOA") == 303
    assert table.screen == Screen.CONFIRM
    table.takes()
    assert client.get("/staff/picture/name", headers=AT).status_code == 404


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"II*\0" + b"\xff" * 40])
def test_a_broken_picture_is_no_crash(table: Table, content: bytes) -> None:
    client = inside(table)
    table.cards.told = {"name": None, "pictures": {Part.NAME: Picture("tiff", content)}}
    table.up_to_confirm()
    assert client.get("/staff/picture/name", headers=AT).status_code == 404
    assert client.get("/staff/picture/face", headers=AT).status_code == 404


def test_a_call_is_seen_and_stays_until_somebody_came(table: Table) -> None:
    client = inside(table)
    table.up_to_confirm()
    table.presses("help")
    assert table.screen == Screen.CONFIRM
    assert "呼ばれています" in seen(client)
    assert does(client, "came") == 303
    assert "呼ばれています" not in seen(client)


def test_the_officer_can_end_the_session(table: Table) -> None:
    client = inside(table)
    table.up_to_confirm()
    does(client, "end")
    assert table.screen == Screen.IDLE
    assert "花子" not in seen(client)


def test_a_button_of_the_officers_page_works_for_the_screen_it_was_drawn_for_only(table: Table) -> None:
    client = inside(table)
    table.up_to_confirm()
    turn, token = token_of(seen(client))
    table.presses("go_on")
    client.post("/staff/end", data={"turn": turn, "token": token}, headers=AT)
    assert table.screen == Screen.CHOOSE
    assert client.post("/staff/end", data={"turn": "9", "token": token}, headers=AT).status_code == 403


def test_whoever_leaves_must_type_the_number_again(table: Table) -> None:
    client = inside(table)
    does(client, "leave")
    assert "係員の画面に入る" in seen(client)


def test_the_officer_reads_what_to_do_at_each_limit(table: Table) -> None:
    client = inside(table)
    table.up_to_secret("blocked")  # 照合番号B still opens it, and the officer hears what is locked
    assert "運転免許証の暗証番号は警察だけが解除できる" in seen(client)


def test_characters_to_write_by_hand_are_named_by_code(table: Table) -> None:
    client = inside(table)
    table.up_to_review("gaiji")
    table.presses("print")
    assert "U+10DE92" in seen(client)


def test_what_waits_for_the_office_is_counted_with_its_age(table: Table) -> None:
    client = inside(table)
    table.office.away = True
    table.up_to_ticket()
    assert "1件（いちばん古いもの：11月20日 12:00）" in seen(client)


def test_reader_and_printer_are_told_as_they_are_now(table: Table) -> None:
    check = SelfCheck(table.reader, "A4", 4, table.clock, ibusuki().counter.limits, lambda: PrinterReason.PAPER,
                      lambda: ("reader 1", "reader 2"))
    told = {line.what: line for line in view(table.counter, check).lines}
    assert "A4を入れて" in told["プリンター"].says
    assert not told["プリンター"].good
    assert "reader 2" in told["読み取り機が2台"].says
    table.reader.unplugged = True
    assert not {line.what: line for line in view(table.counter, check).lines}["カードの読み取り機"].good


def test_every_screen_has_a_word_for_the_officer() -> None:
    assert set(STEPS) == set(Screen)

"""The mailbox keeps what was sent, each mail once, over a restart."""

import json
from pathlib import Path

import httpx
from flask.testing import FlaskClient

from infra.local.mailbox.app import City, create_app

MAIL = {"id": "case:7:0", "to": "hanako@example.jp", "subject": "【指宿市】お知らせがあります",
        "text": "受付番号 ABCD\nhttp://localhost:8080/status/x\n<b>指宿市</b>"}


def mailbox(folder: Path) -> FlaskClient:
    """The mailbox over its file, as after a start."""
    return create_app(folder / "mailbox.db", lambda: 1_795_143_600.0).test_client()


def test_a_mail_that_is_sent_twice_is_there_once(tmp_path: Path) -> None:
    box = mailbox(tmp_path)
    assert [box.post("/messages", json=MAIL).status_code for _ in range(2)] == [200, 200]
    assert [mail["subject"] for mail in mailbox(tmp_path).get("/api/messages").get_json()] == [MAIL["subject"]]


def test_mails_are_found_by_who_they_are_for_the_newest_first(tmp_path: Path) -> None:
    box = mailbox(tmp_path)
    for id, to in (("1", "a@example.jp"), ("2", "b@example.jp"), ("3", "a@example.jp")):
        box.post("/messages", json={**MAIL, "id": id, "to": to})
    assert [mail["id"] for mail in box.get("/api/messages?to=a@example.jp").get_json()] == ["3", "1"]


def test_links_can_be_pressed_and_nothing_else_in_a_mail_has_effect(tmp_path: Path) -> None:
    box = mailbox(tmp_path)
    box.post("/messages", json=MAIL)
    page = box.get("/").get_data(as_text=True)
    assert '<a href="http://localhost:8080/status/x">' in page
    assert "&lt;b&gt;指宿市&lt;/b&gt;" in page


def test_what_is_not_a_mail_is_refused(tmp_path: Path) -> None:
    box = mailbox(tmp_path)
    wrongs: list[object] = [{}, {**MAIL, "id": ""}, {**MAIL, "to": 1}, []]
    for wrong in wrongs:
        assert box.post("/messages", json=wrong).status_code == 400
    assert "まだ何も届いていません" in box.get("/").get_data(as_text=True)


def test_a_mail_that_did_not_arrive_is_told_to_the_city_without_the_address(tmp_path: Path) -> None:
    heard: list[httpx.Request] = []

    def hears(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(200 if len(heard) > 1 else 503)

    city = City("http://city.example/webhooks/mail", "only-the-mailbox", httpx.Client(transport=httpx.MockTransport(hears)))
    box = create_app(tmp_path / "mailbox.db", lambda: 1_795_143_600.0, city).test_client()
    box.post("/messages", json={**MAIL, "id": "3f2504e0:7:0"})
    assert box.post("/came-back/unknown").status_code == 404
    assert box.post("/came-back/3f2504e0:7:0").status_code == 503
    assert "届かなかったことにする" in box.get("/").get_data(as_text=True)
    assert box.post("/came-back/3f2504e0:7:0").status_code == 303
    assert "届かなかったことにしました" in box.get("/").get_data(as_text=True)
    assert json.loads(heard[1].content) == {"what": "bounced", "effect": "3f2504e0_7_0", "sort": "Permanent"}
    assert heard[1].headers["authorization"] == "Bearer only-the-mailbox"

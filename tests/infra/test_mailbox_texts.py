"""The mailbox keeps SMS beside mails: each once, over a restart, with links to press."""

from pathlib import Path

from flask.testing import FlaskClient

from infra.local.mailbox.app import create_app

TEXT = {"id": "case:7:0", "to": "09011112222", "text": "【指宿市】お知らせがあります。\nhttp://localhost:8080/status/x"}


def mailbox(folder: Path) -> FlaskClient:
    """The mailbox over its file, as after a start."""
    return create_app(folder / "mailbox.db", lambda: 1_795_143_600.0).test_client()


def test_a_text_that_is_sent_twice_is_there_once(tmp_path: Path) -> None:
    box = mailbox(tmp_path)
    assert [box.post("/texts", json=TEXT).status_code for _ in range(2)] == [200, 200]
    assert [text["body"] for text in mailbox(tmp_path).get("/api/texts?to=09011112222").get_json()] == [TEXT["text"]]
    assert mailbox(tmp_path).get("/api/texts?to=08011112222").get_json() == []


def test_texts_stand_in_a_column_of_their_own_with_links_to_press(tmp_path: Path) -> None:
    box = mailbox(tmp_path)
    assert "SMSは、まだ届いていません" in box.get("/").get_data(as_text=True)
    box.post("/texts", json=TEXT)
    column = box.get("/").get_data(as_text=True).split('id="texts"')[1]
    assert '<a href="http://localhost:8080/status/x">' in column
    assert "09011112222" in column


def test_what_is_not_a_text_is_refused(tmp_path: Path) -> None:
    box = mailbox(tmp_path)
    wrongs: list[object] = [{}, {**TEXT, "text": ""}, {**TEXT, "to": 1}, []]
    for wrong in wrongs:
        assert box.post("/texts", json=wrong).status_code == 400

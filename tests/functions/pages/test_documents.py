"""A document from the officer's desk to the applicant's phone: sent, looked at, delivered, opened, saved."""

import base64
import re

import pytest

from chalicelib.domain.application import Application, State
from chalicelib.services import deliver
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases, files
from tests.fakes.world import a_world_where_juminhyo
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import address, buttons, log_in, words
from tests.functions.pages.resident_phone import status_of


@pytest.fixture
def hall() -> Hall:
    return Hall(a_world_where_juminhyo(**cases.FOR_THE_SCREEN))


def chosen(hall: Hall, desk: HttpBrowser, case: Application, data: bytes) -> HttpBrowser:
    """The officer chooses a file: the browser posts it to the store and is led back; then the worker has been round."""
    desk.get(address(case, "deliver")).submit("/document", button="PDFをえらぶ")
    form = next(form for form in desk.forms() if "uploads.example" in form.action)
    fields = {name: value for name, value in form.fields if name != "file"}
    status, back = hall.world.uploads.posts(fields, data)
    assert status == 303
    desk.get(str(back).partition("?")[0])
    assert "調べています" in words(desk)
    deliver.drain(hall.world.parts)
    return desk.get(address(case, "deliver"))


def handed(hall: Hall, pdf: bytes) -> Application:
    """A case whose document was delivered."""
    case = cases.to_deliver(hall.world)
    chosen(hall, log_in(hall), case, pdf).submit("/deliver", looked="yes")
    return hall.world.store.get(case.id)


def test_an_officer_sends_looks_and_delivers(hall: Hall) -> None:
    case = cases.to_deliver(hall.world)
    desk = log_in(hall).get(address(case))
    assert buttons(desk)[0] == "書類を渡す"
    chosen(hall, desk, case, files.scan(2))
    page = re.findall(r'href="(/office/case/[^"]+/2)"', desk.html)[0]
    assert "data:image/jpeg;base64," in desk.get(PUBLIC + page).html
    assert "作りなおした画像" in words(desk)
    desk.get(address(case, "deliver")).submit("/deliver")
    assert "すべてのページを開いて確かめてから" in words(desk)
    assert hall.world.store.get(case.id).state is State.READY_TO_ISSUE
    desk.submit("/deliver", looked="yes")
    assert "書類を渡し、申請者にお知らせを送りました" in words(desk)
    assert "書類を渡した" in words(desk)
    assert "渡した書類" in words(desk)


def test_without_a_document_nothing_is_delivered(hall: Hall) -> None:
    case = cases.to_deliver(hall.world)
    desk = log_in(hall).get(address(case, "deliver")).submit("/deliver", looked="yes")
    assert desk.status == 422
    assert "渡すPDFをえらび" in words(desk)


def test_a_photo_is_refused_and_can_be_taken_away(hall: Hall) -> None:
    case = cases.to_deliver(hall.world)
    desk = chosen(hall, log_in(hall), case, files.photo())
    assert "使えません" in words(desk)
    desk.submit("/drop")
    assert "まだありません" in words(desk)


def test_coming_back_from_the_store_without_a_file_asks_again(hall: Hall) -> None:
    case = cases.to_deliver(hall.world)
    desk = log_in(hall).get(address(case, "deliver")).submit("/document")
    here = desk.url
    assert desk.get(f"{here}/sent").url == here
    assert hall.world.store.get(case.id).documents[0].name == ""


def test_the_applicant_opens_it_with_the_card_and_saves_the_very_file(hall: Hall) -> None:
    pdf = files.scan(2)
    case = handed(hall, pdf)
    phone = status_of(hall, case)
    assert "書類を開く" in words(phone)
    phone.submit("/open/documents")
    assert phone.url.endswith("/identity")
    phone.submit("/identity")
    assert phone.url.endswith("/documents")
    assert "書類1（2ページ）" in words(phone)
    seen = re.findall(r'href="(/apply/a/[^"]+/1)"', phone.html)[0]
    assert "2ページのうち 1ページめ" in words(phone.get(PUBLIC + seen))
    assert "data:image/jpeg;base64," in phone.html
    phone.get(PUBLIC + seen.rpartition("/")[0] + "/pdf")
    name, saved = re.findall(r'download="([^"]+)" href="data:application/pdf;base64,([^"]+)"', phone.html)[0]
    assert name == f"{case.reference}-1.pdf"
    assert base64.b64decode(saved) == pdf


def test_the_link_alone_opens_no_document(hall: Hall) -> None:
    case = handed(hall, files.scan(1))
    file = case.documents[0].id
    for page in ("documents", f"documents/{file}/1", f"documents/{file}/pdf"):
        phone = status_of(hall, case).get(f"{PUBLIC}/apply/a/{case.id}/{page}")
        assert phone.status == 404
        assert "base64" not in phone.html


def test_before_it_is_delivered_even_the_applicant_finds_nothing(hall: Hall) -> None:
    case = cases.to_deliver(hall.world)
    chosen(hall, log_in(hall), case, files.scan(1))
    case = hall.world.store.get(case.id)
    phone = status_of(hall, case)
    assert "書類を開く" not in words(phone)
    phone.submit("/open/messages").submit("/identity")
    file = case.documents[0].id
    for page in ("documents", f"documents/{file}/1", f"documents/{file}/pdf"):
        assert phone.get(f"{PUBLIC}/apply/a/{case.id}/{page}").status == 404


def test_a_page_that_is_not_there_is_not_found(hall: Hall) -> None:
    case = handed(hall, files.scan(1))
    phone = status_of(hall, case).submit("/open/documents").submit("/identity")
    file = case.documents[0].id
    for page in (f"documents/{file}/2", f"documents/{file}/x", "documents/nothing/1", "documents/nothing/pdf"):
        assert phone.get(f"{PUBLIC}/apply/a/{case.id}/{page}").status == 404

"""Writing a form on the phone for the counter: from the procedure's page or a draft, to a code that is shown large."""

import re
import zlib
from base64 import b32decode
from json import loads
from typing import Any

import pytest

from chalicelib.services import prepared, prepared_qr
from infra.local.play.browser import HttpBrowser
from tests.fakes.counter import a_kiosk
from tests.functions.pages.hall import PUBLIC, Hall, apply_up_to_review
from tests.functions.pages.office_desk import words

CODE = re.compile(r'<p class="reference">([A-Z]{4}-[A-Z]{4})</p>')
FORM: dict[str, Any] = {"whose": "self", "items": ["none"], "copies": "2"}


@pytest.fixture
def hall() -> Hall:
    return Hall()


def code_on(page: HttpBrowser) -> str:
    """The code that the page shows."""
    found = CODE.search(page.html)
    assert found, words(page)
    return found.group(1)


def test_the_short_way_from_the_first_page_leads_to_a_code_and_a_picture(hall: Hall) -> None:
    phone = hall.browser().get(f"{PUBLIC}/apply/juminhyo")
    assert "窓口で出す（用紙に印字する）" in words(phone)
    phone.get(f"{PUBLIC}/apply/juminhyo/counter").submit("/counter", **FORM)
    found = prepared.fetch(hall.world.parts, a_kiosk(), code_on(phone))
    assert (found.procedure, found.answers) == ("juminhyo", {"whose": "self", "items": ("none",), "copies": "2"})
    assert phone.html.count('<svg') == 1
    assert " style=" not in phone.html
    assert "11月27日（金） 12:00" in words(phone)


def test_it_files_nothing_and_keeps_no_draft(hall: Hall) -> None:
    hall.browser().get(f"{PUBLIC}/apply/juminhyo/counter").submit("/counter", **FORM)
    assert not hall.world.store.cases


def test_only_what_is_wrong_is_asked_again_and_what_was_typed_stays(hall: Hall) -> None:
    phone = hall.browser().get(f"{PUBLIC}/apply/juminhyo/counter").submit("/counter", name_kana="イブスキ", copies="99")
    assert phone.status == 422
    assert "イブスキ" in phone.html
    assert not hall.world.prepared.rows


def test_an_empty_form_gives_no_code(hall: Hall) -> None:
    phone = hall.browser().get(f"{PUBLIC}/apply/juminhyo/counter").submit("/counter")
    assert phone.status == 422
    assert "一つ以上書いてください" in words(phone)


def test_a_draft_gives_a_code_and_stays_a_draft(hall: Hall) -> None:
    phone = apply_up_to_review(hall.browser())
    before = dict(hall.world.store.cases)
    phone.get(phone.url.replace("/review", "/counter"))
    assert "通数" in words(phone)
    phone.submit("/counter")
    found = prepared.fetch(hall.world.parts, a_kiosk(), code_on(phone))
    assert found.answers["copies"] == "1"
    assert found.applicant == {"fullNameKana": "イブスキ ハナコ"}
    assert hall.world.store.cases == before


def test_from_the_code_a_way_leads_back_to_where_the_person_was(hall: Hall) -> None:
    phone = apply_up_to_review(hall.browser())
    review = phone.url
    phone.get(review.replace("/review", "/counter")).submit("/counter")
    assert f'href="{review.removeprefix(PUBLIC)}"' in phone.html


def test_papers_are_only_asked_for_where_something_was_attached(hall: Hall) -> None:
    phone = apply_up_to_review(hall.browser())
    phone.get(phone.url.replace("/review", "/counter"))
    assert "つけた書類" not in words(phone)


def test_what_the_card_told_and_where_notices_go_are_not_brought_along(hall: Hall) -> None:
    phone = apply_up_to_review(hall.browser())
    phone.get(phone.url.replace("/review", "/counter")).submit("/counter")
    ((content, _, _),) = hall.world.prepared.rows.values()
    for private in ("花子", "hanako@example.jp", "十町"):
        assert private not in content.decode()


def test_the_draft_of_somebody_else_looks_like_an_unknown_address(hall: Hall) -> None:
    phone = apply_up_to_review(hall.browser())
    assert hall.browser().get(phone.url.replace("/review", "/counter")).status == 404


@pytest.mark.parametrize("procedure", ["jido-teate", "no-such"])
def test_what_the_counter_does_not_offer_has_no_code(hall: Hall, procedure: str) -> None:
    assert hall.browser().get(f"{PUBLIC}/apply/{procedure}/counter").status == 404


def test_nobody_makes_codes_without_end(hall: Hall) -> None:
    phone = hall.browser()
    for _ in range(prepared.CODES_MADE.most):
        phone.get(f"{PUBLIC}/apply/juminhyo/counter").submit("/counter", **FORM)
    assert phone.get(f"{PUBLIC}/apply/juminhyo/counter").submit("/counter", **FORM).status == 429


def test_the_picture_reads_back_as_the_form(hall: Hall) -> None:
    form = prepared.gathered(hall.world.parts.catalogue.procedure("juminhyo"), {"whose": "self", "items": ("none",), "copies": "2"})
    (text,) = prepared_qr.texts(form, hall.world.clock())
    body = text[20:]
    told = loads(zlib.decompress(b32decode(body + "=" * (-len(body) % 8)), -15))
    assert told == {"procedure": "juminhyo", "version": 1, "goodUntil": "2026-11-20", "applicant": {},
                    "answers": {"whose": "self", "items": ["none"], "copies": "2"}}

"""A dog, registered on a phone without a card: rows, days, a postal code, a photograph, a code by mail, letters, a receipt."""

import re

import httpx
import pytest

from chalicelib.domain.application import Application, State
from chalicelib.domain.contents import ApplicationId, PaidBy
from chalicelib.services import correspond, decide, deliver, desk_money, fulfil, review
from content.rules import form
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.forms import a_photograph, posted
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.resident_phone import heading, words


def case_of(hall: Hall, browser: HttpBrowser) -> Application:
    """The case whose address the browser shows."""
    return hall.world.store.get(ApplicationId(browser.url.split("/apply/a/")[1].split("/")[0]))


def up_to_review(hall: Hall, procedure: str = "inu-toroku") -> HttpBrowser:
    """Everything answered in the browser, files sent to the store as a browser sends them."""
    phone = hall.browser().get(f"{PUBLIC}/apply/{procedure}").submit(f"/apply/{procedure}")
    known = hall.world.parts.catalogue.procedure(procedure)
    for _ in range(30):
        if phone.url.endswith("/review"):
            return phone
        page = known.page(phone.url.split("/q/")[1].partition("#")[0])
        for part in form.asked_fields(page, case_of(hall, phone).answers):
            if part.kind == "file" and not case_of(hall, phone).answers.get(part.id):
                add_a_file(hall, phone, part.id)
        answer(phone, posted(page, case_of(hall, phone).answers))
    raise AssertionError(f"{phone.url} {words(phone)[:300]}")


def answer(phone: HttpBrowser, said: dict[str, list[str]], then: str = "") -> HttpBrowser:
    """Post a page of questions as it stands, with what a person says."""
    return phone._go("POST", phone.url.partition("#")[0], {"csrf": [_csrf(phone)], **said, **({"then": [then]} if then else {})})


def up_to_page(hall: Hall, procedure: str, wanted: str) -> HttpBrowser:
    """The browser on one page of the form, everything before it answered, files too."""
    phone = hall.browser().get(f"{PUBLIC}/apply/{procedure}").submit(f"/apply/{procedure}")
    known = hall.world.parts.catalogue.procedure(procedure)
    for _ in range(20):
        page = known.page(phone.url.split("/q/")[1].partition("#")[0])
        if page.id == wanted:
            return phone
        for part in form.asked_fields(page, case_of(hall, phone).answers):
            if part.kind == "file" and not case_of(hall, phone).answers.get(part.id):
                add_a_file(hall, phone, part.id)
        answer(phone, posted(page, case_of(hall, phone).answers))
    raise AssertionError(phone.url)


def add_a_file(hall: Hall, phone: HttpBrowser, field: str, data: bytes | None = None) -> None:
    """The button beside the field, the file to the store, and the way back that the store gives."""
    phone.submit(f"/files/to/{field}")
    fields = dict(next(one for one in phone.forms() if one.action.startswith("https://uploads.example")).fields)
    status, back = hall.world.uploads.posts({name: fields[name] for name in ("key", "signature")}, data or a_photograph())
    assert (status, back is not None) == (303, True)
    phone.get(str(back))


def sent(hall: Hall, procedure: str = "inu-toroku") -> tuple[HttpBrowser, Application]:
    """Sent after the code from the mail; the browser shows the receipt."""
    phone = up_to_review(hall, procedure)
    phone.submit("/send").submit("/code", button="番号を送る")
    deliver.drain(hall.world.parts)
    phone.submit("/code", button="確かめて", code=code_in_the_mail(hall))
    assert phone.url.endswith("/done"), words(phone)[:300]
    return phone, case_of(hall, phone)


def code_in_the_mail(hall: Hall) -> str:
    """The number in the newest mail that has one."""
    return next(found[1] for mail in reversed(hall.world.mailer.sent) if (found := re.search(r"確認の番号は (\d{6})", mail.text)))


def test_a_dog_is_registered_without_a_card_and_its_papers_reach_the_officer() -> None:
    hall = Hall()
    _, case = sent(hall)
    assert (case.state, case.identity, case.confirmed_contact) == (State.SUBMITTED, None, "hanako@example.jp")
    assert case.answers["dogs"] == ("1",)
    assert case.attachments


def test_a_wrong_code_is_told_and_the_application_waits() -> None:
    hall = Hall()
    phone = up_to_review(hall).submit("/send").submit("/code", button="番号を送る")
    deliver.drain(hall.world.parts)
    right = code_in_the_mail(hall)
    phone.submit("/code", button="確かめて", code=f"{(int(right) + 1) % 10**6:06d}")
    assert phone.status == 422
    assert "番号がちがうか" in words(phone)
    assert case_of(hall, phone).state is State.DRAFT
    phone.submit("/code", button="確かめて", code=" ".join(chr(ord(sign) + 0xFEE0) for sign in right))
    assert phone.url.endswith("/done")


def test_opening_the_page_of_the_code_sends_nothing() -> None:
    hall = Hall()
    phone = up_to_review(hall)
    before = hall.world.store.waiting()
    phone.get(phone.url.replace("/review", "/code"))
    assert phone.status == 200
    assert hall.world.store.waiting() == before


def test_rows_are_added_and_taken_away_without_a_script_and_nothing_typed_is_lost() -> None:
    hall = Hall()
    phone = up_to_page(hall, "inu-toroku", "dogs")
    known = hall.world.parts.catalogue.procedure("inu-toroku")
    typed = posted(known.page("dogs"), case_of(hall, phone).answers)
    answer(phone, typed, "add:dogs")
    assert case_of(hall, phone).answers["dogs"] == ("1", "2")
    assert form.row_name(known.field("dogs"), 2) in words(phone)
    answer(phone, {**typed, "dogs": ["1", "2"]}, "drop:dogs.2")
    assert case_of(hall, phone).answers["dogs"] == ("1",)
    assert case_of(hall, phone).answers["dogs.1.name"] == "見本の答え"


def _csrf(phone: HttpBrowser) -> str:
    return next(value for one in phone.forms() for name, value in one.fields if name == "csrf")


def test_the_page_saves_by_itself_and_says_so() -> None:
    hall = Hall()
    phone = hall.browser().get(f"{PUBLIC}/apply/inu-toroku").submit("/apply/inu-toroku")
    where = phone.url
    phone._go("POST", where, {"csrf": [_csrf(phone)], "mail": ["half@"], "phone": [""], "then": ["autosave"]})
    assert (phone.status, phone.html.strip()) == (200, "ここまでの入力は、保存しました。")
    assert 'value="half@"' in phone.get(where).html


def test_an_address_is_found_by_its_postal_code_without_a_script() -> None:
    hall = Hall()
    known = hall.world.parts.catalogue.procedure("suido-kaishi")
    page = next(page for page in known.pages if any(field.kind == "address" and not field.when for field in page.fields))
    here = next(field for field in page.fields if field.kind == "address")
    phone = up_to_page(hall, "suido-kaishi", page.id)
    answer(phone, {f"{here.id}-postal": ["８９１－０４０５"]}, f"lookup:{here.id}")
    assert 'value="鹿児島県指宿市湊"' in phone.html
    assert 'value="891-0405"' in phone.html


def test_a_bad_file_is_told_in_words_and_another_can_be_sent() -> None:
    hall = Hall()
    page = next(page for page in hall.world.parts.catalogue.procedure("inu-toroku").pages
                if any(field.kind == "file" for field in page.fields))
    phone = up_to_page(hall, "inu-toroku", page.id)
    answer(phone, posted(page, case_of(hall, phone).answers))
    field = next(one.id for one in page.fields if one.kind == "file")
    add_a_file(hall, phone, field, b"MZ this is a program")
    deliver.drain(hall.world.parts)
    told = words(phone.get(phone.url.partition("#")[0]))
    assert "使えません" in told
    add_a_file(hall, phone, field)
    assert "調べています" in words(phone)


def test_the_link_of_the_mail_alone_opens_neither_letters_nor_the_receipt() -> None:
    hall = Hall()
    phone, case = sent(hall)
    clerk = cases.officer()
    clerk = type(clerk)(id=clerk.id, name=clerk.name, department=case.department, roles=clerk.roles)
    case = correspond.write(hall.world.parts, clerk, review.claim(hall.world.parts, clerk, hall.world.store.get(case.id)),
                            "土曜でもお渡しできます")
    status = next(one for one in re.findall(r'href="([^"]+/status/[^"]+)"', phone.html))
    stranger = hall.browser().get(status)
    assert "お知らせがあります" in words(stranger)
    assert "土曜" not in stranger.html
    stranger.submit("/open/messages")
    assert "メールアドレスを確かめます" in heading(stranger)
    assert stranger.get(f"{PUBLIC}/apply/a/{case.id}/messages").url.endswith("/code")
    assert hall.browser().get(f"{PUBLIC}/apply/a/{case.id}/messages").status == 404

    hall.world.clock.pass_(minutes=2)
    owner = hall.browser().get(status).submit("/open/messages").submit("/code", button="番号を送る")
    deliver.drain(hall.world.parts)
    owner.submit("/code", button="確かめる", code=code_in_the_mail(hall))
    assert "土曜でもお渡しできます" in words(owner)
    owner.submit("/messages", words="では土曜に行きます")
    owner.submit("/messages", words="では土曜に行きます")  # pressed twice
    assert [one.words for one in hall.world.store.get(case.id).messages] == ["土曜でもお渡しできます", "では土曜に行きます"]


def test_a_receipt_bears_the_name_that_the_payer_wants_and_what_was_paid_how() -> None:
    hall = Hall()
    phone, case = sent(hall)
    parts = hall.world.parts
    clerk = type(cases.officer())(id=cases.officer().id, name="森山 緑", department=case.department,
                                  roles=cases.officer().roles | cases.tanaka().roles)
    case = review.claim(parts, clerk, hall.world.store.get(case.id))
    case = decide.decide_fee(parts, clerk, case, decide.propose_fee(parts, case))
    assert case.fee is not None
    case = desk_money.pay_at_desk(parts, clerk, case, by=PaidBy.CASH, yen=case.fee.yen)
    assert fulfil.issue(parts, clerk, case).state is State.ISSUED
    receipt = phone.get(f"{PUBLIC}/apply/a/{case.id}/receipt")
    assert "見本の答え 様" in words(receipt) or "指宿 花子 様" in words(receipt)
    receipt.submit("/receipt", name="指宿商店 <b>")
    assert "指宿商店 &lt;b&gt;" in receipt.html
    assert "現金" in words(receipt)


@pytest.mark.parametrize("procedure", ["inu-toroku", "tennyu-yoyaku", "joho-kokai"])
def test_the_review_shows_every_answer_before_it_is_sent(procedure: str) -> None:
    hall = Hall()
    phone = up_to_review(hall, procedure)
    case = case_of(hall, phone)
    known = hall.world.parts.catalogue.procedure(procedure)
    told = words(phone)
    for page in form.asked_pages(known, case.answers):
        for part in form.asked_fields(page, case.answers):
            assert part.label in told


def test_when_the_session_has_run_out_what_was_typed_is_given_back_to_our_own_form_only() -> None:
    hall = Hall()
    phone = up_to_page(hall, "inu-toroku", hall.world.parts.catalogue.procedure("inu-toroku").pages[1].id)
    where, token = phone.url, _csrf(phone)
    hall.world.clock.pass_(hours=3)
    form_ = {"csrf": [token], "name": ["指宿 花子 <b>"], "name_kana": ["イブスキ ハナコ"]}
    for origin, shown in ((PUBLIC, True), ("https://elsewhere.example", False), (None, False)):
        headers = {"Content-Type": "application/x-www-form-urlencoded", **({"Origin": origin} if origin else {})}
        answer_ = httpx.Client(transport=hall.transport).post(where, data=form_, headers=headers)
        assert answer_.status_code == 403
        assert ("指宿 花子 &lt;b&gt;" in answer_.text) is shown

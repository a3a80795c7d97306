"""Residents without mail: told by SMS, with codes and links that come by SMS, page by page."""

import re

import pytest

from chalicelib.domain.application import Application, State
from chalicelib.services import deliver, review
from content.vocabulary.procedure import Assurance
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.world import World, ibusuki
from tests.functions.pages.hall import PUBLIC, Hall, apply_and_send
from tests.functions.pages.resident_phone import at, begun, case_of, heading, words

NUMBER = "090-1111-2222"
BY_SMS = {"notify": "sms", "mobile": NUMBER}


def without_cards() -> Hall:
    """A hall whose 水道の使用開始 asks for a contact, a name and an address only: a code proves the contact."""
    catalogue = ibusuki()
    suido = catalogue.procedure("suido-kaishi")
    short = suido.model_copy(update={"pages": tuple(page for page in suido.pages if page.id in ("contact", "applicant")),
                                     "fees": (), "charges": (), "export": ()})
    assert suido.assurance is Assurance.CONTACT
    procedures = tuple(short if one.id == suido.id else one for one in catalogue.procedures)
    return Hall(World(catalogue.model_copy(update={"procedures": procedures})))


def before_the_code(hall: Hall, **contact: str) -> HttpBrowser:
    """A browser that has answered everything and pressed send."""
    phone = hall.browser().get(f"{PUBLIC}/apply/suido-kaishi").submit("/apply/suido-kaishi")
    phone.submit("/q/contact", **contact)
    while "/q/" in phone.url:
        phone.submit("/q/", name="指宿 花子", name_kana="イブスキ ハナコ")
    return phone.submit("/send")


def code_in_the_newest_text(hall: Hall) -> str:
    """What the phone shows."""
    deliver.drain(hall.world.parts)
    found = re.search(r"番号は (\d{6}) です", hall.world.texts.sent[-1].text)
    assert found is not None
    return found.group(1)


def test_a_resident_without_mail_sends_an_application_by_a_code_from_an_sms() -> None:
    hall = without_cards()
    phone = before_the_code(hall, **BY_SMS)
    assert heading(phone) == "携帯電話の番号を確かめます"
    phone.submit("/code", then="send")
    assert "090-…-…22" in words(phone)
    assert NUMBER not in words(phone)
    code = code_in_the_newest_text(hall)
    phone.submit("/code", code=code)
    assert heading(phone) == "申請を受け付けました"
    assert "SMSでも送りました" in words(phone)
    case = next(iter(hall.world.store.cases.values()))
    assert (case.state, case.confirmed_contact) == (State.SUBMITTED, "09011112222")
    deliver.drain(hall.world.parts)
    assert hall.world.mailer.sent == []
    told = hall.world.texts.sent
    assert [text.to for text in told] == ["09011112222", "09011112222"]
    assert told[0].text.endswith(f"\n@localhost:8080 #{code}")
    assert case.reference in told[1].text
    assert f"{PUBLIC}/status/" in told[1].text


def test_a_wrong_code_from_an_sms_sends_nothing() -> None:
    hall = without_cards()
    phone = before_the_code(hall, **BY_SMS).submit("/code", then="send")
    right = code_in_the_newest_text(hall)
    phone.submit("/code", code="000000" if right != "000000" else "111111")
    assert phone.status == 422
    assert next(iter(hall.world.store.cases.values())).state is State.DRAFT


def test_who_changes_the_number_after_the_code_must_prove_the_new_one() -> None:
    hall = without_cards()
    phone = before_the_code(hall, **BY_SMS).submit("/code", then="send")
    code = code_in_the_newest_text(hall)
    case = case_of(hall, phone)
    at(phone, case, "q/contact").submit("/q/contact", **{**BY_SMS, "mobile": "080-3333-4444"})
    at(phone, case, "code").submit("/code", code=code)
    assert phone.status == 422
    assert hall.world.store.get(case.id).confirmed_contact is None


@pytest.mark.parametrize(("typed", "says"), [
    ("", "SMSを受け取る携帯電話の番号を入れてください。"),
    ("0993-22-2111", "070・080・090から始まる11けた"),
    ("090-1111-222", "070・080・090から始まる11けた"),
    ("090-1111-2222-3", "070・080・090から始まる11けた"),
])
def test_only_a_number_that_takes_sms_is_taken(typed: str, says: str) -> None:
    phone = begun(Hall()).submit("/q/contact", notify="sms", mobile=typed)
    assert phone.status == 422
    assert says in words(phone)


@pytest.mark.parametrize("typed", ["０９０－１１１１－２２２２", "090 1111 2222", "+81 90-1111-2222", "09011112222"])
def test_a_number_is_understood_as_people_write_it(typed: str) -> None:
    hall = Hall()
    apply_and_send(hall.browser(), notify="sms", mobile=typed)
    deliver.drain(hall.world.parts)
    assert [text.to for text in hall.world.texts.sent] == ["09011112222"]


def test_who_chose_nothing_is_told_by_mail_as_before() -> None:
    hall = Hall()
    apply_and_send(hall.browser())
    deliver.drain(hall.world.parts)
    assert [mail.to for mail in hall.world.mailer.sent] == ["hanako@example.jp"]
    assert hall.world.texts.sent == []


def test_every_step_is_told_by_sms_without_a_name_a_procedure_or_a_sum() -> None:
    hall = Hall()
    token = apply_and_send(hall.browser(), **BY_SMS)
    case = next(iter(hall.world.store.cases.values()))
    review.request_correction(hall.world.parts, cases.officer(), review.claim(hall.world.parts, cases.officer(), case),
                          fields=("copies",), reason="other", words="花子さん、410円です")
    deliver.drain(hall.world.parts)
    received, correction = hall.world.texts.sent
    for text in (received.text, correction.text):
        assert f"{PUBLIC}/status/{token}" in text
        assert not [word for word in ("花子", "住民票", "410", "090") if word in text.partition("\n")[0]]
    assert "直してほしいところ" in correction.text


def test_the_link_to_go_on_comes_by_sms() -> None:
    hall = Hall()
    phone = begun(hall)
    case = case_of(hall, phone)
    at(phone, case, "later").submit("/later", **BY_SMS)
    assert heading(phone) == "つづきのリンクを送りました"
    assert "09011112222 に" in words(phone)
    deliver.drain(hall.world.parts)
    link = hall.world.texts.sent[-1].text.splitlines()[-1]
    assert heading(hall.browser().get(link)) == "申請のつづきを入力する"
    assert hall.world.store.get(case.id).answers["notify"] == "sms"


def test_a_link_cannot_come_by_letter_and_the_page_says_so() -> None:
    hall = Hall()
    phone = begun(hall).submit("/q/contact", notify="letter")
    case = case_of(hall, phone)
    at(phone, case, "later")
    assert "手紙では送れません" in words(phone)
    assert 'value="letter"' not in phone.html
    phone.submit("/later", mail="hanako@example.jp")
    assert heading(phone) == "つづきのリンクを送りました"


def test_a_letter_cannot_be_chosen_where_a_code_proves_the_contact() -> None:
    hall = without_cards()
    phone = hall.browser().get(f"{PUBLIC}/apply/suido-kaishi").submit("/apply/suido-kaishi")
    assert 'value="letter"' not in phone.html
    phone.submit("/q/contact", notify="letter")
    assert phone.status == 422


def asked(hall: Hall, phone: HttpBrowser, case: Application, times: int) -> HttpBrowser:
    """Asks for a code again and again, a minute apart."""
    for _ in range(times):
        hall.world.clock.pass_(minutes=1)
        at(phone, case, "code").submit("/code", then="send")
    return phone


def test_one_number_gets_no_more_than_six_codes_a_day() -> None:
    hall = without_cards()
    phone = before_the_code(hall, **BY_SMS)
    case = case_of(hall, phone)
    asked(hall, phone, case, 3)
    hall.world.clock.pass_(minutes=11)
    asked(hall, phone, case, 3)
    assert hall.world.store.get(case.id).codes == 6
    hall.world.clock.pass_(minutes=11)
    asked(hall, phone, case, 1)
    assert phone.status == 422
    assert "SMSは、きょうはもう送れません" in words(phone)
    assert hall.world.store.get(case.id).codes == 6
    hall.world.clock.pass_(hours=25)
    begun_again = before_the_code(hall, **BY_SMS).submit("/code", then="send")
    assert begun_again.status == 200

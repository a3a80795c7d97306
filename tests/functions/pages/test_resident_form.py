"""The form: one question a page, help with every mistake, and nothing typed is ever lost."""

import re

import pytest

from chalicelib.domain.application import State
from chalicelib.domain.errors import Stale
from chalicelib.services import apply, links, timers
from infra.local.play.browser import HttpBrowser
from tests.fakes.world import ibusuki
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.resident_phone import at, begun, case_of, heading, reviewing, title, words


def on_page(hall: Hall, page: str) -> HttpBrowser:
    """Hanako on one question of a form she has answered already."""
    phone = reviewing(hall)
    return at(phone, case_of(hall, phone), f"q/{page}")


@pytest.mark.parametrize(("page", "field", "typed", "says"), [
    ("contact", "mail", "hanako@", "メールアドレスの形になっていません。「hanako@example.jp」のように、半角で入れてください。"),
    ("contact", "mail", "", "お知らせを送るメールアドレスを入れてください。"),
    ("contact", "phone", "12345", "電話番号は、0から始まる10けたか11けたの数字で入れてください（例：090-1234-5678）。"),
    ("kana", "name_kana", "花子", "カタカナで入れてください（例：イブスキ ハナコ）。"),
    ("whose", "whose", "nobody", "のせる人を、もう一度選んでください。"),
    ("whose", "whose", "members", "のせる人の氏名を入れてください。"),
    ("items", "items", ["code", "none"], "「どれもいらない」は、ほかのものといっしょには選べません。どちらかにしてください。"),
    ("copies", "copies", "12", "通数は、1から10までにしてください。"),
    ("copies", "copies", "たくさん", "通数は、1から10までの数字で入れてください。"),
])
def test_a_mistake_is_told_beside_the_field_and_on_top_and_the_input_is_kept(
        page: str, field: str, typed: str | list[str], says: str) -> None:
    phone = on_page(Hall(), page).submit("/q/", button="", **{field: typed})
    assert phone.status == 422
    assert title(phone).startswith("エラー：")
    assert words(phone).count(says) == 2
    assert 'role="alert" tabindex="-1" autofocus' in phone.html
    target = re.findall(r'<li><a href="#(\w+)">', phone.html)[0]
    assert f'id="{target}"' in phone.html
    assert f'id="{target}-error"' in phone.html
    for value in typed if isinstance(typed, list) else [typed]:
        assert f'value="{value}"' in phone.html or typed == "nobody"


def test_what_was_typed_wrongly_is_still_there_after_coming_back() -> None:
    hall = Hall()
    phone = on_page(hall, "copies").submit("/q/", copies="99")
    phone.get(f"{PUBLIC}/apply/a/{case_of(hall, phone).id}/review")
    assert "通数は、1から10までにしてください。" in words(phone)
    assert not [form for form in phone.forms() if "/sign" in form.action]
    assert 'value="99"' in phone.get(f"{PUBLIC}/apply/a/{case_of(hall, phone).id}/q/copies").html


def test_each_page_asks_one_question_and_says_how_far_one_is() -> None:
    phone = begun(Hall())
    assert heading(phone) == "お知らせをどう受け取りますか？"
    assert "6問中 1問め" in words(phone)
    assert 'type="email" autocomplete="email" inputmode="email"' in phone.html
    phone.submit("/q/", mail="hanako@example.jp")
    assert "6問中 2問め" in words(phone)
    assert "まえの質問にもどる" in words(phone)
    assert "ここまでの入力は、保存しました。" in words(phone)


def test_what_the_card_said_is_shown_and_cannot_be_typed_over() -> None:
    hall = Hall()
    phone = on_page(hall, "applicant")
    assert words(phone).count("カードから読み取りました") >= 3
    assert "昭和60年3月15日（1985年）" in words(phone)
    phone.submit("/q/", name="別人", address="よその町")
    assert case_of(hall, phone).answers["name"] == "指宿　花子"


def test_a_field_that_depends_on_an_answer_is_asked_only_then() -> None:
    phone = on_page(Hall(), "whose")
    assert re.search(r'data-when="whose:members" hidden>', phone.html)
    phone.submit("/q/", whose="members")
    assert phone.status == 422
    assert re.search(r'data-when="whose:members">', phone.html)
    phone.submit("/q/", whose="members", members="指宿 一郎")
    assert phone.status == 200


def test_a_change_from_the_review_leads_back_to_it() -> None:
    hall = Hall()
    phone = reviewing(hall)
    at(phone, case_of(hall, phone), "q/copies?review=1").submit("/q/", copies="3")
    assert phone.url.endswith("/review")
    assert "3通" in words(phone)


def test_a_change_that_opens_a_new_question_asks_it_and_then_leads_back() -> None:
    hall = Hall()
    phone = reviewing(hall)
    at(phone, case_of(hall, phone), "q/items?review=1").submit("/q/", items=["mynumber"])
    assert heading(phone) == "何に使いますか？"
    phone.submit("/q/", purpose="社会保険", destination="年金事務所")
    assert phone.url.endswith("/review")


def test_changing_ones_mind_twice_loses_nothing_but_only_what_is_asked_is_sent() -> None:
    hall = Hall()
    phone = reviewing(hall, items=["mynumber"])
    case = case_of(hall, phone)
    at(phone, case, "q/items?review=1").submit("/q/", items=["none"])
    assert "年金事務所" not in phone.html
    at(phone, case, "q/items?review=1").submit("/q/", items=["mynumber"])
    assert "年金事務所" in phone.html
    at(phone, case, "q/items?review=1").submit("/q/", items=["none"])
    phone.submit("/sign")
    sent = hall.world.store.get(case.id).answers
    assert "purpose" not in sent
    assert "destination" not in sent
    assert sent["items"] == ("none",)


def test_a_page_that_is_not_called_for_leads_on() -> None:
    hall = Hall()
    phone = reviewing(hall)
    at(phone, case_of(hall, phone), "q/purpose")
    assert phone.url.endswith("/q/copies")


def test_putting_it_aside_keeps_what_was_typed_on_the_page() -> None:
    hall = Hall()
    phone = on_page(hall, "kana").submit("/q/", button="あとで", name_kana="途中")
    assert heading(phone) == "あとでつづける"
    assert case_of(hall, phone).answers["name_kana"] == "途中"


class Elsewhere:
    """Another window that saves its page in the moment before ours does."""

    def __init__(self, hall: Hall, page: str, **answers: list[str]) -> None:
        self.hall, self.page, self.answers = hall, page, answers
        self.write = hall.world.store.write

    def __call__(self, application: object, happened: object, **more: object) -> None:
        world = self.hall.world
        world.store.write = self.write  # type: ignore[method-assign]  # from here on the store is itself again
        there = world.store.get(application.id)  # type: ignore[attr-defined]
        apply.save_page(world.parts, there, world.parts.catalogue.procedure("juminhyo").page(self.page), self.answers)
        self.write(application, happened, **more)  # type: ignore[arg-type]


def test_when_another_window_was_first_both_inputs_stay_and_one_press_is_enough() -> None:
    hall = Hall()
    phone = on_page(hall, "kana")
    hall.world.store.write = Elsewhere(hall, "copies", copies=["7"])  # type: ignore[method-assign]
    phone.submit("/q/", name_kana="イブスキ ハナ")
    assert phone.status == 409
    assert "ほかの画面で、先に保存されました" in words(phone)
    assert 'value="イブスキ ハナ"' in phone.html
    phone.submit("/q/")
    answers = case_of(hall, phone).answers
    assert (answers["name_kana"], answers["copies"]) == ("イブスキ ハナ", "7")


def test_a_form_that_was_sent_leads_to_how_it_stands() -> None:
    hall = Hall()
    phone = reviewing(hall)
    case = case_of(hall, phone)
    phone.submit("/sign")
    for page in ("q/copies", "review", "later"):
        assert heading(at(phone, case, page)) == "受け付けました", page
    assert heading(at(phone, case, "sign")) == "申請を受け付けました"


def test_pressing_start_twice_begins_one_draft() -> None:
    hall = Hall()
    phone = hall.browser().get(f"{PUBLIC}/apply/juminhyo")
    before = phone.html, phone.url
    phone.submit("/apply/juminhyo")
    phone.html, phone.url = before
    phone.submit("/apply/juminhyo")
    assert heading(phone) == "マイナンバーカードで本人確認をします"
    assert len(hall.world.store.cases) == 1


def test_a_draft_of_this_browser_is_offered_again() -> None:
    hall = Hall()
    phone = begun(hall).submit("/q/", mail="hanako@example.jp")
    where = phone.url
    phone.get(f"{PUBLIC}/apply/juminhyo")
    assert "とちゅうの申請があります" in words(phone)
    assert "新しく申請をはじめる" in words(phone)
    link = re.findall(r'href="(/apply/a/[^"]+)"', phone.html)[0]
    phone.get(PUBLIC + link)
    assert phone.url.rsplit("/q/", maxsplit=1)[0] == where.rsplit("/q/", maxsplit=1)[0]
    assert "とちゅうの申請" not in hall.browser().get(f"{PUBLIC}/apply/juminhyo").html


def test_a_draft_that_was_left_too_long_says_so_and_offers_a_new_one() -> None:
    """The draft ends after 14 days; the link of the mail still says how it ended, to the person with the card."""
    hall = Hall()
    phone = begun(hall)
    case = case_of(hall, phone)
    at(phone, case, "later").submit("/later", mail="hanako@example.jp")
    link = links.resume_url(hall.world.parts, hall.world.store.get(case.id))
    hall.world.clock.pass_(days=15)
    timers.run(hall.world.parts)
    assert hall.world.store.get(case.id).state is State.EXPIRED
    phone = hall.browser().get(link).submit("/resume/").submit("/identity")
    assert heading(phone) == "この申請は終わりました"
    assert 'href="/apply/juminhyo"' in phone.html


def test_pressing_once_more_after_a_lost_answer_sends_no_second_link_but_asking_again_does() -> None:
    hall = Hall()
    phone = begun(hall).submit("/q/", mail="hanako@example.jp")
    case = case_of(hall, phone)
    at(phone, case, "later")
    url, html = phone.url, phone.html
    phone.submit("/later")
    phone.url, phone.html = url, html
    assert heading(phone.submit("/later")) == "つづきのリンクを送りました"
    assert hall.world.store.get(case.id).links == 1
    at(phone, case, "later").submit("/later")
    assert hall.world.store.get(case.id).links == 2
    phone.url, phone.html = url, html
    phone.submit("/later", mail="hana@example.jp")
    assert hall.world.store.get(case.id).links == 3


@pytest.mark.parametrize("address", [
    "/apply/passport", "/apply/a/1/q/contact", "/apply/a/0b8a4c1e-1f7e-4a52-9a8e-6a2f0c3d5e71/review"])
def test_what_does_not_exist_is_one_and_the_same_page(address: str) -> None:
    browser = Hall().browser().get(PUBLIC + address)
    assert browser.status == 404
    assert heading(browser) == "ページが見つかりません"


def test_a_question_that_does_not_exist_is_not_found() -> None:
    hall = Hall()
    phone = begun(hall)
    assert at(phone, case_of(hall, phone), "q/passport").status == 404


def test_the_bare_address_lists_every_procedure_with_what_it_needs() -> None:
    page = Hall().browser().get(f"{PUBLIC}/apply/").html
    for procedure in ibusuki().procedures:
        assert f'href="/apply/{procedure.id}"' in page
        assert procedure.name in page


def test_a_form_larger_than_any_of_ours_is_refused_and_nothing_is_kept() -> None:
    hall = Hall()
    phone = on_page(hall, "kana").submit("/q/", name_kana="ア" * 30_000)
    assert phone.status == 413
    assert case_of(hall, phone).answers["name_kana"] == "イブスキ ハナコ"


def test_the_store_refuses_a_second_writer() -> None:
    """What the page above relies on."""
    hall = Hall()
    phone = begun(hall)
    old = case_of(hall, phone)
    page = hall.world.parts.catalogue.procedure("juminhyo").page("kana")
    apply.save_page(hall.world.parts, old, page, {"name_kana": ["ア"]})
    with pytest.raises(Stale):
        apply.save_page(hall.world.parts, old, page, {"name_kana": ["イ"]})

"""What an online form asks, accepts and sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.rules import form
from tests.fakes.world import ibusuki

JUMINHYO = ibusuki().procedure("juminhyo")
WHOLE: dict[str, form.Answer] = {
    "mail": "hanako@example.jp", "phone": "", "name": "指宿　花子", "address": "鹿児島県指宿市十町２４２４番地",
    "birthdate": "1985-03-15", "name_kana": "イブスキ ハナコ", "whose": "self", "items": ("none",), "copies": "1",
}


def problems(page: str, **posted: list[str]) -> list[str]:
    """The fields of a page that have a problem."""
    return [p.field for p in form.check_page(JUMINHYO.page(page), posted, WHOLE).problems]


def test_a_complete_form_has_nothing_in_its_way() -> None:
    assert form.problems_of(JUMINHYO, WHOLE) == ()


def test_an_empty_form_lists_every_open_field_with_its_page() -> None:
    open_fields = [problem.field for _, problem in form.problems_of(JUMINHYO, {})]
    assert open_fields == ["mail", "name", "address", "birthdate", "name_kana", "whose", "items", "copies"]


@pytest.mark.parametrize("mail", ["", "hanako", "hanako@", "@example.jp", "hanako@example", "はな@example.jp", "a b@example.jp"])
def test_a_mail_address_that_cannot_be_one_is_told(mail: str) -> None:
    assert problems("contact", mail=[mail]) == ["mail"]


@pytest.mark.parametrize(("typed", "kept"), [
    ("ｈａｎａｋｏ＠example.jp", "hanako@example.jp"),
    (" hanako@example.jp ", "hanako@example.jp"),
])
def test_full_width_letters_and_spaces_around_an_address_are_put_right(typed: str, kept: str) -> None:
    assert form.check_page(JUMINHYO.page("contact"), {"mail": [typed]}, {}).answers["mail"] == kept


@pytest.mark.parametrize(("typed", "kept"), [("０９０ー１２３４ー５６７８", "090-1234-5678"), ("090 1234 5678", "09012345678")])
def test_a_telephone_number_may_be_typed_as_people_type_it(typed: str, kept: str) -> None:
    check = form.check_page(JUMINHYO.page("contact"), {"mail": ["a@example.jp"], "phone": [typed]}, {})
    assert check.answers["phone"] == kept
    assert check.problems == ()


@pytest.mark.parametrize("typed", ["いぶすき はなこ", "ｲﾌﾞｽｷ ﾊﾅｺ", "イブスキ　ハナコ"])
def test_kana_may_be_typed_in_any_kana(typed: str) -> None:
    check = form.check_page(JUMINHYO.page("kana"), {"name_kana": [typed]}, {})
    assert check.answers["name_kana"] == "イブスキ ハナコ"


@pytest.mark.parametrize("copies", ["0", "11", "-1", "1.5", "一", "", "99999999999"])
def test_copies_are_one_to_ten(copies: str) -> None:
    assert problems("copies", copies=[copies]) == ["copies"]


def test_full_width_digits_are_digits() -> None:
    assert form.check_page(JUMINHYO.page("copies"), {"copies": ["３"]}, {}).answers["copies"] == "3"


def test_none_cannot_stand_beside_something() -> None:
    assert problems("items", items=["none", "relation"]) == ["items"]
    assert problems("items", items=["relation", "domicile"]) == []


def test_a_choice_that_does_not_exist_is_refused() -> None:
    assert problems("whose", whose=["everybody"]) == ["whose"]


def test_purpose_is_asked_only_where_the_number_or_the_code_shall_be_shown() -> None:
    assert "purpose" not in [page.id for page in form.asked_pages(JUMINHYO, WHOLE)]
    with_code = {**WHOLE, "items": ("code",)}
    assert "purpose" in [page.id for page in form.asked_pages(JUMINHYO, with_code)]
    assert form.next_page(JUMINHYO, with_code, "items") == JUMINHYO.page("purpose")
    assert form.next_page(JUMINHYO, WHOLE, "items") == JUMINHYO.page("copies")


def test_a_hidden_answer_is_kept_while_filling_in_and_dropped_when_sending() -> None:
    answers = {**WHOLE, "whose": "self", "members": "指宿 一郎"}
    assert "members" not in form.sent_answers(JUMINHYO, answers)
    assert form.sent_answers(JUMINHYO, {**answers, "whose": "members"})["members"] == "指宿 一郎"


def test_what_came_from_the_card_cannot_be_posted() -> None:
    check = form.check_page(JUMINHYO.page("applicant"), {"name": ["別人"], "address": ["別の町"]}, WHOLE)
    assert check.answers["name"] == WHOLE["name"]


def test_a_name_keeps_every_character() -> None:
    name = "辻\U000e0101 𠮷子・髙﨑"
    page = JUMINHYO.page("whose")
    check = form.check_page(page, {"whose": ["members"], "members": [name]}, WHOLE)
    assert check.answers["members"] == name


def test_answers_read_as_people_read_them() -> None:
    assert form.shown(JUMINHYO.field("birthdate"), "1985-03-15") == "昭和60年3月15日（1985年）"
    assert form.shown(JUMINHYO.field("items"), ("relation", "domicile")) == "世帯主の氏名と続柄、本籍と筆頭者"


@given(st.dictionaries(st.sampled_from([f.id for f in JUMINHYO.fields()]), st.lists(st.text(max_size=400), max_size=3)))
def test_whatever_is_posted_gives_problems_and_never_a_crash(posted: dict[str, list[str]]) -> None:
    answers: form.Answers = {}
    for page in JUMINHYO.pages:
        answers = form.check_page(page, posted, answers).answers
    for page in form.asked_pages(JUMINHYO, answers):
        for field in form.asked_fields(page, answers):
            if field.id in answers and form.problem_with(field, answers[field.id]) is None:
                form.shown(field, answers[field.id])
    form.problems_of(JUMINHYO, answers)

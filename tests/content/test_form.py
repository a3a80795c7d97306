"""What an online form asks, accepts and sends."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.rules import answers, form
from content.vocabulary.form import Field, Page
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


def field_(kind: str, **more: object) -> Field:
    """A field as content writes it."""
    return Field.model_validate({"id": "x", "kind": kind, "label": "それ", **more})


MOVERS = Page(id="movers", title="だれが引っ越しますか？", fields=(field_(
    "group", id="movers", row="人", unit="人", at_least=1, at_most=3, parts=[
        {"id": "name", "kind": "person_name", "label": "氏名"},
        {"id": "pupil", "kind": "choice", "label": "学校",
         "choices": [{"id": "yes", "label": "通っている"}, {"id": "no", "label": "いない"}]},
        {"id": "school", "kind": "text", "label": "学校の名前", "when": [{"field": "pupil", "any_of": ["yes"]}]},
    ]),))


@pytest.mark.parametrize("typed", [
    {"x-era": ["昭和"], "x-year": ["60"], "x-month": ["3"], "x-day": ["15"]},
    {"x-era": ["西暦"], "x-year": ["１９８５"], "x-month": ["3"], "x-day": ["15"]},
    {"x": ["1985-03-15"]}, {"x": ["昭和60年3月15日"]}, {"x": ["S60.3.15"]}, {"x": ["１９８５年３月１５日"]},
])
def test_a_day_may_be_written_in_either_calendar(typed: dict[str, list[str]]) -> None:
    assert answers.tidy(field_("date"), typed, "x") == "1985-03-15"


@pytest.mark.parametrize(("era", "year", "month", "day"), [
    ("昭和", "60", "2", "30"), ("令和", "0", "1", "1"), ("平成", "1", "1", "7"), ("西暦", "60", "3", "15"), ("昭和", "", "3", "15"),
    ("昭和", "六十", "3", "15"),
])
def test_a_day_that_is_none_is_told_and_kept_as_it_was_typed(era: str, year: str, month: str, day: str) -> None:
    posted = {"x-era": [era], "x-year": [year], "x-month": [month], "x-day": [day]}
    kept = answers.tidy(field_("date"), posted, "x")
    assert "カレンダーにない日" in (answers.problem_with(field_("date"), kept) or "")
    assert answers.day_parts(kept) == (era, year, month, day)


@given(st.dates(date(1868, 1, 25), date(2100, 12, 31)))
def test_every_day_comes_back_from_the_boxes_it_is_shown_in(day: date) -> None:
    era, year, month, number = answers.day_parts(day.isoformat())
    posted = {"x-era": [era], "x-year": [year], "x-month": [month], "x-day": [number]}
    assert answers.tidy(field_("date"), posted, "x") == day.isoformat()


def test_a_birth_lies_in_the_past_and_a_wish_in_the_future() -> None:
    today = date(2026, 11, 20)
    assert answers.problem_with(field_("date", only="past"), "2026-11-21", today)
    assert answers.problem_with(field_("date", only="past"), "2026-11-20", today) is None
    assert answers.problem_with(field_("date", only="future"), "2026-11-19", today)
    assert answers.problem_with(field_("date", only="future"), "2026-11-20", today) is None


def test_an_address_keeps_its_postal_code_and_can_do_without() -> None:
    kept = answers.tidy(field_("address"), {"x-postal": ["８９１ー０４０５"], "x": ["鹿児島県指宿市湊1-1"]}, "x")
    assert kept == "〒891-0405 鹿児島県指宿市湊1-1"
    assert (answers.postal_of(kept), answers.street_of(kept)) == ("891-0405", "鹿児島県指宿市湊1-1")
    assert answers.problem_with(field_("address"), kept) is None
    assert answers.problem_with(field_("address"), answers.tidy(field_("address"), {"x": ["鹿児島県指宿市湊1-1"]}, "x")) is None
    short = answers.tidy(field_("address"), {"x-postal": ["891"], "x": ["湊"]}, "x")
    assert "7けた" in (answers.problem_with(field_("address"), short) or "")
    only_code = answers.tidy(field_("address"), {"x-postal": ["8910405"], "x": [""]}, "x")
    assert answers.problem_with(field_("address"), only_code)


@pytest.mark.parametrize(("typed", "kept"), [("３，０００円", "3000"), ("¥1,200", "1200"), ("0", "0")])
def test_yen_may_be_typed_as_people_write_it(typed: str, kept: str) -> None:
    assert answers.tidy(field_("yen"), {"x": [typed]}, "x") == kept
    assert answers.problem_with(field_("yen"), kept) is None


def test_nobody_has_agreed_before_they_ticked_it() -> None:
    assert answers.problem_with(field_("consent"), "")
    assert answers.problem_with(field_("consent"), "no")
    assert answers.problem_with(field_("consent"), "yes") is None


def test_a_name_keeps_its_variant_and_the_person_without_a_family_name_is_no_problem() -> None:
    for name in ("辻\U000e0101　﨑子", "ＭＡＲＩＡ", "𠮷田 髙志"):
        kept = answers.tidy(field_("person_name"), {"x": [name]}, "x")
        assert kept == name
        assert answers.problem_with(field_("person_name"), kept) is None


def test_rows_are_asked_one_by_one_and_a_condition_holds_in_its_own_row_only() -> None:
    posted = {"movers": ["1", "2"], "movers.1.name": ["指宿 花子"], "movers.1.pupil": ["no"],
              "movers.2.name": ["指宿 太郎"], "movers.2.pupil": ["yes"]}
    check = form.check_page(MOVERS, posted, {})
    assert [p.field for p in check.problems] == ["movers.2.school"]
    assert [p.says for p in check.problems] == ["2人目の学校の名前を入れてください。"]
    asked = [part.id for part in form.asked_fields(MOVERS, check.answers)]
    assert "movers.1.school" not in asked


def test_a_row_can_be_added_and_taken_away_and_nothing_of_the_others_is_lost() -> None:
    posted = {"movers": ["1"], "movers.1.name": ["指宿 花子"], "movers.1.pupil": ["no"]}
    answers_ = form.check_page(MOVERS, form.with_row_changed(MOVERS, posted, "add:movers"), {}).answers
    assert answers_["movers"] == ("1", "2")
    full = {"movers": ["1", "2", "3"]}
    assert form.with_row_changed(MOVERS, full, "add:movers")["movers"] == ["1", "2", "3"]
    without = form.with_row_changed(MOVERS, {**posted, "movers": ["1", "2"]}, "drop:movers.1")
    left = form.check_page(MOVERS, without, answers_).answers
    assert left["movers"] == ("2",)
    assert not [id for id in left if id.startswith("movers.1.")]


def test_rows_that_a_stranger_made_up_are_not_taken() -> None:
    posted = {"movers": ["1", "x", "1", "9999", "-1"], "movers.1.name": ["a"]}
    assert form.check_page(MOVERS, posted, {}).answers["movers"] == ("1",)

"""What follows from the answers of an interview: ages, facts, needs, last days; and what the check says of a faulty event."""

from datetime import date, timedelta

import pytest

from content import check_life_events
from content.rules import derived, form
from content.rules.answers import Answer
from content.rules.deadlines import last_day
from content.rules.interviews import asked_twice, ways
from content.rules.needs import needs
from content.vocabulary.form import Ages, Condition, Derived, Field, FieldChoice, FieldKind, Page, Part
from content.vocabulary.life_event import Begins, Deadline, Department, Level, LifeEvent, Need, Person, Way
from content.vocabulary.procedure import Procedure
from tests.fakes.world import ibusuki

SEEN = {"source": "この試験のため", "checked_on": date(2026, 11, 21)}


def is_yes(*fields: str) -> tuple[Condition, ...]:
    return tuple(Condition(field=one, any_of=("yes",)) for one in fields)


def an_interview(**changed: object) -> Procedure:
    """Who moves, when, and whether children go to a nursery: three pages of a real form's kind."""
    people = Field(id="people", kind=FieldKind.GROUP, label="引っこした人", row="人", parts=(
        Part(id="name", kind=FieldKind.PERSON_NAME, label="氏名", gif="fullName"),
        Part(id="birthdate", kind=FieldKind.DATE, label="生年月日", gif="dateOfBirth"),
        Part(id="insured", kind=FieldKind.CHOICE, label="保険", choices=(
            FieldChoice(id="kokuho", label="国保"), FieldChoice(id="company", label="会社")))))
    nursery = Field(id="nursery", kind=FieldKind.CHOICE, label="園", choices=(
        FieldChoice(id="wanted", label="使いたい"), FieldChoice(id="no", label="いいえ")))
    pages = (
        Page(id="when", title="いつ", fields=(Field(id="moved_on", kind=FieldKind.DATE, label="引っこした日"),)),
        Page(id="who", title="だれ", fields=(people,)),
        Page(id="nursery", title="園", fields=(nursery,), when=is_yes("small")),
    )
    facts = (
        Derived(id="small", says="小学校に入る前の子がいる", of="people", ages=Ages(until_school_year_of=6)),
        Derived(id="old", says="75歳以上の人がいる", of="people", ages=Ages(at_least=75, from_birthday=True)),
        Derived(id="kokuho", says="国保に入る人がいる", of="people",
                when=(Condition(field="insured", any_of=("kokuho",)), Condition(field="old", any_of=("no",)))),
        Derived(id="old_alone", says="75歳以上の人だけ", when=(*is_yes("old"), Condition(field="kokuho", any_of=("no",)))),
    )
    like = ibusuki().procedure("suido-kaishi")
    return like.model_copy(update={"id": "moving", "pages": pages, "derived": facts, "ages_on": "moved_on", **changed})


def a_need(**changed: object) -> Need:
    return Need.model_validate({"name": "国民健康保険の届出", "plain": "保険の届出", "level": "required", "department": "kokuho",
                                "why": "{who}が国保に入るため", "why_not": "国保に入る人がいないため", **SEEN, **changed})


def an_event(**needed: Need) -> LifeEvent:
    return LifeEvent(id="moving", procedure="moving", title="引っこし", summary="引っこし", people="people", needs=needed, **SEEN)


DEPARTMENTS = {id: Department(id=id, name=id, floor="1階", order=order, **SEEN)
               for order, id in enumerate(("shimin", "kokuho", "fukushi"))}
FAMILY: dict[str, Answer] = {
    "moved_on": "2026-11-20", "people": ("1", "2", "3"),
    "people.1.name": "指宿 花子", "people.1.birthdate": "1985-03-15", "people.1.insured": "kokuho",
    "people.2.name": "指宿 一郎", "people.2.birthdate": "1946-01-20", "people.2.insured": "kokuho",
    "people.3.name": "指宿 海", "people.3.birthdate": "2020-04-02", "people.3.insured": "company",
}


def follow(event: LifeEvent, answers: dict[str, Answer]) -> dict[str, tuple[str, ...]]:
    found = needs(event, an_interview(), answers, DEPARTMENTS, is_open=lambda day: True)
    return {line.id: line.who for line in found.lines}


@pytest.mark.parametrize(("born", "day", "age"), [
    ("2000-06-10", "2026-06-08", 25), ("2000-06-10", "2026-06-09", 26), ("2000-06-10", "2026-06-10", 26),
    ("2004-02-29", "2026-02-27", 21), ("2004-02-29", "2026-02-28", 22),
])
def test_a_year_of_age_is_full_on_the_eve_of_the_birthday(born: str, day: str, age: int) -> None:
    assert derived.age_on(date.fromisoformat(born), date.fromisoformat(day)) == age


@pytest.mark.parametrize(("born", "still"), [("2020-04-02", True), ("2020-04-01", False)])
def test_a_child_of_1_april_belongs_to_the_school_year_before(born: str, still: bool) -> None:
    """Six on 31 March at midnight: the child of 1 April enters school on that very day, the one of 2 April a year later."""
    assert derived.is_of(Ages(until_school_year_of=6), date.fromisoformat(born), date(2026, 4, 1)) is still


def test_medical_care_for_the_aged_begins_on_the_birthday_itself() -> None:
    born = date(1951, 11, 21)
    assert derived.is_of(Ages(at_least=75), born, date(2026, 11, 20))
    assert not derived.is_of(Ages(at_least=75, from_birthday=True), born, date(2026, 11, 20))


def test_facts_are_known_of_each_person_and_of_the_family() -> None:
    known = derived.known(an_interview(), FAMILY)
    assert [known[f"people.{n}.old"] for n in "123"] == ["no", "yes", "no"]
    assert (known["old"], known["kokuho"], known["people.2.kokuho"], known["old_alone"]) == ("yes", "yes", "no", "no")


def test_a_page_is_asked_because_of_a_fact_that_nobody_was_asked() -> None:
    asked = [page.id for page in form.asked_pages(an_interview(), FAMILY)]
    assert asked == ["when", "who", "nursery"]
    grown = FAMILY | {"people.3.birthdate": "2010-04-02"}
    assert [page.id for page in form.asked_pages(an_interview(), grown)] == ["when", "who"]


def test_a_line_names_those_it_is_about_and_says_why() -> None:
    event = an_event(kokuho=a_need(of="people", when=is_yes("kokuho")))
    found = needs(event, an_interview(), FAMILY, DEPARTMENTS, is_open=lambda day: True)
    (line,) = found.lines
    assert (line.who, line.count, line.why) == (("指宿 花子",), 1, "指宿 花子さんが国保に入るため")


def test_a_line_that_does_not_hold_says_why_not() -> None:
    event = an_event(kokuho=a_need(of="people", when=is_yes("kokuho")))
    found = needs(event, an_interview(), FAMILY | {"people.1.insured": "company"}, DEPARTMENTS, is_open=lambda day: True)
    assert (found.lines, [one.why for one in found.not_needed]) == ((), ["国保に入る人がいないため"])


def test_desks_come_in_walking_order_and_no_line_before_one_it_rests_on() -> None:
    event = an_event(child=a_need(department="fukushi"), first=a_need(department="shimin", after=("second",)),
                     second=a_need(department="kokuho"))
    assert list(follow(event, FAMILY)) == ["second", "first", "child"]


def test_what_rules_do_not_settle_holds_lines_back() -> None:
    event = an_event(kokuho=a_need()).model_copy(update={"together": {"facility": Person(
        when=is_yes("old"), resident="職員がいっしょに手続きします。", officer="住所地特例かどうか", holds_back=("kokuho",))}})
    found = needs(event, an_interview(), FAMILY, DEPARTMENTS, is_open=lambda day: True)
    assert ([one.id for one in found.together], found.lines[0].waits) == (["facility"], True)


def test_lines_that_can_be_done_at_home_are_told_apart_from_those_that_bring_people_here() -> None:
    event = an_event(here=a_need(), phone=a_need(ways=(Way.PHONE, Way.OFFICE)), wish=a_need(level=Level.OFFERED),
                     alone=a_need(level=Level.BY_ITSELF), car=a_need(ways=(Way.OUTSIDE,)))
    found = needs(event, an_interview(), FAMILY, DEPARTMENTS, is_open=lambda day: True)
    assert [line.id for line in found.to_visit] == ["here"]
    assert [line.id for line in found.from_home] == ["phone"]
    assert [line.id for line in found.on_wish] == ["wish"]


def on(first: str, *, shut: tuple[str, ...] = (), **span: object) -> date | None:
    deadline = Deadline.model_validate({"words": "14日のうち", "field": "day", **span})
    return last_day(deadline, {"day": first}, lambda day: day.isoformat() not in shut)


def test_fourteen_days_of_a_move_do_not_count_the_first_day() -> None:
    assert on("2026-11-20", days=14) == date(2026, 12, 4)


def test_fourteen_days_of_a_birth_count_the_first_day() -> None:
    assert on("2026-11-20", days=14, begins=Begins.SAME_DAY) == date(2026, 12, 3)


def test_a_last_day_on_which_the_office_is_shut_moves_to_the_next_open_one() -> None:
    shut = ("2026-12-04", "2026-12-05", "2026-12-06")
    assert on("2026-11-20", days=14, shut=shut) == date(2026, 12, 7)
    assert on("2026-11-20", days=14, shut=shut, rolls=False) == date(2026, 12, 4)


@pytest.mark.parametrize(("first", "last"), [("2026-11-30", "2027-02-28"), ("2026-10-31", "2027-01-31")])
def test_months_end_at_the_months_end_where_they_have_no_such_day(first: str, last: str) -> None:
    assert on(first, months=3) == date.fromisoformat(last)


@pytest.mark.parametrize(("happened", "begins", "last"), [
    ("2026-11-10", Begins.NEXT_DAY, "2027-02-10"),
    ("2027-02-28", Begins.NEXT_DAY, "2027-05-31"),  # counted from 1 March, so it ends on the eve of 1 June
    ("2026-04-30", Begins.NEXT_DAY, "2026-07-31"),
    ("2027-03-01", Begins.SAME_DAY, "2027-05-31"),
    ("2026-11-30", Begins.SAME_DAY, "2027-02-28"),
    ("2026-12-01", Begins.SAME_DAY, "2027-02-28"),
])
def test_months_end_on_the_eve_of_the_first_counted_day(happened: str, begins: Begins, last: str) -> None:
    assert on(happened, months=3, begins=begins) == date.fromisoformat(last)


@pytest.mark.parametrize("answer", ["", "昭和/60/2/31", "来月"])
def test_no_last_day_is_told_before_the_first_is_known(answer: str) -> None:
    assert last_day(Deadline(words="14日", field="day", days=14), {"day": answer}, lambda day: True) is None
    assert last_day(Deadline(words="すぐ"), {}, lambda day: True) is None


def test_a_city_that_never_opens_does_not_keep_us_searching() -> None:
    found = last_day(Deadline(words="14日", field="day", days=14), {"day": "2026-11-20"}, lambda day: False)
    assert found == date(2026, 12, 4) + timedelta(days=31)


def test_the_longest_way_is_found_over_all_answers() -> None:
    found = ways(an_interview())
    assert (found.longest, found.longest_asks, found.never_asked) == (3, ("when", "who", "nursery"), ())


def test_a_page_that_nobody_is_asked_is_found() -> None:
    interview = an_interview()
    both = (Condition(field="small", any_of=("yes",)), Condition(field="small", any_of=("no",)))
    never = interview.pages[2].model_copy(update={"when": both})
    assert ways(interview.model_copy(update={"pages": (*interview.pages[:2], never)})).never_asked == ("nursery",)


def test_a_datum_that_is_asked_twice_is_found() -> None:
    again = Page(id="again", title="もう一度", fields=(Field(id="birth", kind=FieldKind.DATE, label="生年月日", gif="dateOfBirth"),
                                                Field(id="born", kind=FieldKind.DATE, label="生年月日", gif="dateOfBirth")))
    interview = an_interview()
    assert list(asked_twice(interview)) == []
    assert [part for _, part in asked_twice(interview.model_copy(update={"pages": (*interview.pages, again)}))] == ["born"]


@pytest.mark.parametrize(("fact", "at"), [
    (Derived(id="small", says="同じ名前"), "id"),
    (Derived(id="new", says="知らない項目", when=is_yes("nobody")), "when"),
    (Derived(id="new", says="知らない答え", of="people", when=(Condition(field="insured", any_of=("none",)),)), "when"),
    (Derived(id="new", says="一覧でない", of="moved_on"), "of"),
    (Derived(id="new", says="だれの年齢か分からない", ages=Ages(at_least=20)), "ages"),
])
def test_a_faulty_fact_is_told(fact: Derived, at: str) -> None:
    interview = an_interview()
    faults = list(check_life_events.derived_faults(interview.model_copy(update={"derived": (*interview.derived, fact)})))
    assert [path[-1] for _, _, path, _ in faults] == [at]


@pytest.mark.parametrize(("need", "at"), [
    (a_need(department="nowhere"), "department"), (a_need(of="moved_on"), "of"), (a_need(when=is_yes("nobody")), "when"),
    (a_need(online="nothing"), "online"), (a_need(after=("nothing",)), "after"),
    (a_need(deadline=Deadline(words="14日", field="people", days=14)), "field"),
])
def test_a_faulty_line_is_told(need: Need, at: str) -> None:
    catalogue = ibusuki().model_copy(update={"procedures": (an_interview(),), "life_events": (an_event(kokuho=need),)})
    assert at in [str(step) for _, _, path, _ in check_life_events.faults(catalogue) for step in path]


def test_an_event_without_faults_is_left_in_peace() -> None:
    event = an_event(kokuho=a_need(of="people", when=is_yes("kokuho")))
    catalogue = ibusuki().model_copy(update={"procedures": (an_interview(),), "life_events": (event,)})
    assert list(check_life_events.faults(catalogue)) == []


def test_officers_of_a_division_sit_at_the_desk_of_their_department() -> None:
    desks = {one.id: one for one in ibusuki().departments}
    served = {one.department for one in ibusuki().procedures}
    assert {department for department in served if not any(desk.is_served_by(department) for desk in desks.values())} == set()
    assert not desks["fukushi"].is_served_by("suido")

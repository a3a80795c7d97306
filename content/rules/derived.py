"""What follows from the answers of a form without being asked: ages, who is insured where, whether anybody is pregnant.

A fact is kept nowhere: it is worked out anew from the answers each time, so it can never contradict them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from content.rules.answers import Answer, Answers
from content.vocabulary.form import Ages, Condition, Derived, Field
from content.vocabulary.procedure import Procedure

YES, NO = "yes", "no"


def row_value(row: str) -> str:
    """How a row of a group is named as an answer: the third is `row-3`."""
    return f"row-{row}"


def age_on(born: date, day: date, *, from_birthday: bool = False) -> int:
    """Whole years on `day`. A year of age is full at the end of the day before the birthday (年齢計算ニ関する法律, 民法143条),
    so whoever was born on 1 April is counted with those of the school year before. from_birthday: a day later."""
    tomorrow = day + timedelta(days=0 if from_birthday else 1)
    return tomorrow.year - born.year - ((tomorrow.month, tomorrow.day) < (born.month, born.day))


def school_year_end(born: date, age: int) -> date:
    """The first 31 March on or after the day on which `age` is reached (児童手当法3条の18歳年度末 and the like)."""
    reached = _birthday(born, age) - timedelta(days=1)
    end = date(reached.year, 3, 31)
    return end if reached <= end else date(reached.year + 1, 3, 31)


def _birthday(born: date, age: int) -> date:
    try:
        return born.replace(year=born.year + age)
    except ValueError:  # born on 29 February: the age is full at the end of 28 February
        return date(born.year + age, 3, 1)


def is_of(ages: Ages, born: date, day: date) -> bool:
    """Whether somebody born on that day is of these ages on `day`; somebody not yet born is of none."""
    if born > day:
        return False
    age = age_on(born, day, from_birthday=ages.from_birthday)
    return ((ages.at_least is None or age >= ages.at_least) and (ages.under is None or age < ages.under)
            and (ages.until_school_year_of is None or day <= school_year_end(born, ages.until_school_year_of)))


def known(procedure: Procedure, answers: Answers) -> Answers:
    """The answers, and every derived fact as `yes` or `no`: of the whole under its id, of a row under `group.row.id`."""
    if not procedure.derived:
        return answers
    found: dict[str, Answer] = dict(answers)
    day = _day(answers.get(procedure.ages_on or ""))
    for fact in procedure.derived:
        found |= dict(_worked_out(fact, procedure, found, day))
    return found


def rows(group: str, answers: Answers) -> tuple[str, ...]:
    """The rows of a group that were answered, by number."""
    given = answers.get(group, ())
    return given if isinstance(given, tuple) else ()


def _worked_out(fact: Derived, procedure: Procedure, known: Answers, day: date | None) -> Iterator[tuple[str, Answer]]:
    if fact.of is None:
        yield fact.id, YES if holds(fact.when, fact.any_when, known) else NO
        return
    fitting = [row for row in rows(fact.of, known) if _fits(fact, procedure, RowView(known, f"{fact.of}.{row}."), day)]
    if fact.chosen is not None:
        fitting = _chosen(fitting, known.get(fact.chosen, ""), procedure.field(fact.chosen))
    yield from ((f"{fact.of}.{row}.{fact.id}", YES if row in fitting else NO) for row in rows(fact.of, known))
    many = len(fitting)
    yield fact.id, YES if fact.at_least <= many and (fact.at_most is None or many <= fact.at_most) else NO


def _fits(fact: Derived, procedure: Procedure, of_row: Answers, day: date | None) -> bool:
    return holds(fact.when, fact.any_when, of_row) and (
        fact.ages is None or _of_age(fact.ages, of_row.get(procedure.born, ""), day))


def _chosen(fitting: list[str], answer: Answer, asked: Field) -> list[str]:
    """The only one that fits, whoever was chosen while others did, unless somebody else may be meant; else the chosen one."""
    if len(fitting) == 1 and not asked.choices:
        return fitting
    return [row for row in fitting if row_value(row) == answer]


def _of_age(ages: Ages, born: Answer, day: date | None) -> bool:
    at = _day(born)
    return at is not None and day is not None and is_of(ages, at, day)


def _day(answer: Answer | None) -> date | None:
    try:
        return date.fromisoformat(answer) if isinstance(answer, str) and answer else None
    except ValueError:  # kept as it was typed, until the person puts it right
        return None


class RowView(Mapping[str, Answer]):
    """The answers as one row sees them: its own parts first."""

    def __init__(self, answers: Answers, prefix: str) -> None:
        self._answers = answers
        self._prefix = prefix

    def __getitem__(self, key: str) -> Answer:
        own = self._answers.get(self._prefix + key)
        return self._answers[key] if own is None else own

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


def holds(when: Sequence[Condition], any_when: Sequence[Sequence[Condition]], answers: Answers) -> bool:
    """Whether all of `when` are true, and all of at least one list of `any_when` where there are any."""
    return _all(when, answers) and (not any_when or any(_all(one, answers) for one in any_when))


def _all(conditions: Sequence[Condition], answers: Answers) -> bool:
    return all(is_true(one, answers) for one in conditions)


def is_true(condition: Condition, answers: Answers) -> bool:
    """Whether one condition is true; a field without an answer counts as ""."""
    answer = answers.get(condition.field, "")
    given = (answer,) if isinstance(answer, str) else answer or ("",)
    return any(value in condition.any_of for value in given)

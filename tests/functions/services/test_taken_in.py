"""A form that a family brings in QR symbols is taken in like its eight letters, and believed no more than typing."""


import pytest

from chalicelib.domain.errors import NotFound, TooMany
from chalicelib.domain.prepared import LIVES, Prepared
from chalicelib.services import prepared, prepared_qr, taken_in
from content.rules.answers import Answer
from content.rules.prepared_code import Trouble, Unreadable
from tests.fakes import cases
from tests.fakes.world import FRIDAY_NOON, World, a_world

PEOPLE: dict[str, Answer] = {
    "people": ("1", "2"), "people.1.name": "指宿　花子", "people.1.birthdate": "1985-03-15", "people.1.relation": "head",
    "people.2.name": "指宿　一郎", "people.2.birthdate": "2015-07-01", "people.2.relation": "child"}


@pytest.fixture
def world() -> World:
    return a_world()


def symbols(answers: dict[str, Answer], procedure: str = "moving-in") -> tuple[str, ...]:
    """What the phone shows; good for a week from Friday."""
    form = Prepared(procedure=procedure, version=1, answers=answers, applicant={})
    return prepared_qr.texts(form, FRIDAY_NOON + LIVES)


def found(world: World, typed: str, procedure: str = "moving-in") -> tuple[taken_in.Source, dict[str, Answer]]:
    """What it leads to."""
    return taken_in.find(world.parts, cases.officer(), typed, world.parts.catalogue.procedure(procedure))


def test_the_qr_and_the_letters_of_one_form_give_the_same(world: World) -> None:
    form = Prepared(procedure="moving-in", version=1, answers={"from": "other_pref", **PEOPLE}, applicant={})
    letters, until = prepared.keep(world.parts, form, place="phone")
    by_letters = found(world, letters)
    assert found(world, "\r\n".join(reversed(prepared_qr.texts(form, until)))) == by_letters
    assert by_letters[1]["people.2.name"] == "指宿　一郎"


def test_a_reader_that_reads_the_letters_twice_does_no_harm(world: World) -> None:
    form = Prepared(procedure="moving-in", version=1, answers={"from": "other_pref"}, applicant={})
    letters, _ = prepared.keep(world.parts, form, place="phone")
    assert found(world, f"{letters}\r\n{letters}\r\n")[1] == {"from": "other_pref"}


def test_what_a_forged_code_says_of_people_goes_through_the_forms_own_check(world: World) -> None:
    forged: dict[str, Answer] = {**PEOPLE, "people": ("1", "2", "999"), "people.1.birthdate": "<script>", "people.3.name": "だれか",
                                 "people.1.secret": "x", "from": "the moon"}
    known = found(world, "\n".join(symbols(forged)))[1]
    assert "<script>" not in known.values()
    assert known.keys() <= PEOPLE.keys()


@pytest.mark.parametrize(("change", "trouble"), [
    (lambda parts: parts[:1], Trouble.PART_MISSING),
    (lambda parts: (parts[0], "https://example.jp/"), Trouble.NOT_OURS),
    (lambda parts: (parts[0], "MP2" + parts[1][3:]), Trouble.OTHER_VERSION),
    (lambda parts: (parts[0], parts[1][:-1] + "A"), Trouble.MISREAD),
    (lambda parts: (parts[0], symbols({"from": "abroad"})[0]), Trouble.MIXED),
])
def test_what_is_wrong_with_a_code_is_told_apart(world: World, change: object, trouble: Trouble) -> None:
    parts = symbols({"people": ("1",), "people.1.name": "".join(chr(0x4E00 + 7 * n) for n in range(900))})
    assert callable(change)
    with pytest.raises(Unreadable) as told:
        found(world, "\n".join(change(parts)))
    assert told.value.trouble is trouble


def test_a_code_is_refused_after_its_last_day(world: World) -> None:
    typed = "\n".join(symbols({"from": "other_pref"}))
    world.clock.pass_(days=7)
    assert found(world, typed)[1] == {"from": "other_pref"}
    world.clock.pass_(days=1)
    with pytest.raises(Unreadable) as told:
        found(world, typed)
    assert told.value.trouble is Trouble.TOO_OLD


def test_every_trouble_has_its_own_sentence_for_the_officer(world: World) -> None:
    told = {world.parts.catalogue.say(f"office.tablet.code.{trouble}", missing="2つめ") for trouble in Trouble}
    assert len(told) == len(Trouble)


def test_an_officer_who_was_wrong_too_often_can_still_read_a_familys_qr(world: World) -> None:
    for _ in range(taken_in.WRONG.most):
        with pytest.raises(NotFound):
            found(world, "ABCD-WXYZ")
    with pytest.raises(TooMany):
        found(world, "ABCD-WXYZ")
    assert found(world, symbols({"from": "other_pref"})[0])[1] == {"from": "other_pref"}

"""Families at the desk: an interview that was answered on a tablet and given back, and officers of other departments."""

from dataclasses import replace

from chalicelib.domain.contents import ApplicationId, OfficerId
from chalicelib.domain.sitting import Left
from chalicelib.services import desks, held, tablet
from chalicelib.services.desks import Family
from chalicelib.services.officers import Officer
from content.rules import form
from tests.fakes import cases
from tests.fakes.forms import posted
from tests.fakes.world import World
from tests.fakes.writing import a_sitting

HANAKO = {"people": ["1"], "people.1.name": ["指宿　花子"], "people.1.kana": ["イブスキ ハナコ"],
          "people.1.birthdate": ["1985-03-15"], "people.1.sex": ["f"], "people.1.relation": ["head"], "people.1.foreign": ["no"]}


def of(department: str) -> Officer:
    """A reviewer of another department, somebody else than 山田."""
    return replace(cases.officer(), id=OfficerId(f"staff-{department}"), name=f"{department} 担当", department=department)


def a_family(world: World) -> Family:
    """Hanako moves in, has answered every question with the first choice, and has given the tablet back after 4 minutes."""
    sitting = a_sitting(world, procedure="moving-in")
    codes = tablet.codes(world.parts, sitting)
    assert codes is not None
    sitting, _ = tablet.pair(world.parts, codes.pin, place="hall")
    case = world.parts.applications.get(sitting.case)
    procedure = held.form_of(world.parts, case)
    for page in procedure.pages:
        told = form.known(procedure, case.answers)
        if form.asked_fields(page, told):
            case, check = held.save_page(world.parts, case, page, {**posted(page, told), **HANAKO})
            assert not check.problems, check.problems
    world.clock.pass_(minutes=4)
    held.give(world.parts, case)
    tablet.over(world.parts, sitting, Left.GIVEN)
    return now(world, case.id)


def now(world: World, id: str, officer: Officer | None = None) -> Family:
    """The family as it stands."""
    return desks.opened(world.parts, officer or cases.officer(), ApplicationId(id))

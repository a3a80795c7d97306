"""What residents write on a lent tablet, brought to a certain point by the real use cases."""

import uuid
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.application import Application
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.sitting import Sitting
from chalicelib.services import held, receive, tablet
from chalicelib.services.officers import Officer
from tests.fakes import cases
from tests.fakes.world import World

COPIES_TWO = {"copies": ["2"]}
WRITTEN = {**cases.TYPED, "purpose": ["年金の手続き"], "destination": ["年金事務所"]}
"""What Hanako writes for one 住民票 of her own."""


def lent(world: World, procedure: str = "juminhyo", **known: str) -> Application:
    """A case that 山田 has just lent a tablet for."""
    return held.begin(world.parts, cases.officer(), str(uuid.uuid4()), world.parts.catalogue.procedure(procedure), known)


def written(world: World, application: Application | None = None) -> Application:
    """Hanako has answered every page of it."""
    case = application or lent(world)
    for page in held.form_of(world.parts, case).pages:
        case, check = held.save_page(world.parts, case, page, WRITTEN)
        assert not check.problems, check.problems
    return case


def a_sitting(world: World, officer: Officer | None = None, procedure: str = "juminhyo") -> Sitting:
    """A sitting whose PIN waits for a tablet."""
    return tablet.lend(world.parts, officer or cases.officer(), str(uuid.uuid4()), procedure, {})


def typed(world: World, procedure: str, posted: dict[str, list[str]]) -> dict[str, str | tuple[str, ...]]:
    """Answers to a whole form."""
    form = receive.on_paper(world.parts.catalogue.procedure(procedure))
    return dict(receive.check(world.parts, form, posted, {}).answers)


def forgotten(world: World, like: Sitting) -> None:
    """Sittings of three days ago that nobody ended, a hundred on either side of `like` in the order of the store."""
    began = like.began_at - timedelta(days=3)
    for sign in "0f":
        for number in range(100):
            id = ApplicationId(f"{sign * 8}-0000-4000-8000-{number:012x}")
            world.sittings.put(replace(like, case=id, version=1, began_at=began, code_hashes=(), code_until=None))

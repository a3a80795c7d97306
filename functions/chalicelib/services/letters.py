"""Notices on paper: kept for the department, printed by an officer in a batch, marked in one press, taken back for a while."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.domain.application import Application
from chalicelib.domain.errors import NotAllowed, NotFound
from chalicelib.domain.history import looked
from chalicelib.domain.outbox import Effect, Letter
from chalicelib.services import officers, wording
from chalicelib.services.officers import SEES_CASES, WORKS, Officer
from chalicelib.services.parts import Parts

UNDO = timedelta(minutes=10)
"""How long a mark can be taken back."""
BATCH = 50
"""Letters on one printout; more come with the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One letter as it is printed."""

    letter: Letter
    address: str = field(repr=False)
    name: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


def put(parts: Parts, effect: Effect, application: Application) -> None:
    """Keep a notice for the department to print; the same effect again changes nothing."""
    parts.letters.put(Letter(id=effect.id, application=application.id, department=application.department,
                             reference=application.reference, procedure=application.procedure,
                             template=effect.detail["template"], at=effect.created_at))


def waiting(parts: Parts, officer: Officer) -> tuple[Letter, ...]:
    """What the officer's department has to print, the oldest first. Raises NotAllowed for who sees no cases."""
    if not officer.is_one_of(SEES_CASES):
        raise NotAllowed("role")
    return tuple(one for one in parts.letters.of(officer.department) if one.printed_at is None)


def takeable_back(parts: Parts, officer: Officer) -> tuple[Letter, ...]:
    """What the officer has marked within the last ten minutes."""
    since = parts.clock() - UNDO
    return tuple(one for one in parts.letters.of(officer.department)
                 if one.printed_at is not None and one.printed_at > since and one.printed_by == officer.id)


def sheets(parts: Parts, officer: Officer) -> tuple[Sheet, ...]:
    """The next batch with names and addresses; each case counts as looked at. Two reads and a write for each letter.

    Raises NotAllowed for who only watches. A case that was erased meanwhile has nobody left to write to.
    """
    if not officer.is_one_of(WORKS):
        raise NotAllowed("role")
    made = []
    for letter in waiting(parts, officer)[:BATCH]:
        try:
            made.append(_sheet(parts, officer, letter))
        except NotFound:
            parts.letters.printed(letter, officer.id, parts.clock())  # so that it does not wait for ever
    return tuple(made)


def _sheet(parts: Parts, officer: Officer, letter: Letter) -> Sheet:
    case = officers.opened(parts, officer, letter.application)
    parts.applications.look(looked(case.id, officer.id, officer.name, parts.clock()))
    address, name = addressee(case)
    words = wording.words(parts, case, letter.template, "")
    say = parts.catalogue.say
    return Sheet(letter=letter, address=address, name=name, subject=say(f"mail.{letter.template}.subject", **words),
                 text=say(f"mail.{letter.template}.text", **words))


def mark(parts: Parts, officer: Officer, ids: Collection[str]) -> int:
    """Note that these were printed; returns how many nobody had noted before. Raises NotAllowed for who only watches."""
    if not officer.is_one_of(WORKS):
        raise NotAllowed("role")
    now = parts.clock()
    return sum(parts.letters.printed(one, officer.id, now) for one in waiting(parts, officer) if one.id in ids)


def take_back(parts: Parts, officer: Officer) -> int:
    """Take back what the officer has marked within the last ten minutes; returns how many. Raises NotAllowed."""
    if not officer.is_one_of(WORKS):
        raise NotAllowed("role")
    back = takeable_back(parts, officer)
    for one in back:
        parts.letters.not_printed(one)
    return len(back)


def addressee(case: Application) -> tuple[str, str]:
    """Address and name for an envelope: as the card vouches, else as they were written."""
    if case.identity is not None:
        return case.identity.address, case.identity.name
    return str(case.answers.get("address", "")), str(case.answers.get("name", ""))

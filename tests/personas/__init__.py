"""Made-up families with what the rules give them, written down by hand and not by a program (moving-and-birth.md §5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from content.catalogue import Catalogue
from content.rules import form
from content.rules.answers import Answer
from content.rules.needs import Needs, needs
from content.vocabulary.life_event import Level, LifeEvent
from content.vocabulary.procedure import Procedure

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Persona:
    """One family. expected: need, offer, by_itself, together → ids of lines; `absent` must not stand among the required."""

    id: str
    says: str
    event: str
    answers: Mapping[str, Answer] = field(repr=False)
    expected: Mapping[str, frozenset[str]]


def personas() -> tuple[Persona, ...]:
    """All of them, in the order of their files."""
    return tuple(_read(file) for file in sorted(HERE.glob("*.yml")))


def _read(file: Path) -> Persona:
    told = yaml.safe_load(file.read_text("utf-8"))
    answers: dict[str, Answer] = {id: _answer(value) for id, value in told["answers"].items()}
    for group, rows in told.get("rows", {}).items():
        answers[group] = tuple(str(number) for number in range(1, len(rows) + 1))
        for number, row in enumerate(rows, start=1):
            answers |= {f"{group}.{number}.{part}": _answer(value) for part, value in row.items()}
    return Persona(file.stem, told["says"], told["event"], answers,
                   {level: frozenset(ids or ()) for level, ids in told["expected"].items()})


def _answer(value: object) -> Answer:
    if isinstance(value, list):
        return tuple(str(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def walked(persona: Persona, catalogue: Catalogue) -> tuple[LifeEvent, Procedure, Needs]:
    """What the product says to this family; every office is open every day."""
    event = catalogue.life_event(persona.event)
    procedure = catalogue.procedure(event.procedure)
    found = needs(event, procedure, form.sent_answers(procedure, persona.answers),
                  {one.id: one for one in catalogue.departments}, is_open=lambda day: True)
    return event, procedure, found


def found_of(found: Needs) -> Mapping[str, frozenset[str]]:
    """The ids that the product gives, under the names of `expected`."""
    return {"need": frozenset(line.id for line in found.of(Level.REQUIRED) if not line.waits),
            "waits": frozenset(line.id for line in found.lines if line.waits),
            "offer": frozenset(line.id for line in found.of(Level.OFFERED)),
            "by_itself": frozenset(line.id for line in found.of(Level.BY_ITSELF)),
            "together": frozenset(one.id for one in found.together)}


def beside(persona: Persona, found: Mapping[str, frozenset[str]]) -> tuple[list[str], list[str]]:
    """What was missed and what is superfluous, as in `need in-inu`. found: as of `found_of`, or as read from a screen."""
    missed = [f"{level} {id}" for level, ids in persona.expected.items() for id in sorted(ids - found[level])]
    superfluous = [f"{level} {id}" for level, ids in persona.expected.items() for id in sorted(found[level] - ids)]
    return missed, superfluous

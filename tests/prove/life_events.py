"""`make prove-life-events`: what a family is asked and told, its papers, and the QR across the air gap."""

import sys

from content.catalogue import Catalogue, load
from content.rules import form
from content.rules.interviews import asked_twice, ways
from tests.personas import Persona, found_of, personas, walked
from tests.prove import camera, life_papers, qr_gap
from tests.prove.claims import Claims

MOST_QUESTIONS = 15
LEAST_LINES = {"moving-in": 25, "birth": 20, "bereavement": 50}


def main() -> int:
    """Measure; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    catalogue = load("ibusuki")
    _interviews(claims, catalogue)
    for persona in personas():
        _persona(claims, persona, catalogue)
    life_papers.measure(claims)
    qr_gap.measure(claims)
    camera.measure(claims)
    return claims.exit_code()


def _interviews(claims: Claims, catalogue: Catalogue) -> None:
    for event in catalogue.life_events:
        procedure = catalogue.procedure(event.procedure)
        found = ways(procedure)
        claims.line(f"{event.id}: longest way of all {found.tried} tried", found.longest, f"≤ {MOST_QUESTIONS}",
                    found.longest <= MOST_QUESTIONS)
        twice = len(list(asked_twice(procedure)))
        claims.line(f"{event.id}: data asked twice", twice, "0", twice == 0)
        least = LEAST_LINES.get(event.id, 1)
        claims.line(f"{event.id}: lines on what may be needed", len(event.needs), f"≥ {least}", len(event.needs) >= least)
        sourced = sum(bool(need.source) for need in event.needs.values())
        samples = sum(need.sample for need in event.needs.values())
        claims.told(f"{event.id}: lines that name a source / marked 見本", f"{sourced} / {samples}")


def _persona(claims: Claims, persona: Persona, catalogue: Catalogue) -> None:
    """Against a list that was written from the rules by hand; ours were written beside the content, not by strangers."""
    _, procedure, told = walked(persona, catalogue)
    found = found_of(told)
    missed = sum(len(ids - found[level]) for level, ids in persona.expected.items())
    superfluous = sum(len(found[level] - ids) for level, ids in persona.expected.items())
    pages = len(form.asked_pages(procedure, persona.answers))
    desks = len({line.need.department for line in told.to_visit})
    claims.line(f"{persona.id}: questions {pages}, desks {desks}, lines {len(told.lines)}; missed / superfluous",
                f"{missed} / {superfluous}", "0 / 0", (missed, superfluous) == (0, 0))


if __name__ == "__main__":
    sys.exit(main())

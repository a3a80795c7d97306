"""`make prove-life-events`: what a family is asked and told, its papers, and the QR across the air gap."""

import sys
import tempfile
from pathlib import Path

from content.catalogue import Catalogue, load
from content.rules.interviews import asked_twice, ways
from tests.prove import camera, interview_axe, life_papers, qr_gap, role_play
from tests.prove.claims import Claims
from tests.prove.role_play import MOST_QUESTIONS

LEAST_LINES = {"moving-in": 25, "birth": 20, "bereavement": 50}


def main() -> int:
    """Measure; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    catalogue = load("ibusuki")
    _interviews(claims, catalogue)
    role_play.measure(claims, catalogue)
    claims.say("\nThe reference family, and names that hardly fit")
    with tempfile.TemporaryDirectory() as folder:
        life_papers.measure(claims, life_papers.Bundles(catalogue, Path(folder)))
    claims.say("\nThe interviews' pages, looked at with axe")
    interview_axe.measure(claims, catalogue)
    claims.say("\nQR across the air gap")
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


if __name__ == "__main__":
    sys.exit(main())

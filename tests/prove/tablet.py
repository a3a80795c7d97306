"""`make prove-tablet`: what we claim about the lent tablet, one line per claim; ends with 1 when one falls short."""

import sys

from tests.prove.claims import Claims
from tests.prove.tablet_interleavings import DEPTH, explore, hands_in_carelessly, steps


def main() -> int:
    """Measure and tell."""
    claims = Claims()
    for from_ in ("writing", "confirmed"):
        found = explore(from_=from_)
        for what in found.changed[:5]:
            claims.told("  accepted", what)
        claims.line(f"orders of {DEPTH} steps of {len(steps())} kinds by a resident, their tablet and two officers, from {from_}",
                    f"{found.sequences} orders over {found.situations} situations, {found.accepted} times something went on, "
                    f"{len(found.changed)} times with content nobody had confirmed", "accepted changed content 0",
                    not found.changed and found.accepted > 0)
    careless = explore(4, from_="confirmed", possible=steps(hands_in_carelessly))
    claims.line("changed content that the same search finds where the console does not ask", len(careless.changed), "> 0",
                bool(careless.changed))
    return claims.exit_code()


if __name__ == "__main__":
    sys.exit(main())

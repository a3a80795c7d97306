"""`make prove-applications`: what issue 4 claims, one line per claim; names on the command line pick out some of them."""

import sys
from collections.abc import Callable, Mapping

from tests.conftest import a_store
from tests.prove import app_crash, app_matrix, app_money, app_pairs
from tests.prove.claims import Claims

ON_THE_STORE: Mapping[str, Callable[[Claims, str], None]] = {
    "crashes": app_crash.claim,
    "matrix": app_matrix.claim,
    "pairs": app_pairs.claim,
    "notices": app_money.claim_orders,
    "refunds": app_money.claim_refunds,
}
"""Claims over a fresh local store (dynoxide), with our own stand-ins outside of it."""


def main(names: list[str]) -> int:
    """Measure everything, or what is named; 1 when a goal was missed."""
    unknown = set(names) - set(ON_THE_STORE)
    if unknown:
        print(f"no such claim: {', '.join(sorted(unknown))}; there are: {', '.join(ON_THE_STORE)}", file=sys.stderr)
        return 2
    claims = Claims(lambda line: print(line, flush=True))
    with a_store() as url:
        for name, claim in ON_THE_STORE.items():
            if not names or name in names:
                claim(claims, url)
    return claims.exit_code()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

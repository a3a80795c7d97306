"""`make prove-applications`: what issue 4 claims, one line per claim; names on the command line pick out some of them."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec

from tests.conftest import a_store
from tests.prove import (
    app_cost,
    app_crash,
    app_login,
    app_matrix,
    app_money,
    app_pairs,
    app_privacy,
    app_reach,
    app_routes,
    app_stack,
)
from tests.prove.claims import Claims
from tests.prove.races import Hall

ON_THE_STORE: Mapping[str, Callable[[Claims, str], None]] = {
    "crashes": app_crash.claim,
    "matrix": app_matrix.claim,
    "pairs": app_pairs.claim,
    "notices": app_money.claim_orders,
    "refunds": app_money.claim_refunds,
    "stuck": app_reach.claim,
    "canaries": app_privacy.claim_canaries,
    "erasure": app_privacy.claim_erased,
    "routes": app_routes.claim,
    "login": app_login.claim,
    "cost": app_cost.claim,
    "queue": app_cost.claim_queue,
}
"""Claims over a fresh local store (dynoxide), with our own stand-ins outside of it."""

ON_THE_STACK: Mapping[str, Callable[[Claims, Hall], None]] = {
    "equal": app_stack.claim_equal,
    "lost-notices": app_stack.claim_lost_notices,
    "mails": app_stack.claim_mails,
    "load": app_stack.claim_load,
    "cold": app_stack.claim_cold,
}
"""Claims on a running local stack of its own."""

OF_COLLEAGUES = ("uploads", "audit")
"""Modules beside this one that measure claims of their own, where they are there: run at the end, or by name."""


def main(names: list[str]) -> int:
    """Measure everything, or what is named; 1 when a goal was missed."""
    others = [name for name in OF_COLLEAGUES if find_spec(f"tests.prove.{name}")]
    known = (*ON_THE_STORE, *ON_THE_STACK, *others)
    unknown = set(names) - set(known)
    if unknown:
        print(f"no such claim: {', '.join(sorted(unknown))}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    wanted = set(names or known)
    claims = Claims(lambda line: print(line, flush=True))
    if wanted & set(ON_THE_STORE):
        with a_store() as url:
            for name, on_the_store in ON_THE_STORE.items():
                if name in wanted:
                    on_the_store(claims, url)
    if wanted & set(ON_THE_STACK):
        with app_stack.a_hall() as hall:
            for name, on_the_stack in ON_THE_STACK.items():
                if name in wanted:
                    on_the_stack(claims, hall)
    missed = claims.exit_code()
    for name in others:
        if name in wanted:
            missed = max(missed, int(import_module(f"tests.prove.{name}").main()))
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

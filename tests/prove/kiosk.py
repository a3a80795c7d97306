"""`make prove-kiosk`: what issue 5 claims, one line per claim; names on the command line pick out some of them."""

import sys
from importlib import import_module
from importlib.util import find_spec

from tests.prove.claims import Claims

TOPICS = ("paper", "printing", "interleavings", "remains", "cards", "offline", "speed")
"""Each is a module kiosk_<topic> beside this one: with `claim(claims)`, or with a `main()` that gives 0 or 1."""


def main(names: list[str]) -> int:
    """Measure everything that is there, or what is named; 1 when a goal was missed."""
    there = [topic for topic in TOPICS if find_spec(f"tests.prove.kiosk_{topic}")]
    unknown = set(names) - set(there)
    if unknown:
        print(f"no such claim: {', '.join(sorted(unknown))}; there are: {', '.join(there)}", file=sys.stderr)
        return 2
    claims = Claims(lambda line: print(line, flush=True))
    missed = 0
    for topic in there:
        if topic in (names or there):
            claims.say(f"## {topic}")
            module = import_module(f"tests.prove.kiosk_{topic}")
            if hasattr(module, "claim"):
                module.claim(claims)
            else:
                missed = max(missed, int(module.main()))
    return max(missed, claims.exit_code())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make prove-kiosk`: what issue 5 claims, one line per claim; names on the command line pick out some of them."""

import sys
import time
from importlib import import_module

from tests.prove.claims import Claims

TOPICS = ("paper", "printing", "interleavings", "remains", "cards", "pulled", "offline", "speed", "trust")
"""Each is a module kiosk_<topic> beside this one, with `claim(claims)`."""


def main(names: list[str]) -> int:
    """Measure everything, or what is named; 1 when a goal was missed."""
    unknown = set(names) - set(TOPICS)
    if unknown:
        print(f"no such claim: {', '.join(sorted(unknown))}; there are: {', '.join(TOPICS)}", file=sys.stderr)
        return 2
    claims = Claims(lambda line: print(line, flush=True))
    for topic in TOPICS:
        if topic in (names or TOPICS):
            began = time.monotonic()
            claims.say(f"## {topic}")
            import_module(f"tests.prove.kiosk_{topic}").claim(claims)
            claims.told("  measured in", f"{time.monotonic() - began:.0f} s")
    return claims.exit_code()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Which keys an object store is given: no key can climb out of a folder or widen a policy."""

import re

_RIGHT = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")
MOST_LENGTH = 200


def right(key: str) -> str:
    """The key itself. Raises ValueError; `${filename}`, say, would let the browser choose."""
    if len(key) > MOST_LENGTH or not _RIGHT.fullmatch(key):
        raise ValueError("not a key of an object store")
    return key

"""The messages between kiosk and office as files: `tests/contract/kiosk/*.json`, read by the tests of both sides.

Each file holds one question with its headers to the last byte, signed at `at` with the key of `seed` (made up: the bytes 0
to 31) and the nonce `nonce`, and the answers to it by HTTP status. Names are those of the wire.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FOLDER = Path(__file__).parent / "kiosk"


@dataclass(frozen=True, slots=True)
class Example:
    """One file. headers: those of the signature. answers: status → body."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    answers: dict[str, dict[str, Any]]
    device: str
    city: str
    at: datetime
    nonce: str
    key: Ed25519PrivateKey

    @property
    def text(self) -> bytes:
        """The body as it is sent: compact, in the order of the file, UTF-8."""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


def example(name: str) -> Example:
    """The file of that name, without `.json`."""
    told = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    asks, by = told["asks"], told["by"]
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(by["seed"]))
    return Example(asks["method"], asks["path"], asks["headers"], asks["body"], told["answers"], by["device"], by["city"],
                   datetime.fromisoformat(by["at"]), by["nonce"], key)

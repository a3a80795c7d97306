"""Where each local process listens: nine neighbouring ports of the loopback address, from MADONAVI_PORT (8080)."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addresses:
    """The ports of one running copy. Two copies with different first ports do not touch each other."""

    gateway: int

    @property
    def functions(self) -> int:
        """chalice local."""
        return self.gateway + 1

    @property
    def store(self) -> int:
        """dynoxide, the DynamoDB-compatible store on disk."""
        return self.gateway + 2

    @property
    def payment(self) -> int:
        """The payment-provider simulator."""
        return self.gateway + 3

    @property
    def identity(self) -> int:
        """The identity simulator, for residents and for staff."""
        return self.gateway + 4

    @property
    def mailbox(self) -> int:
        """The page that shows what was sent."""
        return self.gateway + 5

    @property
    def kiosk(self) -> int:
        """The kiosk agent's screens."""
        return self.gateway + 6

    @property
    def editor(self) -> int:
        """The web editor for the content."""
        return self.gateway + 7

    @property
    def uploads(self) -> int:
        """The local object store, into which browsers post files."""
        return self.gateway + 8

    def url(self, port: int) -> str:
        """The address a browser opens; `localhost`, since browsers keep secure cookies there without TLS."""
        return f"http://localhost:{port}"


def addresses() -> Addresses:
    """The addresses of this copy, from the environment."""
    return Addresses(gateway=int(os.environ.get("MADONAVI_PORT", "8080")))

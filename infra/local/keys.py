"""Keys and secrets of one local copy: made at the first start, kept in the data folder, readable by its owner only."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from infra.local.addresses import Addresses

RESIDENT_CLIENT = "madonavi-462101"
STAFF_CLIENT = "madonavi-office"


@dataclass(frozen=True, slots=True)
class LocalKeys:
    """Where the keys are, and the secrets shared with the payment simulator and the object store."""

    folder: Path
    payment_secret: str
    signing_secret: str
    uploads_secret: str

    @property
    def wrapping(self) -> Path:
        """The key that wraps case keys."""
        return self.folder / "wrapping.key"

    @property
    def resident_client(self) -> Path:
        """Our private keys as a client of the residents' provider."""
        return self.folder / "resident-client.json"

    @property
    def staff_client(self) -> Path:
        """Our private keys as a client of the staff's provider."""
        return self.folder / "staff-client.json"

    @property
    def registrations(self) -> Path:
        """What the identity simulator knows of its clients."""
        return self.folder / "clients.json"


def prepare(data: Path, at: Addresses) -> LocalKeys:
    """Make what is missing, keep what is there; the registrations follow the addresses of this start."""
    folder = data / "keys"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    _once(folder / "wrapping.key", secrets.token_bytes(32))
    keys = LocalKeys(folder, _word(folder / "payment.secret"), _word(folder / "signing.secret"),
                     _word(folder / "uploads.secret"))
    public = at.url(at.gateway)
    clients = {
        RESIDENT_CLIENT: _client(keys.resident_client, "residents", [f"{public}/apply/identity/return"], ("sig", "enc")),
        STAFF_CLIENT: _client(keys.staff_client, "staff", [f"{public}/office/login/return", f"{public}/office/"], ("sig",)),
    }
    keys.registrations.write_text(json.dumps(clients), "utf-8")
    return keys


def _client(file: Path, realm: str, redirects: list[str], uses: tuple[str, ...]) -> dict[str, Any]:
    if not file.exists():
        made = []
        for use in uses:
            key = ECKey.generate_key("P-256")
            made.append({**key.as_dict(private=True), "use": use, "kid": key.thumbprint()})
        _once(file, json.dumps({"keys": made}).encode())
    private = json.loads(file.read_text("utf-8"))["keys"]
    public = [{name: value for name, value in key.items() if name != "d"} for key in private]
    return {"realm": realm, "redirect_uris": redirects, "jwks": {"keys": public}}


def _word(file: Path) -> str:
    _once(file, secrets.token_urlsafe(32).encode())
    return file.read_text("utf-8")


def _once(file: Path, holds: bytes) -> None:
    if not file.exists():
        file.touch(0o600)
        file.write_bytes(holds)

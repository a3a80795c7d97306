"""The programs of the local stack, in the order of starting, with what each is told."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.local import gateway, keys
from infra.local.addresses import Addresses
from infra.local.processes import serves
from infra.local.supervisor import NotStarting, Program

ROOT = Path(__file__).parents[2]
BINARIES = Path(sys.executable).parent
DYNOXIDE = ROOT / "node_modules/@dynoxide/linux-x64/dynoxide"
CITY = "ibusuki"
PCSCD_SOCKET = Path("/run/pcscd/pcscd.comm")
CLAMD_SOCKET = Path("/run/clamav/clamd.ctl")
"""Where Debian's clamav-daemon listens."""
VPCD_SETTINGS = Path("/etc/reader.conf.d/vpcd")
VPCD_PORT = 35963
"""Where vsmartcard-vpcd waits for the virtual card. On all interfaces: its reverse mode aborts pcscd (platform.md §5)."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One local copy: its data folder, its addresses, its keys."""

    data: Path
    at: Addresses
    keys: keys.LocalKeys

    def environment(self) -> dict[str, str]:
        """What every program of ours is told."""
        at, key = self.at, self.keys
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ},
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'functions'}", "PYTHONUNBUFFERED": "1",
            "MADONAVI_PORT": str(at.gateway), "MADONAVI_DATA": str(self.data), "MADONAVI_STAGE": "local",
            "MADONAVI_CITY": CITY, "MADONAVI_SITE_URL": f"{at.url(at.gateway)}/", "NO_MKDOCS_2_WARNING": "1",
            "MADONAVI_CATALOGUE": str(self.data / "catalogue.json"), "MADONAVI_TABLE": "madonavi",
            "MADONAVI_KEYS_TABLE": "madonavi-keys", "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{at.store}",
            "AWS_DEFAULT_REGION": "ap-northeast-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
            # Everybody who tries the product here comes from this one computer, as from the city hall.
            "MADONAVI_OWN_NETWORKS": "127.0.0.0/8",
            "MADONAVI_PUBLIC_URL": at.url(at.gateway), "MADONAVI_WRAPPING_KEY_FILE": str(key.wrapping),
            "MADONAVI_IDENTITY_ISSUER": f"{at.url(at.identity)}/api/realms/main",
            "MADONAVI_IDENTITY_CLIENT_ID": keys.RESIDENT_CLIENT, "MADONAVI_IDENTITY_KEY_FILE": str(key.resident_client),
            "MADONAVI_IDENTITY_CLIENTS": str(key.registrations),
            "MADONAVI_JPKI_CA_FILE": str(self.data / "jpki-cas.pem"),
            "MADONAVI_PRACTICE_REVOKED": str(self.data / "kiosk/practice-jpki/revoked.txt"),
            "MADONAVI_STAFF_ISSUER": f"{at.url(at.identity)}/staff", "MADONAVI_STAFF_CLIENT_ID": keys.STAFF_CLIENT,
            "MADONAVI_STAFF_KEY_FILE": str(key.staff_client), "MADONAVI_PAYMENT_URL": at.url(at.payment),
            "MADONAVI_PAYMENT_SECRET": key.payment_secret, "MADONAVI_PAYMENT_SIGNING_SECRETS": key.signing_secret,
            "MADONAVI_PAYMENT_WEBHOOK": f"{at.url(at.gateway)}/webhooks/payment",
            "MADONAVI_UPLOADS_FOLDER": str(self.data / "uploads"), "MADONAVI_UPLOADS_URL": at.url(at.uploads),
            "MADONAVI_UPLOADS_SECRET": key.uploads_secret, "MADONAVI_CLAMD": clamd(),
            "MADONAVI_MAILBOX_URL": at.url(at.mailbox), "MADONAVI_MAILBOX_SECRET": key.mail_secret,
            "MADONAVI_MAILBOX_WEBHOOK": f"{at.url(at.gateway)}/webhooks/mail", "MADONAVI_KIOSK_PORT": str(at.kiosk),
            "MADONAVI_KIOSK_DATA": str(self.data / "kiosk"),
        }

    def store(self) -> Program:
        """The DynamoDB-compatible store on disk; moto, which keeps nothing, where dynoxide does not run."""
        if has_dynoxide():
            command = [str(DYNOXIDE), "--port", str(self.at.store), "--db-path", str(self.data / "store.db")]
        else:
            command = [sys.executable, "-m", "infra.local.forgetful_store"]
        return self._program("store", command, self.at.store)

    def programs(self) -> Iterator[Program]:
        """Everything that is started once store, catalogue and site are there."""
        python = sys.executable
        for name, port in (("payment", self.at.payment), ("identity", self.at.identity), ("mailbox", self.at.mailbox),
                           ("editor", self.at.editor), ("uploads", self.at.uploads)):
            yield self._program(name, [python, "-m", f"infra.local.{name}"], port)
        functions = [python, "-m", "infra.local.functions", str(self.at.functions)]
        yield self._program("functions", functions, self.at.functions, folder=ROOT / "functions")
        yield self._program("worker", [python, "-m", "chalicelib.worker"], None)
        nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if nginx is None:
            raise NotStarting("nginx is missing; it puts everything under one address. Install it: apt-get install nginx-light")
        config, errors = gateway.write(self.data, self.at), self.data / "logs/gateway-error.log"
        yield self._program("gateway", [nginx, "-c", str(config), "-p", str(self.data), "-e", str(errors)], self.at.gateway)

    def kiosk(self) -> Iterator[Program]:
        """The card reader service, where it does not run yet and may be started here, and the kiosk agent.

        Without the service the agent says so and reads its virtual card by itself.
        """
        pcscd = shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if pcscd is not None and os.geteuid() == 0 and not serves(PCSCD_SOCKET):
            PCSCD_SOCKET.parent.mkdir(parents=True, exist_ok=True)
            yield Program(name="pcscd", command=[pcscd, "--foreground"], environment=self.environment(), folder=ROOT,
                          port=VPCD_PORT if VPCD_SETTINGS.exists() else None, may_be_open=True)
        yield self._program("kiosk", [sys.executable, "-m", "kiosk_agent"], self.at.kiosk)

    def _program(self, name: str, command: list[str], port: int | None, folder: Path = ROOT) -> Program:
        return Program(name=name, command=command, environment=self.environment(), folder=folder, port=port)


def clamd() -> str:
    """Where the virus scanner of this computer answers; empty where there is none."""
    return os.environ.get("MADONAVI_CLAMD") or (str(CLAMD_SOCKET) if serves(CLAMD_SOCKET) else "")


def has_dynoxide() -> bool:
    """Whether the durable store runs on this computer."""
    return DYNOXIDE.is_file() and platform.system() == "Linux" and platform.machine() == "x86_64"

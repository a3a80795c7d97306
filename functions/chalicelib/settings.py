"""The one reader of environment variables: what this copy is told about where it runs."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PAYMENT_KINDS = ("simulator", "stripe")
STRIPE_URL = "https://api.stripe.com"
STRIPE_LIVE_KEYS = ("rk_live_", "sk_live_")


class BadSettings(Exception):
    """A setting is missing, or does not go with the stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """How we are known at an OIDC provider. key_file: JWKS with our private keys (use `sig`, and `enc` for residents)."""

    issuer: str
    client_id: str
    key_file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Buckets:
    """Where files lie in the cloud."""

    quarantine: str
    clean: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadsFolder:
    """Where files lie on one computer, and how its object store is reached; see infra/local/uploads."""

    folder: Path
    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between copies of the product."""

    stage: str
    catalogue: Path
    public_url: str
    wrapping_key_file: Path | None
    kms_key: str | None
    residents: Client
    jpki_ca_file: Path
    staff: Client
    payment_kind: str
    """`simulator` or `stripe`."""
    payment_url: str
    payment_secret: str = field(repr=False)
    payment_signing_secrets: tuple[str, ...] = field(repr=False)
    """The newest first; the one before stays valid while the provider changes over."""
    mailbox_url: str | None
    """The local mailbox; without it mail leaves through SES, and SMS through End User Messaging."""
    sms_from: str | None
    """Who SMS come from in End User Messaging: a sender id, a number or a pool."""
    uploads: Buckets | UploadsFolder
    clamd: str | None
    """The virus scanner as host:port or a socket file; without it only the EICAR test file is known."""
    mailbox_secret: str | None = field(default=None, repr=False)
    """What the local mailbox shows when it tells that a mail came back."""
    practice_revoked: Path | None = None
    """Serial numbers of practice certificates that count as withdrawn; without it nobody can say (有効性確認)."""
    counting: bool = True
    """Whether looks at results are counted."""
    front_secret: str | None = field(default=None, repr=False)
    """What the front adds to each request; without it everybody is answered."""
    own_networks: tuple[str, ...] = ()
    """The city's own networks, which share addresses and so may do more in one place."""
    proxies: int = 1
    """How many proxies note where a request came from: one gateway here, CloudFront and API Gateway in the cloud."""

    @property
    def is_production(self) -> bool:
        """Whether real people's data are at stake."""
        return self.stage == "production"


def catalogue_file(environment: Mapping[str, str] | None = None) -> Path:
    """Where the catalogue lies: all that a command needs which only reads the table. Raises BadSettings."""
    given = (os.environ if environment is None else environment).get("MADONAVI_CATALOGUE")
    if not given:
        raise BadSettings("MADONAVI_CATALOGUE is not set")
    return Path(given)


def read(environment: Mapping[str, str] | None = None,
         parameters: Callable[[str], Mapping[str, str]] | None = None) -> Settings:
    """The settings from the environment. Raises BadSettings that names what is wrong.

    parameters: gives what is kept under a path elsewhere; asked only where MADONAVI_PARAMETERS names the path.
    """
    given = os.environ if environment is None else environment
    if parameters is not None and given.get("MADONAVI_PARAMETERS"):
        given = {**given, **parameters(given["MADONAVI_PARAMETERS"])}

    def need(name: str) -> str:
        if not given.get(name):
            raise BadSettings(f"{name} is not set")
        return given[name]

    def client(prefix: str) -> Client:
        return Client(issuer=need(f"{prefix}_ISSUER"), client_id=need(f"{prefix}_CLIENT_ID"),
                      key_file=Path(need(f"{prefix}_KEY_FILE")))

    payment_kind = given.get("MADONAVI_PAYMENT_KIND") or "simulator"
    if payment_kind not in PAYMENT_KINDS:
        raise BadSettings("MADONAVI_PAYMENT_KIND is simulator or stripe")
    payment_url = given.get("MADONAVI_PAYMENT_URL") or (STRIPE_URL if payment_kind == "stripe" else "")

    def uploads() -> Buckets | UploadsFolder:
        if given.get("MADONAVI_UPLOADS_FOLDER"):
            return UploadsFolder(folder=Path(need("MADONAVI_UPLOADS_FOLDER")), url=need("MADONAVI_UPLOADS_URL"),
                                 secret=need("MADONAVI_UPLOADS_SECRET"))
        return Buckets(quarantine=need("MADONAVI_QUARANTINE_BUCKET"), clean=need("MADONAVI_CLEAN_BUCKET"))

    key_file, kms_key = given.get("MADONAVI_WRAPPING_KEY_FILE"), given.get("MADONAVI_KMS_KEY")
    if not key_file and not kms_key:
        raise BadSettings("MADONAVI_KMS_KEY is not set")
    settings = Settings(
        stage=need("MADONAVI_STAGE"), catalogue=Path(need("MADONAVI_CATALOGUE")),
        public_url=need("MADONAVI_PUBLIC_URL").rstrip("/"), wrapping_key_file=Path(key_file) if key_file else None,
        kms_key=kms_key or None, residents=client("MADONAVI_IDENTITY"), jpki_ca_file=Path(need("MADONAVI_JPKI_CA_FILE")),
        staff=client("MADONAVI_STAFF"), payment_kind=payment_kind,
        payment_url=(payment_url or need("MADONAVI_PAYMENT_URL")).rstrip("/"),
        payment_secret=need("MADONAVI_PAYMENT_SECRET"),
        payment_signing_secrets=tuple(need("MADONAVI_PAYMENT_SIGNING_SECRETS").split(",")),
        uploads=uploads(), clamd=given.get("MADONAVI_CLAMD") or None,
        mailbox_url=given.get("MADONAVI_MAILBOX_URL") or None, mailbox_secret=given.get("MADONAVI_MAILBOX_SECRET") or None,
        sms_from=given.get("MADONAVI_SMS_FROM") or None,
        practice_revoked=Path(given["MADONAVI_PRACTICE_REVOKED"]) if given.get("MADONAVI_PRACTICE_REVOKED") else None,
        counting=given.get("MADONAVI_COUNTING") != "off",
        own_networks=tuple(one.strip() for one in given.get("MADONAVI_OWN_NETWORKS", "").split(",") if one.strip()),
        front_secret=given.get("MADONAVI_FRONT_SECRET") or None, proxies=int(given.get("MADONAVI_PROXIES") or 1),
    )
    if settings.is_production:
        _refuse_demonstration(settings)
    return settings


def _refuse_demonstration(settings: Settings) -> None:
    """Raises BadSettings for what is good enough for a demonstration only."""
    if settings.wrapping_key_file or settings.mailbox_url or settings.mailbox_secret:
        raise BadSettings("production takes its key from KMS and its mail through SES")
    addresses = (settings.public_url, settings.payment_url, settings.residents.issuer, settings.staff.issuer)
    if not all(address.startswith("https://") for address in addresses):
        raise BadSettings("production speaks https with everybody")
    if settings.payment_kind == "simulator":
        raise BadSettings("production takes no practice money: MADONAVI_PAYMENT_KIND")
    if not settings.payment_secret.startswith(STRIPE_LIVE_KEYS):
        raise BadSettings("production needs a live key of Stripe: MADONAVI_PAYMENT_SECRET")
    if settings.clamd is None or isinstance(settings.uploads, UploadsFolder):
        raise BadSettings("production keeps files in two buckets, and none unscanned: MADONAVI_CLAMD, "
                          "MADONAVI_QUARANTINE_BUCKET, MADONAVI_CLEAN_BUCKET")
    if settings.practice_revoked is not None:
        raise BadSettings("production makes up no 有効性確認: MADONAVI_PRACTICE_REVOKED")
    if settings.front_secret is None:
        raise BadSettings("MADONAVI_FRONT_SECRET is not set: the firewall could be walked around")

"""The one reader of environment variables: what this copy is told about where it runs."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


class BadSettings(Exception):
    """A setting is missing, or does not go with the stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """How we are known at an OIDC provider. key_file: JWKS with our private keys (use `sig`, and `enc` for residents)."""

    issuer: str
    client_id: str
    key_file: Path


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
    payment_url: str
    payment_secret: str = field(repr=False)
    payment_signing_secrets: tuple[str, ...] = field(repr=False)
    """The newest first; the one before stays valid while the provider changes over."""
    mailbox_url: str | None
    """The local mailbox; without it mail leaves through SES."""
    counting: bool = True
    """Whether looks at results are counted."""
    front_secret: str | None = field(default=None, repr=False)
    """What the front adds to each request; without it everybody is answered."""
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

    key_file, kms_key = given.get("MADONAVI_WRAPPING_KEY_FILE"), given.get("MADONAVI_KMS_KEY")
    if not key_file and not kms_key:
        raise BadSettings("MADONAVI_KMS_KEY is not set")
    settings = Settings(
        stage=need("MADONAVI_STAGE"), catalogue=Path(need("MADONAVI_CATALOGUE")),
        public_url=need("MADONAVI_PUBLIC_URL").rstrip("/"), wrapping_key_file=Path(key_file) if key_file else None,
        kms_key=kms_key or None, residents=client("MADONAVI_IDENTITY"), jpki_ca_file=Path(need("MADONAVI_JPKI_CA_FILE")),
        staff=client("MADONAVI_STAFF"), payment_url=need("MADONAVI_PAYMENT_URL").rstrip("/"),
        payment_secret=need("MADONAVI_PAYMENT_SECRET"),
        payment_signing_secrets=tuple(need("MADONAVI_PAYMENT_SIGNING_SECRETS").split(",")),
        mailbox_url=given.get("MADONAVI_MAILBOX_URL") or None, counting=given.get("MADONAVI_COUNTING") != "off",
        front_secret=given.get("MADONAVI_FRONT_SECRET") or None, proxies=int(given.get("MADONAVI_PROXIES") or 1),
    )
    if settings.is_production and (key_file or settings.mailbox_url or not settings.public_url.startswith("https://")):
        raise BadSettings("production takes its key from KMS, its mail through SES, and its pages over https")
    if settings.is_production and settings.front_secret is None:
        raise BadSettings("MADONAVI_FRONT_SECRET is not set: the firewall could be walked around")
    return settings

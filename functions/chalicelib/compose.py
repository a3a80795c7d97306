"""Puts the real parts together from the settings: the one place that knows every adapter."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from pynamodb.connection import Connection

from chalicelib.adapters import parameters as kept
from chalicelib.adapters.audit_table import TableAudit
from chalicelib.adapters.case_keys import CaseKeys, FileWrapper, KmsWrapper, Wrapper
from chalicelib.adapters.cases_table import TableApplications
from chalicelib.adapters.mail import LocalMailbox, SesMail
from chalicelib.adapters.oidc import RelyingParty
from chalicelib.adapters.outbox_table import TableOutbox
from chalicelib.adapters.payment_provider import HttpPaymentProvider
from chalicelib.adapters.payments_table import TablePayments
from chalicelib.adapters.resident_identity import MynaIdentity
from chalicelib.adapters.sessions_table import TableAttempts, TableSessions
from chalicelib.adapters.staff_identity import OidcStaff
from chalicelib.adapters.table import Row
from chalicelib.adapters.tallies_table import TableTallies
from chalicelib.domain.ports import Mailer
from chalicelib.services.parts import Parts
from chalicelib.settings import Client, Settings
from content.catalogue import Catalogue

OUTSIDE_SECONDS = 10.0
"""How long an outside service may take; a Lambda behind API Gateway has 29 seconds in all."""


def system_clock() -> datetime:
    """The present moment."""
    return datetime.now(UTC)  # noqa: TID251 - the composition root is where the clock comes from


def parameters(path: str) -> Mapping[str, str]:
    """What is kept under a path of AWS Systems Manager: one call of a cold start."""
    return kept.fetch(path, _client("ssm"), Path(tempfile.mkdtemp(prefix="madonavi-")))


def parts_from(settings: Settings) -> Parts:
    """The real parts. Nothing is asked of the network here, so a cold start stays short."""
    catalogue = Catalogue.model_validate_json(settings.catalogue.read_bytes())
    http = httpx.Client(timeout=OUTSIDE_SECONDS, follow_redirects=False)
    city = catalogue.city.code
    store = Connection(region=Row.Meta.region, host=Row.Meta.host)

    def party(client: Client, path: str) -> RelyingParty:
        return RelyingParty(client.issuer, client.client_id, client.key_file, http=http,
                            redirect_uri=f"{settings.public_url}{path}")

    residents = MynaIdentity(party(settings.residents, "/apply/identity/return"), settings.jpki_ca_file,
                             clock=system_clock, production=settings.is_production)
    return Parts(
        catalogue=catalogue, clock=system_clock, public_url=settings.public_url,
        applications=TableApplications(city, CaseKeys(_wrapper(settings)), store),
        payments=TablePayments(city), outbox=TableOutbox(city),
        sessions=TableSessions(city), attempts=TableAttempts(city), tallies=TableTallies(city), audit=TableAudit(city),
        counting=settings.counting,
        provider=HttpPaymentProvider(settings.payment_url, settings.payment_secret, settings.payment_signing_secrets,
                                     http),
        residents=residents, mailer=_mailer(settings, catalogue, http),
        staff=OidcStaff(party(settings.staff, "/office/login/return"), back_to=f"{settings.public_url}/office/"),
    )


def audit_from(catalogue: Path) -> TableAudit:
    """The audit trail alone, for a command that only reads: no key of a case, no secret, no provider."""
    return TableAudit(Catalogue.model_validate_json(catalogue.read_bytes()).city.code)


def _wrapper(settings: Settings) -> Wrapper:
    if settings.wrapping_key_file is not None:
        return FileWrapper(settings.wrapping_key_file)
    return KmsWrapper(settings.kms_key or "", lambda: _client("kms"))


def _mailer(settings: Settings, catalogue: Catalogue, http: httpx.Client) -> Mailer:
    if settings.mailbox_url is not None:
        return LocalMailbox(settings.mailbox_url, http)
    return SesMail(catalogue.city.mail_from, lambda: _client("sesv2"))


def _client(service: str) -> Any:
    import boto3  # imported at the first use: it costs more than a page (platform.md §14)

    return boto3.client(service)

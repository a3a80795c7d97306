"""The parts a use case works with, put together once by the composition root."""

from dataclasses import dataclass

from chalicelib.domain.card_proof import CardCertificates, Validity
from chalicelib.domain.device import Devices
from chalicelib.domain.ports import (
    Applications,
    Attempts,
    Audit,
    Books,
    Clock,
    FileCheck,
    Letters,
    Mailer,
    Outbox,
    PaymentProvider,
    Payments,
    PostalCodes,
    Receipts,
    ResidentIdentity,
    Scanner,
    Sessions,
    StaffIdentity,
    Tallies,
    Tasks,
    TextMessages,
    Uploads,
)
from chalicelib.domain.prepared import PreparedForms
from chalicelib.domain.sitting import Sittings
from content.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything outside the domain, behind ports. public_url: the origin residents see, without a slash at the end."""

    catalogue: Catalogue
    clock: Clock
    applications: Applications
    payments: Payments
    receipts: Receipts
    outbox: Outbox
    provider: PaymentProvider
    residents: ResidentIdentity
    staff: StaffIdentity
    mailer: Mailer
    texts: TextMessages
    letters: Letters
    sessions: Sessions
    attempts: Attempts
    tallies: Tallies
    postal: PostalCodes
    uploads: Uploads
    scanner: Scanner
    file_check: FileCheck
    tasks: Tasks
    books: Books
    audit: Audit
    devices: Devices
    certificates: CardCertificates
    validity: Validity
    prepared: PreparedForms
    sittings: Sittings
    public_url: str
    counting: bool = True
    """Whether looks at results are counted; the city may turn it off."""

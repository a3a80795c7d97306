"""The one table (design D9): how keys are built, and the rows pynamodb reads and writes. No scan anywhere."""

import os
from typing import Any

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

_HOST = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
_REGION = os.environ.get("AWS_DEFAULT_REGION", "ap-northeast-1")
CONNECTIONS = 50
"""pynamodb keeps 10 by default; twenty officers pressing at once must not queue behind each other."""


class _Settings:
    """What both tables share of pynamodb's settings."""

    region = _REGION
    host = _HOST
    billing_mode = "PAY_PER_REQUEST"
    max_pool_connections = CONNECTIONS


class QueueIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # pynamodb leaves it untyped
    """gsi1: the cases of a department in one state, and what happened on a day; the oldest first."""

    class Meta:
        index_name = "gsi1"
        projection = IncludeProjection(["body"])

    gsi1pk = UnicodeAttribute(hash_key=True)
    gsi1sk = UnicodeAttribute(range_key=True)


class DueIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # pynamodb leaves it untyped
    """gsi2: cases on which a timer must act, the earliest first. Sparse: most cases are not in it."""

    class Meta:
        index_name = "gsi2"
        projection = IncludeProjection(["body"])

    gsi2pk = UnicodeAttribute(hash_key=True)
    gsi2sk = UnicodeAttribute(range_key=True)


class OfficerIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # pynamodb leaves it untyped
    """gsi3: work lists, the oldest first: the open cases an officer has, and the ended ones that wait for an export.

    Sparse: a case that waits for an officer, or that ended and was exported, is not in it.
    """

    class Meta:
        index_name = "gsi3"
        projection = IncludeProjection(["body"])

    gsi3pk = UnicodeAttribute(hash_key=True)
    gsi3sk = UnicodeAttribute(range_key=True)


class Row(Model):
    """One item. `body` is JSON without personal data; `sealed` is what the case's own key closes."""

    class Meta(_Settings):
        table_name = os.environ.get("MADONAVI_TABLE", "madonavi")

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute(null=True)
    sealed = BinaryAttribute(null=True, legacy_encoding=False)
    version = NumberAttribute(null=True)
    tries = NumberAttribute(null=True)
    not_before = NumberAttribute(null=True)
    seen = NumberAttribute(null=True)
    online = NumberAttribute(null=True)
    cash = NumberAttribute(null=True)
    cashless = NumberAttribute(null=True)
    """Yen of a day of the books by method, added up by DynamoDB itself."""
    expires_at = NumberAttribute(null=True)
    """Epoch seconds of DynamoDB's TTL. It deletes late, so readers check it too."""
    gsi1pk = UnicodeAttribute(null=True)
    gsi1sk = UnicodeAttribute(null=True)
    gsi2pk = UnicodeAttribute(null=True)
    gsi2sk = UnicodeAttribute(null=True)
    gsi3pk = UnicodeAttribute(null=True)
    gsi3sk = UnicodeAttribute(null=True)
    queue_index = QueueIndex()
    due_index = DueIndex()
    officer_index = OfficerIndex()


class KeyRow(Model):
    """A case's wrapped data key, in a table of its own that is never backed up: deleting it erases the case (D10)."""

    class Meta(_Settings):
        table_name = os.environ.get("MADONAVI_KEYS_TABLE", "madonavi-keys")

    pk = UnicodeAttribute(hash_key=True)
    wrapped = BinaryAttribute(legacy_encoding=False)


class Keys:
    """Key strings of one municipality; each starts with its 6-digit code."""

    def __init__(self, municipality: str) -> None:
        self._m = municipality

    def case(self, id: str) -> str:
        """Everything of one case."""
        return f"{self._m}#APP#{id}"

    def reference(self, reference: str) -> str:
        """A reference number."""
        return f"{self._m}#REF#{reference}"

    def link(self, hashed: str) -> str:
        """A secret link."""
        return f"{self._m}#LINK#{hashed}"

    def case_code(self, code: str) -> str:
        """The cases of a code that a kiosk printed; one, as far as chance goes."""
        return f"{self._m}#CODE#{code}"

    def prepared(self, hashed: str) -> str:
        """A form that was filled in for the counter, and its key."""
        return f"{self._m}#PREPARED#{hashed}"

    def prepared_ends(self) -> str:
        """All such forms by the moment at which they go."""
        return f"{self._m}#PREPAREDENDS"

    def sittings(self) -> str:
        """All tablets that are lent."""
        return f"{self._m}#SITTINGS"

    def tablet_code(self, hashed: str) -> str:
        """A PIN, or the secret of a QR, that pairs a tablet."""
        return f"{self._m}#TABLETCODE#{hashed}"

    def person(self, hashed: str) -> str:
        """The cases of one person."""
        return f"{self._m}#PERSON#{hashed}"

    def queue(self, department: str, state: str) -> str:
        """gsi1: one queue."""
        return f"{self._m}#QUEUE#{department}#{state}"

    def mine(self, department: str, officer: str) -> str:
        """gsi3: one officer's cases."""
        return f"{self._m}#MINE#{department}#{officer}"

    def to_export(self, department: str, procedure: str) -> str:
        """gsi3: what has ended and was not exported yet."""
        return f"{self._m}#TOEXPORT#{department}#{procedure}"

    def receipts(self, department: str) -> str:
        """A department's list of exports."""
        return f"{self._m}#EXPORTS#{department}"

    def receipt(self, department: str, number: str) -> str:
        """One export."""
        return f"{self._m}#EXPORT#{department}#{number}"

    def audit(self, day: str) -> str:
        """gsi1: everything that happened on a day in Japan."""
        return f"{self._m}#AUDIT#{day}"

    def seals(self) -> str:
        """The seal of each day."""
        return f"{self._m}#SEAL"

    def counts(self, department: str) -> str:
        """How many cases are in each state."""
        return f"{self._m}#COUNT#{department}"

    def due(self) -> str:
        """gsi2: everything with a deadline."""
        return f"{self._m}#DUE"

    def outbox(self) -> str:
        """What must still leave."""
        return f"{self._m}#OUTBOX"

    def letters(self, department: str) -> str:
        """Notices on paper of a department."""
        return f"{self._m}#LETTERS#{department}"

    def open_attempts(self) -> str:
        """Payment attempts whose end is not known."""
        return f"{self._m}#OPENPAY"

    def session(self, hashed: str) -> str:
        """One browser's session."""
        return f"{self._m}#SESSION#{hashed}"

    def tallies(self, month: str) -> str:
        """What was looked at in a month."""
        return f"{self._m}#TALLY#{month}"

    def open_tasks(self, department: str | None) -> str:
        """What a department must still look at."""
        return f"{self._m}#TODO#{department or '-'}"

    def tasks(self, department: str | None) -> str:
        """All tasks there ever were, so that none is opened twice."""
        return f"{self._m}#TASK#{department or '-'}"

    def ledger(self, day: str) -> str:
        """The lines of a day of the books, of all departments."""
        return f"{self._m}#LEDGER#{day}"

    def book_days(self, department: str, month: str) -> str:
        """A department's days of a month: totals and closings."""
        return f"{self._m}#DAYS#{department}#{month}"

    def devices(self) -> str:
        """All kiosks, each with what it last said."""
        return f"{self._m}#DEVICES"

    def device(self, id: str) -> str:
        """What one kiosk must not use twice: nonces, and challenges it was given."""
        return f"{self._m}#DEVICE#{id}"

    def device_code(self, hashed: str) -> str:
        """A one-time code for enrolling a kiosk."""
        return f"{self._m}#KIOSKCODE#{hashed}"

    def failures(self, place: str) -> str:
        """Failed look-ups from one place."""
        return f"{self._m}#FAILED#{place}"

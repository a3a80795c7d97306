"""Sittings over DynamoDB: one partition with all of them, and a small row for each code that vanishes by TTL."""

from datetime import datetime, timedelta
from functools import cache

from pydantic import TypeAdapter
from pynamodb.exceptions import PutError

from chalicelib.adapters.table import Keys, Row
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import AlreadyThere, NotFound, Stale
from chalicelib.domain.sitting import Sitting

KEPT = timedelta(days=40)
"""No case of a tablet lives longer than its draft days; the row of one that nobody ended goes by itself."""
LOST_CONDITION = "ConditionalCheckFailedException"


@cache
def _sittings() -> TypeAdapter[Sitting]:
    return TypeAdapter(Sitting)


class TableSittings:
    """The sittings of one municipality."""

    def __init__(self, municipality: str) -> None:
        self._at = Keys(municipality)

    def get(self, case: ApplicationId) -> Sitting:
        """One consistent read."""
        try:
            return _sittings().validate_json(Row.get(self._at.sittings(), case, consistent_read=True).body)
        except Row.DoesNotExist:
            raise NotFound("sitting") from None

    def all(self) -> tuple[Sitting, ...]:
        """One consistent query."""
        return tuple(_sittings().validate_json(row.body) for row in Row.query(self._at.sittings(), consistent_read=True))

    def put(self, sitting: Sitting) -> None:
        """One conditional write."""
        row = Row(self._at.sittings(), sitting.case, body=_sittings().dump_json(sitting).decode(), version=sitting.version,
                  expires_at=int((sitting.began_at + KEPT).timestamp()))
        first = sitting.version == 1
        try:
            row.save(Row.pk.does_not_exist() if first else Row.version == sitting.version - 1)
        except PutError as error:
            if error.cause_response_code != LOST_CONDITION:
                raise
            raise Stale(sitting.case) from None

    def drop(self, case: ApplicationId) -> None:
        """One write."""
        Row(self._at.sittings(), case).delete()

    def lead(self, hashed: str, case: ApplicationId, *, until: datetime, now: datetime) -> None:
        """One conditional write. TTL deletes late, so a code that has run out is written over."""
        row = Row(self._at.tablet_code(hashed), "CODE", body=case, expires_at=int(until.timestamp()))
        try:
            row.save(Row.pk.does_not_exist() | (Row.expires_at <= int(now.timestamp())) | (Row.body == case))
        except PutError as error:
            if error.cause_response_code != LOST_CONDITION:
                raise
            raise AlreadyThere("tablet code") from None

    def by_code(self, hashed: str, now: datetime) -> ApplicationId:
        """One consistent read."""
        try:
            row = Row.get(self._at.tablet_code(hashed), "CODE", consistent_read=True)
        except Row.DoesNotExist:
            raise NotFound("tablet code") from None
        if row.expires_at <= now.timestamp():
            raise NotFound("tablet code")
        return ApplicationId(row.body)

"""The outbox over DynamoDB: rows that wait, are leased for a minute, and are deleted when they have left."""

from datetime import UTC, datetime

from pynamodb.exceptions import UpdateError

from chalicelib.adapters import case_json
from chalicelib.adapters.table import Keys, Row
from chalicelib.domain.outbox import Effect

LEASE_SECONDS = 60
LOOK_AT_MOST = 200
"""Rows read in one pass; waiting rows at the front must not hide ready ones behind them for long."""


class TableOutbox:
    """One partition per municipality: a nation's rows never share one, and a city's are few."""

    def __init__(self, municipality: str) -> None:
        self._at = Keys(municipality)

    def lease(self, now: datetime, most: int) -> tuple[Effect, ...]:
        """One consistent query, and one conditional write per effect that is taken."""
        moment = int(now.timestamp())
        taken: list[Effect] = []
        for row in Row.query(self._at.outbox(), consistent_read=True, limit=LOOK_AT_MOST):
            if len(taken) == most:
                break
            if row.not_before > moment:
                continue
            seen = row.not_before
            try:
                row.update([Row.not_before.set(moment + LEASE_SECONDS)], condition=Row.not_before == seen)
            except UpdateError as error:
                if error.cause_response_code == "ConditionalCheckFailedException":
                    continue  # another worker has it, or it has left
                raise
            taken.append(case_json.effect_from(row.body, tries=int(row.tries),
                                               not_before=datetime.fromtimestamp(int(row.not_before), UTC)))
        return tuple(taken)

    def done(self, effect: Effect) -> None:
        """One write."""
        self._row(effect).delete()

    def failed(self, effect: Effect, retry_at: datetime) -> None:
        """One write."""
        self._row(effect).update([Row.not_before.set(int(retry_at.timestamp())), Row.tries.set(effect.tries + 1)],
                                 condition=Row.pk.exists())

    def waiting(self) -> int:
        """One query that counts."""
        return int(Row.count(self._at.outbox()))

    def _row(self, effect: Effect) -> Row:
        return Row(self._at.outbox(), f"{effect.created_at.isoformat()}#{effect.id}")

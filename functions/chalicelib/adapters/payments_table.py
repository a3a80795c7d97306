"""Payment attempts and what the provider said of them, over DynamoDB, beside their case."""

from pynamodb.exceptions import PutError

from chalicelib.adapters import case_json
from chalicelib.adapters.table import Keys, Row
from chalicelib.domain.errors import NotFound
from chalicelib.domain.payment import Attempt, Said, application_of


class TablePayments:
    """The port's calls cost one read, one query or one write each."""

    def __init__(self, municipality: str) -> None:
        self._at = Keys(municipality)

    def attempt(self, key: str) -> Attempt:
        """One consistent read."""
        try:
            row = Row.get(self._at.case(application_of(key)), f"ATTEMPT#{key}", consistent_read=True)
        except (Row.DoesNotExist, ValueError):
            raise NotFound("attempt") from None
        return case_json.attempt_from(row.body)

    def said(self, key: str) -> tuple[Said, ...]:
        """One consistent query."""
        rows = Row.query(self._at.case(application_of(key)), Row.sk.startswith(f"SAID#{key}#"), consistent_read=True)
        return tuple(case_json.said_from(row.body) for row in rows)

    def note(self, said: Said) -> None:
        """One write; a repeat writes nothing."""
        row = Row(self._at.case(application_of(said.attempt)), f"SAID#{said.attempt}#{said.id}",
                  body=case_json.said_json(said))
        try:
            row.save(Row.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def open_attempts(self, *, after: str | None = None) -> tuple[Attempt, ...]:
        """One consistent query."""
        later = None if after is None else Row.sk > after
        rows = Row.query(self._at.open_attempts(), later, consistent_read=True, limit=100)
        return tuple(case_json.attempt_from(row.body) for row in rows)

    def close(self, key: str) -> None:
        """One write."""
        Row(self._at.open_attempts(), key).delete()

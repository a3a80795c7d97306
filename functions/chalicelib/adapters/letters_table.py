"""Notices on paper over DynamoDB: one partition for each department, a printed one vanishes by TTL after a day."""

import json
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from pynamodb.exceptions import PutError, UpdateError

from chalicelib.adapters.table import Keys, Row
from chalicelib.domain.contents import OfficerId
from chalicelib.domain.outbox import Letter

KEPT = timedelta(days=1)
MOST = 200


class TableLetters:
    """The letters of a department; no personal data is in a row."""

    def __init__(self, municipality: str) -> None:
        self._at = Keys(municipality)

    def put(self, letter: Letter) -> None:
        """One conditional write."""
        try:
            self._row(letter).save(Row.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    def of(self, department: str) -> tuple[Letter, ...]:
        """One query."""
        return tuple(_letter(row.body) for row in Row.query(self._at.letters(department), consistent_read=True, limit=MOST))

    def printed(self, letter: Letter, by: OfficerId, at: datetime) -> bool:
        """One conditional write; TTL deletes late, and nothing reads a row that was printed more than a day ago."""
        row = self._row(replace(letter, printed_at=None, printed_by=None))
        after = _body(replace(letter, printed_at=at, printed_by=by))
        try:
            row.update([Row.body.set(after), Row.expires_at.set(int((at + KEPT).timestamp()))],
                       condition=Row.pk.exists() & (Row.body == row.body))
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def not_printed(self, letter: Letter) -> None:
        """One write."""
        after = _body(replace(letter, printed_at=None, printed_by=None))
        self._row(letter).update([Row.body.set(after), Row.expires_at.remove()], condition=Row.pk.exists())

    def _row(self, letter: Letter) -> Row:
        return Row(self._at.letters(letter.department), f"{letter.at.isoformat()}#{letter.id}", body=_body(letter))


def _body(letter: Letter) -> str:
    told = asdict(letter)
    printed = letter.printed_at.isoformat() if letter.printed_at else None
    return json.dumps({**told, "at": letter.at.isoformat(), "printed_at": printed}, ensure_ascii=False, sort_keys=True)


def _letter(body: str) -> Letter:
    told = json.loads(body)
    printed = datetime.fromisoformat(told["printed_at"]) if told["printed_at"] else None
    return Letter(**{**told, "at": datetime.fromisoformat(told["at"]), "printed_at": printed})

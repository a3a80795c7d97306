"""Applications over DynamoDB: strongly consistent reads, and one transaction per step (design D8, D9)."""

import base64
import json
import secrets
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from chalicelib.adapters import case_json
from chalicelib.adapters.case_keys import CaseKeys
from chalicelib.adapters.sealing import seal, secret_for, unseal
from chalicelib.adapters.table import Keys, Row
from chalicelib.domain.application import Application, ApplicationId, State
from chalicelib.domain.errors import AlreadyThere, NotFound, Stale
from chalicelib.domain.history import Happened
from chalicelib.domain.outbox import Effect
from chalicelib.domain.payment import Attempt, Said
from chalicelib.domain.ports import QueueRow

Save = tuple[Row, Condition | None]
"""A row to write, and what must be true for it."""
STATE = "STATE"
CONFLICT_PAUSES = (0.02, 0.05, 0.1, 0.2)
"""Seconds between tries when another transaction holds one of the rows; it is over in milliseconds."""


class TableApplications:
    """The cases in the one table. Reads and writes per call: docs/store.md, counted by a test."""

    def __init__(self, municipality: str, keys: CaseKeys, connection: Connection,
                 pause: Callable[[float], None] = time.sleep) -> None:
        self._at = Keys(municipality)
        self._keys = keys
        self._connection = connection
        self._pause = pause

    def get(self, id: ApplicationId) -> Application:
        """One consistent read, and one of the key when it is not remembered."""
        try:
            row = Row.get(self._at.case(id), STATE, consistent_read=True)
        except Row.DoesNotExist:
            raise NotFound(id) from None
        key = self._keys.get(self._at.case(id))
        return case_json.join(row.body, unseal(key, row.sealed, self._place(id, int(row.version))))

    def write(self, application: Application, happened: Happened, *, effects: Sequence[Effect] = (),
              attempt: Attempt | None = None, said: Said | None = None, link: str | None = None) -> None:
        """One transaction; see the port."""
        case = self._at.case(application.id)
        key = self._keys.make(case) if happened.number == 1 else self._keys.get(case)
        body, personal = case_json.split(application)
        state = Row(case, STATE, body=body, version=application.version,
                    sealed=seal(key, personal, self._place(application.id, application.version)))
        self._index(state, application)
        new = Row.pk.does_not_exist()
        unchanged: Condition = Row.pk.does_not_exist() if happened.number == 1 else Row.version == happened.number - 1
        saves: list[Save] = [
            (state, unchanged),
            (Row(case, f"EVENT#{happened.number:06d}", body=case_json.happened_json(happened)), new),
        ]
        if happened.number == 1:
            ref = Row(self._at.reference(application.reference), "REF", body=application.id)
            saves.append((ref, new))
        saves += [(self._effect(effect), new) for effect in effects]
        if attempt is not None:
            told = case_json.attempt_json(attempt)
            saves += [(Row(case, f"ATTEMPT#{attempt.key}", body=told), None),
                      (Row(self._at.open_attempts(), attempt.key, body=told), None)]
        if said is not None:
            saves.append((Row(case, f"SAID#{said.attempt}#{said.id}", body=case_json.said_json(said)), new))
        if link is not None:
            purpose, _, hashed = link.partition(":")
            led = json.dumps({"case": application.id, "purpose": purpose})
            saves.append((Row(self._at.link(hashed), "LINK", body=led), None))
        closed = Row(self._at.open_attempts(), said.attempt) if said is not None else None
        self._transact(saves, closed, happened)

    def history(self, id: ApplicationId) -> tuple[Happened, ...]:
        """One query."""
        rows = Row.query(self._at.case(id), Row.sk.startswith("EVENT#"), consistent_read=True)
        return tuple(case_json.happened_from(row.body) for row in rows)

    def queue(self, department: str, state: State) -> tuple[QueueRow, ...]:
        """One query of the queue index; it follows the table within moments."""
        rows = Row.queue_index.query(self._at.queue(department, state), limit=100)
        return tuple(self._queue_row(json.loads(row.body)) for row in rows)

    def by_reference(self, reference: str) -> ApplicationId:
        """One read."""
        try:
            return ApplicationId(Row.get(self._at.reference(reference), "REF").body)
        except Row.DoesNotExist:
            raise NotFound("reference") from None

    def by_link(self, link_hash: str) -> tuple[ApplicationId, str]:
        """One consistent read."""
        try:
            led = json.loads(Row.get(self._at.link(link_hash), "LINK", consistent_read=True).body)
        except Row.DoesNotExist:
            raise NotFound("link") from None
        return ApplicationId(led["case"]), led["purpose"]

    def due(self, before: datetime) -> tuple[ApplicationId, ...]:
        """One query of the due index."""
        rows = Row.due_index.query(self._at.due(), Row.gsi2sk <= before.isoformat(), limit=100)
        return tuple(ApplicationId(json.loads(row.body)["id"]) for row in rows)

    def secret(self, id: ApplicationId, purpose: str) -> str:
        """Made from the case's key; one read when it is not remembered."""
        made = secret_for(self._keys.get(self._at.case(id)), purpose)
        return base64.urlsafe_b64encode(made).decode()

    def seal(self, id: ApplicationId, plain: bytes, place: str) -> bytes:
        """One read when the key is not remembered."""
        return seal(self._keys.get(self._at.case(id)), plain, f"{self._at.case(id)}/FILE/{place}")

    def unseal(self, id: ApplicationId, sealed: bytes, place: str) -> bytes:
        """One read when the key is not remembered."""
        return unseal(self._keys.get(self._at.case(id)), sealed, f"{self._at.case(id)}/FILE/{place}")

    def _place(self, id: ApplicationId, version: int) -> str:
        return f"{self._at.case(id)}/{STATE}/{version}"

    def _index(self, state: Row, application: Application) -> None:
        if application.submitted_at is not None:  # a draft, given up or run out as well, is the resident's alone
            state.gsi1pk = self._at.queue(application.department, application.state)
            state.gsi1sk = f"{application.state_since.isoformat()}#{application.id}"
        if application.due is not None:
            state.gsi2pk, state.gsi2sk = self._at.due(), application.due.isoformat()

    def _effect(self, effect: Effect) -> Row:
        return Row(self._at.outbox(), f"{effect.created_at.isoformat()}#{effect.id}", body=case_json.effect_json(effect),
                   not_before=int(effect.not_before.timestamp()), tries=0)

    def _queue_row(self, told: dict[str, str]) -> QueueRow:
        sent = told["submitted_at"]
        return QueueRow(
            id=ApplicationId(told["id"]), reference=told["reference"], procedure=told["procedure"],
            state=State(told["state"]), state_since=datetime.fromisoformat(told["state_since"]),
            submitted_at=datetime.fromisoformat(sent) if sent else None, officer_name=told["officer_name"])

    def _transact(self, saves: Sequence[Save], closed: Row | None, happened: Happened) -> None:
        # The token makes the SDK's own retry after a lost answer harmless: DynamoDB remembers it for ten minutes.
        token = secrets.token_hex(18)
        for pause in (*CONFLICT_PAUSES, None):
            try:
                with TransactWrite(connection=self._connection, client_request_token=token) as transaction:
                    for row, condition in saves:
                        transaction.save(row, condition=condition)
                    if closed is not None:
                        transaction.delete(closed)
            except TransactWriteError as error:
                codes = {reason.code for reason in error.cancellation_reasons if reason is not None}
                if "TransactionConflict" in codes and "ConditionalCheckFailed" not in codes and pause is not None:
                    self._pause(pause)
                    continue
                if codes & {"TransactionConflict", "ConditionalCheckFailed"}:
                    raise (AlreadyThere if happened.number == 1 else Stale)(happened.application) from None
                raise
            return

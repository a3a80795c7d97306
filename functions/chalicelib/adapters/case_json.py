"""A case as two JSON texts: what may be read by a timer or a queue, and what only the case's key opens."""

import json
from dataclasses import asdict
from datetime import date, datetime
from functools import cache

from pydantic import TypeAdapter

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.audit import Head, Seal
from chalicelib.domain.contents import ApplicationId, OfficerId
from chalicelib.domain.history import Happened, Look
from chalicelib.domain.outbox import Effect, EffectKind
from chalicelib.domain.payment import Attempt, AttemptStatus, Said

SEALED = ("answers", "before_correction", "identity", "signature", "correction", "notes", "proposal", "outcome_words",
          "invoice_name", "messages", "confirmed_contact", "attachments", "documents", "fees", "tracking",
          "identity_checked", "card", "filed_digest", "edits", "confirmation")
"""The fields that hold personal data, or words an officer types, which may: the lines of a fee. A tracking number leads to where
somebody lives."""


@cache
def _cases() -> TypeAdapter[Application]:
    """pydantic reads the dataclass: a case that was stored before a field existed gets the field's default."""
    return TypeAdapter(Application)


def _dump(thing: object) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def split(application: Application) -> tuple[str, bytes]:
    """(plain body, personal part to be sealed)."""
    whole = _cases().dump_python(application, mode="json")
    personal = {name: whole.pop(name) for name in SEALED}
    return _dump(whole), _dump(personal).encode()


def join(body: str, personal: bytes) -> Application:
    """The case again."""
    return _cases().validate_python({**json.loads(body), **json.loads(personal)})


def erased(body: str) -> Application:
    """A case whose personal data are gone: what its plain body still tells."""
    return _cases().validate_python(json.loads(body))


def happened_json(entry: Happened) -> str:
    """A history entry."""
    return _dump({**asdict(entry), "detail": dict(entry.detail)})


def happened_from(text: str) -> Happened:
    """A history entry again."""
    said = json.loads(text)
    return Happened(**{**said, "at": datetime.fromisoformat(said["at"]), "event": Event(said["event"]),
                       "by": Actor(said["by"]), "state": State(said["state"])})


def look_json(look: Look) -> str:
    """A look."""
    return _dump({"case": look.application, "officer": look.officer, "name": look.name, "at": look.at, "hash": look.hash})


def look_from(text: str) -> Look:
    """A look again."""
    said = json.loads(text)
    return Look(ApplicationId(said["case"]), OfficerId(said["officer"]), said["name"], datetime.fromisoformat(said["at"]),
                said["hash"])


def seal_json(seal: Seal) -> str:
    """A day's seal."""
    return _dump({**asdict(seal), "day": seal.day.isoformat()})


def seal_from(text: str) -> Seal:
    """A day's seal again."""
    said = json.loads(text)
    return Seal(**{**said, "day": date.fromisoformat(said["day"]), "sealed_at": datetime.fromisoformat(said["sealed_at"])})


def head_from(body: str) -> Head:
    """What the plain body of a case tells an auditor."""
    told = json.loads(body)
    return Head(id=ApplicationId(told["id"]), reference=told["reference"], department=told["department"],
                version=told["version"], last_hash=told["last_hash"], is_sent=told["submitted_at"] is not None,
                is_erased=told["state"] == State.ERASED)


def effect_json(effect: Effect) -> str:
    """An effect without its times of trying, which are columns."""
    return _dump({"id": effect.id, "kind": effect.kind, "application": effect.application,
                  "created_at": effect.created_at, "detail": dict(effect.detail)})


def effect_from(text: str, *, tries: int, not_before: datetime) -> Effect:
    """An effect again."""
    said = json.loads(text)
    return Effect(id=said["id"], kind=EffectKind(said["kind"]), application=ApplicationId(said["application"]),
                  created_at=datetime.fromisoformat(said["created_at"]), detail=said["detail"], tries=tries,
                  not_before=not_before)


def attempt_json(attempt: Attempt) -> str:
    """A payment attempt."""
    return _dump(asdict(attempt))


def attempt_from(text: str) -> Attempt:
    """A payment attempt again."""
    told = json.loads(text)
    return Attempt(**{**told, "opened_at": datetime.fromisoformat(told["opened_at"]),
                      "expires_at": datetime.fromisoformat(told["expires_at"])})


def said_json(said: Said) -> str:
    """One thing the provider said."""
    return _dump(asdict(said))


def said_from(text: str) -> Said:
    """One thing the provider said, again."""
    told = json.loads(text)
    return Said(**{**told, "status": AttemptStatus(told["status"]), "at": datetime.fromisoformat(told["at"])})

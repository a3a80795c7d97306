"""A case as two JSON texts: what may be read by a timer or a queue, and what only the case's key opens."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chalicelib.domain.application import (
    Actor,
    Application,
    ApplicationId,
    Correction,
    Event,
    FeeDecision,
    Note,
    OfficerId,
    Signature,
    State,
    VerifiedIdentity,
)
from chalicelib.domain.history import Happened
from chalicelib.domain.outbox import Effect, EffectKind
from chalicelib.domain.payment import Attempt, AttemptStatus, Said

SEALED = ("answers", "before_correction", "identity", "signature", "correction", "notes")
"""The fields that hold personal data."""


def _dump(thing: object) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def split(application: Application) -> tuple[str, bytes]:
    """(plain body, personal part to be sealed). No mapping proxy survives: dicts and lists only."""
    whole = {name: getattr(application, name) for name in Application.__dataclass_fields__}
    whole |= {name: asdict(whole[name]) for name in ("identity", "signature", "correction") if whole[name] is not None}
    whole["fees"] = [asdict(decision) for decision in application.fees]
    whole["notes"] = [asdict(note) for note in application.notes]
    personal = {name: whole.pop(name) for name in SEALED}
    personal["answers"], personal["before_correction"] = dict(application.answers), dict(application.before_correction)
    return _dump(whole), _dump(personal).encode()


def join(body: str, personal: bytes) -> Application:
    """The case again."""
    whole: dict[str, Any] = json.loads(body)
    secret: dict[str, Any] = json.loads(personal)
    for name in ("state_since", "created_at", "submitted_at", "paid_at", "issued_at", "dispatched_at", "due"):
        whole[name] = _moment(whole[name])
    whole["state"] = State(whole["state"])
    whole["fees"] = tuple(_fee(decision) for decision in whole["fees"])
    for name in ("answers", "before_correction"):
        whole[name] = {id: tuple(a) if isinstance(a, list) else a for id, a in secret[name].items()}
    if (identity := secret["identity"]) is not None:
        whole["identity"] = VerifiedIdentity(**{**identity, "verified_at": _moment(identity["verified_at"])})
    if (signature := secret["signature"]) is not None:
        whole["signature"] = Signature(**{**signature, "signed_at": _moment(signature["signed_at"])})
    if (correction := secret["correction"]) is not None:
        asked = {"fields": tuple(correction["fields"]), "asked_at": _moment(correction["asked_at"])}
        whole["correction"] = Correction(**{**correction, **asked})
    # Cases that were stored before there were notes have none.
    whole["notes"] = tuple(Note(**{**note, "at": datetime.fromisoformat(note["at"])}) for note in secret.get("notes", ()))
    return Application(**whole)


def _fee(decision: Mapping[str, Any]) -> FeeDecision:
    lines = tuple((what, yen) for what, yen in decision["lines"])
    return FeeDecision(number=decision["number"], lines=lines, decided_by=OfficerId(decision["decided_by"]),
                       decided_at=datetime.fromisoformat(decision["decided_at"]), withdrawn=decision["withdrawn"])


def happened_json(entry: Happened) -> str:
    """A history entry."""
    return _dump({**asdict(entry), "detail": dict(entry.detail)})


def happened_from(text: str) -> Happened:
    """A history entry again."""
    said = json.loads(text)
    return Happened(**{**said, "at": datetime.fromisoformat(said["at"]), "event": Event(said["event"]),
                       "by": Actor(said["by"]), "state": State(said["state"])})


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

"""A form filled in on the phone and printed at the counter: kept for a week under a code, for a kiosk that is trusted.

Nothing of it is verified, and nothing is sent to the city by it: the resident brings it (docs/prepared-code.md, ADR 0029).
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime

from chalicelib.domain.device import Device
from chalicelib.domain.errors import AlreadyThere, NotFound, Stale
from chalicelib.domain.prepared import LENGTH, LIVES, Prepared, code_of, hash_of_code
from chalicelib.services import limits
from chalicelib.services.counter import OWN_FIELDS
from chalicelib.services.limits import Limit
from chalicelib.services.parts import Parts
from content.rules import form, notices
from content.rules.codes import LETTERS
from content.vocabulary.form import FieldKind
from content.vocabulary.procedure import Page, Procedure

CODES_MADE = Limit("prepared-made", 20)
CODES_WRONG = Limit("prepared-wrong", 10)
"""Wrong codes of one kiosk; of 22⁸ codes a week's ten thousand are found by one try in five million."""
TRIES = 3


def short(procedure: Procedure) -> Procedure:
    """The form for who only wants it printed: no card, no files, no address for notices, and nothing that must be filled in."""
    pages = []
    for page in _brought(procedure):
        fields = tuple(one.model_copy(update={"required": False}) for one in page.fields
                       if one.kind is not FieldKind.FILE and one.from_identity is None)
        if fields:
            pages.append(page.model_copy(update={"fields": fields}))
    return procedure.model_copy(update={"pages": tuple(pages)})


def _brought(procedure: Procedure) -> tuple[Page, ...]:
    """The pages whose answers go to the counter: not where notices go, since nothing is sent."""
    contact = notices.contact_page(procedure)
    return tuple(page for page in procedure.pages if contact is None or page.id != contact.id)


def gathered(procedure: Procedure, answers: form.Answers) -> Prepared:
    """What of these answers goes to the counter: no files, which are paper there, and nothing that the card fills in."""
    fields = {one.id: one for page in _brought(procedure) for one in page.fields
              if one.kind is not FieldKind.FILE and one.from_identity is None}
    own = {id: one for id, one in form.sent_answers(procedure, answers).items() if id.partition(".")[0] in fields}
    applicant = {gif: answer for id, gif in OWN_FIELDS.items()
                 if isinstance(answer := own.get(id), str) and answer and fields[id].gif == gif}
    return Prepared(procedure=procedure.id, version=procedure.version, answers={id: one for id, one in own.items() if one},
                    applicant=applicant)


def keep(parts: Parts, form_: Prepared, *, place: str, own: bool = False) -> tuple[str, datetime]:
    """(the code, until when it is good). place: where the request came from. own: from the city's own network. Raises TooMany."""
    limits.count(parts, place, CODES_MADE, own=own)
    until = parts.clock() + LIVES
    content = as_json(form_).encode()
    for _ in range(TRIES):
        code = code_of(secrets.randbelow(len(LETTERS) ** LENGTH))
        try:
            parts.prepared.put(_hashed(code), content, until=until)
        except AlreadyThere:
            continue
        return code, until
    raise Stale("no free code")


def fetch(parts: Parts, device: Device, typed: str) -> Prepared:
    """What was filled in under a code, however it was typed. Counts as one of its three fetches.

    Raises NotFound for every code that gives nothing, TooMany after too many of those from one kiosk.
    """
    limits.check(parts, device.id, CODES_WRONG)
    try:
        content = parts.prepared.fetch(_hashed(typed), parts.clock())
    except NotFound:
        limits.note(parts, device.id, CODES_WRONG)
        raise
    return from_json(content)


def forget_old(parts: Parts) -> int:
    """The worker: delete what was used up or has run out, and its key."""
    return parts.prepared.forget_old(parts.clock())


def as_json(form_: Prepared, **more: str) -> str:
    """The JSON of docs/prepared-code.md."""
    told: Mapping[str, object] = {"procedure": form_.procedure, "version": form_.version, **more,
                                  "answers": dict(form_.answers), "applicant": dict(form_.applicant)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def from_json(content: bytes) -> Prepared:
    """What was kept, again."""
    told = json.loads(content)
    answers = {id: tuple(one) if isinstance(one, list) else one for id, one in told["answers"].items()}
    return Prepared(procedure=told["procedure"], version=told["version"], answers=answers, applicant=told["applicant"])


def _hashed(typed: str) -> str:
    hashed = hash_of_code(typed)
    if hashed is None:
        raise NotFound("no code")
    return hashed

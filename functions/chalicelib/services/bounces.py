"""A mail that came back: the case remembers it, and an officer is told to reach the person in another way."""

import re
from collections.abc import Mapping

from chalicelib.domain.application import Actor, Application, Event
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import IllegalTransition, NotFound, Stale
from chalicelib.domain.task import TaskKind
from chalicelib.services import tasks
from chalicelib.services.parts import Parts
from chalicelib.services.steps import take

EFFECT = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})[:_]([0-9]{1,6})[:_]([0-9]{1,3})")
"""The id of a mail's effect; SES tags take no colon, so adapters/mail.py writes `_`."""
SORTS = {"Permanent": "permanent", "Transient": "transient", "Undetermined": "undetermined"}
"""What SES says of a bounce; whatever else came back was complained about or refused."""
TRIES = 5


def came_back(parts: Parts, notice: Mapping[str, object]) -> bool:
    """Take in one notice: {"effect": id of the mail, "sort": why}. The same mail again changes nothing.

    False when it is about no mail of ours. Raises Stale when others were quicker all the time; the notice comes again.
    """
    told = EFFECT.fullmatch(str(notice.get("effect", "")))
    if told is None:
        return False
    mail = ":".join(told.groups()[1:])
    for _ in range(TRIES):
        try:
            application = parts.applications.get(ApplicationId(told[1]))
        except NotFound:
            return False
        try:
            _take_in(parts, application, mail, SORTS.get(str(notice.get("sort", "")), "complained"))
        except Stale:
            continue
        except IllegalTransition:
            return False
        return True
    raise Stale("bounce")


def _take_in(parts: Parts, application: Application, mail: str, sort: str) -> None:
    before = parts.applications.history(application.id)
    if any(entry.event is Event.BOUNCE and entry.detail.get("mail") == mail for entry in before):
        return
    # A draft was never sent to the city; and one task is enough until the address is put right.
    if application.submitted_at is not None and not application.bounced:
        tasks.found(parts, TaskKind.MAIL_BOUNCED, application.id, mail, case=application, detail={"sort": sort})
    take(parts, application, Event.BOUNCE, Actor.PROVIDER, who=Actor.PROVIDER, at=parts.clock(),
         detail={"mail": mail, "sort": sort}, bounced=True)

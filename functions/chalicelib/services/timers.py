"""What happens when nobody acts: drafts and unpaid cases end, delivered cases close. The provider is asked first."""

from datetime import timedelta

from chalicelib.domain.application import ENDS, Actor, Application, Event, State
from chalicelib.domain.errors import IllegalTransition, NotFound, ProviderDown, Stale
from chalicelib.domain.outbox import EffectKind
from chalicelib.services import attach, pay
from chalicelib.services.apply import person_behind
from chalicelib.services.parts import Parts
from chalicelib.services.steps import WARN_DAYS, take


def run(parts: Parts) -> int:
    """Act on every case whose time has come; returns how many were changed."""
    changed = 0
    now = parts.clock()
    for id in parts.applications.due(now):
        try:
            application = pay.look(parts, parts.applications.get(id))
            if application.due is not None and application.due <= now:
                _act(parts, application)
                changed += 1
        except (NotFound, Stale, IllegalTransition):  # somebody acted at this moment: nothing is due any more
            continue
        except ProviderDown:  # nothing expires unasked; the other cases' time has come all the same
            continue
    return changed


def _act(parts: Parts, application: Application) -> None:
    now = parts.clock()
    if application.state in ENDS:
        _forget(parts, application)
        return
    if application.state in (State.DISPATCHED, State.DELIVERED):
        take(parts, application, Event.CLOSE, Actor.TIMER, who=Actor.TIMER, at=now)
        return
    closing = [(EffectKind.CLOSE_CHECKOUT, {"decision": str(application.fee.number)})] if application.fee else []
    mail = None if application.submitted_at is None else "expired"
    take(parts, application, Event.EXPIRE, Actor.TIMER, who=Actor.TIMER, at=now, mail=mail, effects=closing,
         ended_because="expired")


def _forget(parts: Parts, application: Application) -> None:
    """Tell of the erasure first; two weeks later delete the case's key, and with it all that it sealed, files too."""
    now = parts.clock()
    if application.warned_at is None and application.submitted_at is not None:
        take(parts, application, Event.WARN, Actor.TIMER, who=Actor.TIMER, at=now, mail="forget_soon", warned_at=now,
             due=now + timedelta(days=WARN_DAYS))
        return
    for one in (*application.attachments, *application.documents):
        attach.remove(parts, application.id, one.id, one.pages)
    take(parts, application, Event.FORGET, Actor.TIMER, who=Actor.TIMER, at=now, due=None, officer=None,
         officer_name=None, person=person_behind(application))

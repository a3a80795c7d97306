"""Lets effects leave the outbox, each once: notices to residents, closing and refunding at the payment provider."""

from datetime import timedelta

from chalicelib.domain.application import Application, Event
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import NotFound, ProviderDown, ProviderRefused, Stale, TooMany
from chalicelib.domain.outbox import Effect, EffectKind
from chalicelib.domain.payment import attempt_key
from chalicelib.domain.task import TaskKind
from chalicelib.services import attach, contact, documents, letters, limits, pay, tasks, told, wording
from chalicelib.services.parts import Parts

PAUSES = (10, 60, 300, 900, 3600)
"""Seconds until the next try; the last one repeats. An effect is never given up silently: `waiting` is watched."""
STUCK_TRIES = 20
"""Failed tries, about sixteen hours, after which somebody must look at it; it is tried on all the same."""
AT_ONCE = frozenset({"code", "resume"})
"""Notices that a letter would bring too late."""


def drain(parts: Parts, most: int = 25) -> int:
    """Let up to `most` effects leave; returns how many left. One that fails waits and is tried again."""
    left = 0
    for effect in parts.outbox.lease(parts.clock(), most):
        try:
            _leave(parts, effect)
        except (ProviderDown, Stale):
            pause = PAUSES[min(effect.tries, len(PAUSES) - 1)]
            parts.outbox.failed(effect, parts.clock() + timedelta(seconds=pause))
            if effect.tries + 1 >= STUCK_TRIES:
                _stuck(parts, effect)
            continue
        except TooMany as full:  # a number that was sent enough for a day
            parts.outbox.failed(effect, parts.clock() + timedelta(seconds=full.wait_seconds))
            continue
        parts.outbox.done(effect)
        left += 1
    return left


def _leave(parts: Parts, effect: Effect) -> None:
    try:
        application = parts.applications.get(effect.application)
    except NotFound:  # erased meanwhile: nobody is left to write to
        return
    match effect.kind:
        case EffectKind.MAIL:
            _tell(parts, effect, application)
        case EffectKind.CLOSE_CHECKOUT:
            _close(parts, application.id, int(effect.detail["decision"]))
        case EffectKind.CHECK_FILE:
            ours = any(one.id == effect.detail["file"] for one in application.documents)
            (documents if ours else attach).look_at(parts, application, effect.detail["file"])
        case EffectKind.DROP_FILE:
            attach.remove(parts, application.id, effect.detail["file"], int(effect.detail["pages"]))
        case EffectKind.REFUND:
            _refund(parts, effect, application)


def _refund(parts: Parts, effect: Effect, application: Application) -> None:
    """Give back; where the provider refuses for good, an officer must find another way."""
    try:
        parts.provider.refund(effect.detail["checkout"], int(effect.detail["yen"]), key=effect.id)
    except ProviderRefused:
        tasks.found(parts, TaskKind.REFUND_FAILED, effect.id, case=application,
                    detail={"checkout": effect.detail["checkout"], "yen": effect.detail["yen"]})


def _stuck(parts: Parts, effect: Effect) -> None:
    try:
        application = parts.applications.get(effect.application)
    except NotFound:
        return
    tasks.found(parts, TaskKind.OUTBOX_STUCK, effect.id, case=application, detail={"effect": str(effect.kind)})


def _tell(parts: Parts, effect: Effect, application: Application) -> None:
    """Send a notice the way the applicant chose. A text names neither the person nor the procedure: families share phones."""
    template = effect.detail["template"]
    to = contact.where(parts, application) if template == "code" else told.reached_at(parts, application)
    if to is None:
        if told.chosen(parts, application) is told.Way.LETTER and template not in AT_ONCE:
            letters.put(parts, effect, application)
        return
    say, words = parts.catalogue.say, wording.words(parts, application, template, to)
    if told.way_to(to) is told.Way.SMS:
        key = limits.hashed(to)
        limits.check(parts, key, limits.TEXTS)
        parts.texts.send(effect.id, to=to, text=say(f"sms.{template}", **words))
        limits.note(parts, key, limits.TEXTS)
        return
    text = say(f"mail.{template}.text", **words) + "\n\n" + say("mail.footer", **words)
    parts.mailer.send(effect.id, to=to, subject=say(f"mail.{template}.subject", **words), text=text)


def _close(parts: Parts, id: ApplicationId, decision: int) -> None:
    """Close every page that was opened for a decision; one that turns out paid is settled like any other."""
    numbers = [int(entry.detail["attempt"]) for entry in parts.applications.history(id)
               if entry.event is Event.OPEN_PAYMENT and entry.detail["decision"] == str(decision)]
    for number in numbers:
        key = attempt_key(parts.catalogue.city.code, id, decision, number)
        _close_one(parts, key, parts.payments.attempt(key).checkout)
    # A page may have been opened whose attempt was never written, since the fee was taken back at that moment.
    unseen = attempt_key(parts.catalogue.city.code, id, decision, max(numbers, default=0) + 1)
    checkout = parts.provider.find(unseen, since=parts.clock() - 2 * pay.PAGE_LIVES)
    if checkout is not None:
        _close_one(parts, unseen, checkout.id)


def _close_one(parts: Parts, key: str, checkout: str) -> None:
    closed = parts.provider.close(checkout)
    pay.settle(parts, closed, said_id=f"closed:{key}:{closed.status}:{closed.refunded}")

"""What the city and an applicant write to one another about a case. The mail says only that there is something to read."""

from chalicelib.domain.application import Actor, Application, Event
from chalicelib.domain.contents import Message
from chalicelib.domain.errors import FormFaulty, IllegalTransition
from chalicelib.services.officers import DECIDES, Officer, need
from chalicelib.services.parts import Parts
from chalicelib.services.review import step
from chalicelib.services.steps import take

WORDS_MOST = 1000
MESSAGES_MOST = 60
"""Characters of a message, and messages of a case; more belong on the telephone."""


def write(parts: Parts, officer: Officer, application: Application, words: str) -> Application:
    """Write to the applicant; a notice goes out, and the case counts as answered."""
    need(officer, application, DECIDES)
    if not application.opens:
        raise IllegalTransition("the applicant cannot open it")
    written = Message(by=officer.id, at=parts.clock(), words=_sound(application, words))
    return step(parts, officer, application, Event.WRITE, mail="message", messages=(*application.messages, written),
                unanswered=False)


def ask(parts: Parts, application: Application, words: str) -> Application:
    """The applicant writes to the city; the case is marked until somebody answers."""
    written = Message(by=None, at=parts.clock(), words=_sound(application, words))
    return take(parts, application, Event.ASK, Actor.RESIDENT, who=Actor.RESIDENT, at=parts.clock(),
                messages=(*application.messages, written), unanswered=True)


def _sound(application: Application, words: str) -> str:
    if not words.strip() or len(words) > WORDS_MOST or len(application.messages) >= MESSAGES_MOST:
        raise FormFaulty("message")
    return words.strip()

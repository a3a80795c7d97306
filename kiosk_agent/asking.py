"""What a press on the screens of wishes and questions means. Pure: the session and the press, and what happens by it."""

from dataclasses import replace

from content.catalogue import Catalogue
from content.vocabulary.counter import Offered
from kiosk_agent import questions
from kiosk_agent.beside import with_boxes
from kiosk_agent.journeys import Happening, Journey, Screen
from kiosk_agent.questions import Question
from kiosk_agent.session import Session, Wanted
from kiosk_agent.work import Outcome


def question(catalogue: Catalogue, session: Session) -> Question | None:
    """The question that is on the screen; None on a screen that asks nothing."""
    if session.screen is not Screen.QUESTION or session.asking is None:
        return None
    return questions.question(catalogue, _offered(catalogue, session.asking), session.step, session.asking.answers, session.journey)


def choose(catalogue: Catalogue, session: Session, procedure: str) -> Outcome | None:
    """One of the offered procedures was chosen."""
    one = next((one for one in questions.offered(catalogue, session.journey) if one.procedure == procedure), None)
    if one is None or session.screen is not Screen.CHOOSE:
        return None
    wanted = Wanted(one.procedure, questions.usual_answers(catalogue, one))
    if one.asks:
        return Outcome(Happening.CHOSEN, {"asking": wanted, "step": 0})
    return Outcome(Happening.NOTHING_TO_ASK, {"wishes": _with(session, wanted), "asking": None})


def usual(session: Session) -> Outcome | None:
    """What nearly everybody answers will do."""
    if session.asking is None or session.screen is not Screen.USUAL:
        return None
    return Outcome(Happening.GO_ON, {"wishes": _with(session, session.asking), "asking": None})


def own(catalogue: Catalogue, session: Session) -> Outcome | None:
    """The questions one by one."""
    if session.asking is None:
        return None
    first = questions.next_step(catalogue, _offered(catalogue, session.asking), session.asking.answers, -1)
    return Outcome(Happening.OWN_ANSWERS, {"step": first or 0})


def answer(catalogue: Catalogue, session: Session, value: str) -> Outcome | None:
    """A button of the question; None for one that was not offered."""
    asked = question(catalogue, session)
    if session.asking is None or asked is None:
        return None
    one = _offered(catalogue, session.asking)
    given = questions.answered(catalogue, one, asked, value)
    if given is None:
        return None
    wanted = replace(session.asking, answers={**session.asking.answers, **given})
    following = questions.next_step(catalogue, one, wanted.answers, session.step)
    if following is None:
        return Outcome(Happening.ALL_ANSWERED, {"wishes": _with(session, wanted), "asking": None})
    return Outcome(Happening.ANSWERED, {"asking": wanted, "step": following})


def compared(session: Session, *, by_card: bool) -> Outcome | None:
    """What stands in the box on which card and family differ; then the next such box, or the form.

    What the card filled in is shown first, by itself: nothing is decided on that screen.
    """
    if session.screen is not Screen.BESIDE or session.prepared is None or session.beside is None or not session.beside.differs:
        return None
    if session.beside.filled:
        return Outcome(Happening.MORE, {"beside": replace(session.beside, filled=())})
    box, *more = session.beside.differs
    form = session.prepared
    known = {"prepared": replace(form, answers=with_boxes(form.answers, (box,))) if by_card else form}
    if not more:
        return Outcome(Happening.GO_ON, known)
    return Outcome(Happening.MORE, {**known, "beside": replace(session.beside, differs=tuple(more))})


def back(catalogue: Catalogue, session: Session) -> Outcome:
    """One screen back; on the questions, one question."""
    if session.journey is Journey.BESIDE:
        return Outcome(Happening.NO_CARD_AFTER_ALL, {"journey": Journey.CODE})
    if session.screen is not Screen.QUESTION or session.asking is None:
        return Outcome(Happening.BACK, {"step": 0})
    before = questions.step_before(catalogue, _offered(catalogue, session.asking), session.asking.answers, session.step)
    return Outcome(Happening.BACK_TO_FIRST, {"step": 0}) if before is None else Outcome(Happening.BACK, {"step": before})


def _offered(catalogue: Catalogue, wanted: Wanted) -> Offered:
    return catalogue.counter.offered(wanted.procedure)


def _with(session: Session, wanted: Wanted) -> tuple[Wanted, ...]:
    """The wishes with this one; the same procedure again takes the earlier one's place. A request is for one."""
    others = () if session.journey is Journey.REQUEST else session.wishes
    return (*(one for one in others if one.procedure != wanted.procedure), wanted)

"""Every path of a navigator flow: all of them, walked, so that none can end nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from content.vocabulary.flow import Flow, Option, Outcome


@dataclass(frozen=True, slots=True)
class FlowPath:
    """One way through a flow: the answers given, and the outcome they lead to."""

    answers: tuple[tuple[str, str], ...]
    """(question id, option id) in the order they are asked."""
    options: tuple[Option, ...]
    """The answers themselves, in the same order."""
    outcome: Outcome

    @property
    def situation(self) -> dict[str, str]:
        """What is known of the resident at the end of the path: fact → value."""
        return {fact: value for option in self.options for fact, value in option.means.items()}

    @property
    def contradictions(self) -> tuple[str, ...]:
        """Facts of which two answers of the path say different things."""
        told: dict[str, set[str]] = {}
        for option in self.options:
            for fact, value in option.means.items():
                told.setdefault(fact, set()).add(value)
        return tuple(fact for fact, values in told.items() if len(values) > 1)


def all_paths(flow: Flow) -> Iterator[FlowPath]:
    """Every path from the first question to an outcome. The flow must be free of circles."""
    yield from _from(flow, flow.start, (), ())


def _from(flow: Flow, question_id: str, answers: tuple[tuple[str, str], ...], options: tuple[Option, ...]) -> Iterator[FlowPath]:
    for option in flow.question(question_id).options:
        so_far = (*answers, (question_id, option.id))
        if option.outcome is not None:
            yield FlowPath(so_far, (*options, option), flow.outcome(option.outcome))
        elif option.to is not None:
            yield from _from(flow, option.to, so_far, (*options, option))


def questions_in_a_circle(flow: Flow) -> tuple[str, ...]:
    """Ids of questions that can be asked twice on one path; empty for a sound flow."""
    done: set[str] = set()
    circle: list[str] = []

    def walk(question_id: str, above: tuple[str, ...]) -> None:
        if question_id in above:
            circle.append(question_id)
            return
        if question_id in done:
            return
        for option in flow.question(question_id).options:
            if option.to is not None:
                walk(option.to, (*above, question_id))
        done.add(question_id)

    for question in flow.questions:
        walk(question.id, ())
    return tuple(circle)


def reached(flow: Flow) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of the questions, and of the outcomes, that some path comes to. A question and an outcome may share an id."""
    questions: set[str] = set()
    outcomes: set[str] = set()
    todo = [flow.start]
    while todo:
        question_id = todo.pop()
        if question_id in questions:
            continue
        questions.add(question_id)
        for option in flow.question(question_id).options:
            if option.to is not None:
                todo.append(option.to)
            elif option.outcome is not None:
                outcomes.add(option.outcome)
    return frozenset(questions), frozenset(outcomes)


def questions_left(flow: Flow, question_id: str) -> tuple[int, int]:
    """The fewest and the most questions still to be answered, this one included."""
    ways = [_left_after(flow, option) for option in flow.question(question_id).options]
    return 1 + min(low for low, _ in ways), 1 + max(high for _, high in ways)


def _left_after(flow: Flow, option: Option) -> tuple[int, int]:
    return questions_left(flow, option.to) if option.to is not None else (0, 0)

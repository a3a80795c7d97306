"""A navigator flow as pages: one for each question on each path, one for each path's end; and as a graph and a picture.

The address of a page is the certificate and the answers so far, as in `navi/juminhyo/self/ready/`. Ids hold no slash, so
no two paths share an address; cutting the last part off leads back one question.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from content.rules import flow_paths
from content.vocabulary.flow import Flow, FlowQuestion, Option, Outcome


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer as a link."""

    label: str
    hint: str | None
    path: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer given earlier on the path, and the page on which it can be changed."""

    ask: str
    label: str
    change: str
    """Path of the question's page."""
    others: tuple[Choice, ...] = ()
    """The other answers: each leads to where one would be with it, the later answers that still fit kept."""


@dataclass(frozen=True, slots=True)
class QuestionStep:
    """One question on one path."""

    path: str
    question: FlowQuestion
    choices: tuple[Choice, ...]
    answered: tuple[Answered, ...]
    left: tuple[int, int]
    """The fewest and the most questions still to be answered, this one included."""


@dataclass(frozen=True, slots=True)
class ResultStep:
    """The end of one path."""

    path: str
    outcome: Outcome
    answered: tuple[Answered, ...]
    situation: Mapping[str, str]
    """What is known of the resident now."""


def start_path(certificate_id: str) -> str:
    """The address of the first question."""
    return f"navi/{certificate_id}/"


def steps(flow: Flow, certificate_id: str) -> Iterator[QuestionStep | ResultStep]:
    """Every page of the flow for one certificate it serves, the first question first."""
    yield from _question_and_after(flow, flow.start, start_path(certificate_id), ())


Given = tuple[FlowQuestion, Option]


def _question_and_after(flow: Flow, question_id: str, path: str, given: tuple[Given, ...]) -> Iterator[QuestionStep | ResultStep]:
    question = flow.question(question_id)
    yield QuestionStep(
        path=path, question=question, answered=_answered(flow, path, given), left=flow_paths.questions_left(flow, question_id),
        choices=tuple(Choice(label=o.label, hint=o.hint, path=f"{path}{o.id}/") for o in question.options),
    )
    for option in question.options:
        after, so_far = f"{path}{option.id}/", (*given, (question, option))
        if option.to is not None:
            yield from _question_and_after(flow, option.to, after, so_far)
        elif option.outcome is not None:
            situation = {fact: value for _, one in so_far for fact, value in one.means.items()}
            yield ResultStep(path=after, outcome=flow.outcome(option.outcome), answered=_answered(flow, after, so_far),
                             situation=situation)


def _answered(flow: Flow, path: str, given: tuple[Given, ...]) -> tuple[Answered, ...]:
    """What was answered on the way to `path`, each with its page and what its other answers would lead to."""
    start = "/".join(path.split("/")[:2]) + "/"
    found = []
    for place, (question, option) in enumerate(given):
        page = start + "".join(f"{before.id}/" for _, before in given[:place])
        others = tuple(Choice(other.label, other.hint, _with(flow, page, question, other, given[place + 1:]))
                       for other in question.options if other is not option)
        found.append(Answered(ask=question.ask, label=option.label, change=page, others=others))
    return tuple(found)


def _with(flow: Flow, page: str, question: FlowQuestion, instead: Option, later: tuple[Given, ...]) -> str:
    """Where one is with another answer to `question`: later answers stay given as long as the same questions come."""
    known = {asked.id: answer.id for asked, answer in later}
    path, option = f"{page}{instead.id}/", instead
    while option.to is not None and option.to in known:
        asked = flow.question(option.to)
        option = next(one for one in asked.options if one.id == known[asked.id])
        path += f"{option.id}/"
    return path


def graph(flow: Flow, certificate_id: str) -> dict[str, Any]:
    """The flow as plain data for programs: questions by id with their answers, and what each outcome recommends."""
    return {
        "id": flow.id, "certificate": certificate_id, "start": flow.start,
        "questions": {
            q.id: {"ask": q.ask, "options": [
                {"id": o.id, "label": o.label, "means": dict(o.means)} | ({"to": o.to} if o.to else {"outcome": o.outcome})
                for o in q.options
            ]} for q in flow.questions
        },
        "outcomes": {o.id: {"channel": o.channel, "title": o.title, "leads": list(o.leads)} for o in flow.outcomes},
    }


def mermaid(flow: Flow) -> str:
    """The flow as a Mermaid picture, for the documents that officers read."""
    lines = ["flowchart TD"]
    lines += [f"  {_node('q', q.id)}[{_quoted(q.ask)}]" for q in flow.questions]
    lines += [f"  {_node('r', o.id)}([{_quoted(o.title)}])" for o in flow.outcomes]
    for question in flow.questions:
        for option in question.options:
            target = _node("q", option.to) if option.to else _node("r", str(option.outcome))
            lines.append(f"  {_node('q', question.id)} -->|{_quoted(option.label)}| {target}")
    return "\n".join(lines) + "\n"


def _node(kind: str, id: str) -> str:
    """A name that Mermaid never takes for one of its own words, such as `end`."""
    return f"{kind}_{id.replace('-', '_')}"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "&quot;") + '"'

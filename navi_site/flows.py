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
class Answered:
    """An answer given earlier on the path, and the page on which it can be changed."""

    ask: str
    label: str
    change: str
    """Path of the question's page."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer as a link."""

    label: str
    hint: str | None
    path: str


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
    yield from _question_and_after(flow, flow.start, start_path(certificate_id), (), ())


def _question_and_after(flow: Flow, question_id: str, path: str, answered: tuple[Answered, ...],
                        options: tuple[Option, ...]) -> Iterator[QuestionStep | ResultStep]:
    question = flow.question(question_id)
    yield QuestionStep(
        path=path, question=question, answered=answered, left=flow_paths.questions_left(flow, question_id),
        choices=tuple(Choice(label=o.label, hint=o.hint, path=f"{path}{o.id}/") for o in question.options),
    )
    for option in question.options:
        after = f"{path}{option.id}/"
        so_far = (*answered, Answered(ask=question.ask, label=option.label, change=path))
        if option.to is not None:
            yield from _question_and_after(flow, option.to, after, so_far, (*options, option))
        elif option.outcome is not None:
            situation = {fact: value for one in (*options, option) for fact, value in one.means.items()}
            yield ResultStep(path=after, outcome=flow.outcome(option.outcome), answered=so_far, situation=situation)


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

"""A navigator flow: questions, answers, and the outcome each path ends in."""

from pydantic import Field, model_validator

from content.vocabulary.fact import Frozen, Slug, Source, Words


class Option(Frozen):
    """One answer: a big button. It leads to a question or to an outcome, never to both."""

    id: Slug
    label: Words
    hint: Words | None = None
    to: Slug | None = None
    outcome: Slug | None = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "Option":
        if (self.to is None) == (self.outcome is None):
            raise ValueError("答えの行き先は「to」（次の質問）か「outcome」（結果）の、どちらか一つだけを書いてください。")
        return self


class FlowQuestion(Frozen):
    """One screen: the question is its title."""

    id: Slug
    ask: Words
    help: Words | None = None
    options: tuple[Option, ...] = Field(min_length=2, max_length=5)


class Outcome(Frozen):
    """What the resident learns at the end of a path: one best way, and why it is the best for them."""

    id: Slug
    channel: Slug
    title: Words
    why: Words
    bring: tuple[Slug, ...] = ()
    notes: tuple[Words, ...] = ()
    others: tuple[Slug, ...] = ()
    """Other channels that are possible, best first."""


class Flow(Source):
    """All questions and outcomes for one certificate. `start` is the first question."""

    id: Slug
    certificate: Slug
    start: Slug
    questions: tuple[FlowQuestion, ...] = Field(min_length=1)
    outcomes: tuple[Outcome, ...] = Field(min_length=1)

    def question(self, id: str) -> FlowQuestion:
        """The question of that id; KeyError when the flow has none."""
        return {q.id: q for q in self.questions}[id]

    def outcome(self, id: str) -> Outcome:
        """The outcome of that id; KeyError when the flow has none."""
        return {o.id: o for o in self.outcomes}[id]

"""A navigator flow: questions, answers, and the outcome each path ends in. One flow can serve a family of certificates."""

import re
from collections.abc import Mapping

from pydantic import Field, field_validator, model_validator

from content.vocabulary.fact import Frozen, PublicWords, Slug, Source, Words

NAME, CITY = "{name}", "{city}"
"""In a text of a flow: the short name of the certificate that is being asked for, and the city's name."""
_BRACES = re.compile(r"\{[^}]*\}|[{}]")


class _Told(Frozen):
    """Texts in which `{name}` stands for the certificate's short name and `{city}` for the city's."""

    @field_validator("*", mode="after")
    @classmethod
    def _only_the_names_in_braces(cls, value: object) -> object:
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and any(found not in (NAME, CITY) for found in _BRACES.findall(text)):
                raise ValueError("波かっこ { } の中に書けるのは {name}（証明書の短い名前）と {city}（市の名前）だけです。")
        return value


class Option(_Told):
    """One answer: a big button. It leads to a question or to an outcome, never to both.

    `means` says what the answer tells about the situation, so that the outcome can be checked against the rules.
    """

    id: Slug
    label: PublicWords
    hint: PublicWords | None = None
    means: Mapping[Slug, Slug] = Field(default_factory=dict)
    to: Slug | None = None
    outcome: Slug | None = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "Option":
        if (self.to is None) == (self.outcome is None):
            raise ValueError("答えの行き先は「to」（次の質問）か「outcome」（結果）の、どちらか一つだけを書いてください。")
        return self


class FlowQuestion(_Told):
    """One screen: the question is its title."""

    id: Slug
    ask: PublicWords
    help: PublicWords | None = None
    options: tuple[Option, ...] = Field(min_length=2, max_length=5)


class Outcome(_Told):
    """What the resident learns at the end of a path: one best way and why it is the best for them.

    Without a channel it is advice: another certificate is meant (`leads`), or nothing is needed here.
    """

    id: Slug
    channel: Slug | None = None
    title: PublicWords
    why: PublicWords
    bring: tuple[Slug, ...] = ()
    notes: tuple[PublicWords, ...] = ()
    because: Words | None = None
    """For the editors: why not the way that comes first by rank, where that is so."""
    leads: tuple[Slug, ...] = ()
    """Other certificates that are meant instead, or needed first."""

    @model_validator(mode="after")
    def _way_or_advice(self) -> "Outcome":
        if self.channel is None and (self.bring or self.because):
            raise ValueError("「channel」（手段）のない結果は案内だけのページです。「bring」「because」は書けません。")
        return self


class Flow(Source):
    """All questions and outcomes for a family of certificates. `start` is the first question."""

    id: Slug
    start: Slug
    questions: tuple[FlowQuestion, ...] = Field(min_length=1)
    outcomes: tuple[Outcome, ...] = Field(min_length=1)

    def question(self, id: str) -> FlowQuestion:
        """The question of that id; KeyError when the flow has none."""
        return {q.id: q for q in self.questions}[id]

    def outcome(self, id: str) -> Outcome:
        """The outcome of that id; KeyError when the flow has none."""
        return {o.id: o for o in self.outcomes}[id]

    def told_for(self, short: str, city: str) -> "Flow":
        """The flow with the names filled in for one certificate of one city."""
        return Flow.model_validate_json(self.model_dump_json().replace(NAME, short).replace(CITY, city))

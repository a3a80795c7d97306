"""A resident's situation: the few facts on which it depends which ways are open, and what a way needs of them."""

from pydantic import Field

from content.vocabulary.fact import Frozen, PublicWords, Slug, Words


class SituationValue(Frozen):
    """One thing that can be true of a fact."""

    id: Slug
    says: Words


class SituationFact(Frozen):
    """Something about the resident that decides which ways are open: whose certificate, which card, where they can go."""

    id: Slug
    says: Words
    values: tuple[SituationValue, ...] = Field(min_length=2)


class Need(Frozen):
    """That a way is open only when a fact has one of these values (law, ordinance, or what the machine can do).

    Where the fact was not asked on the way to a result, `unasked` is told to the resident as a condition. A need without
    that sentence must have been asked: nobody is sent somewhere on a guess.
    """

    fact: Slug
    any_of: tuple[Slug, ...] = Field(min_length=1)
    unasked: PublicWords | None = None

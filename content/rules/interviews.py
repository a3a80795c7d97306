"""All ways through an interview: how many questions anybody can be asked, and whether one datum is asked twice.

People differ in endless ways, but pages are asked because of a handful of choices and derived facts. Those are tried in every
combination. That covers more than there are people (a family cannot be childless and have a pupil), so the longest way
found here is never shorter than the longest one walked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from content.rules.derived import NO, YES, is_true
from content.vocabulary.form import Page
from content.vocabulary.procedure import Procedure

MOST_WAYS = 2_000_000
"""More combinations than this are a sign of an interview that nobody can keep in their head."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What all ways through an interview have in common."""

    tried: int
    longest: int
    """Pages."""
    longest_asks: tuple[str, ...]
    never_asked: tuple[str, ...]
    """Pages that no combination asks for."""


def ways(procedure: Procedure) -> Ways:
    """Try every combination of what decides about pages. Raises ValueError when there are more than MOST_WAYS."""
    values = {name: sorted(found) for name, found in _deciding(procedure).items()}
    if prod(map(len, values.values())) > MOST_WAYS:
        raise ValueError("分かれ道が多すぎます。質問をへらすか、条件をまとめてください。")
    tried, seen = 0, set[str]()
    longest: tuple[str, ...] = ()
    for chosen in product(*values.values()):
        answers = dict(zip(values, chosen, strict=True))
        asked = tuple(page.id for page in procedure.pages if all(is_true(one, answers) for one in page.when))
        tried += 1
        seen |= set(asked)
        longest = max(longest, asked, key=len)
    never = tuple(page.id for page in procedure.pages if page.id not in seen)
    return Ways(tried, len(longest), longest, never)


def _deciding(procedure: Procedure) -> Mapping[str, set[str]]:
    """Everything that a page's conditions name, with the values that make a difference; "" stands for all others."""
    facts = {fact.id for fact in procedure.derived}
    values: dict[str, set[str]] = {}
    for page in procedure.pages:
        for condition in page.when:
            other = {YES, NO} if condition.field in facts else {""}
            values.setdefault(condition.field, set()).update(other, condition.any_of)
    return values


def asked_twice(procedure: Procedure) -> Iterator[tuple[Page, str]]:
    """Data that two questions ask for: the same GIF name for the same people."""
    seen: set[tuple[str, str]] = set()
    for page in procedure.pages:
        for field in page.fields:
            about = (field.rows_of or field.id) if field.parts else ""
            for part in field.parts or (field,):
                if part.gif is None:
                    continue
                if (about, part.gif) in seen:
                    yield page, part.id
                seen.add((about, part.gif))

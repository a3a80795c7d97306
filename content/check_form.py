"""Rules for conditions, wherever they stand: what they ask must have been asked, and the answer must exist."""

from collections.abc import Iterator, Mapping, Sequence

from content.vocabulary.form import Condition, Part


def unasked(conditions: Sequence[Condition], asked: Mapping[str, Part]) -> Iterator[tuple[int, str]]:
    """(place of the condition, sentence) for each that names a field or an answer that does not exist."""
    for k, condition in enumerate(conditions):
        if condition.field not in asked:
            yield k, f"「{condition.field}」は、ここより前にたずねていません。前のページの項目を書いてください。"
            continue
        yield from ((k, says) for says in unknown_values(condition, asked[condition.field]))


def unknown_values(condition: Condition, field: Part) -> Iterator[str]:
    """A sentence for each value that is no answer of the field."""
    known = {choice.id for choice in field.choices}
    for value in condition.any_of:
        if known and value and value not in known:
            yield f"「{value}」は「{field.label}」の答えにありません。あるのは {'、'.join(sorted(known))} です。"

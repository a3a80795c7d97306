"""Editors check YAML by the same types as the build, and old facts are listed."""

from datetime import date
from typing import Any

import pytest

from content.rules.review import old, samples
from content.schema import EDITOR, HERE, editor_settings, schemas, text
from tests.fakes.world import ibusuki


def test_the_schemas_in_the_repository_are_those_of_the_types() -> None:
    made = dict(schemas())
    assert {file.name for file in HERE.glob("*.json")} == set(made), "run `make docs`"
    for name, schema in made.items():
        assert (HERE / name).read_text("utf-8") == text(schema), f"{name}: run `make docs`"
    assert EDITOR.read_text("utf-8") == text(editor_settings())


@pytest.mark.parametrize(("name", "schema"), list(schemas()))
def test_an_unknown_key_is_marked_while_one_types(name: str, schema: dict[str, Any]) -> None:
    assert schema["additionalProperties"] is False, name
    assert name.startswith("city-") == (schema["required"] == [])


def test_a_fact_is_listed_for_review_after_half_a_year_and_not_before() -> None:
    checked = date(2026, 11, 20)
    assert list(old(ibusuki(), date(2027, 5, 19))) == []
    listed = list(old(ibusuki(), date(2027, 5, 20)))
    assert len(listed) > 150
    assert all(line.startswith(str(checked)) for line in listed)


def test_samples_are_counted() -> None:
    assert samples(ibusuki()) > 50

"""A small audit trail of some days on the real store, and the hand of somebody who writes to its rows past the services."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chalicelib.adapters.table import Keys, Row
from chalicelib.domain.application import Application
from chalicelib.domain.contents import ApplicationId
from chalicelib.services import day_seals, decide, looking, review
from chalicelib.services.verify import Finding, Outside, verify
from content.rules.opening import JAPAN
from tests.fakes import cases
from tests.fakes.outside import SUZUKI
from tests.fakes.world import World

Items = dict[tuple[str, str], dict[str, Any]]
"""Raw rows of the store by (pk, sk), as DynamoDB's own JSON."""
Change = Callable[[Items], None]


@dataclass
class Book:
    """The trail, where it lies, and which days it holds. The last of them, `open_day`, is not sealed yet."""

    world: World
    city: str
    ids: tuple[ApplicationId, ...]
    first: date
    open_day: date

    @property
    def sealed(self) -> tuple[date, ...]:
        """The days that are closed."""
        return tuple(self.first + timedelta(days=number) for number in range((self.open_day - self.first).days))

    def items(self) -> Items:
        """Every row of the cases and of the seals, as they lie there now."""
        at = Keys(self.city)
        found: Items = {}
        for pk in (*(at.case(id) for id in self.ids), at.seals()):
            answer = _client().query(TableName=Row.Meta.table_name, KeyConditionExpression="pk = :pk", ConsistentRead=True,
                                     ExpressionAttributeValues={":pk": {"S": pk}})
            found |= {(one["pk"]["S"], one["sk"]["S"]): one for one in answer["Items"]}
        return found

    def rows(self, items: Items, sort: str) -> list[tuple[str, str]]:
        """The keys of all rows of a sort, as `EVENT#`; `SEAL` for the seals."""
        seals = Keys(self.city).seals()
        return sorted(key for key in items if (key[0] == seals if sort == "SEAL" else key[0] != seals and key[1].startswith(sort)))

    def findings(self, outside: Outside | None = None) -> list[Finding]:
        """What a verification of all days finds."""
        told = verify(self.world.parts.audit, self.world.clock(), self.first, self.open_day, outside)
        return [one for one in told if isinstance(one, Finding)]

    def outside(self) -> dict[date, tuple[int, str]]:
        """What somebody has written down of the seals as they are now."""
        stored = self.world.parts.audit.seals(self.first, self.open_day)
        return {one.seal.day: (one.seal.count, one.seal.hash) for one in stored if one.seal}

    def after(self, change: Change, outside: Outside | None = None, look: Callable[[], None] | None = None) -> list[Finding]:
        """What is found when somebody has changed the rows so; then everything is as before. look: done in between."""
        before, after = self.items(), self.items()
        change(after)
        if before == after:
            raise AssertionError("nothing was changed")
        _write(before, after)
        try:
            if look is not None:
                look()
            return self.findings(outside)
        finally:
            _write(self.items() | after, before)


def a_book(world: World, city: str) -> Book:
    """Three cases over three sealed days and an open one: looked at, claimed, corrected, refused, a draft beside them."""
    world.clock.pass_(hours=-2)
    first = _today(world)
    one, two = cases.a_submitted(world), cases.a_submitted(world)
    draft = cases.a_draft(world)
    one = _works(world, one)
    world.clock.pass_(days=1)
    two = _works(world, two)
    one = review.note(world.parts, cases.officer(), one, "電話した")
    looking.present(world.parts, cases.officer(SUZUKI), one)
    world.clock.pass_(days=1)
    decide.reject(world.parts, cases.officer(), one, reason="duplicate")
    world.clock.pass_(days=1)
    two = review.release(world.parts, cases.officer(), two)
    looking.present(world.parts, cases.officer(SUZUKI), two)
    world.clock.pass_(hours=1)  # the index of a real table has caught up
    day_seals.run(world.parts)
    return Book(world, city, (one.id, two.id, draft.id), first, _today(world))


def _works(world: World, case: Application) -> Application:
    looking.present(world.parts, cases.officer(), case)
    world.clock.pass_(minutes=3)
    looking.present(world.parts, cases.officer(SUZUKI), case)
    return review.claim(world.parts, cases.officer(), case)


def _today(world: World) -> date:
    return world.clock().astimezone(JAPAN).date()


def body(items: Items, key: tuple[str, str]) -> dict[str, Any]:
    """What a row says."""
    told: dict[str, Any] = json.loads(items[key]["body"]["S"])
    return told


def put_body(items: Items, key: tuple[str, str], told: Mapping[str, Any]) -> None:
    """Write it as we would."""
    items[key] = {**items[key], "body": {"S": json.dumps(told, ensure_ascii=False, separators=(",", ":"))}}


def _write(before: Items, after: Items) -> None:
    for key, item in after.items():
        if before.get(key) != item:
            _client().put_item(TableName=Row.Meta.table_name, Item=item)
    for pk, sk in before.keys() - after.keys():
        _client().delete_item(TableName=Row.Meta.table_name, Key={"pk": {"S": pk}, "sk": {"S": sk}})


def _client() -> Any:
    return Row._get_connection().connection.client


def each(items: Items, keys: list[tuple[str, str]], most: int | None = None) -> Iterator[tuple[str, str]]:
    """All of the keys, or about `most` of them, evenly."""
    step = 1 if most is None else max(len(keys) // most, 1)
    yield from (key for key in keys[::step] if key in items)

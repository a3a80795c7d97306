"""Everything somebody could do to the audit trail who may write to the table: each way as a change of its raw rows."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from chalicelib.adapters import case_json
from chalicelib.adapters.audit_rows import event_row, look_row
from chalicelib.adapters.table import Keys, Row
from chalicelib.domain.application import Actor, Event
from chalicelib.domain.audit import Entry, digest_of, seal_of
from chalicelib.domain.contents import OfficerId
from chalicelib.domain.history import GENESIS, Happened, looked, record
from content.rules.opening import JAPAN
from tests.prove.book import Book, Change, Items, body, each, put_body

Key = tuple[str, str]
SORTS = ("EVENT#", "LOOK#", "SEAL")


def ways(book: Book, *, flips: int, every_byte: bool) -> Iterator[tuple[str, Change]]:
    """(what is done, the change) for each. flips: bytes of each row; every_byte: all bytes of one row of each sort as well."""
    items = book.items()
    dice = random.Random(4)
    for sort in SORTS:
        rows = _closed(book, items, sort)
        for number, key in enumerate(rows):
            length = len(items[key]["body"]["S"])
            places = range(length) if every_byte and number == 0 else sorted(dice.sample(range(length), flips))
            yield from ((f"flip {key[1]} at {place}", _flip(key, place)) for place in places)
            yield f"drop {key[1]}", _drop(key)
            yield f"empty {key[1]}", _blank(key)
        for one, two in pairwise(rows):
            yield f"swap the texts of {one[1]} and {two[1]}", _swap(one, two, "body")
            if sort != "SEAL":
                yield f"swap the places of {one[1]} and {two[1]}", _swap(one, two, "gsi1sk")
        for key in each(items, rows if sort != "SEAL" else []):
            yield f"take {key[1]} out of its day", _without(key, "gsi1pk", "gsi1sk")
            yield f"put {key[1]} into another day", _into(book, key)
            yield f"double {key[1]}", _double(key)
    yield from _insertions(book, items)
    yield from _truncations(book, items)
    yield from _seals(book, items)


def _closed(book: Book, items: Items, sort: str) -> list[Key]:
    """Rows of sealed days, and the events of the open one: those are chained within their case."""
    partition = f"{Keys(book.city).audit(book.open_day.isoformat())}"
    return [key for key in book.rows(items, sort) if sort == "EVENT#" or items[key].get("gsi1pk", {}).get("S") != partition]


def _flip(key: Key, place: int) -> Change:
    def change(items: Items) -> None:
        text = items[key]["body"]["S"]
        other = "0" if text[place] != "0" else "1"
        items[key] = {**items[key], "body": {"S": text[:place] + other + text[place + 1:]}}
    return change


def _drop(*keys: Key) -> Change:
    def change(items: Items) -> None:
        for key in keys:
            del items[key]
    return change


def _blank(key: Key) -> Change:
    def change(items: Items) -> None:
        items[key] = {**items[key], "body": {"S": items[key]["body"]["S"] + " "}}
    return change


def _swap(one: Key, two: Key, column: str) -> Change:
    def change(items: Items) -> None:
        first, second = items[one][column], items[two][column]
        items[one], items[two] = {**items[one], column: second}, {**items[two], column: first}
    return change


def _without(key: Key, *columns: str) -> Change:
    def change(items: Items) -> None:
        items[key] = {name: value for name, value in items[key].items() if name not in columns}
    return change


def _into(book: Book, key: Key) -> Change:
    def change(items: Items) -> None:
        away = Keys(book.city).audit((book.first - timedelta(days=9)).isoformat())
        items[key] = {**items[key], "gsi1pk": {"S": away}}
    return change


def _double(key: Key) -> Change:
    def change(items: Items) -> None:
        twin = (key[0], f"{key[1][:-1]}~")
        items[twin] = {**items[key], "sk": {"S": twin[1]}}
    return change


def _raw(row: Row) -> dict[str, Any]:
    return {name: {"S": value} for name, value in row.attribute_values.items()}


def _insertions(book: Book, items: Items) -> Iterator[tuple[str, Change]]:
    """Entries that are sound in themselves: a look nobody had, an event at the end of a case with the case moved on."""
    at = Keys(book.city)
    for key in _closed(book, items, "LOOK#"):
        seen = case_json.look_from(items[key]["body"]["S"])
        for shift in (-1, 1):
            forged = looked(seen.application, OfficerId("staff-somebody"), "だれか", seen.at + timedelta(minutes=shift))
            yield f"insert a look beside {key[1]}", _insert(_raw(look_row(at, forged)))
    for id in book.ids:
        state = (at.case(id), "STATE")
        end = [key for key in book.rows(items, "EVENT#") if key[0] == state[0]][-1]
        last = case_json.happened_from(items[end]["body"]["S"])
        forged_event = record(application=id, number=last.number + 1, at=last.at + timedelta(minutes=1), event=Event.NOTE,
                              by=Actor.OFFICER, who="staff-somebody", state=last.state, detail={}, before=last.hash)
        yield f"append an event to {id}", _insert(_raw(event_row(at, forged_event)))
        if _day_of(forged_event) in book.sealed:
            yield f"append an event to {id} and move the case on", _insert(_raw(event_row(at, forged_event)), state, forged_event)


def _insert(item: dict[str, Any], state: Key | None = None, last: Happened | None = None) -> Change:
    def change(items: Items) -> None:
        items[(item["pk"]["S"], item["sk"]["S"])] = item
        if state is not None and last is not None:
            _head(items, state, last.number, last.hash)
    return change


def _head(items: Items, state: Key, version: int, last_hash: str) -> None:
    put_body(items, state, {**body(items, state), "version": version, "last_hash": last_hash})
    items[state] = {**items[state], "version": {"N": str(version)}}


def _truncations(book: Book, items: Items) -> Iterator[tuple[str, Change]]:
    """The last one, two, three events of a case; where they are of sealed days, with the case set back to fit too."""
    at = Keys(book.city)
    for id in book.ids:
        events = [key for key in book.rows(items, "EVENT#") if key[0] == at.case(id)]
        for count in (1, 2, 3):
            gone, left = events[-count:], events[:-count]
            yield f"truncate {id} by {count}", _drop(*gone)
            if all(_day_of(case_json.happened_from(items[key]["body"]["S"])) in book.sealed for key in gone):
                yield f"truncate {id} by {count}, the case set back", set_back(book, gone, left[-1])
        yield f"drop all events of {id}", _drop(*events)
        yield f"drop the case {id} and keep its events", _drop((at.case(id), "STATE"))


def set_back(book: Book, gone: list[Key], last: Key) -> Change:
    """The events gone, and the case as if they had never been."""
    def change(items: Items) -> None:
        for key in gone:
            del items[key]
        there = case_json.happened_from(items[last]["body"]["S"])
        _head(items, (last[0], "STATE"), there.number, there.hash)
    return change


def _seals(book: Book, items: Items) -> Iterator[tuple[str, Change]]:
    seals = book.rows(items, "SEAL")
    for number, key in enumerate(seals):
        seal = case_json.seal_from(items[key]["body"]["S"])
        less = seal_of(seal.day, seal.count - 1, seal.digest, before=seal.before, at=seal.sealed_at)
        yield f"write the seal of {key[1]} with another count and its right hash", _reseal(key, case_json.seal_json(less))
        loose = seal_of(seal.day, seal.count, seal.digest, before="f" * 64, at=seal.sealed_at)
        yield f"write the seal of {key[1]} loose", _reseal(key, case_json.seal_json(loose))
        yield f"drop the seals up to {key[1]}", _drop(*seals[:number + 1])
        yield f"drop the seals from {key[1]} on", _drop(*seals[number:])
        entries = [one for one in (*book.rows(items, "EVENT#"), *book.rows(items, "LOOK#"))
                   if items[one].get("gsi1pk", {}).get("S") == Keys(book.city).audit(key[1])]
        yield f"drop the day {key[1]} with its seal", _drop(key, *entries)
        if entries:
            yield f"drop all entries of {key[1]} and keep its seal", _drop(*entries)
    last = case_json.seal_from(items[seals[-1]]["body"]["S"])
    ahead = seal_of(book.open_day, 0, digest_of(())[1], before=last.hash, at=last.sealed_at)
    yield "seal the open day ahead", _insert({"pk": {"S": seals[0][0]}, "sk": {"S": book.open_day.isoformat()},
                                              "body": {"S": case_json.seal_json(ahead)}})


def _reseal(key: Key, text: str) -> Change:
    def change(items: Items) -> None:
        items[key] = {**items[key], "body": {"S": text}}
    return change


def rewritten(book: Book) -> Change:
    """Somebody knows our code: the last officer's event of a sealed day is taken from a case, and everything made to fit again."""
    def change(items: Items) -> None:
        at = Keys(book.city)
        id = book.ids[0]
        events = [key for key in book.rows(items, "EVENT#") if key[0] == at.case(id)]
        set_back(book, events[-1:], events[-2])(items)
        seal_again(book, items)
    return change


def without_last_day(book: Book) -> Change:
    """The last sealed day and its seal are gone, the cases set back, and the worker closes the day once more."""
    def change(items: Items) -> None:
        at = Keys(book.city)
        for id in book.ids:
            events = [key for key in book.rows(items, "EVENT#") if key[0] == at.case(id)]
            gone = [key for key in events if _day_of(case_json.happened_from(items[key]["body"]["S"])) == book.sealed[-1]]
            if gone:
                set_back(book, gone, events[-len(gone) - 1])(items)
        seal_again(book, items)
    return change


def seal_again(book: Book, items: Items) -> None:
    """New seals over what is left, chained and sound."""
    at, before = Keys(book.city), GENESIS
    for day in book.sealed:
        of_day = sorted((one["gsi1sk"]["S"], one["body"]["S"]) for one in items.values()
                        if one.get("gsi1pk", {}).get("S") == at.audit(day.isoformat()))
        count, digest = digest_of(Entry(place=place, text=text, what=None) for place, text in of_day)
        key = (at.seals(), day.isoformat())
        was = case_json.seal_from(items[key]["body"]["S"])
        seal = seal_of(day, count, digest, before=before, at=was.sealed_at)
        items[key] = {**items[key], "body": {"S": case_json.seal_json(seal)}}
        before = seal.hash


def _day_of(event: Happened) -> date:
    return event.at.astimezone(JAPAN).date()

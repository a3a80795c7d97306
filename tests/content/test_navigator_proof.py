"""The navigator is right: every path is held against the rules of law and machines, and a wrong rule does not pass."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from content import check_navigator
from content.catalogue import Catalogue
from content.rules import channel_rules, flow_paths
from content.rules.decisions import changes, decisions, read, table
from tests.fakes.world import ibusuki

AGREED = Path(__file__).with_name("decisions.csv")
KILLED_AT_LEAST = 0.95


def paths() -> Iterator[tuple[str, flow_paths.FlowPath]]:
    """(certificate, path) of everything."""
    for certificate in ibusuki().certificates:
        for path in flow_paths.all_paths(ibusuki().flow(certificate.flow or "")):
            yield certificate.id, path


def answered(certificate: str, *options: str) -> flow_paths.FlowPath:
    """The path of these answers."""
    return next(path for id, path in paths() if id == certificate and tuple(o for _, o in path.answers) == options)


def test_every_path_is_decided_as_agreed() -> None:
    """A change here is a change of what residents are told: look at each line, then run `make decisions`."""
    assert list(changes(read(AGREED.read_text("utf-8")), decisions(ibusuki()))) == []
    assert AGREED.read_text("utf-8") == table(decisions(ibusuki()))


def test_konbini_is_at_most_three_questions_away_and_anything_else_six() -> None:
    for _, path in paths():
        assert len(path.answers) <= (3 if path.outcome.channel == "konbini" else 6)


@pytest.mark.parametrize(("certificate", "options", "channel", "leads"), [
    # no card
    ("juminhyo", ("self", "no-card", "can"), "counter", ()),
    ("juminhyo", ("self", "no-card", "cannot"), "post", ()),
    # the number is forgotten or blocked
    ("juminhyo", ("self", "pin-lost"), "counter", ()),
    ("shotoku", ("self", "pin-lost"), "counter", ()),
    # under 15, and cards without a number
    ("juminhyo", ("self", "no-pin"), "counter", ()),
    # somebody of another household, somebody who was asked
    ("juminhyo", ("other",), "counter", ()),
    ("inkan", ("other",), "counter", ()),
    ("kazei", ("other",), "counter", ()),
    # moved away
    ("juminhyo", ("left",), None, ("juminhyo-joho",)),
    ("shotoku", ("left", "cannot"), "post", ()),
    # 本籍 elsewhere
    ("koseki-zenbu", ("lineal", "elsewhere", "can"), "koiki", ()),
    ("koseki-zenbu", ("lineal", "elsewhere", "cannot"), "honseki", ()),
    ("koseki-zenbu", ("lineal", "unknown"), None, ("juminhyo",)),
    ("koseki-kojin", ("lineal", "elsewhere"), "honseki", ()),
    ("koseki-zenbu", ("other", "elsewhere"), "honseki", ()),
    # foreign residents have no 戸籍
    ("koseki-zenbu", ("foreign",), None, ("juri", "todokesho", "juminhyo")),
    # cannot go out
    ("juminhyo", ("self", "ready", "home"), "online", ()),
    ("inkan", ("self", "ready", "home"), None, ()),
    ("shotoku", ("self", "ready", "home"), "post", ()),
    # what a machine cannot print
    ("juminhyo", ("self", "ready", "special"), "online", ()),
    ("juminhyo", ("self", "ready", "history"), None, ("fuhyo", "juminhyo-kaisei")),
    ("kazei", ("self", "ready", "older", "can"), "counter", ()),
    # somebody died
    ("juminhyo", ("deceased",), None, ("juminhyo-joho",)),
    ("juminhyo-joho", ("heir", "can"), "counter", ()),
    ("joseki", ("lineal", "elsewhere", "can"), "koiki", ()),
    ("hyoka", ("heir", "cannot"), "post", ()),
    # nothing is needed
    ("kei-nozei", ("usual",), None, ()),
])
def test_the_situations_that_must_be_right(certificate: str, options: tuple[str, ...], channel: str | None,
                                           leads: tuple[str, ...]) -> None:
    outcome = answered(certificate, *options).outcome
    assert (outcome.channel, outcome.leads) == (channel, leads)


def test_nobody_is_sent_to_a_machine_without_card_and_number() -> None:
    machines = {"konbini", "terminal", "online"}
    for id, path in paths():
        ways = channel_rules.open_ways(ibusuki().certificate(id), {c.id: c for c in ibusuki().channels}, path.situation)
        if path.situation.get("card") != "ready":
            assert not machines & set(ways), (id, path.answers)


def test_every_machine_and_online_way_carries_the_same_neutral_sentence() -> None:
    """So that a person whose records are protected sees nothing that others do not see (domain.md §4.6)."""
    ways = [c for c in ibusuki().channels if c.id in ("konbini", "terminal", "online")]
    assert all(channel.fallback and "市役所の窓口で取れます" in channel.fallback for channel in ways)
    told = ibusuki().model_dump_json()
    for word in ("支援措置", "DV", "ストーカー"):
        assert word not in told


Mutant = Callable[[], Catalogue]
"""A catalogue with one thing wrong; to be called before the next one is asked for."""


def mutants() -> Iterator[tuple[str, Mutant]]:
    """(what is wrong, the catalogue with it): an answer that leads elsewhere or means something else, an outcome with another
    way, a need that is missing or asks for something else."""
    whole: dict[str, Any] = ibusuki().model_dump(mode="json")
    whole |= {"life_events": [], "papers": [], "page_sets": [], "procedures": [], "services": [], "topics": []}  # large, and
    # the navigator knows nothing of them
    assert not any(check_navigator.faults(Catalogue.model_validate(whole)))  # or every mutant would be noticed for that
    values = {fact["id"]: [value["id"] for value in fact["values"]] for fact in whole["facts"]}

    def changed(place: dict[str, Any], key: str, value: Any, name: str) -> Iterator[tuple[str, Mutant]]:
        before = place.get(key)
        place[key] = value
        yield name, lambda: Catalogue.model_validate(whole)
        place[key] = before

    for flow in whole["flows"]:
        outcomes = [outcome["id"] for outcome in flow["outcomes"]]
        for question in flow["questions"]:
            for option in question["options"]:
                name = f"{flow['id']} {question['id']} {option['id']}"
                if option["outcome"]:
                    for other in outcomes:
                        if other != option["outcome"]:
                            yield from changed(option, "outcome", other, f"{name} → {other}")
                for fact, value in option["means"].items():
                    rest = {f: v for f, v in option["means"].items() if f != fact}
                    yield from changed(option, "means", rest, f"{name} does not mean {fact}")
                    for wrong in values[fact]:
                        if wrong != value:
                            yield from changed(option, "means", {**rest, fact: wrong}, f"{name} means {fact} {wrong}")
        for outcome in flow["outcomes"]:
            for channel in ("konbini", "counter", "post", "koiki", "honseki"):
                if outcome["channel"] not in (None, channel):
                    yield from changed(outcome, "channel", channel, f"{flow['id']} {outcome['id']} by {channel}")
    places = [(channel["id"], channel) for channel in whole["channels"]]
    places += [(f"{c['id']} {a['channel']}", a) for c in whole["certificates"] for a in c["availability"]]
    for name, place in places:
        needs = place["needs"]
        for i, need in enumerate(needs):
            yield from changed(place, "needs", [*needs[:i], *needs[i + 1:]], f"{name} does not need {need['fact']}")
            wrong = [value for value in values[need["fact"]] if value not in need["any_of"]][:1]
            yield from changed(place, "needs", [*needs[:i], {**need, "any_of": wrong}, *needs[i + 1:]],
                               f"{name} needs {need['fact']} {wrong}")


def survives(mutant: Mutant, agreed: str) -> bool:
    """Whether neither the checks nor the agreed decisions notice it."""
    catalogue = mutant()
    return not any(check_navigator.faults(catalogue)) and table(decisions(catalogue)) == agreed


def test_a_wrong_rule_is_noticed() -> None:
    """Every third wrong rule; `make prove-navigator` tries all of them."""
    agreed = AGREED.read_text("utf-8")
    tried, alive = 0, []
    for name, mutant in islice(mutants(), 0, None, 3):
        tried += 1
        if survives(mutant, agreed):
            alive.append(name)
    assert tried > 400
    assert 1 - len(alive) / tried >= KILLED_AT_LEAST, alive

"""Everything a resident, their tablet and two officers can do to one case, in every order up to a depth (peers.md goal 32).

Each of the three holds the case as they last loaded it, so a write can meet a case that has gone on meanwhile. What the
resident's screen showed when they said yes is kept beside the case, without any digest; a case that goes on with other
content than that is an accepted change. Paths that lead to the same situation are followed once and counted as often.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from chalicelib.domain.application import Application, Event, State
from chalicelib.domain.errors import NaviError
from chalicelib.domain.sitting import Left, Sitting, Turn
from chalicelib.services import held, tablet
from chalicelib.services.officers import Officer
from chalicelib.services.review import step
from tests.fakes import cases
from tests.fakes.outside import SUZUKI, YAMADA
from tests.fakes.world import World, ibusuki
from tests.fakes.writing import a_sitting

DEPTH = 8


@dataclass(frozen=True)
class Hand:
    """What somebody loaded: they act on it, however old it has become."""

    case: Application
    sitting: Sitting


@dataclass(frozen=True)
class Moment:
    """A situation. screen: the copies that the resident's screen shows with the digest of its page; said: those of their yes."""

    case: Application
    sitting: Sitting
    resident: Hand | None = None
    officers: tuple[Hand | None, Hand | None] = (None, None)
    tablet: str = ""
    screen: tuple[str, str] | None = None
    said: str | None = None

    def key(self) -> object:
        """What decides about everything that can follow."""
        return (_content(self.case), _turn(self.sitting, self.tablet), self._seen(self.resident),
                tuple(self._seen(one) for one in self.officers), self.screen, self.said)

    def _seen(self, hand: Hand | None) -> object:
        if hand is None:
            return None
        fresh = (hand.case.version == self.case.version, hand.sitting.version == self.sitting.version)
        return fresh, _content(hand.case), _turn(hand.sitting, self.tablet)


def _content(case: Application) -> object:
    said = case.confirmation
    return case.state, case.answers.get("copies"), said and (said.digest, said.void_since is None)


def _turn(sitting: Sitting, mine: str) -> object:
    return sitting.turn, sitting.officer, sitting.tablet == mine, bool(sitting.tablet)


@dataclass
class Found:
    """sequences: how many orders of `depth` steps; situations: how many different ones; accepted: cases that went on."""

    sequences: int = 0
    situations: int = 0
    accepted: int = 0
    changed: list[str] = field(default_factory=list)
    """Cases that went on with content that nobody had confirmed."""


Step = Callable[[World, Moment], Moment]


def a_small_world() -> World:
    """A city hall whose 住民票 asks for the copies only: what is asked does not matter here, and it is quick."""
    catalogue = ibusuki()
    whole = catalogue.procedure("juminhyo")
    small = whole.model_copy(update={"pages": (whole.page("copies"),)})
    return World(catalogue.model_copy(update={"procedures": (small,)}))


def _load(world: World, moment: Moment) -> Moment:
    sitting, case = tablet.on_tablet(world.parts, moment.case.id, moment.tablet)
    return replace(moment, resident=Hand(case, sitting))


def _sees(world: World, moment: Moment) -> Moment:
    """The final look is drawn from what was loaded."""
    if moment.resident is None or moment.resident.case.state is not State.HELD:
        return moment
    case = moment.resident.case
    return replace(moment, screen=(str(case.answers.get("copies")), held.digest(world.parts, case)))


def _saves(world: World, moment: Moment) -> Moment:
    if moment.resident is None:
        return moment
    copies = "2" if moment.resident.case.answers.get("copies") == "1" else "1"
    page = held.form_of(world.parts, moment.resident.case).page("copies")
    case, _ = held.save_page(world.parts, moment.resident.case, page, {"copies": [copies]})
    return replace(moment, resident=replace(moment.resident, case=case))


def _confirms(world: World, moment: Moment) -> Moment:
    if moment.resident is None or moment.screen is None:
        return moment
    case = held.confirm(world.parts, moment.resident.case, moment.screen[1])
    return replace(moment, resident=replace(moment.resident, case=case), said=moment.screen[0])


def _gives(world: World, moment: Moment) -> Moment:
    if moment.resident is not None:
        held.give(world.parts, moment.resident.case)
        tablet.over(world.parts, moment.resident.sitting, Left.GIVEN)
    return moment


def _officer(number: int, act: Callable[[World, Moment, Officer, Hand], Moment | None]) -> Step:
    who = cases.officer((YAMADA, SUZUKI)[number])

    def step_(world: World, moment: Moment) -> Moment:
        hand = moment.officers[number]
        return moment if hand is None else act(world, moment, who, hand) or moment

    return step_


def _opens(number: int) -> Step:
    who = cases.officer((YAMADA, SUZUKI)[number])

    def opens(world: World, moment: Moment) -> Moment:
        sitting, case = tablet.opened(world.parts, who, moment.case.id)
        both = [*moment.officers]
        both[number] = Hand(case, sitting)
        return replace(moment, officers=(both[0], both[1]))

    return opens


def _edits(world: World, moment: Moment, who: Officer, hand: Hand) -> None:
    del moment
    tablet.need_own(who, hand.sitting)
    copies = "3" if hand.case.answers.get("copies") != "3" else "1"
    held.supplement(world.parts, who, hand.case, {**hand.case.answers, "copies": copies})


def _lends(turn: Turn) -> Callable[[World, Moment, Officer, Hand], Moment]:
    """The officer makes a number, and the tablet begins with it."""

    def lends(world: World, moment: Moment, who: Officer, hand: Hand) -> Moment:
        sitting = tablet.make_code(world.parts, who, hand.sitting, hand.case, turn)
        codes = tablet.codes(world.parts, sitting)
        if codes is None:
            raise AssertionError("no code")
        return replace(moment, tablet=tablet.pair(world.parts, codes.pin, place="hall")[1], resident=None, screen=None)

    return lends


def _hands_in(world: World, moment: Moment, who: Officer, hand: Hand) -> None:
    del moment
    tablet.hand_in(world.parts, who, hand.sitting, hand.case, identity_checked="licence")


def _takes_over(world: World, moment: Moment, who: Officer, hand: Hand) -> None:
    del moment
    tablet.take_over(world.parts, who, hand.sitting)


def _takes_back(world: World, moment: Moment, who: Officer, hand: Hand) -> None:
    del moment
    tablet.take_back(world.parts, who, hand.sitting, hand.case)


def hands_in_carelessly(world: World, moment: Moment, who: Officer, hand: Hand) -> None:
    """What the measurement must catch: going on without asking whether this very content was confirmed."""
    del moment
    step(world.parts, who, hand.case, Event.HAND_IN, submitted_at=world.clock())


def steps(hands_in: Callable[[World, Moment, Officer, Hand], None] = _hands_in) -> Mapping[str, Step]:
    """What can happen, by name."""
    theirs: dict[str, Step] = {"tablet loads": _load, "resident sees": _sees, "resident saves": _saves,
                               "resident confirms": _confirms, "resident gives back": _gives}
    for number, name in enumerate(("山田", "鈴木")):
        theirs |= {f"{name} opens": _opens(number), f"{name} edits": _officer(number, _edits),
                   f"{name} lends to look": _officer(number, _lends(Turn.LOOK)),
                   f"{name} lends to write": _officer(number, _lends(Turn.WRITE)),
                   f"{name} takes back": _officer(number, _takes_back), f"{name} hands in": _officer(number, hands_in),
                   f"{name} takes over": _officer(number, _takes_over)}
    return theirs


def a_start(world: World) -> Moment:
    """Hanako has the tablet and has written 1通; 山田 has the sitting."""
    sitting = a_sitting(world)
    codes = tablet.codes(world.parts, sitting)
    if codes is None:
        raise AssertionError("no code")
    sitting, name = tablet.pair(world.parts, codes.pin, place="hall")
    case = world.store.get(sitting.case)
    case, _ = held.save_page(world.parts, case, held.form_of(world.parts, case).page("copies"), {"copies": ["1"]})
    return Moment(case, sitting, tablet=name)


def explore(depth: int = DEPTH, *, possible: Mapping[str, Step] | None = None, from_: str = "writing") -> Found:
    """Every order of `depth` steps. from_: where it begins: writing, or confirmed."""
    world = a_small_world()
    possible = possible or steps()
    start = a_start(world)
    if from_ == "confirmed":
        for name in ("山田 opens", "山田 lends to look", "tablet loads", "resident sees", "resident confirms"):
            _set(world, start)
            start = _now(world, possible[name](world, start))
    found, level = Found(), {start.key(): (start, 1)}
    for _ in range(depth):
        following: dict[object, tuple[Moment, int]] = {}
        for moment, ways in level.values():
            for name, step_ in possible.items():
                after = _tried(world, moment, step_)
                if after is None:
                    after = moment
                elif after.case.state is State.SUBMITTED and moment.case.state is not State.SUBMITTED:
                    found.accepted += ways
                    if str(after.case.answers.get("copies")) != after.said:
                        found.changed.append(f"{name}: {after.case.answers.get('copies')} accepted, {after.said} confirmed")
                key = after.key()
                before = following.get(key)
                following[key] = (after, ways + (before[1] if before else 0))
        level = following
        found.situations = max(found.situations, len(level))
    found.sequences = sum(ways for _, ways in level.values())
    return found


def _set(world: World, moment: Moment) -> None:
    world.store.cases[moment.case.id] = moment.case
    world.sittings.rows[moment.case.id] = moment.sitting
    world.store.entries[moment.case.id] = []


def _now(world: World, moment: Moment) -> Moment:
    return replace(moment, case=world.store.cases[moment.case.id], sitting=world.sittings.rows.get(moment.case.id, moment.sitting))


def _tried(world: World, moment: Moment, step_: Step) -> Moment | None:
    _set(world, moment)
    if moment.case.state is State.SUBMITTED:
        world.sittings.drop(moment.case.id)
    after = moment
    with suppress(NaviError):
        after = step_(world, moment)
    after = _now(world, after)
    return None if after.key() == moment.key() else after

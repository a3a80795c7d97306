"""The process dies before and after every write of every use case; the person, the provider or the timer does it again."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.domain.application import Application, State
from chalicelib.domain.contents import ApplicationId
from chalicelib.domain.errors import NotFound
from chalicelib.domain.history import unbroken
from chalicelib.domain.reference import reference_of
from tests.functions.pages.hall import Hall
from tests.prove.app_city import FATE, City, Died, a_city
from tests.prove.app_use_cases import USE_CASES, UseCase
from tests.prove.claims import Claims

DIGEST = re.compile(r"[0-9a-f]{64}")
"""What differs from case to case in a history, since the number of the case is in what was signed."""


@dataclass(frozen=True)
class Left:
    """What a use case left behind: in the store, in mailboxes, at the provider. Nothing in it names the case."""

    state: str
    events: Counter[tuple[str, ...]]
    mails: Counter[str]
    refunds: Counter[int]
    pages: Counter[str]
    """Payment pages by how they stand."""
    files: Counter[str]
    sound: bool
    """The reference is the one of the id, the history is unbroken, nothing waits."""


@dataclass
class Found:
    """The sum over all injection points."""

    use_cases: int = 0
    points: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    handed_twice: int = 0
    """Mails given to the mailer twice under one id: the local mailbox drops the second one, SES would not."""
    wrong_counts: int = 0


def left_by(city: City, id: ApplicationId) -> Left:
    """Look at everything that a case has left."""
    parts, world = city.world.parts, city.world
    history = parts.applications.history(id)
    events = Counter((str(one.event), str(one.by), str(one.who), str(one.state),
                      *(f"{name}={value}" for name, value in one.detail.items() if not DIGEST.fullmatch(value))) for one in history)
    try:
        case: Application | None = parts.applications.get(id)
    except NotFound:
        case = None
    hexed = id.replace("-", "")
    erased = bool(history) and history[-1].state is State.ERASED
    mails = [mail for mail in world.mailer.sent if mail.id.startswith(id)]
    numbered = all(reference_of(id) in mail.subject for mail in mails)
    sound = numbered and unbroken(history) and not parts.outbox.waiting() and (erased or case is not None)
    return Left(
        state=str(case.state) if case else str(history[-1].state) if history else "none", events=events,
        mails=Counter(mail.subject.partition("（")[0] for mail in mails),
        refunds=Counter(yen for key, (_, yen) in world.provider.refunds.items() if key.startswith(id)),
        pages=Counter(str(one.status) for key, one in world.provider.checkouts.items() if hexed in key),
        files=Counter(f"{one.status} {one.pages}" for one in (case.attachments if case else ())),
        sound=sound and (case is None or case.reference == reference_of(id)))


def run(url: str, use_cases: tuple[UseCase, ...] = USE_CASES) -> Found:
    """Every use case, every point."""
    found = Found()
    for use_case in use_cases:
        found.use_cases += 1
        _all_points(url, use_case, found)
    return found


def _all_points(url: str, use_case: UseCase, found: Found) -> None:
    ids: list[ApplicationId] = []
    city = a_city(url, use_case.kind)
    hall = Hall(city.world)
    normal, writes, handed = _life(city, hall, use_case, ids)
    for place in range(len(writes)):
        for after in (False, True):
            point = f"{use_case.name}, {'after' if after else 'before'} write {place + 1} of {len(writes)} ({writes[place]})"
            city.world.clock.now += timedelta(minutes=1)
            got, _, again = _life(city, hall, use_case, ids, at=place, after=after)
            found.points += 1
            found.handed_twice += max(again - handed, 0)
            _judge(found, point, normal, got)
    found.wrong_counts += _wrong_counts(city, ids)


def _life(city: City, hall: Hall, use_case: UseCase, ids: list[ApplicationId], *, at: int | None = None, after: bool = False,
          ) -> tuple[Left, list[str], int]:
    """Do it once, dying at a point if one is given, and then again. (what is left, the writes, mails handed over)."""
    id, act = use_case.prepare(city, hall)
    ids.append(id)
    handed = city.world.mailer.handed_over
    FATE.begin(at, after=after)
    died = False
    try:
        act()
    except Died:
        died = True
    writes = list(FATE.end())
    if at is not None and not died:
        raise AssertionError(f"{use_case.name}: no write {at}: the way is not the same each time")
    if died:
        city.forget_memory()
        act()
    city.settle()
    return left_by(city, id), writes, city.world.mailer.handed_over - handed


def _judge(found: Found, point: str, normal: Left, got: Left) -> None:
    more = got.events - normal.events or got.mails - normal.mails or got.refunds - normal.refunds or got.files - normal.files
    less = (normal.events - got.events or normal.mails - got.mails or normal.refunds - got.refunds or normal.files - got.files
            or normal.pages != got.pages)
    if more:
        found.duplicated.append(f"{point}: {_names(more)}")
    elif less or got.state != normal.state or not got.sound:
        found.lost.append(f"{point}: {got.state} for {normal.state}, {less!r}, sound {got.sound}")


def _names(more: Iterable[object]) -> str:
    return ", ".join(str(one) for one in more)


def _wrong_counts(city: City, ids: list[ApplicationId]) -> int:
    """Queues whose exact number is not the number of cases that are there."""
    there: Counter[State] = Counter()
    for id in ids:
        try:
            case = city.get(id)
        except NotFound:
            continue
        if case.submitted_at is not None:
            there[case.state] += 1
    told = {state: number for state, number in city.world.parts.applications.counts("shimin").items() if number}
    return sum(told.get(state, 0) != there.get(state, 0) for state in set(told) | set(there))


def claim(claims: Claims, url: str) -> None:
    """Goal 11."""
    found = run(url)
    for what in (*found.lost, *found.duplicated)[:20]:
        claims.told("  not as without the death", what)
    claims.line(f"death before and after each of {found.points // 2} writes of {found.use_cases} use cases ({found.points} deaths)",
                f"{len(found.lost)} lost, {len(found.duplicated)} duplicated, {found.wrong_counts} wrong queue counts", "0, 0, 0",
                found.points > 0 == len(found.lost) + len(found.duplicated) + found.wrong_counts)
    claims.told("of these deaths, mails handed to the mail service twice under one id", f"{found.handed_twice} (the local mailbox "
                "drops the second by its id; SES knows no ids, so there it would arrive twice)")

"""Papers made whole: with the questions of their procedure, the file of the city's own sheet, and what their way is like."""

from collections.abc import Iterable, Iterator
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING

from content.vocabulary.opening import OpeningRule
from content.vocabulary.paper import Paper
from content.vocabulary.paper_datum import Datum

if TYPE_CHECKING:  # the catalogue calls this module
    from content.catalogue import Catalogue

FOLDER = "papers"


def background_file(folders: Iterable[Path], name: str) -> Path | None:
    """The city's own sheet of that name; the city's folder before the standard one. None when there is no such file."""
    found = [folder / FOLDER / name for folder in folders if (folder / FOLDER / name).is_file()]
    return found[-1] if found else None


def whole(paper: Paper, catalogue: "Catalogue", root: Path, folders: Iterable[Path]) -> Paper:
    """The paper with everything that filling it takes. `background` becomes the file's path below `root`."""
    changed: dict[str, object] = {"told": dict(_told(paper, catalogue)), "steps": ()}
    if paper.procedure is not None:
        procedure = catalogue.procedure(paper.procedure)
        changed |= {"pages": procedure.pages, "version": procedure.version, "addressee": procedure.addressee}
    if paper.event is not None:
        event = catalogue.life_event(paper.event)
        interview = catalogue.procedure(event.procedure)
        changed |= {"pages": interview.pages, "version": interview.version, "addressee": interview.addressee,
                    "people": event.people, "roles": event.roles}
    if paper.channel is not None:
        changed["steps"] = catalogue.channel(paper.channel).steps
    if paper.background is not None and (file := background_file(folders, paper.background)):
        changed["background"] = file.relative_to(root).as_posix()
    return paper.model_copy(update=changed)


def _told(paper: Paper, catalogue: "Catalogue") -> Iterator[tuple[Datum, str]]:
    if paper.certificate is not None:
        yield Datum.CERTIFICATE, catalogue.certificate(paper.certificate).name
    if paper.channel is None:
        return
    channel = catalogue.channel(paper.channel)
    yield Datum.WHERE, channel.where
    if channel.opening is not None:
        yield Datum.HOURS, _hours(channel.opening)
    if channel.bring:
        yield Datum.BRING, "、".join(catalogue.document(id).name for id in channel.bring)
    if channel.fallback is not None:
        yield Datum.FALLBACK, channel.fallback


def _hours(rule: OpeningRule) -> str:
    """The hours of a machine, which are the same every day, and its yearly rest."""
    open_at = "、".join(dict.fromkeys(f"{_clock(one.opens)}から{_clock(one.closes)}まで" for one in rule.hours))
    rests = "、".join(f"{_month_day(span.first)}から{_month_day(span.last)}" for span in rule.closed_each_year)
    return f"{open_at}（{rests}は休み）" if rests else open_at


def _clock(moment: time) -> str:
    return f"{moment.hour}時{moment.minute}分" if moment.minute else f"{moment.hour}時"


def _month_day(written: str) -> str:
    month, day = written.split("-")
    return f"{int(month)}月{int(day)}日"

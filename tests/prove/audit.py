"""`make prove-audit`: that tampering with the audit trail is noticed, and that what is erased is gone. One line per claim."""

import sys
import tempfile
from pathlib import Path

from chalicelib.adapters.case_json import SEALED
from chalicelib.adapters.sealing import Unsealable
from chalicelib.adapters.table import Keys
from chalicelib.domain.contents import ApplicationId
from chalicelib.services import day_seals
from tests.conftest import a_store
from tests.functions.store_cost import on_the_real_store
from tests.prove import erasure, tampering
from tests.prove.book import Book, Items, a_book
from tests.prove.canaries import WALKS, sealed_fields
from tests.prove.claims import Claims

FLIPS = 6
"""Bytes flipped in each row, besides all bytes of one row of each sort."""


def detected(book: Book, *, flips: int = FLIPS, every_byte: bool = True) -> tuple[int, int, list[str]]:
    """(changes that a verification notices by the table alone, changes tried, names of those it does not)."""
    missed, tried = [], 0
    for name, change in tampering.ways(book, flips=flips, every_byte=every_byte):
        tried += 1
        if not book.after(change):
            missed.append(name)
    return tried - len(missed), tried, missed


def only_outside(book: Book) -> list[tuple[str, bool, bool]]:
    """(what is done, noticed by the table alone, noticed with the lines kept outside), where everything was made to fit."""
    kept = book.outside()
    changes = {"a case cut short and every seal made again": tampering.rewritten(book),
               "the last sealed day emptied and every seal made again": tampering.without_last_day(book)}
    told = [(name, bool(book.after(change)), bool(book.after(change, kept))) for name, change in changes.items()]

    def last_seal_goes(items: Items) -> None:
        del items[book.rows(items, "SEAL")[-1]]

    def worker_closes() -> None:
        book.world.clock.pass_(minutes=5)
        day_seals.run(book.world.parts)

    name = "the last seal taken away, and made again by the worker"
    told.append((name, bool(book.after(last_seal_goes, look=worker_closes)),
                 bool(book.after(last_seal_goes, kept, look=worker_closes))))
    return told


def main() -> int:
    """Measure everything; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    with tempfile.TemporaryDirectory() as store, tempfile.TemporaryDirectory() as keys, a_store(Path(store)) as url:
        _tampering(claims, url, Path(keys))
        _erasure(claims, url, Path(store), Path(keys))
    return claims.exit_code()


def _tampering(claims: Claims, url: str, keys: Path) -> None:
    world, _ = on_the_real_store(keys, url)
    book = a_book(world, erasure._city(world))
    untouched = len(book.findings(book.outside()))
    claims.line("faults found in an untouched trail", untouched, "0", untouched == 0)
    found, tried, missed = detected(book)
    claims.line("audit tampering detected / tried", f"{found} / {tried}", "all", not missed)
    for name in missed:
        claims.told("  not detected", name)
    for name, inside, outside in only_outside(book):
        words = "with the lines kept outside" if not inside else "by the table alone"
        noticed = inside or outside
        claims.line(f"made to fit: {name}", f"noticed {words}" if noticed else "not noticed", "noticed", noticed)
    again = len(book.findings(book.outside()))
    claims.line("faults found after all was put back", again, "0", again == 0)
    _open_day(claims, book)


def _open_day(claims: Claims, book: Book) -> None:
    """What nobody can notice yet, since its day is not closed."""
    items = book.items()
    day = Keys(book.city).audit(book.open_day.isoformat())
    look = next(key for key in book.rows(items, "LOOK#") if items[key]["gsi1pk"]["S"] == day)

    def look_goes(now: Items) -> None:
        del now[look]

    claims.told("a look of the open day dropped", "noticed" if book.after(look_goes) else
                "not noticed: its day is sealed after the night")
    event = next(key for key in book.rows(items, "EVENT#")[::-1] if items[key]["gsi1pk"]["S"] == day)
    id = ApplicationId(event[0].rpartition("#")[2])
    events = [key for key in book.rows(items, "EVENT#") if key[0] == event[0]]
    opened: list[bool] = []

    def opens() -> None:
        try:
            book.world.parts.applications.get(id)
            opened.append(True)
        except Unsealable:
            opened.append(False)

    noticed = book.after(tampering.set_back(book, events[-1:], events[-2]), look=opens)
    claims.told("an event of the open day cut off and the case set back", "noticed" if noticed else
                f"not noticed by the trail; the case itself {'opens' if opened[0] else 'cannot be opened any more'}")


def _erasure(claims: Claims, url: str, store: Path, keys: Path) -> None:
    loose = sealed_fields() - set(SEALED)
    claims.line("personal fields of a case that are not sealed", len(loose), "0", not loose)
    leaks = erasure.walk_the_pages(url, store, keys)
    outcomes = erasure.all_of(url, store, keys)
    leaks += [f"{one.walk.name}: {left}" for one in outcomes for left in one.left]
    claims.line("the search finds what lies there in plain", erasure.search_works(store), "True", erasure.search_works(store))
    ends = sum(one.ended is one.walk.end for one in outcomes)
    claims.line("cases walked to their end and erased", f"{ends} of {len(WALKS)}", "all", ends == len(WALKS))
    readable = sum(one.readable for one in outcomes)
    claims.line("erased cases readable", readable, "0", readable == 0)
    backup = sum(one.readable_from_backup for one in outcomes)
    claims.line("erased cases readable from a backup of the main table", backup, "0", backup == 0)
    claims.line("canaries found in plain in table, logs, URLs, file names, mails", len(leaks), "0", not leaks)
    for leak in sorted(set(leaks)):
        claims.told("  found", leak)
    silent = [one for one in outcomes if one.told is (one.walk.name.startswith("a draft"))]
    right = f"{len(outcomes) - len(silent)} of {len(outcomes)}"
    claims.line("cases told of their erasure, and drafts not", right, "all", not silent)
    after = sum(one.mails_after for one in outcomes)
    claims.line("mails after an erasure", after, "0", after == 0)
    names = set().union(*(one.names for one in outcomes))
    claims.line("rows of erased cases that name an officer", ", ".join(sorted(names)) or "none", "LOOK only", names <= {"LOOK"})
    claims.told("deleted wrapped keys whose bytes the local store's file still holds", sum(one.key_bytes_left for one in outcomes))
    late = [one for one in outcomes if one.days > one.kept_days]
    claims.line("cases erased later than their retention", len(late), "0", not late)
    for one in outcomes:
        claims.told(f"  {one.walk.name}", f"{one.ended}, erased {one.days} days after")


if __name__ == "__main__":
    sys.exit(main())

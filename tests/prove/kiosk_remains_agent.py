"""The agent under examination, in a process of its own: counter, screens and PDF printer as `python -m kiosk_agent` puts them
together, with a card reader whose card is in another process. SIGUSR1 makes it write down how much it holds."""

import gc
import json
import logging
import os
import signal
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from multiprocessing.connection import Client, Connection
from pathlib import Path
from threading import Event, Lock, Thread

from waitress import serve

from content.catalogue import load
from kiosk_agent import keys, prepared
from kiosk_agent.bundle import NO_CARD
from kiosk_agent.card.facts import CardFacts
from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour
from kiosk_agent.cards import ReaderCards
from kiosk_agent.counter import Counter
from kiosk_agent.desk import Filed, Filing, Prepared
from kiosk_agent.errors import CardRemoved
from kiosk_agent.forms import CounterForms
from kiosk_agent.paper import fonts
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.paper.pdf_printer import FilePrinter
from kiosk_agent.paper.spool import Spool
from kiosk_agent.queue import Outgoing, sealing_key
from kiosk_agent.screens import create_app
from kiosk_agent.selfcheck import SelfCheck
from kiosk_agent.sheet import JAPAN
from kiosk_agent.staff import Door
from kiosk_agent.transport.base import CardConnection
from kiosk_agent.work import Parts
from tests.fakes.office import FakeOffice

PLACED, CONNECT = b"?", b"!"


class SilentOffice(FakeOffice):
    """Takes every application and keeps nothing of it."""

    def file(self, filing: Filing) -> Filed:
        """Taken."""
        return Filed(filing.id, "ABCD-EFGH-JKMN", "received", "good", 200)

    def filed(self, id: str) -> Filed:
        """As before."""
        return Filed(id, "ABCD-EFGH-JKMN", "received", "good", 200)


class FarReader:
    """A reader whose card answers over a socket: nothing of a card is in this process but what was sent."""

    name = "読み取り機（別のプログラム）"

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._lock = Lock()

    def placed(self) -> int | None:
        """The number of this laying down, or None."""
        return int.from_bytes(self._ask(PLACED), "big") or None

    @contextmanager
    def connect(self) -> Iterator[CardConnection]:
        """Power up."""
        if self._ask(CONNECT) == b"":
            raise CardRemoved
        yield self

    def send(self, command: bytes) -> tuple[bytes, int]:
        """One exchange."""
        answer = self._ask(command)
        if not answer:
            raise CardRemoved
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def _ask(self, words: bytes) -> bytes:
        with self._lock:
            self._line.send_bytes(words)
            return self._line.recv_bytes()


def _count(file: Path) -> None:
    """Megabytes that Python traces, if it traces, and people whose facts are in memory."""
    gc.collect()
    traced = tracemalloc.get_traced_memory()[0] / 1e6 if tracemalloc.is_tracing() else None
    people = sum(type(thing) in (BasicFour, CardFacts, Filing, Prepared) for thing in gc.get_objects() if thing is not NO_CARD)
    part = file.with_suffix(".part")
    part.write_text(json.dumps({"traced": traced, "people": people}))
    part.replace(file)


def main() -> None:
    """folder, port, the card's socket: from the command line."""
    folder, port, card = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    logging.basicConfig(filename=folder / "agent.log", level=logging.DEBUG)
    catalogue = load("ibusuki")

    def clock() -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the composition root of this process

    def today() -> date:
        return clock().astimezone(JAPAN).date()

    reader = FarReader(Client(card, "AF_UNIX"))
    shelf = Shelf(fonts.prepare(Path(os.environ["FONTS"])))
    printer = FilePrinter(folder / "printed")
    outgoing = Outgoing(folder / "queue", sealing_key(folder / "keys"))
    counter = Counter(reader, Parts(
        catalogue=catalogue, cards=ReaderCards(reader, today),
        forms=CounterForms(catalogue, shelf, keys.sender(folder / "keys", None, demo=True)),
        spool=Spool(folder / "spool", printer), office=SilentOffice(clock=clock), outgoing=outgoing,
        read_symbols=lambda symbols: prepared.read(symbols, catalogue, today=today()), clock=clock))
    check = SelfCheck(reader, printer.name, len(shelf.fonts), clock, catalogue.counter.limits)
    signal.signal(signal.SIGUSR1, lambda *_: _count(folder / "count.json"))
    tick = Event()

    def ticks() -> None:
        while not tick.wait(0.001):  # a busier thread than the counter's own, so that ten thousand sessions fit into minutes
            counter.tick()

    if "TRACE" in os.environ:
        tracemalloc.start()
    Thread(target=ticks, daemon=True).start()
    serve(create_app(counter, check, Door("00000000", clock), port=port, demo=None), host="127.0.0.1", port=port, threads=6,
          ident=None)


if __name__ == "__main__":
    main()

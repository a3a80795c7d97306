"""`python -m kiosk_agent`: puts reader, printer, fonts, keys and screens of one counter together and serves it."""

import logging
import os
import secrets
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from waitress import serve

from content.catalogue import Catalogue, load
from kiosk_agent import keys
from kiosk_agent.cards import ReaderCards
from kiosk_agent.counter import Counter
from kiosk_agent.demo import Demo
from kiosk_agent.errors import KioskError, PrinterReason, ReaderTrouble
from kiosk_agent.forms import SheetForms
from kiosk_agent.lone import LoneOffice, NoOutgoing, no_symbols
from kiosk_agent.paper import fonts
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.paper.spool import CupsPrinter, FilePrinter, Printer, Spool, run_command
from kiosk_agent.screens import create_app
from kiosk_agent.selfcheck import SelfCheck
from kiosk_agent.staff import Door
from kiosk_agent.transport import daemon, pcsc
from kiosk_agent.transport.base import Reader
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.slot import Slot
from kiosk_agent.virtual_card.vpcd import VpcdCard
from kiosk_agent.work import Parts

READER_SECONDS = 10.0
"""How long pcscd may take to name its readers after its start."""


def clock() -> datetime:
    """The present moment."""
    return datetime.now(UTC)  # noqa: TID251 - the composition root is where the clock comes from


def _catalogue() -> Catalogue:
    file = os.environ.get("MADONAVI_CATALOGUE")
    if file and Path(file).exists():
        return Catalogue.model_validate_json(Path(file).read_bytes())
    return load(os.environ.get("MADONAVI_CITY", "ibusuki"))


def _first_reader(*, virtual: bool) -> Reader | None:
    """The first reader of the kind we want, as soon as the service names one."""
    until = time.monotonic() + READER_SECONDS
    while time.monotonic() < until:
        try:
            found = [name for name in pcsc.reader_names() if (pcsc.VIRTUAL in name) == virtual]
        except ReaderTrouble:
            found = []
        if found:
            return pcsc.PcscReader(found[0])
        time.sleep(0.2)
    return None


def _demo_reader(slot: Slot) -> tuple[Reader, tuple[str, ...], subprocess.Popen[bytes] | None]:
    """The virtual card over real PC/SC; in this process where that cannot be had, and then it says so."""
    missing = daemon.missing_parts()
    if missing:
        return InProcessReader(slot), (f"{'・'.join(missing)} がないため、仮想カードをプログラムの中で読みます。",), None
    service = None
    if not daemon.SOCKET.exists() or not _answers():
        service = daemon.start()
    reader = _first_reader(virtual=True)
    if reader is None:
        return InProcessReader(slot), ("pcscd を使えないため、仮想カードをプログラムの中で読みます。",), service
    VpcdCard(slot).start()
    return reader, (), service


def _real_reader() -> Reader:
    reader = _first_reader(virtual=False)
    if reader is None:
        raise KioskError("カードの読み取り機が見つかりません。つないでから、もう一度起動してください。")
    return reader


def _answers() -> bool:
    try:
        pcsc.reader_names()
    except ReaderTrouble:
        return False
    return True


def _printer(data: Path) -> Printer:
    queue = os.environ.get("MADONAVI_PRINTER")
    return CupsPrinter(queue, run_command, time.sleep) if queue else FilePrinter(data / "printed")


def _condition(printer: Printer) -> PrinterReason | None:
    """What the printer says of itself; a printer that cannot say is taken for ready."""
    asked = getattr(printer, "condition", None)
    said = asked() if asked else None
    return said if isinstance(said, PrinterReason) else None


def _readers(*, virtual: bool) -> tuple[str, ...]:
    return tuple(name for name in pcsc.reader_names() if (pcsc.VIRTUAL in name) == virtual)


def _two_readers(*, virtual: bool) -> bool:
    """vpcd always shows two slots, so on a demonstration computer it is not worth saying."""
    try:
        return not virtual and len(_readers(virtual=False)) > 1
    except ReaderTrouble:
        return False


def _counter(reader: Reader, catalogue: Catalogue, shelf: Shelf, data: Path, printer: Printer, *, demo: bool) -> Counter:
    recipient = os.environ.get("MADONAVI_KIOSK_RECIPIENT")
    sender = keys.sender(data / "keys", Path(recipient) if recipient else None, demo=demo)
    parts = Parts(catalogue=catalogue, cards=ReaderCards(reader), forms=SheetForms(shelf, sender, catalogue.procedures),
                  spool=Spool(data / "spool", printer), office=LoneOffice(), outgoing=NoOutgoing(), read_symbols=no_symbols,
                  clock=clock, two_readers=_two_readers(virtual=demo))
    return Counter(reader, parts)


def _door() -> Door:
    """The officers' number: the one they set, or one made for this start and told on the console."""
    pin = os.environ.get("MADONAVI_STAFF_PIN") or f"{secrets.randbelow(10**8):08}"
    if "MADONAVI_STAFF_PIN" not in os.environ:
        print(f"係員の画面（/staff）の番号：{pin}", flush=True)
    return Door(pin, clock)


def main() -> int:
    """Serve until stopped; 1 when something is missing that the counter cannot do without."""
    is_demo = os.environ.get("MADONAVI_STAGE", "local") == "local"
    data = Path(os.environ.get("MADONAVI_KIOSK_DATA", "var/kiosk")).resolve()
    port = int(os.environ.get("MADONAVI_KIOSK_PORT", "8086"))
    catalogue = _catalogue()
    slot = Slot()
    notes: tuple[str, ...] = ()
    service: subprocess.Popen[bytes] | None = None
    try:
        data.mkdir(parents=True, exist_ok=True)
        shelf = Shelf(fonts.prepare(data / "fonts"))
        reader: Reader
        if is_demo:
            reader, notes, service = _demo_reader(slot)
        else:
            reader = _real_reader()
        printer = _printer(data)
        counter = _counter(reader, catalogue, shelf, data, printer, demo=is_demo)
    except KioskError as error:
        print(error, file=sys.stderr)
        return 1
    demo = Demo(slot, printer.last) if is_demo and isinstance(printer, FilePrinter) else None
    check = SelfCheck(reader, printer.name, len(shelf.fonts), clock, catalogue.counter.limits, lambda: _condition(printer),
                      lambda: () if is_demo else _readers(virtual=False), notes)
    for note in (f"読み取り機：{reader.name}", f"プリンター：{printer.name}", *notes):
        print(note, flush=True)
    # systemd and `make up` end us with SIGTERM; the service that was started here must end with us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    counter.start()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        serve(create_app(counter, check, _door(), port=port, demo=demo), host="127.0.0.1", port=port, threads=6, ident=None)
    finally:
        counter.stop()
        if service is not None:
            service.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())

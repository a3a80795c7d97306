"""Puts the parts of one counter together from what the computer's environment says: the one place that knows every part."""

import os
import secrets
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from content.catalogue import Catalogue, load
from kiosk_agent import enrolment, keys, prepared
from kiosk_agent.cards import ReaderCards
from kiosk_agent.client import connection
from kiosk_agent.counter import Counter
from kiosk_agent.demo import Demo
from kiosk_agent.desk import Office
from kiosk_agent.errors import KioskError, ReaderTrouble
from kiosk_agent.forms import CounterForms
from kiosk_agent.lone import LoneOffice
from kiosk_agent.paper import fonts
from kiosk_agent.paper.cups import CupsPrinter, run_command
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.paper.pdf_printer import FilePrinter
from kiosk_agent.paper.printers import Printer
from kiosk_agent.paper.spool import Spool
from kiosk_agent.queue import Outgoing, sealing_key
from kiosk_agent.selfcheck import SelfCheck
from kiosk_agent.sheet import JAPAN
from kiosk_agent.staff import Door
from kiosk_agent.sync import Sync
from kiosk_agent.transport import daemon, pcsc
from kiosk_agent.transport.base import Reader
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.other_people import OTHER_PEOPLE
from kiosk_agent.virtual_card.people import people_of
from kiosk_agent.virtual_card.practice_jpki import PracticeJpki
from kiosk_agent.virtual_card.slot import Slot
from kiosk_agent.virtual_card.vpcd import VpcdCard
from kiosk_agent.work import Parts

READER_SECONDS = 10.0
"""How long pcscd may take to name its readers after its start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between counters."""

    is_demo: bool
    data: Path
    port: int
    catalogue: Path | None
    city: str
    recipient: Path | None
    printer: str | None
    tickets: Path | None
    """The folder that the gate before the printer shares with CUPS (paper/cups_files/gate.sh)."""
    reader: str
    fonts: Path | None
    staff_pin: str | None
    memory: Path | None
    """A folder that lives in memory, for the spool: what was printed never reaches a disk."""


def settings() -> Settings:
    """The one reader of the environment."""
    def path(name: str) -> Path | None:
        return Path(os.environ[name]) if os.environ.get(name) else None

    return Settings(
        is_demo=os.environ.get("MADONAVI_STAGE", "local") == "local",
        data=Path(os.environ.get("MADONAVI_KIOSK_DATA", "var/kiosk")).resolve(),
        port=int(os.environ.get("MADONAVI_KIOSK_PORT", "8086")), catalogue=path("MADONAVI_CATALOGUE"),
        city=os.environ.get("MADONAVI_CITY", "ibusuki"), recipient=path("MADONAVI_KIOSK_RECIPIENT"),
        printer=os.environ.get("MADONAVI_PRINTER") or None, tickets=path("MADONAVI_PRINT_TICKETS"),
        reader=os.environ.get("MADONAVI_READER", ""), fonts=path("MADONAVI_FONTS"),
        staff_pin=os.environ.get("MADONAVI_STAFF_PIN") or None, memory=path("RUNTIME_DIRECTORY"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A counter, ready to be started."""

    counter: Counter
    sync: Sync
    outgoing: Outgoing
    check: SelfCheck
    door: Door
    demo: Demo | None
    service: subprocess.Popen[bytes] | None
    """pcscd, where it was started here; it ends with us."""
    says: tuple[str, ...]
    """What whoever starts it should know."""


def compose(told: Settings, clock: Callable[[], datetime]) -> Composed:
    """All parts of this counter. Raises KioskError when something is missing that it cannot do without."""
    told.data.mkdir(parents=True, exist_ok=True)
    catalogue = _catalogue(told)
    shelf = Shelf(fonts.prepare(told.data / "fonts", (told.fonts,) if told.fonts else fonts.FOLDERS))
    sender = keys.sender(told.data / "keys", told.recipient, demo=told.is_demo)
    slot = Slot(people=(*people_of(PracticeJpki(told.data / "practice-jpki")), *OTHER_PEOPLE)) if told.is_demo else None
    reader, notes, service = _demo_reader(slot) if slot is not None else (_real_reader(told.reader), (), None)
    printer = _printer(told, clock)
    office = _office(told, clock)
    outgoing = Outgoing(told.data / "queue", sealing_key(told.data / "keys"))

    def today() -> Any:
        return clock().astimezone(JAPAN).date()

    counter = Counter(reader, Parts(
        catalogue=catalogue, cards=ReaderCards(reader, today), forms=CounterForms(catalogue, shelf, sender),
        spool=Spool((told.memory or told.data) / "spool", printer), office=office, outgoing=outgoing,
        read_symbols=lambda symbols: prepared.read(symbols, catalogue, today=today()), clock=clock,
        two_readers=not told.is_demo and len(_real_readers()) > 1))
    check = SelfCheck(reader, printer.name, len(shelf.fonts), clock, catalogue.counter.limits, printer.condition,
                      _real_readers if not told.is_demo else tuple, notes)
    pin = told.staff_pin or f"{secrets.randbelow(10**8):08}"
    says = (f"読み取り機：{reader.name}", f"プリンター：{printer.name}",
            *(() if told.staff_pin else (f"係員の画面（/staff）の番号：{pin}",)),
            *(("この端末は、まだ登録されていません（docs/kiosk.ja.md）。",) if isinstance(office, LoneOffice) else ()), *notes)
    demo = Demo(slot, printer.last) if slot is not None and isinstance(printer, FilePrinter) else None
    return Composed(counter=counter, sync=Sync(office, outgoing, clock=clock, condition=lambda: _condition(reader, printer)),
                    outgoing=outgoing, check=check, door=Door(pin, clock), demo=demo, service=service, says=says)


def _condition(reader: Reader, printer: Printer) -> Mapping[str, Any]:
    """How this counter is, as the office hears it each minute; nothing of it concerns a person."""
    try:
        reader.placed()
        works = True
    except ReaderTrouble:
        works = False
    return {"agent": version("reportlab"), "content": "1", "reader": {"name": reader.name, "works": works},
            "printer": {"name": printer.name, "works": printer.condition() is None}}


def _catalogue(told: Settings) -> Catalogue:
    if told.catalogue is not None and told.catalogue.exists():
        return Catalogue.model_validate_json(told.catalogue.read_bytes())
    return load(told.city)


def _office(told: Settings, clock: Callable[[], datetime]) -> Office:
    agreed = enrolment.enrolled(told.data / "keys")
    return LoneOffice() if agreed is None else enrolment.office(agreed, connection(), clock)


def _printer(told: Settings, clock: Callable[[], datetime]) -> Printer:
    if told.printer is None:
        return FilePrinter((told.memory or told.data) / "printed")
    return CupsPrinter(told.printer, run_command, time.sleep, tickets=told.tickets, clock=lambda: clock().timestamp())


def _first_reader(wanted: str, *, virtual: bool) -> Reader | None:
    """The reader of the kind we want, as soon as the service names one."""
    until = time.monotonic() + READER_SECONDS
    while time.monotonic() < until:
        try:
            choice = pcsc.choose(pcsc.reader_names(), wanted=wanted, virtual=virtual)
        except ReaderTrouble:
            choice = None
        if choice is not None:
            return pcsc.PcscReader(choice.used)
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
    reader = _first_reader("", virtual=True)
    if reader is None:
        return InProcessReader(slot), ("pcscd を使えないため、仮想カードをプログラムの中で読みます。",), service
    VpcdCard(slot).start()
    return reader, (), service


def _real_reader(wanted: str) -> Reader:
    reader = _first_reader(wanted, virtual=False)
    if reader is None:
        raise KioskError("カードの読み取り機が見つかりません。つないでから、もう一度起動してください。")
    return reader


def _real_readers() -> tuple[str, ...]:
    try:
        return tuple(name for name in pcsc.reader_names() if pcsc.VIRTUAL not in name)
    except ReaderTrouble:
        return ()


def _answers() -> bool:
    try:
        pcsc.reader_names()
    except ReaderTrouble:
        return False
    return True

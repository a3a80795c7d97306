"""One reading over the real PC/SC service and vsmartcard's virtual reader, as on the demonstration computer."""

import subprocess
import time
from collections.abc import Iterator

import pytest

from kiosk_agent.card.reading import read_basic_four, tries_left
from kiosk_agent.errors import CardRemoved, ReaderTrouble, WrongPin
from kiosk_agent.transport import daemon, pcsc
from kiosk_agent.transport.pcsc import VIRTUAL, PcscReader
from kiosk_agent.virtual_card.slot import Accidents, Slot
from kiosk_agent.virtual_card.vpcd import VpcdCard

SECONDS = 15


def reader_name() -> str | None:
    """The virtual reader, once the service has it."""
    try:
        return next((name for name in pcsc.reader_names() if name.startswith(VIRTUAL)), None)
    except ReaderTrouble:
        return None


def placed(reader: PcscReader, *, there: bool) -> None:
    """Wait until the reader knows that a card lies there, or none."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if (reader.placed() is not None) is there:
            return
        time.sleep(0.02)
    raise TimeoutError("the reader did not notice")


@pytest.fixture(scope="module")
def real() -> Iterator[tuple[Slot, PcscReader]]:
    """The service (started here where none runs), its virtual reader, and the slot behind it."""
    if missing := daemon.missing_parts():
        pytest.skip(f"not installed: {', '.join(missing)}")
    started: subprocess.Popen[bytes] | None = None
    if reader_name() is None:
        started = daemon.start()
    until = time.monotonic() + SECONDS
    while (name := reader_name()) is None and time.monotonic() < until:
        time.sleep(0.05)
    if name is None:
        pytest.skip("pcscd cannot be started here")
    slot = Slot()
    card = VpcdCard(slot)
    card.start()
    try:
        yield slot, PcscReader(name)
    finally:
        card.stop()
        if started is not None:
            started.terminate()
            started.wait(timeout=10)


def test_a_card_is_noticed_read_and_missed_over_real_pcsc(real: tuple[Slot, PcscReader]) -> None:
    slot, reader = real
    slot.place("yoshida")
    placed(reader, there=True)
    assert tries_left(reader) == 3
    with pytest.raises(WrongPin):
        read_basic_four(reader, "0000")
    assert tries_left(reader) == 2
    assert read_basic_four(reader, "1234").name == "𠮷田　髙子"
    first = reader.placed()
    slot.remove()
    placed(reader, there=False)
    slot.place("tsuji")
    placed(reader, there=True)
    assert reader.placed() != first
    slot.remove()
    placed(reader, there=False)


@pytest.mark.parametrize("at", [1, 4, 7])
def test_a_card_pulled_under_way_is_told_over_real_pcsc_too(real: tuple[Slot, PcscReader], at: int) -> None:
    slot, reader = real
    slot.place("hanako", Accidents(pull_at=at))
    placed(reader, there=True)
    with pytest.raises(CardRemoved):
        read_basic_four(reader, "1234")
    placed(reader, there=False)

"""What the My Number card costs in commands and milliseconds, in this process and over real PC/SC, beside OpenSC's tools.

`python -m tests.prove.kiosk_cards`: about a minute, since the card is pulled at every command over PC/SC too.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from kiosk_agent.card import reading
from kiosk_agent.card.facts import CardKind, Secret, SecretKind
from kiosk_agent.errors import CardError, CardRemoved, ReaderTrouble
from kiosk_agent.transport import daemon, pcsc
from kiosk_agent.transport.base import Reader
from kiosk_agent.transport.counted import CountedReader
from kiosk_agent.transport.fake import InProcessReader
from kiosk_agent.virtual_card.people import DEMO_PASSWORD, DEMO_PIN, PEOPLE
from kiosk_agent.virtual_card.slot import NO_ACCIDENTS, Accidents, Slot
from kiosk_agent.virtual_card.vpcd import VpcdCard
from tests.prove.claims import Claims

HANAKO = PEOPLE[0]
PIN = Secret(SecretKind.PIN4, DEMO_PIN)
CHALLENGE = bytes(range(32))
JPKI_SELECTED = bytes.fromhex("00A4040C0AD392F000260100000001")
TIMES = 40
SECONDS = 15.0

USES: Mapping[str, tuple[Callable[[Reader], object], int]] = {
    "look": (reading.look, 30),
    "read the four facts": (lambda reader: reading.read(reader, CardKind.MY_NUMBER, PIN), 12),
    "sign a challenge": (lambda reader: reading.sign_challenge(reader, DEMO_PIN, CHALLENGE), 12),
    "read and sign in one step": (
        lambda reader: reading.read_and_sign(reader, CardKind.MY_NUMBER, PIN, DEMO_PIN, CHALLENGE), 24),
    "signing certificate and signature": (lambda reader: reading.signing_facts(reader, DEMO_PASSWORD, b"a document"), 15),
    "printed face": (lambda reader: reading.pictures(reader, HANAKO.reference_b), 45),
}
"""Name → (what is done, most commands that we allow ourselves)."""


class ListeningSlot(Slot):
    """Remembers what was said to the card, whoever said it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[bytes] = []

    def exchange(self, command: bytes, placing: int) -> bytes | None:
        """Remember, then answer."""
        self.heard.append(command)
        return super().exchange(command, placing)


def claim(claims: Claims) -> None:
    """All lines of this topic."""
    _in_process(claims)
    if missing := daemon.missing_parts():
        claims.told("card over real PC/SC", f"not measured, not installed: {', '.join(missing)}")
        return
    with _over_pcsc() as (slot, reader):
        _times(claims, slot, reader)
        _pulled_over_pcsc(claims, slot, reader)
        _beside_opensc(claims, slot, reader)


def _in_process(claims: Claims) -> None:
    slot = Slot()

    def lay(accidents: Accidents) -> Reader:
        slot.place(HANAKO.id, accidents)
        return InProcessReader(slot)

    for name, (use, most) in USES.items():
        commands = _commands(use, lay(NO_ACCIDENTS))
        claims.line(f"card, {name}, commands", commands, f"≤ {most}", commands <= most)
        wrong = _pulled_everywhere(commands, use, lay)
        claims.line(f"card, {name}, pulled at every command in process: not told as pulled", f"{wrong} of {commands}", "0",
                    wrong == 0)


def _commands(use: Callable[[Reader], object], reader: Reader) -> int:
    counted = CountedReader(reader, time.perf_counter)
    use(counted)
    return counted.count.commands


def _pulled_everywhere(commands: int, use: Callable[[Reader], object], lay: Callable[[Accidents], Reader]) -> int:
    """At how many commands a pulled card was not told as pulled; after each, a whole card is used as if nothing had been."""
    wrong = 0
    for at in range(1, commands + 1):
        try:
            use(lay(Accidents(pull_at=at)))
            wrong += 1
        except CardRemoved:
            pass
        except CardError:
            wrong += 1
    use(lay(NO_ACCIDENTS))
    return wrong


@contextmanager
def _over_pcsc() -> Iterator[tuple[ListeningSlot, pcsc.PcscReader]]:
    """A slot behind the first virtual reader, and that reader."""
    service = None if _readers() else daemon.start()
    slot = ListeningSlot()
    card = VpcdCard(slot)
    try:
        _until(lambda: bool(_readers()))
        card.start()
        yield slot, pcsc.PcscReader(_readers()[0])
    finally:
        card.stop()
        if service is not None:
            service.terminate()
            service.wait(timeout=10)


def _lay(slot: Slot, reader: pcsc.PcscReader, accidents: Accidents) -> Reader:
    """The card, laid so that the reader has seen the one before it leave."""
    slot.remove()
    _until(lambda: reader.placed() is None)
    slot.place(HANAKO.id, accidents)
    _until(lambda: reader.placed() is not None)
    return reader


def _times(claims: Claims, slot: Slot, reader: pcsc.PcscReader) -> None:
    _lay(slot, reader, NO_ACCIDENTS)
    for name, (use, _) in USES.items():
        milliseconds: list[float] = []
        for _ in range(TIMES):
            began = time.perf_counter()
            use(reader)
            milliseconds.append((time.perf_counter() - began) * 1000)
        p95 = statistics.quantiles(milliseconds, n=20)[-1]
        claims.told(f"card over real PC/SC, {name}, ms", f"p50 {statistics.median(milliseconds):.1f}, p95 {p95:.1f} of {TIMES}")


def _pulled_over_pcsc(claims: Claims, slot: Slot, reader: pcsc.PcscReader) -> None:
    for name in ("look", "read and sign in one step"):
        use, _ = USES[name]
        commands = _commands(use, _lay(slot, reader, NO_ACCIDENTS))
        wrong = _pulled_everywhere(commands, use, lambda accidents: _lay(slot, reader, accidents))
        claims.line(f"card over real PC/SC, {name}, pulled at every command: not told as pulled", f"{wrong} of {commands}", "0",
                    wrong == 0)


def _beside_opensc(claims: Claims, slot: ListeningSlot, reader: pcsc.PcscReader) -> None:
    """The same two things by OpenSC: commands after it has found out that it is a card of the JPKI, and all of them."""
    if shutil.which("pkcs15-crypt") is None:
        claims.told("beside OpenSC", "not measured, not installed: opensc")
        return
    with tempfile.TemporaryDirectory() as folder:
        digest, signature = Path(folder) / "digest", Path(folder) / "signature"
        digest.write_bytes(bytes(32))
        read = ["pkcs15-tool", "--reader", reader.name, "--read-certificate", "01"]
        sign = ["pkcs15-crypt", "--reader", reader.name, "--sign", "--key", "01", "--pkcs1", "--sha-256", "--raw", "--pin",
                DEMO_PIN, "--input", str(digest), "--output", str(signature)]
        theirs = [_heard(slot, partial(subprocess.run, one, check=True, capture_output=True)) for one in (read, sign)]
    ours = len(_heard(slot, lambda: USES["sign a challenge"][0](reader)))
    alone = sum(len(heard) - heard.index(JPKI_SELECTED) for heard in theirs)
    claims.line("certificate read and challenge signed, commands, ours beside OpenSC's two tools",
                f"{ours} beside {alone} ({sum(map(len, theirs))} with finding out which card it is)", "no more", ours <= alone)


def _heard(slot: ListeningSlot, use: Callable[[], object]) -> list[bytes]:
    slot.heard.clear()
    use()
    return list(slot.heard)


def _readers() -> list[str]:
    with suppress(ReaderTrouble):
        return [name for name in pcsc.reader_names() if name.startswith(pcsc.VIRTUAL)]
    return []


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        with suppress(ReaderTrouble):
            if true():
                return
        time.sleep(0.02)
    raise TimeoutError("the reader did not notice")


if __name__ == "__main__":
    all_claims = Claims()
    claim(all_claims)
    sys.exit(all_claims.exit_code())

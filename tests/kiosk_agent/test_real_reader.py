"""Cards over the real PC/SC service and vsmartcard's virtual readers, as on the demonstration computer."""

import fcntl
import hashlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk_agent.card import reading
from kiosk_agent.card.facts import CardKind, Secret, SecretKind
from kiosk_agent.card.reading import read_basic_four, tries_left
from kiosk_agent.errors import CardRemoved, PinBlocked, ReaderTrouble, WrongPin
from kiosk_agent.transport import daemon, pcsc
from kiosk_agent.transport.pcsc import VIRTUAL, PcscReader
from kiosk_agent.transport.same_card import SameCard
from kiosk_agent.virtual_card.people import DEMO_PASSWORD, DEMO_PIN, PEOPLE
from kiosk_agent.virtual_card.slot import Accidents, Slot
from kiosk_agent.virtual_card.vpcd import FIRST_PORT, VpcdCard

SECONDS = 15
PIN = Secret(SecretKind.PIN4, DEMO_PIN)


def virtual_readers() -> list[str]:
    """The virtual readers that the service has; none while it does not answer."""
    try:
        return [name for name in pcsc.reader_names() if name.startswith(VIRTUAL)]
    except ReaderTrouble:
        return []


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for it, a few seconds at most."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.02)
    raise TimeoutError(what)


def placed(reader: PcscReader, *, there: bool) -> None:
    """Wait until the reader knows that a card lies there, or none."""
    def known() -> bool:
        try:
            return (reader.placed() is not None) is there
        except ReaderTrouble:  # right after a restart of the service
            return False

    until(known, "the reader did not notice")


class Service:
    """pcscd, started here where none runs; only our own is ever stopped."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, settings: Path | None = None, readers: int = 2) -> None:
        """Start it and wait for its readers."""
        self.process = daemon.start(settings)
        until(lambda: self.answers() and len(virtual_readers()) == readers, "no virtual reader")

    def stop(self) -> None:
        """End ours."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=10)
            self.process = None

    @staticmethod
    def answers() -> bool:
        """Whether a service is there."""
        try:
            pcsc.reader_names()
        except ReaderTrouble:
            return False
        return True


@pytest.fixture(scope="module")
def alone() -> Iterator[None]:
    """A computer has one PC/SC service and vpcd's two ports: a second run of these tests waits until the first has ended."""
    with (Path(tempfile.gettempdir()) / "madonavi-pcsc-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="module")
def service(alone: None) -> Iterator[Service]:
    """The service with its virtual readers."""
    if missing := daemon.missing_parts():
        pytest.skip(f"not installed: {', '.join(missing)}")
    service = Service()
    if not virtual_readers():
        try:
            service.start()
        except TimeoutError:
            service.stop()
            pytest.skip("pcscd cannot be started here")
    yield service
    service.stop()


@pytest.fixture(scope="module")
def real(service: Service) -> Iterator[tuple[Slot, PcscReader]]:
    """The first virtual reader, and the slot behind it."""
    slot = Slot()
    card = VpcdCard(slot)
    card.start()
    yield slot, PcscReader(virtual_readers()[0])
    card.stop()


def look_twice(reader: PcscReader) -> None:
    """46 commands, so that every place where a test pulls is reached."""
    reading.look(reader)
    reading.look(reader)


def test_a_card_is_noticed_read_and_missed_over_real_pcsc(real: tuple[Slot, PcscReader]) -> None:
    slot, reader = real
    slot.place("yoshida")
    placed(reader, there=True)
    assert tries_left(reader) == 3
    with pytest.raises(WrongPin):
        read_basic_four(reader, "0000")
    assert tries_left(reader) == 2
    first = reader.placed()
    assert first is not None
    same = SameCard(reader, first)
    assert read_basic_four(same, "1234").name == "𠮷田　髙子"
    slot.remove()
    placed(reader, there=False)
    slot.place("tsuji")
    placed(reader, there=True)
    with pytest.raises(CardRemoved):
        read_basic_four(same, "1234")
    slot.remove()
    placed(reader, there=False)


@pytest.mark.parametrize("person", ["face-only", "my-licence", "in-parts"])
def test_every_card_of_the_family_says_over_real_pcsc_which_it_is(real: tuple[Slot, PcscReader], person: str) -> None:
    slot, reader = real
    known = next(one for one in PEOPLE if one.id == person)
    slot.place(person)
    placed(reader, there=True)
    look = reading.look(reader)
    assert look.kind is known.kind
    if look.tries_left(SecretKind.PIN4):
        facts, signed = reading.read_and_sign(reader, look.kind, PIN, DEMO_PIN, b"a challenge")
        assert (facts.name, len(signed.signature)) == (known.name, 256)
    elif look.openings:
        with pytest.raises(PinBlocked):
            reading.read(reader, look.kind, PIN)
        facts = reading.read(reader, look.kind, Secret(SecretKind.REFERENCE_B, known.reference_b))
        assert facts.name == known.name
    slot.remove()
    placed(reader, there=False)


def test_face_and_signing_certificate_come_over_real_pcsc(real: tuple[Slot, PcscReader]) -> None:
    slot, reader = real
    slot.place("hanako")
    placed(reader, there=True)
    hanako = next(one for one in PEOPLE if one.id == "hanako")
    assert reading.face(reader, hanako.reference_b).kind == "jpeg2000"
    assert reading.signing_facts(reader, DEMO_PASSWORD, b"a document")[0].address == hanako.address
    slot.remove()
    placed(reader, there=False)


def test_opensc_reads_the_same_certificate_and_signs_the_same_as_we_do(real: tuple[Slot, PcscReader], tmp_path: Path) -> None:
    """OpenSC was written by others, against real cards: that it gets along with the virtual card speaks for both of us."""
    if shutil.which("pkcs15-crypt") is None:
        pytest.skip("not installed: opensc")
    slot, reader = real
    slot.place("hanako")
    placed(reader, there=True)
    ours = reading.sign_challenge(reader, DEMO_PIN, b"a challenge")
    digest, signature = tmp_path / "digest", tmp_path / "signature"
    digest.write_bytes(hashlib.sha256(b"a challenge").digest())
    chosen = ["--reader", reader.name]
    read = subprocess.run(["pkcs15-tool", *chosen, "--read-certificate", "01"], check=True, capture_output=True)
    subprocess.run(["pkcs15-crypt", *chosen, "--sign", "--key", "01", "--pkcs1", "--sha-256", "--raw", "--pin", DEMO_PIN,
                    "--input", digest, "--output", signature], check=True, capture_output=True)
    assert x509.load_pem_x509_certificate(read.stdout).public_bytes(Encoding.DER) == ours.certificate
    assert signature.read_bytes() == ours.signature
    slot.remove()
    placed(reader, there=False)


@pytest.mark.parametrize("at", [1, 30])
def test_a_card_pulled_under_way_is_told_over_real_pcsc_too(real: tuple[Slot, PcscReader], at: int) -> None:
    slot, reader = real
    slot.place("hanako", Accidents(pull_at=at))
    placed(reader, there=True)
    with pytest.raises(CardRemoved):
        look_twice(reader)
    placed(reader, there=False)


def test_two_readers_are_never_taken_for_one_another(real: tuple[Slot, PcscReader]) -> None:
    """Two people at two readers of one computer, at the same time: each gets their own facts."""
    first_slot, first = real
    second_slot = Slot()
    second_card = VpcdCard(second_slot, FIRST_PORT + 1)
    second_card.start()
    second = PcscReader(virtual_readers()[1])
    try:
        first_slot.place("hanako")
        second_slot.place("tsuji")
        placed(first, there=True)
        placed(second, there=True)
        with ThreadPoolExecutor(2) as both:
            names = [both.submit(lambda reader: {reading.read(reader, CardKind.MY_NUMBER, PIN).name for _ in range(8)}, reader)
                     for reader in (first, second)]
        assert [name.result() for name in names] == [{"指宿　花子"}, {next(p for p in PEOPLE if p.id == "tsuji").name}]
    finally:
        first_slot.remove()
        second_slot.remove()
        placed(first, there=False)
        placed(second, there=False)
        second_card.stop()


def test_a_restarted_service_and_an_unplugged_reader_are_recovered_from(
        service: Service, real: tuple[Slot, PcscReader], tmp_path: Path) -> None:
    if service.process is None:
        pytest.skip("pcscd was running before us: it is not ours to stop")
    slot, reader = real
    slot.place("hanako")
    placed(reader, there=True)
    service.stop()
    with pytest.raises(ReaderTrouble):
        reader.placed()
    with pytest.raises(ReaderTrouble):
        reading.look(reader)
    service.start(tmp_path, readers=0)  # the service is back, the reader is not
    with pytest.raises(ReaderTrouble):
        reader.placed()
    service.stop()
    service.start()
    placed(reader, there=True)
    assert reading.read(reader, CardKind.MY_NUMBER, PIN).name == "指宿　花子"
    slot.remove()
    placed(reader, there=False)


def test_a_service_that_dies_in_the_middle_of_a_reading_is_told_and_recovered_from(
        service: Service, real: tuple[Slot, PcscReader]) -> None:
    if service.process is None:
        pytest.skip("pcscd was running before us: it is not ours to stop")
    slot, reader = real
    slot.place("hanako", Accidents(seconds_per_answer=0.1))
    placed(reader, there=True)
    with ThreadPoolExecutor(1) as reads:
        reading_now = reads.submit(reading.read, reader, CardKind.MY_NUMBER, PIN)
        time.sleep(0.4)
        service.stop()
        with pytest.raises((ReaderTrouble, CardRemoved)):
            reading_now.result(timeout=SECONDS)
    service.start()
    slot.place("hanako")
    placed(reader, there=True)
    until(lambda: reading.look(reader).tries_left(SecretKind.PIN4) == 3, "a try was lost")
    slot.remove()
    placed(reader, there=False)

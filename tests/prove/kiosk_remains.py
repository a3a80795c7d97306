"""What stays of a person when they have gone: in the agent's memory (a dump of the running process), its log, its folders; and
whether the agent grows. Thousands of sessions over real HTTP, with numbers and names that occur nowhere else."""

import http.client
import json
import os
import random
import re
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Listener
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

from kiosk_agent.paper import fonts
from kiosk_agent.virtual_card.people import PEOPLE
from kiosk_agent.virtual_card.slot import Slot
from tests.prove.claims import Claims
from tests.prove.kiosk_remains_agent import CONNECT, PLACED

SESSIONS = int(os.environ.get("REMAINS_SESSIONS", "10000"))
PRINTS_EVERY = 20
"""One session in so many goes on to the printed sheet; the others end at different places before it."""
WARM_UP = 300
PINS = 20
"""Numbers that are typed, and as many that never are, for comparison: four digits turn up by chance."""
GROWTH_MB = 5.0
WIPING = {"PYTHONMALLOC": "pymalloc_debug", "MALLOC_PERTURB_": "165"}
"""Python overwrites a piece of memory when it gives it back (0xDD), and so does the C library."""
NAME = "金糸雀"
"""Canary: the first letters of every name and address."""


class CardServer:
    """The reader and its card, in this process."""

    def __init__(self, address: Path) -> None:
        self._cards = 0
        self.slot = Slot(wait=lambda seconds: None)
        self._listener = Listener(str(address), "AF_UNIX")
        Thread(target=self._serve, daemon=True).start()

    def lay(self, pin: str) -> None:
        """A card of a new person with that number."""
        self._cards += 1
        person = replace(PEOPLE[0], id=f"canary-{self._cards}", name=f"{NAME}　{self._cards:05}子",
                         address=f"鹿児島県指宿市{NAME}町{self._cards:05}番地")
        self.slot.people = (person,)
        self.slot.renew()
        self.slot.place(person.id)
        card = self.slot._card
        if card is None:
            raise AssertionError("no card")
        text = next(one for one in card._applications.values() if 0x11 in one.pins)
        text.pins[0x11].digits = pin.encode()

    def _serve(self) -> None:
        line = self._listener.accept()
        placing = 0
        while True:
            try:
                words = line.recv_bytes()
            except EOFError:
                return
            if words == PLACED:
                line.send_bytes((self.slot.placed() or 0).to_bytes(4, "big"))
            elif words == CONNECT:
                placing = self.slot.placed() or 0
                self.slot.reset(placing)
                line.send_bytes(b"+" if placing else b"")
            else:
                line.send_bytes(self.slot.exchange(words, placing) or b"")


@dataclass
class Agent:
    """The agent's process, its card, and its touch screen."""

    folder: Path
    card: CardServer
    process: subprocess.Popen[bytes]
    screen: http.client.HTTPConnection

    def page(self, *, has: str) -> str:
        """The page, as soon as it holds that."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            self.screen.request("GET", "/")
            page = self.screen.getresponse().read().decode()
            if has in page:
                return page
            time.sleep(0.002)
        raise AssertionError(f"no page with {has}")

    def press(self, page: str, pressed: str, value: str = "") -> None:
        """A button of that page."""
        turn, token = re.findall(r'name="turn" value="(\d+)"', page)[0], re.findall(r'name="token" value="([0-9a-f]+)"', page)[0]
        self.screen.request("POST", "/press", urlencode({"turn": turn, "token": token, "press": pressed, "value": value}),
                            {"Content-Type": "application/x-www-form-urlencoded"})
        self.screen.getresponse().read()

    def session(self, number: int, pin: str) -> None:
        """One person from the card to the end; how far depends on the number."""
        self.card.lay(pin)
        self.press(self.page(has='value="pin"'), "pin", pin)
        page = self.page(has=NAME)
        if number % PRINTS_EVERY == 0:
            for has, pressed, value in (("はい、つくります", "go_on", ""), ('value="self"', "answer", "self"),
                                        ('value="none"', "answer", "none"), ("1通", "answer", "1")):
                self.press(self.page(has=has), pressed, value)
            self.page(has="申請書ができました")
        elif number % 2:
            self.press(page, "stopped")
            self.page(has="置いてください")
        self.card.slot.remove()
        if number % PRINTS_EVERY and not number % 2:
            self.press(self.page(has='value="go_on"'), "go_on")
        self.page(has="マイナンバーカードを<br>置いてください")

    def counted(self) -> dict[str, float]:
        """What the agent says that it holds."""
        file = self.folder / "count.json"
        file.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)
        until = time.monotonic() + 60
        while not file.exists():
            self.screen.request("GET", "/turn")  # a Python signal waits for the main thread to turn
            self.screen.getresponse().read()
            if time.monotonic() > until:
                raise AssertionError("the agent does not count")
            time.sleep(0.05)
        counts: dict[str, float] = json.loads(file.read_text())
        return counts

    def rss(self) -> float:
        """Megabytes in real memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1000


@contextmanager
def agent(base: Path, environment: dict[str, str]) -> Iterator[Agent]:
    """An agent in a folder of its own."""
    folder = Path(tempfile.mkdtemp(dir=base))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    card = CardServer(folder / "card")
    process = subprocess.Popen([sys.executable, "-m", "tests.prove.kiosk_remains_agent", str(folder), str(port), str(folder / "card")],
                               env={**os.environ, **environment, "FONTS": str(base / "fonts")}, stdout=(folder / "out.log").open("wb"),
                               stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 60
        while socket.socket().connect_ex(("127.0.0.1", port)):
            if process.poll() is not None or time.monotonic() > until:
                raise AssertionError((folder / "out.log").read_text()[-2000:])
            time.sleep(0.1)
        yield Agent(folder, card, process, http.client.HTTPConnection("localhost", port, timeout=30))
    finally:
        process.kill()
        process.wait()


def dump(one: Agent) -> tuple[bytes, str]:
    """All memory that the agent may write, and how it was had."""
    if shutil.which("gcore"):
        subprocess.run(["gcore", "-o", one.folder / "core", str(one.process.pid)], check=True, capture_output=True)
        core = one.folder / f"core.{one.process.pid}"
        memory = core.read_bytes()
        core.unlink()
        return memory, "gcore (gdb)"
    parts = []
    with Path(f"/proc/{one.process.pid}/maps").open() as maps, Path(f"/proc/{one.process.pid}/mem").open("rb", 0) as source:
        for line in maps:
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if found:
                start, stop = (int(end, 16) for end in found.groups())
                source.seek(start)
                try:
                    parts.append(source.read(stop - start))
                except OSError:
                    continue
    return b"".join(parts), "/proc/<pid>/mem, all writable maps"


def four_digits(memory: bytes) -> Counter[bytes]:
    """How often each number of four digits stands by itself."""
    return Counter(found.group() for found in re.finditer(rb"(?<![0-9])[0-9]{4}(?![0-9])", memory))


def shapes(pin: str) -> tuple[bytes, ...]:
    """The number in a shape that chance does not make: the posted form, the card's VERIFY, a text or bytes of Python."""
    digits = pin.encode()
    ascii_text = struct.pack("<q", 4), digits + b"\0"
    return (b"value=" + digits, bytes.fromhex("0020008004") + digits, bytes.fromhex("0020008104") + digits,
            ascii_text[0] + b"........" + digits + b"\0")


def hits(memory: bytes, pins: list[str]) -> Counter[str]:
    """Where the numbers stand, by shape."""
    found: Counter[str] = Counter()
    for pin in pins:
        form, verify, verify_other, _ = shapes(pin)
        found["in a posted form"] += memory.count(form)
        found["in a command to the card"] += memory.count(verify) + memory.count(verify_other)
        # CPython 3.11: bytes are length, hash, content; a compact ASCII text is length, hash, state, wstr, content.
        found["as bytes of Python"] += len(re.findall(rb"\x04\0{7}.{8}" + pin.encode() + rb"\0", memory, re.DOTALL))
        found["as a text of Python"] += len(re.findall(rb"\x04\0{7}.{24}" + pin.encode() + rb"\0", memory, re.DOTALL))
    return found


def people(memory: bytes) -> int:
    """How often the canaries' names or addresses stand there, in whatever width Python or C keep text."""
    return sum(memory.count(NAME.encode(width)) for width in ("utf-8", "utf-16-le", "utf-32-le"))


def unused(memory: bytes) -> list[str]:
    """Numbers that stand nowhere in the memory of an agent that nobody has used."""
    there = four_digits(memory)
    return [pin for n in range(1000, 10000) if (pin := str(n)).encode() not in there]


def run(base: Path, environment: dict[str, str], sessions: int) -> dict[str, object]:
    """Sessions, then everything that is looked at."""
    with agent(base, environment) as one:
        free = unused(dump(one)[0])
        random.Random(7).shuffle(free)
        typed, never = free[:PINS], free[PINS:2 * PINS]
        for number in range(min(WARM_UP, sessions // 4)):
            one.session(number, typed[number % PINS])
        before, rss_before = one.counted(), one.rss()
        began = time.monotonic()
        for number in range(sessions):
            one.session(number, typed[number % PINS])
        seconds = time.monotonic() - began
        after, rss_after = one.counted(), one.rss()
        memory, how = dump(one)
        digits = four_digits(memory)
        one.card.slot.remove()
        return {
            "how": how, "megabytes": len(memory) / 1e6, "ms": seconds * 1000 / sessions,
            "pins": hits(memory, typed), "typed": sum(digits[pin.encode()] for pin in typed),
            "never": sum(digits[pin.encode()] for pin in never), "names": people(memory), "people": after["people"],
            "rss": rss_after - rss_before,
            "traced": after["traced"] - before["traced"] if after["traced"] is not None else None,
            "files": _files(one.folder, typed),
        }


def _files(folder: Path, pins: list[str]) -> Counter[str]:
    """Canaries in files and in their names. A number counts where it stands in the shape of a posted form or by itself."""
    found: Counter[str] = Counter()
    for file in folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes() + str(file.relative_to(folder)).encode()
            found["names"] += people(content)
            found["numbers"] += sum(hits(content, pins).values()) + content.count(b"pin=")
            found["files"] += 1
    found["left in spool and printed"] = sum(1 for room in ("spool", "printed") for _ in (folder / room).iterdir())
    return found


def claim(claims: Claims) -> None:
    """With the agent's wiping switched on nothing is found; without it, what Python leaves behind is told."""
    with tempfile.TemporaryDirectory() as place:
        base = Path(place)
        fonts.prepare(base / "fonts")
        wiped = run(base, WIPING, SESSIONS)
        _tell(claims, wiped, f"after {SESSIONS} sessions ({SESSIONS // PRINTS_EVERY} printed)")
        plain = run(base, {}, min(SESSIONS, 500))
        claims.told("the same without the wiping of freed memory, 500 sessions: numbers, names",
                    f"{sum(plain['pins'].values())} {dict(plain['pins'])}, {plain['names']}; ms a session {plain['ms']:.0f} "
                    f"against {wiped['ms']:.0f}")
        traced = run(base, {"PYTHONTRACEMALLOC": "1"}, min(SESSIONS, 1000))
        claims.line("growth that Python traces over 1000 sessions, MB", f"{traced['traced']:.2f}", "<= 0.5", traced["traced"] <= 0.5)


def _tell(claims: Claims, seen: dict[str, object], when: str) -> None:
    claims.told("memory looked at", f"{seen['megabytes']:.0f} MB by {seen['how']}")
    pins = sum(seen["pins"].values())
    claims.line(f"typed numbers in memory {when}, in any shape of their own", f"{pins} {dict(seen['pins'])}", "0", pins == 0)
    claims.line(f"the {PINS} typed numbers as bare digits in memory, against {PINS} never typed",
                f"{seen['typed']} against {seen['never']}", "no more than by chance (+2)", seen["typed"] <= seen["never"] + 2)
    claims.line(f"names and addresses in memory {when}", seen["names"], "0", seen["names"] == 0)
    claims.line("people held by the program", seen["people"], "0", seen["people"] == 0)
    files = seen["files"]
    claims.line(f"typed numbers in log, data, spool and printed folder ({files['files']} files)", files["numbers"], "0",
                not files["numbers"])
    claims.line("names and addresses in them", files["names"], "0", not files["names"])
    claims.line("memory growth, MB", f"{seen['rss']:.1f}", f"<= {GROWTH_MB:.0f}", seen["rss"] <= GROWTH_MB)


def main() -> int:
    """Measure; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    claim(claims)
    return claims.exit_code()


if __name__ == "__main__":
    raise SystemExit(main())

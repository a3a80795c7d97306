"""Who may speak as a kiosk: what is altered, replayed, revoked or raced, at the real door over the real store."""

import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chalicelib.domain.device import RevokeReason
from chalicelib.services import devices
from tests.fakes.cases import officer
from tests.functions.api.kiosk import (
    FIRST,
    KEY,
    NOBODY,
    OTHER_KEY,
    a_request,
    altered,
    an_enrolment,
)
from tests.functions.pages.hall import Hall
from tests.prove.app_city import a_city
from tests.prove.claims import Claims

BODY = b'{"agent":"0.1.0","unsynced":1}'
SIGNS = (0x01, 0x20, 0x80)
"""What is added to a byte to make another one: the next, the other case, no ASCII at all."""
RACERS = 16
ROUNDS = 40


class Door:
    """The office over the real store, with 1号機 enrolled."""

    def __init__(self, url: str) -> None:
        self.world = a_city(url).world
        # chalice keeps the present request in the application, so whoever comes at the same moment needs one of their own,
        # as each Lambda has.
        self.halls = [Hall(self.world) for _ in range(RACERS)]
        self.admin = replace(officer(), roles=devices.MANAGES)
        _, code = devices.add(self.world.parts, self.admin, FIRST, name="1号機", office="ibusuki", desk="shimin")
        self.send(an_enrolment(code, at=self.world.clock()))

    def send(self, request: httpx.Request, lane: int = 0) -> httpx.Response:
        """The office's answer."""
        return self.halls[lane].transport.handle_request(request)

    def request(self, number: int, **wrong: object) -> httpx.Request:
        """A sound message of its own nonce, but for what is named."""
        return a_request(body=BODY, at=self.world.clock(), nonce=f"{number:032d}", **wrong)  # type: ignore[arg-type]  # names of it


def altered_and_taken(door: Door) -> tuple[int, int]:
    """(messages with one byte changed, how many of them were taken)."""
    sound = door.request(1)
    made = [altered(sound, body=BODY[:at] + bytes([BODY[at] ^ sign]) + BODY[at + 1:]) for at in range(len(BODY)) for sign in SIGNS]
    for name in ("signature-input", "content-digest"):
        text = sound.headers[name].encode()
        made += [altered(sound, headers={name: (text[:at] + bytes([text[at] ^ sign]) + text[at + 1:]).decode("latin-1")})
                 for at in range(len(text)) for sign in SIGNS if text[at] ^ sign >= 0x20]
    made += [altered(sound, path=path) for path in ("/api/v1/kiosk/challenges", "/api/v1/kiosk/state?a=1")]
    return len(made), sum(door.send(one).status_code == 200 for one in made)


def replayed(door: Door) -> tuple[int, int]:
    """(messages that were sent many times at once, how many of them were taken other than once)."""
    wrong = 0
    with ThreadPoolExecutor(RACERS) as racers:
        for number in range(100, 100 + ROUNDS):
            message = door.request(number)
            answers = list(racers.map(lambda lane, same=message: door.send(same, lane).status_code, range(RACERS)))
            wrong += Counter(answers) != {200: 1, 401: RACERS - 1}
    return ROUNDS, wrong


def one_code_many_keys(door: Door) -> tuple[int, int]:
    """(codes that two kiosks used at once, how many of them made other than one of the two trusted)."""
    wrong = 0
    with ThreadPoolExecutor(2) as racers:
        for number in range(ROUNDS):
            door.world.clock.pass_(minutes=11)  # so that the losers' wrong codes are forgotten
            _, code = devices.new_code(door.world.parts, door.admin, FIRST)
            asks = [an_enrolment(code, shown=key, key=key, at=door.world.clock(), nonce=f"{number:032d}")
                    for key in (KEY, OTHER_KEY)]
            wrong += sorted(racers.map(lambda one, lane: door.send(one, lane).status_code, asks, (0, 1))) != [200, 404]
    return ROUNDS, wrong


def alike(door: Door) -> tuple[int, float]:
    """(answers to unknown, revoked and wrong keys that differ, largest difference of their median times in ms)."""
    wrong = Ed25519PrivateKey.generate()
    found = [_asked(door, key_id=NOBODY), _asked(door, key=wrong)]
    devices.revoke(door.world.parts, door.admin, FIRST, RevokeReason.LOST)
    found += [_asked(door), _asked(door, key=wrong)]
    medians = [median for _, median in found]
    return len(set[bytes]().union(*(answers for answers, _ in found))) - 1, max(medians) - min(medians)


def _asked(door: Door, **wrong: object) -> tuple[set[bytes], float]:
    """(the different answers, their median time in ms) to many requests that are wrong in one way."""
    answers, times = set(), []
    for number in range(5 * ROUNDS):
        request = door.request(number, **wrong)
        began = time.perf_counter()
        answer = door.send(request)
        times.append((time.perf_counter() - began) * 1000)
        answers.add(repr((answer.status_code, sorted(answer.headers.items()), answer.content)).encode())
    return answers, statistics.median(times)


def claim(claims: Claims) -> None:
    """Point 6 of issue 5, and goal 39 for kiosks, on a store of its own."""
    from tests.conftest import a_store

    with a_store() as url:
        _tell(claims, url)


def _tell(claims: Claims, url: str) -> None:
    door = Door(url)
    tried, taken = altered_and_taken(door)
    claims.line("signed messages with one byte, path or query changed", f"{tried} tried, {taken} taken", "0 taken", taken == 0)
    sent, wrong = replayed(door)
    claims.line(f"messages sent {RACERS} times at once", f"{sent} messages, {wrong} taken other than once", "0", wrong == 0)
    late = door.request(2)
    door.world.clock.pass_(seconds=(devices.CLOCK_WINDOW + timedelta(seconds=1)).total_seconds())
    said = door.send(late).json()
    claims.line("a message that is five minutes and a second old", said["error"], "clock-wrong, with the office's clock",
                said["error"] == "clock-wrong" and "clock" in said)
    codes, unsound = one_code_many_keys(door)
    claims.line("one-time codes used by two kiosks at once", f"{codes} codes, {unsound} not for exactly one", "0", unsound == 0)
    different, milliseconds = alike(door)
    claims.line("unknown, revoked and wrongly signed kiosks that are answered differently",
                f"{different}, median difference {milliseconds:.1f} ms", "0, ≤ 5 ms", different == 0 and milliseconds <= 5)


def main() -> int:
    """Measure; 1 when a goal was missed."""
    claims = Claims()
    claim(claims)
    return claims.exit_code()


if __name__ == "__main__":
    raise SystemExit(main())

"""QR across the air gap: how many symbols a form takes, whether photographs of them are read, and that nothing false gets in."""

import io
import random
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import segno
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from PIL import Image, ImageFilter

from kiosk_agent import qr
from kiosk_agent.qr_import.desk import Desk
from kiosk_agent.qr_import.had import Had
from tests.fakes.world import FRIDAY_NOON
from tests.kiosk_agent.test_qr_import import a_form
from tests.prove.claims import Claims

DICE = random.Random(20261121)  # the same dice each time
KIOSK, READER, STRANGER = Ed25519PrivateKey.generate(), X25519PrivateKey.generate(), Ed25519PrivateKey.generate()
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
WEEK = timedelta(days=7)


def measure(claims: Claims) -> None:
    """All lines about QR."""
    for what, long in (("a form of one certificate", False), ("a form with 500 rare characters more", True)):
        parts = _parts(long=long)
        claims.told(f"{what}: symbols and characters", f"{len(parts)}, {sum(map(len, parts))}")
    _photographs(claims)
    _false_ones(claims)


def _parts(*, long: bool = False, sender: Ed25519PrivateKey = KIOSK) -> tuple[str, ...]:
    return qr.encode(a_form(long=long), qr.Sender(sender, READER.public_key()), now=FRIDAY_NOON, lives=WEEK)


def _photographs(claims: Claims) -> None:
    """Each symbol as paper under a camera shows it, at six angles: what can be read of each kind of picture."""
    tried: Counter[str] = Counter()
    read: Counter[str] = Counter()
    for text in (*_parts(), *_parts(long=True)):
        for kind, picture in as_seen(text):
            tried[kind] += 1
            read[kind] += any(found.text == text for found in zxingcpp.read_barcodes(picture))
    by_kind = "、".join(f"{kind} {read[kind]} / {tried[kind]}" for kind in tried)
    claims.told("symbols read / tried, each turned by six angles", by_kind)
    sharp = read["sharp"], tried["sharp"]
    claims.line("sharp symbols read / tried", f"{sharp[0]} / {sharp[1]}", "all", sharp[0] == sharp[1])


def as_seen(text: str) -> Iterator[tuple[str, Image.Image]]:
    """(kind, picture) of a symbol as a camera may have it."""
    out = io.BytesIO()
    segno.make_qr(text, error="m", mode="alphanumeric", boost_error=False).save(out, kind="png", scale=6, border=4)
    sharp = Image.open(out).convert("L")
    for angle in (0, 7, 33, 90, 171, 250):
        turned = sharp.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
        width, height = turned.size
        slant = (0, 0, width * 0.06, height, width, height * 0.94, width * 0.95, 0)
        yield "sharp", turned
        yield "blurred", turned.filter(ImageFilter.GaussianBlur(1.6))
        yield "small", turned.resize((width * 6 // 10, height * 6 // 10), Image.Resampling.BICUBIC)
        yield "noisy", Image.blend(turned, Image.effect_noise(turned.size, 60), 0.3)
        yield "dark", turned.point(lambda value: 40 + value * 90 // 255)
        yield "slanted", turned.transform(turned.size, Image.Transform.QUAD, slant, Image.Resampling.BICUBIC, fillcolor=255)


def _false_ones(claims: Claims) -> None:
    """Changed, replayed, foreign, late: none may become a file."""
    receiver = qr.Receiver(READER, (KIOSK.public_key(),))
    with tempfile.TemporaryDirectory() as name, Had(Path(name) / "had.sqlite") as had:
        folder = Path(name) / "forms"
        now = FRIDAY_NOON
        desk = Desk(receiver, had, folder, lambda: now)
        (text,) = _parts()
        taken = sum(desk.scan(_changed(text)).good is True for _ in range(2_000))
        claims.line("changed symbols with a right checksum, accepted / tried", f"{taken} / 2000", "0", taken == 0)
        first = desk.scan(text).good
        again = sum(desk.scan(text).good is True for _ in range(200))
        claims.line("the same form scanned again, accepted / tried", f"{again} / 200", "0", bool(first) and again == 0)
        foreign = sum(desk.scan(_parts(sender=STRANGER)[0]).good is True for _ in range(200))
        claims.line("forms of a kiosk that is not believed, accepted / tried", f"{foreign} / 200", "0", foreign == 0)
        a, b = _parts(long=True), _parts(long=True)
        mixed = sum(desk.scan(part).good is True for part in (a[0], *b[1:]))
        claims.line("parts of two messages mixed, accepted", mixed, "0", mixed == 0)
        late = Desk(receiver, had, folder, lambda: now + timedelta(days=8))
        old = sum(late.scan(_parts()[0]).good is True for _ in range(100))
        claims.line("forms past their term, accepted / tried", f"{old} / 100", "0", old == 0)
        claims.line("files written for one form that was right", len(list(folder.glob("*/*.json"))), "1",
                    len(list(folder.glob("*/*.json"))) == 1)


def _changed(text: str) -> str:
    """One letter of the body is another one, and the checksum is made right again: what only seal and signature can notice."""
    at = DICE.randrange(qr.HEADER_LENGTH, len(text))
    body = text[qr.HEADER_LENGTH:]
    place = at - qr.HEADER_LENGTH
    body = body[:place] + DICE.choice(LETTERS.replace(body[place], "")) + body[place + 1:]
    assert zlib.crc32(body.encode()) != zlib.crc32(text[qr.HEADER_LENGTH:].encode())
    return text[:13] + qr._crc(body) + body

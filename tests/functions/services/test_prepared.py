"""A form from the phone: how its code is typed, what goes along, how long it lives, and the texts of its QR."""

import base64
import hashlib
import random
import zlib

import pytest

from chalicelib import worker
from chalicelib.domain.errors import NotFound
from chalicelib.domain.prepared import LIVES, Prepared, code_of, hash_of_code
from chalicelib.services import counter, prepared, prepared_qr
from content.rules import form
from content.rules.codes import LETTERS
from content.vocabulary.procedure import Procedure
from tests.fakes.counter import a_kiosk
from tests.fakes.world import FRIDAY_NOON, World, a_world, ibusuki


@pytest.fixture
def world() -> World:
    return a_world()


def a_form(**answers: form.Answer) -> Prepared:
    """What somebody filled in for one 住民票."""
    return prepared.gathered(ibusuki().procedure("juminhyo"), {"whose": "self", "items": ("none",), "copies": "1", **answers})


def long_words(number: int) -> str:
    """Text that hardly packs: it is different in every place."""
    chance = random.Random(20261120)  # noqa: S311 - words to fill a symbol with
    return "".join(chr(chance.randrange(0x4E00, 0x9FA0)) for _ in range(number))


def test_a_code_has_eight_letters_that_nobody_mistakes() -> None:
    assert code_of(0) == "AAAA-AAAA"
    assert not set(LETTERS) & set("IOQV0123456789")
    assert len({code_of(number) for number in range(5000)}) == 5000


@pytest.mark.parametrize("typed", ["abcd-wxyz", "ABCD WXYZ", "ＡＢＣＤ－ＷＸＹＺ", " abcdwxyz ", "ＡＢＣＤーＷＸＹＺ", "abcd–wxyz"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert hash_of_code(typed) == hash_of_code("ABCD-WXYZ") is not None


@pytest.mark.parametrize("typed", ["", "ABCD-WXY", "ABCD-WXYZA", "ABCD-WXY1", "IOQV-ABCD", "../../x"])
def test_what_is_no_code_is_looked_up_nowhere(typed: str) -> None:
    assert hash_of_code(typed) is None


def test_after_seven_days_the_worker_has_deleted_it(world: World) -> None:
    code, until = prepared.keep(world.parts, a_form(), place="phone")
    assert until == FRIDAY_NOON + LIVES
    world.clock.pass_(days=7)
    with pytest.raises(NotFound):
        prepared.fetch(world.parts, a_kiosk(), code)
    assert worker.tick(world.parts, reconcile=False)["forgotten"] == 1
    assert not world.prepared.rows
    assert "forgotten" not in worker.tick(world.parts, reconcile=False)


def test_neither_the_form_nor_its_facts_show_in_a_repr() -> None:
    assert "山" not in repr(a_form(name_kana="ヤマ", purpose="山"))


def test_what_was_answered_before_the_mind_was_changed_does_not_go_along() -> None:
    assert "members" not in a_form(members="花子").answers
    assert a_form(whose="members", members="指宿　一郎").answers["members"] == "指宿　一郎"


@pytest.mark.parametrize("procedure", [one for one in ibusuki().procedures if counter.offered(a_world().parts, one)],
                         ids=lambda one: str(one.id))
def test_the_short_form_of_every_procedure_of_the_counter_asks_and_needs_nothing(procedure: Procedure) -> None:
    short = prepared.short(procedure)
    assert short.pages
    assert not form.problems_of(short, {})
    assert not [one.id for one in short.fields() if one.from_identity or one.kind in ("file", "mail")]


def joined(texts: tuple[str, ...]) -> bytes:
    """The packed content of some symbols, as docs/prepared-code.md says."""
    armour = ""
    for place, text in enumerate(texts, start=1):
        body = text[20:]
        crc = base64.b32encode(zlib.crc32(body.encode()).to_bytes(4, "big")).decode().rstrip("=")
        assert text[:20] == f"MP1{texts[0][3:11]}{place}{len(texts)}{crc}"
        armour += body
    return base64.b32decode(armour + "=" * (-len(armour) % 8))


@pytest.mark.parametrize(("length", "symbols"), [(0, 1), (250, 2), (450, 3), (800, 4)])
def test_a_longer_form_takes_more_symbols_that_a_reader_can_join(length: int, symbols: int) -> None:
    told = a_form(items=("mynumber",), purpose=long_words(length) or "年金")
    texts = prepared_qr.texts(told, FRIDAY_NOON + LIVES)
    assert len(texts) == symbols
    assert len({len(text) for text in texts[:-1]}) <= 1
    assert all(len(text) <= 970 and set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for text in texts)
    packed = joined(texts)
    assert base64.b32encode(hashlib.sha256(packed).digest()).decode()[:8] == texts[0][3:11]
    again = prepared.from_json(zlib.decompress(packed, -15))
    assert again == told


def test_a_form_that_is_too_long_for_four_symbols_has_none() -> None:
    assert prepared_qr.texts(a_form(items=("mynumber",), purpose=long_words(2000)), FRIDAY_NOON) == ()

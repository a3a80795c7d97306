"""What we claim about the papers of a life event: which sheets, how much less is written, how fast the bundle is there.

For each made-up family: sheets, desks, entries if the same sheets were handwritten, what stays for the pen, the reduction, and
seconds and KB of the bundle. Handwriting is counted from the paper definitions (content/rules/handwriting.py), by the rule of
moving-and-birth.md §3.1. `python -m tests.prove.life_papers` takes what is typed from the definitions of the interviews, without
a browser; `make prove-life-events` takes it from the walk of each family at a phone (role_play.py).
"""

import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from content.catalogue import Catalogue, load
from content.rules.answers import Answer
from content.rules.derived import rows
from content.rules.handwriting import Entry, by_kind, entries_asked
from kiosk_agent import keys
from kiosk_agent.bundle import BundleMaker, Plan, known_for, plan
from kiosk_agent.paper import fonts
from kiosk_agent.paper.fill import fill
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.paper.writing import Writing, writing
from kiosk_agent.preview.people import LONG_ADDRESS, LONG_KANA, LONG_NAME
from tests.personas import personas
from tests.prove.claims import Claims

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
RUNS = 5
REFERENCE = "moving-2-family"
CITY_BEFORE: Mapping[str, int] = {"name": 36, "address": 25, "phone": 16, "birthdate": 19}
CITY_AFTER: Mapping[str, int] = {"name": 16, "address": 2, "phone": 5, "birthdate": 10}
"""The city's role-play of the same family, before and after its redesign (systems.md H02a–d)."""
TABLE_K: Mapping[str, int] = {"name": 50, "address": 26, "phone": 15, "birthdate": 21}
"""Set K, counted by a person (moving-and-birth.md §3.3); with names of A and P only it is 34, and 96 in all."""
WITHOUT_CARD, WITH_CARDS = 17, 6
SECONDS = 3.0


def said(counted: Mapping[str, int]) -> str:
    """氏名 50 + 住所 26 + 電話 15 + 生年月日 21 = 112."""
    words = {"name": "氏名", "address": "住所", "phone": "電話", "birthdate": "生年月日"}
    return f"{' + '.join(f'{words[kind]} {number}' for kind, number in counted.items())} = {sum(counted.values())}"


def written(told: Plan, catalogue: Catalogue) -> Writing:
    """What the family's sheets take together."""
    whole = Writing()
    for wish in told.wishes:
        paper = catalogue.paper(wish.paper)
        one = writing(paper, known_for(told, wish, paper, NOON.date(), "ABCD-EFGH"))
        whole.by_hand.update(one.by_hand)
        whole.left.update(one.left)
    return whole


def typed_with_cards(told: Plan, kinds: Sequence[str]) -> Counter[Entry]:
    """What is typed when the cards of these kinds were read (the interview's answer `card`)."""
    people = told.event.people or ""
    cards = [row for row in rows(people, told.answers) if told.answers.get(f"{people}.{row}.card") in kinds]
    return entries_asked(told.procedure, told.answers, cards, people)


class Bundles:
    """What makes a family's bundle, with fonts and keys of its own in a folder."""

    def __init__(self, catalogue: Catalogue, folder: Path) -> None:
        self.catalogue = catalogue
        self.shelf = Shelf(fonts.prepare(folder / "fonts"))
        self._maker = BundleMaker(catalogue, self.shelf, keys.sender(folder / "keys", None, demo=True))

    def timed(self, told: Plan) -> tuple[float, float]:
        """(seconds, the median of some runs; KB)."""
        seconds, pdf = [], b""
        for _ in range(RUNS):
            began = time.perf_counter()
            pdf = self._maker.bundle(told, now=NOON).job.pdf
            seconds.append(time.perf_counter() - began)
        return statistics.median(seconds), len(pdf) / 1024


def on_paper(claims: Claims, bundles: Bundles, told: Plan, name: str, typed: Mapping[Entry, int]) -> None:
    """A family's sheets, beside what was typed in its interview."""
    counts = Counter(wish.id for wish in told.wishes)
    each = " ".join(f"{id}×{n}" if n > 1 else id for id, n in counts.items())
    none = "none of the event's sheets applies" if told.event.papers else "no sheet of this event is defined"
    claims.told(f"{name}, sheets", f"{len(told.wishes)} ({each or none})")
    if told.wishes:
        claims.told(f"{name}, desks in walking order, with those of the sheets", f"{len(told.desks)} ({' '.join(told.desks)})")
        paper = written(told, bundles.catalogue)
        hand, left = by_kind(paper.by_hand), by_kind(paper.left)
        claims.told(f"{name}, entries if the same sheets were handwritten",
                    f"{said(hand)}, and {paper.by_hand[Entry.OTHER]} others")
        claims.told(f"{name}, entries left for the pen on the printed sheets",
                    f"{said(left)}, and {paper.left[Entry.OTHER]} others")
        before, after = sum(hand.values()), sum(by_kind(typed).values()) + sum(left.values())
        claims.told(f"{name}, reduction, typed and left to the pen against handwritten",
                    f"{before} to {after} ({100 * (after - before) / before:+.0f} %)" if before else "nothing of these four kinds")
    middle, size = bundles.timed(told)
    claims.line(f"{name}, bundle, seconds (median of {RUNS}) and KB", f"{middle:.2f} s, {size:.0f} KB", f"under {SECONDS:.0f} s",
                middle < SECONDS)


def _reference(claims: Claims, catalogue: Catalogue) -> None:
    """The family of seven with the dog, with the order for the bank: the city's fourteen papers as we believe them."""
    persona = next(one for one in personas() if one.id == REFERENCE)
    told = plan(catalogue, persona.event, {**persona.answers, "wishes": ("debit",)}, is_open=lambda day: True)
    paper = written(told, catalogue)
    hand = by_kind(paper.by_hand)
    claims.line("reference family, handwritten on the 14 papers of set K, counted from the definitions", said(hand),
                f"the table counted by a person: {said(TABLE_K)}", hand == TABLE_K)
    short = {**hand, "name": hand["name"] - paper.by_hand[Entry.AGAIN]}
    claims.told("reference family, the same without names for another reason, beside the city's role-play",
                f"{said(short)}; the city: {said(CITY_BEFORE)}")
    typed = by_kind(typed_with_cards(told, ()))
    claims.line(f"reference family, typed without any card, beside the city's {said(CITY_AFTER)}", said(typed),
                f"≤ {WITHOUT_CARD}", sum(typed.values()) <= WITHOUT_CARD)
    cards = by_kind(typed_with_cards(told, ("pin", "yes")))
    claims.line("reference family, typed with the five cards read (two of them opened by the number on the card)", said(cards),
                f"≤ {WITH_CARDS}", sum(cards.values()) <= WITH_CARDS)
    claims.told("reference family, typed with only the three cards whose PIN they know",
                said(by_kind(typed_with_cards(told, ("pin",)))))
    claims.told("reference family, left for the pen (signature, whose account, address on 1 January)",
                f"{said(by_kind(paper.left))}, and {paper.left[Entry.OTHER]} others (dog, bank, school, doctor)")


def _long_names(claims: Claims, catalogue: Catalogue, shelf: Shelf) -> None:
    """Everybody with a name of sixty characters, and the longest address, on every sheet that there is."""
    persona = next(one for one in personas() if one.id == REFERENCE)
    answers: dict[str, Answer] = dict(persona.answers)
    answers |= {id: LONG_NAME if id.endswith(".name") else LONG_KANA for id in answers if id.endswith((".name", ".kana"))}
    answers |= {"address": f"〒891-0405 {LONG_ADDRESS}", "previous_address": f"〒810-0001 {LONG_ADDRESS}"}
    told = plan(catalogue, persona.event, answers, is_open=lambda day: True)
    papers = [one for one in catalogue.papers if one.event == persona.event]
    known = known_for(told, told.wishes[0], papers[0], NOON.date(), "ABCD-EFGH")
    sheets = [len(fill(paper, replace(known, paper=paper, subject="3"), shelf).sheets) for paper in papers]
    claims.told("names of 60 characters: sheets that take them in their boxes / with an annex", f"{sheets.count(1)} / "
                f"{len(sheets) - sheets.count(1)} of {len(papers)}")


def measure(claims: Claims, bundles: Bundles) -> None:
    """The lines that are about the reference family, and about names that hardly fit."""
    _reference(claims, bundles.catalogue)
    _long_names(claims, bundles.catalogue, bundles.shelf)


def main() -> int:
    """Measure; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    catalogue = load("ibusuki")
    with tempfile.TemporaryDirectory() as folder:
        bundles = Bundles(catalogue, Path(folder))
        for persona in personas():
            told = plan(catalogue, persona.event, persona.answers, is_open=lambda day: True)
            on_paper(claims, bundles, told, persona.id, typed_with_cards(told, ()))
        measure(claims, bundles)
    return claims.exit_code()


if __name__ == "__main__":
    sys.exit(main())

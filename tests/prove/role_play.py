"""What we claim about families: each walks its interview at a phone in a real browser, beside the same sheets written by hand.

`python -m tests.prove.role_play moving birth-1` walks only the personas whose names begin so.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser

from content.catalogue import Catalogue, load
from content.rules import form
from content.rules.handwriting import Entry, by_kind, entries_asked
from kiosk_agent.bundle import Plan, plan
from tests.content.test_family_words import SILENT
from tests.functions.pages.interview_walk import Walk, WalkFault, walk
from tests.functions.pages.phone import WIDTH, a_hall, a_phone, chromium
from tests.personas import Persona, beside, personas
from tests.prove.claims import Claims
from tests.prove.life_papers import Bundles, on_paper, said, typed_with_cards

MOST_QUESTIONS = 15
DOOR = "職員と話したい"
ALL_CARDS = ("pin", "yes")


def measure(claims: Claims, catalogue: Catalogue, only: Sequence[str] = ("",)) -> None:
    """A block of lines for each family. only: how the names of the wanted ones begin."""
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        bundles = Bundles(catalogue, Path(folder))
        for persona in personas():
            if persona.id.startswith(tuple(only)):
                _block(claims, browser, catalogue, persona, bundles)
        _notices(claims, browser, catalogue)


def _block(claims: Claims, browser: Browser, catalogue: Catalogue, persona: Persona, bundles: Bundles) -> None:
    id = persona.id
    claims.say(f"\n{id}: {persona.says}")
    try:
        done = _walked(browser, catalogue, persona)
    except WalkFault as fault:
        claims.line(f"{id}, walks its interview at a phone", fault, f"to the list, at {WIDTH} px", reached=False)
        return
    told = plan(catalogue, persona.event, persona.answers, is_open=lambda day: True)
    _interview(claims, catalogue, persona, done)
    _entries(claims, told, id, done)
    missed, superfluous = beside(persona, done.told.found)
    claims.line(f"{id}, procedures on the screen: {sum(map(len, done.told.found.values()))}; missed / superfluous beside the "
                "list that was written by hand", f"{len(missed)} / {len(superfluous)} {' '.join((*missed, *superfluous))}".rstrip(),
                "0 / 0", not missed and not superfluous)
    claims.told(f"{id}, desks to visit", f"{len(done.told.desks)} ({' → '.join(done.told.desks) or 'none'})")
    on_paper(claims, bundles, told, id, done.typed)


def _walked(browser: Browser, catalogue: Catalogue, persona: Persona) -> Walk:
    event = catalogue.life_event(persona.event)
    with a_hall() as address, a_phone(browser, address) as page:
        return walk(page, persona, event, catalogue.procedure(event.procedure))


def _interview(claims: Claims, catalogue: Catalogue, persona: Persona, done: Walk) -> None:
    procedure = catalogue.procedure(catalogue.life_event(persona.event).procedure)
    asked = [page.title for page in form.asked_pages(procedure, persona.answers)]
    claims.line(f"{persona.id}, questions asked at a phone {WIDTH} px wide", len(done.questions),
                f"those of the interview, ≤ {MOST_QUESTIONS}", done.questions == asked and len(asked) <= MOST_QUESTIONS)
    claims.told(f"{persona.id}, touches (choices, buttons, list of eras)", done.touches)
    loud = sum(bool(SILENT.search(page)) for page in done.words)
    shut = sum(DOOR not in page for page in done.words)
    claims.line(f"{persona.id}, pages with a word about violence / without 「{DOOR}」", f"{loud} / {shut} of {len(done.words)}",
                "0 / 0", (loud, shut) == (0, 0))


def _entries(claims: Claims, told: Plan, id: str, done: Walk) -> None:
    asked = entries_asked(told.procedure, told.answers)
    empty = sum(done.left_empty.values())
    claims.line(f"{id}, entries typed, no card, counted in the browser",
                f"{_all(done.typed)}{f'; {empty} left empty' if empty else ''}",
                f"as counted from the interview: {_all(asked)}", done.typed + done.left_empty == asked)
    claims.told(f"{id}, entries typed, every card read", _all(typed_with_cards(told, ALL_CARDS)))


def _all(counted: Mapping[Entry, int]) -> str:
    return f"{said(by_kind(counted))}, and {Counter(counted)[Entry.OTHER]} others"


def _notices(claims: Claims, browser: Browser, catalogue: Catalogue) -> None:
    """A walk that could not fail would prove nothing: one answer fewer, one too many, and it must say so."""
    persona = next(one for one in personas() if one.id == "moving-1-student")
    fewer = replace(persona, answers={id: said for id, said in persona.answers.items() if id != "joins"})
    more = replace(persona, answers={**persona.answers, "pregnancy": ("pregnant",)})
    noticed = 0
    for one in (fewer, more):
        try:
            _walked(browser, catalogue, one)
        except WalkFault:
            noticed += 1
    claims.line("a family with an answer too few, and one with an answer that nobody asks for: noticed", f"{noticed} of 2", "2",
                noticed == 2)


def main() -> int:
    """Measure; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    measure(claims, load("ibusuki"), sys.argv[1:] or [""])
    return claims.exit_code()


if __name__ == "__main__":
    sys.exit(main())

"""What we claim about the pages of interviews at a phone: axe finds nothing, on no page, in no state of it.

`python -m tests.prove.interview_axe`. One family for each event, the one that is asked most; on each page it presses on before
it answers, so that what the page then says is looked at as well.
"""

import sys
from collections import Counter

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from content.catalogue import Catalogue, load
from content.rules import form
from content.vocabulary.life_event import LifeEvent
from tests.functions.pages.interview_walk import WalkFault, walk
from tests.functions.pages.phone import WIDTH, a_hall, a_phone, chromium
from tests.personas import personas
from tests.prove.claims import Claims


def measure(claims: Claims, catalogue: Catalogue) -> None:
    """One line for each event, and what was found before it."""
    with chromium() as browser:
        for event in catalogue.life_events:
            _event(claims, browser, catalogue, event)


def _event(claims: Claims, browser: Browser, catalogue: Catalogue, event: LifeEvent) -> None:
    procedure = catalogue.procedure(event.procedure)
    persona = max((one for one in personas() if one.event == event.id),
                  key=lambda one: len(form.asked_pages(procedure, one.answers)))
    found: Counter[str] = Counter()
    states = 0
    with a_hall() as address, a_phone(browser, address) as page:

        def look(state: str) -> None:
            nonlocal states
            states += 1
            for one in Axe().run(page).response["violations"]:
                found[f"{one['id']} on 「{state}」: {one['nodes'][0]['target']}"] += len(one["nodes"])

        try:
            walk(page, persona, event, procedure, look=look, careless=True)
        except WalkFault as stopped:
            found[str(stopped)] += 1
    for fault, times in found.items():
        claims.told("  found", f"{fault} ×{times}")
    claims.line(f"{event.id}, states of pages that axe looked at ({persona.id}, {WIDTH} px) / violations",
                f"{states} / {found.total()}", "0 violations", states > 0 and not found)


def main() -> int:
    """Measure; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    measure(claims, load("ibusuki"))
    return claims.exit_code()


if __name__ == "__main__":
    sys.exit(main())

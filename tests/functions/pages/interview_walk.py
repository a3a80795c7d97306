"""A made-up family goes through its interview at a phone, finds every question by what stands there, and counts what it takes."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page, Response

from content.rules import form
from content.rules.answers import Answer, day_parts
from content.rules.handwriting import Entry, entry_of_part
from content.vocabulary import form as vocabulary
from content.vocabulary.form import FieldKind, Part
from content.vocabulary.life_event import LifeEvent
from content.vocabulary.procedure import Procedure
from tests.functions.pages.needs_list import Listed, listed
from tests.functions.pages.phone import WIDTH
from tests.personas import Persona

BEGIN, ON = "はじめる", "つぎへ"
MOST_PAGES = 30
QUESTIONS = """() => [...document.querySelectorAll("main :is(fieldset, input, textarea, select)")]
  .filter(one => one.checkVisibility() && one.type !== "hidden" && (one.tagName === "FIELDSET" || !one.closest("fieldset")))
  .map(one => ((one.tagName === "FIELDSET" ? one.querySelector("legend") : one.labels[0])?.innerText ?? "").trim())"""
"""The label of each question that can be seen, from top to bottom."""
OF_ROWS = (FieldKind.GROUP, FieldKind.EACH)
"""Headings over questions, and no questions."""
SCROLLS = "document.documentElement.scrollWidth"


class WalkFault(Exception):
    """What stands on the screen is not what this family was to find; the text says which page and what."""


@dataclass(slots=True)
class Walk:
    """What the way took. touches: taps on choices, buttons and the list of eras; tapping into a box to type is its entry."""

    persona: str
    questions: list[str] = field(default_factory=list)
    """The headings of the pages, in order."""
    typed: Counter[Entry] = field(default_factory=Counter)
    left_empty: Counter[Entry] = field(default_factory=Counter)
    """Boxes that nobody has to fill, and that this family did not."""
    touches: int = 0
    words: list[str] = field(default_factory=list, repr=False)
    """All that could be read, page by page, the list among it."""
    told: Listed = field(default_factory=Listed, repr=False)


Look = Callable[[str], None]
"""Called with the name of each state of each page, while the browser shows it."""


def walk(page: Page, persona: Persona, event: LifeEvent, procedure: Procedure, *, look: Look = lambda state: None,
         careless: bool = False) -> Walk:
    """From the start page of the interview to the list. Raises WalkFault.

    careless: press on before anything is answered, so that `look` sees what each page then says; its touches do not count.
    """
    return _Walker(page, persona, event, procedure, look, careless=careless).walks()


class _Walker:
    """One way through one interview."""

    def __init__(self, page: Page, persona: Persona, event: LifeEvent, procedure: Procedure, look: Look, *,
                 careless: bool) -> None:
        self._page = page
        self._persona = persona
        self._said = persona.answers
        self._event = event
        self._procedure = procedure
        self._look = look
        self._careless = careless
        self._done = Walk(persona.id)
        self._answered: set[str] = set()
        page.on("pageerror", lambda error: self._wrong.append(f"a script failed: {error.name}"))
        page.on("response", self._heard)
        self._wrong: list[str] = []

    def walks(self) -> Walk:
        """The whole way."""
        self._page.goto(f"/apply/{self._procedure.id}")
        self._sees("start")
        self._press(BEGIN)
        while not self._page.url.endswith("/needs"):
            if len(self._done.questions) == MOST_PAGES:
                raise self._fault("there is no end to the questions")
            self._answers_page(self._question_page())
        self._reads_list()
        if never := set(self._said) - self._answered:
            raise self._fault(f"never asked: {', '.join(sorted(never))}")
        return self._done

    def _question_page(self) -> vocabulary.Page:
        """The page of the definition that bears the heading on the screen."""
        heading = self._heading()
        if heading in self._done.questions:
            raise self._fault("the page comes a second time: an answer on it was not kept, or is asked for only now")
        self._done.questions.append(heading)
        self._sees(heading)
        if self._careless:
            before = self._done.touches
            self._press(ON)
            self._look(f"{heading} (pressed on at once)")
            self._done.touches = before
            if self._heading() != heading:  # nothing on it has to be answered
                self._page.go_back(wait_until="load")
        found = [one for one in self._procedure.pages if one.title == heading]
        if len(found) != 1:
            raise self._fault("no question of the interview has this heading")
        return found[0]

    def _answers_page(self, page: vocabulary.Page) -> None:
        """Every question that can be seen, also those which an answer opens, and then on."""
        possible = [part for field in page.fields for part in form.unfolded(field, form.known(self._procedure, self._said))]
        done: dict[str, str] = {}
        while True:
            fresh = [label for label in self._page.evaluate(QUESTIONS) if label not in done]
            for label in fresh:
                meant = [part for part in possible if part.label == label and part.kind not in OF_ROWS]
                if len(meant) != 1:
                    raise self._fault(f"「{label}」 is asked, which {len(meant)} questions of the interview can mean")
                self._answers(meant[0])
                done[label] = meant[0].id
            if not fresh and not self._adds_row(page, list(done.values())):
                break
        self._look(f"{page.title} (answered)")
        self._press(ON)

    def _adds_row(self, page: vocabulary.Page, there: list[str]) -> bool:
        """Whether somebody of the family was still missing; then there is room for one more. there: ids of what was asked."""
        for group in (one for one in page.fields if one.kind is FieldKind.GROUP):
            self._answered.add(group.id)
            rows = {id.split(".")[1] for id in there if id.startswith(f"{group.id}.")}
            if len(rows) < len(self._said.get(group.id, ())):
                self._press(f"{group.row}をたす")
                return True
        return False

    def _answers(self, part: Part) -> None:
        answer = self._said.get(part.id, ())
        if answer:
            self._answered.add(part.id)
            if part.choices:
                self._touches(part, answer)
            else:
                self._types(part, str(answer))
                self._done.typed[entry_of_part(part)] += 1
        elif part.required:
            raise self._fault(f"the family does not know what to say to 「{part.label}」")
        elif not part.choices:
            self._done.left_empty[entry_of_part(part)] += 1

    def _touches(self, part: Part, answer: Answer) -> None:
        wanted = (answer,) if isinstance(answer, str) else answer
        question = self._page.get_by_role("group", name=part.label, exact=True)
        buttons = [one.strip() for one in question.locator("label").all_inner_texts()]
        for choice in (one for one in part.choices if one.id in wanted):
            question.locator("label").nth(buttons.index(choice.label)).tap()
            self._done.touches += 1
        if question.locator(":checked").count() != len(wanted):
            raise self._fault(f"「{part.label}」 does not hold what was touched, and nothing else")

    def _types(self, part: Part, answer: str) -> None:
        if part.kind is FieldKind.DATE:
            day = self._page.get_by_role("group", name=part.label, exact=True)
            era, *numbers = day_parts(answer)
            eras = day.get_by_role("combobox")
            if eras.input_value() != era:
                eras.select_option(label=era)
                self._done.touches += 1
            for box, number in zip(day.get_by_role("textbox").all(), numbers, strict=True):
                box.fill(number)
        elif part.kind is FieldKind.ADDRESS:  # the first box is the postal code, which nobody has to know
            self._page.get_by_role("group", name=part.label, exact=True).get_by_role("textbox").last.fill(answer)
        else:
            self._page.get_by_role("textbox", name=part.label, exact=True).fill(answer)

    def _press(self, words: str) -> None:
        with self._page.expect_navigation():
            self._page.get_by_role("button", name=words, exact=True).tap()
        self._done.touches += 1

    def _sees(self, state: str) -> None:
        """Nothing is wrong on this page, and nothing hangs over the edge."""
        self._done.words.append(self._page.locator("body").inner_text())
        if self._wrong:
            raise self._fault(self._wrong[0])
        alerts = self._page.get_by_role("alert").filter(visible=True)
        if alerts.count():
            raise self._fault(f"the page complains: {' '.join(alerts.first.inner_text().split())}")
        if (width := self._page.evaluate(SCROLLS)) > WIDTH:
            raise self._fault(f"the page is {width} pixels wide")
        self._look(state)

    def _reads_list(self) -> None:
        self._sees("list")
        for more in self._page.get_by_role("main").locator("summary").all():
            more.tap()
        self._sees("list with all its details")
        try:
            self._done.told = listed(self._page, self._event)
        except LookupError as error:
            raise self._fault(str(error)) from None

    def _heard(self, response: Response) -> None:
        refused = response.status == 422 and self._careless
        if response.status >= 400 and not refused:
            self._wrong.append(f"an answer with status {response.status}")

    def _heading(self) -> str:
        return self._page.get_by_role("heading", level=1).inner_text()

    def _fault(self, says: str) -> WalkFault:
        return WalkFault(f"{self._persona.id}, 「{self._heading()}」: {says}")

"""What stands on a family's list in the browser, as ids of the event's lines."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Page

from content.vocabulary.life_event import LifeEvent

FOR_MANY = re.compile(r"（\d+人分）$")
MARKED, TO_CONFIRM, ALONE, TOGETHER = "○", "先に、職員がいっしょに確かめます。", "何もしなくてよいもの", "いっしょに手続きします"
LINES = """() => [...document.querySelectorAll("main li :is(h3, h4):has([aria-hidden])")]
  .filter(one => one.checkVisibility()).map(one => ({
  mark: one.querySelector("[aria-hidden]")?.innerText ?? "",
  name: [...one.childNodes].filter(node => node.nodeType === 3).map(node => node.textContent).join("").trim(),
  text: one.closest("li").innerText}))"""
LEVELS = """() => [...document.querySelectorAll("main :is(h1, h2, h3, h4, h5, h6)")].map(one => Number(one.tagName[1]))"""
ALONE_LINES = """words => [...document.querySelectorAll("main details")]
  .filter(one => one.querySelector("summary").innerText.startsWith(words))
  .flatMap(one => [...one.querySelectorAll("li strong")].map(name => name.innerText.trim()))"""


@dataclass(frozen=True, slots=True)
class Listed:
    """found: need, waits, offer, by_itself, together → ids, as `tests.personas` names them. desks: headings in walking order.
    levels: of all headings, from top to bottom: 1 for the first."""

    found: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    desks: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()


def listed(page: Page, event: LifeEvent) -> Listed:
    """The list with its details open. LookupError when a line stands there twice, or is none of the event's."""
    ids = {need.name: id for id, need in event.needs.items()}
    found: dict[str, list[str]] = {"need": [], "waits": [], "offer": []}
    for line in page.evaluate(LINES):
        id = _id(FOR_MANY.sub("", line["name"]), ids)
        if TO_CONFIRM in line["text"]:
            found["waits"].append(id)
        if line["mark"] != MARKED:
            found["offer"].append(id)
        elif TO_CONFIRM not in line["text"]:
            found["need"].append(id)
    found["by_itself"] = [_id(name, ids) for name in page.evaluate(ALONE_LINES, ALONE)]
    sentences = {one.resident: id for id, one in event.together.items()}
    notices = page.get_by_role("heading", name=TOGETHER, exact=True).locator("xpath=following-sibling::p").all()
    found["together"] = [_id(one.inner_text(), sentences) for one in notices]
    for level, there in found.items():
        if twice := {id for id in there if there.count(id) > 1}:
            raise LookupError(f"{', '.join(sorted(twice))}: more than once among {level}")
    desks = [one.inner_text() for one in page.locator("main ol > li > h3").all()]
    return Listed({level: frozenset(there) for level, there in found.items()}, tuple(desks),
                  tuple(page.evaluate(LEVELS)))


def _id(words: str, ids: Mapping[str, str]) -> str:
    if words not in ids:
        raise LookupError(f"「{words}」 is no line of this event")
    return ids[words]

"""What the screens say, in every language: `_("…")` in a template is a phrase; its translation stands in `kiosk_agent/words`.

The words of the content that the screens show (buttons, questions, limits) are phrases of the same files. A phrase without a
translation is shown in Japanese, marked as such, so that an officer sees what is missing; a test counts that none is.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2
from jinja2 import nodes
from markupsafe import Markup, escape

from content import phrasebook
from content.catalogue import Catalogue, load
from content.faults import Fault
from content.phrasebook import Phrase
from content.rules.ruby import parted
from content.vocabulary.language import JAPANESE, OTHERS, Language
from kiosk_agent.questions import heading

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
FILES = HERE / "words"
KONBINI = "konbini"
"""The channel whose steps the last screen shows: 「次は、コンビニでも取れます」."""

Say = Callable[..., Markup]


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language of the screens: `say` is `_` in the templates, `plain` the same without marks, for titles."""

    language: Language
    say: Say
    plain: Callable[[str], str]


def tongues(catalogue: Catalogue) -> Mapping[str, Tongue]:
    """Language id → how the screens speak it."""
    return {language.id: _tongue(language, _words(catalogue, language)[0], catalogue.readings)
            for language in (JAPANESE, *OTHERS)}


def faults(catalogue: Catalogue) -> list[Fault]:
    """Every phrase that a language lacks, and every one that is doubtful or left over."""
    return [fault for language in OTHERS for fault in _words(catalogue, language)[1]]


def update(catalogue: Catalogue) -> int:
    """Bring the files of phrases up to date; the number that wait for a translator."""
    found = tuple(phrases(catalogue))
    return sum(phrasebook.update(FILES / f"{language.id}.po", found) for language in OTHERS)


def phrases(catalogue: Catalogue) -> Iterator[Phrase]:
    """Every phrase of the screens, each once, with the place that says it first."""
    seen: set[str] = set()
    for phrase in (*_in_templates(), *_in_content(catalogue)):
        if phrase.text not in seen:
            seen.add(phrase.text)
            yield phrase


def _in_templates() -> Iterator[Phrase]:
    environment = jinja2.Environment(autoescape=True)
    for file in sorted(TEMPLATES.iterdir()):
        for call in environment.parse(file.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ("_", "plain") and isinstance(call.args[0], nodes.Const):
                yield Phrase(call.args[0].value, f"kiosk_agent/templates/{file.name}")


def _in_content(catalogue: Catalogue) -> Iterator[Phrase]:
    for limit in catalogue.counter.limits.values():
        yield Phrase(limit.title, "content/standard/counter.yml")
        yield Phrase(limit.text, "content/standard/counter.yml")
    for offered in catalogue.counter.offers:
        yield Phrase(offered.label, "content/standard/counter.yml")
        where = f"content/standard/procedures/{offered.procedure}.yml"
        procedure = catalogue.asking(offered.procedure)
        for asked in offered.asks:
            page, field = next((page, field) for page in procedure.pages for field in page.fields if field.id == asked.field)
            values = {value for offer in asked.offer for value in offer}
            yield from (Phrase(text, where) for text in (*heading(page, field), field.label) if text)
            for choice in field.choices:
                if not values or choice.id in values:
                    yield from (Phrase(text, where) for text in (choice.label, choice.hint) if text)
    yield from (Phrase(step, "content/standard/channels/konbini.yml") for step in catalogue.channel(KONBINI).steps)


def _words(catalogue: Catalogue, language: Language) -> tuple[dict[str, str], list[Fault]]:
    if language == JAPANESE:
        return {}, []
    file = FILES / f"{language.id}.po"
    return phrasebook.read(file, f"kiosk_agent/words/{file.name}", language, phrases(catalogue))


def _tongue(language: Language, words: Mapping[str, str], readings: Mapping[str, str]) -> Tongue:
    def say(text: str, **filled: object) -> Markup:
        """The phrase in this language; what is filled in is escaped."""
        if language == JAPANESE:
            return escape(text).format(**filled)
        told = words.get(text)
        if not told:
            return Markup('<span lang="ja" class="untold">{}</span>').format(escape(text).format(**filled))
        return (_with_readings(told, readings) if language.ruby else escape(told)).format(**filled)

    return Tongue(language, say, lambda text: words.get(text) or text)


def _with_readings(text: str, readings: Mapping[str, str]) -> Markup:
    drawn = [escape(piece) if over is None else Markup("<ruby>{}<rt>{}</rt></ruby>").format(piece, over)
             for piece, over in parted(text, readings)]
    return Markup("").join(drawn)


if __name__ == "__main__":
    sys.stdout.write(f"窓口の画面の言葉で訳を待っている文：{update(load('ibusuki'))}件\n")

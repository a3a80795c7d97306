"""What the templates say, in every language: `_("…")` in a template is a phrase, its translation stands in `navi_site/languages`.

The words of the content come from the catalogue; these are only the words of the pages around it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2
from jinja2 import nodes
from markupsafe import Markup, escape

from content import phrasebook
from content.catalogue import Catalogue
from content.faults import ContentErrors, Fault
from content.phrasebook import Phrase
from content.rules.ruby import unread
from content.vocabulary.language import JAPANESE, OTHERS, Language

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
FILES = HERE / "languages"

Say = Callable[..., Markup]


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language of this build: its catalogue, and `say`, which is `_` in the templates."""

    language: Language
    catalogue: Catalogue
    say: Say


def japanese(catalogue: Catalogue) -> Tongue:
    """The language in which everything is written."""
    return Tongue(JAPANESE, catalogue, _say({}))


def tongues(told: Mapping[Language, Catalogue]) -> tuple[Tongue, ...]:
    """The further languages. ContentErrors lists every phrase of the templates that one of them lacks."""
    found: list[Tongue] = []
    faults: list[Fault] = []
    phrases = tuple(in_templates())
    for language, catalogue in told.items():
        file = FILES / f"{language.id}.po"
        words, wrong = phrasebook.read(file, f"navi_site/languages/{file.name}", language, phrases)
        faults += wrong
        if language.ruby:
            faults += [Fault(file="content/standard/readings.yml", line=0, key=word, says="読みがありません。書き足してください。")
                       for text in words.values() for word in unread(text, catalogue.readings)]
        found.append(Tongue(language, catalogue, _say(words)))
    if faults:
        raise ContentErrors(faults)
    return tuple(found)


def update() -> int:
    """Bring the files of phrases up to date; the number that wait for a translator."""
    phrases = tuple(in_templates())
    return sum(phrasebook.update(FILES / f"{language.id}.po", phrases) for language in OTHERS)


def in_templates() -> Iterator[Phrase]:
    """Every phrase of the templates, each once, with the template that says it first."""
    seen: set[str] = set()
    environment = jinja2.Environment(autoescape=True)
    for file in sorted(TEMPLATES.iterdir()):
        for call in environment.parse(file.read_text("utf-8")).find_all(nodes.Call):
            if _says(call.node) and (text := call.args[0].as_const()) not in seen:
                seen.add(text)
                yield Phrase(text, f"navi_site/templates/{file.name}")


def _says(called: nodes.Node) -> bool:
    """`_(…)`, and `one.say(…)` on the pages that speak all languages at once."""
    match called:
        case nodes.Name(name="_"):
            return True
        case nodes.Getattr(node=nodes.Name(name="one"), attr="say"):
            return True
    return False


def _say(words: Mapping[str, str]) -> Say:
    def say(text: str, **filled: object) -> Markup:
        """The phrase in this language; what is filled in is escaped unless it is markup already."""
        return escape(words.get(text, text)).format(**filled)

    return say


if __name__ == "__main__":
    print(f"ページの言葉で訳を待っている文：{update()}件")

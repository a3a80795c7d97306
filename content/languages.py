"""The catalogue in the languages of the site: which of its texts the public reads, and the same catalogue told in another.

Texts of the standard layer are translated in `content/standard/languages`, a city's own in `content/<city>/languages`.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import yaml

from content import phrasebook
from content.catalogue import ROOT, Catalogue
from content.faults import ContentErrors, Fault
from content.phrasebook import Phrase
from content.rules.ruby import unread
from content.vocabulary.fact import Frozen, InEveryLanguage
from content.vocabulary.language import OTHERS, Language

M = TypeVar("M", bound=Frozen)
Tell = Callable[[str], str]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's C parser where it was built with one; it reads the same, much faster."""
SITE_MESSAGES = "site."
"""Messages with these keys are the site's; the others belong to faces that are in Japanese only."""


def in_every_language(catalogue: Catalogue, root: Path = ROOT) -> Mapping[Language, Catalogue]:
    """The catalogue once for each further language. ContentErrors lists every text that has none, or a doubtful one."""
    faults: list[Fault] = []
    told: dict[Language, Catalogue] = {}
    layers = _layers(catalogue, root)
    for language in OTHERS:
        words: dict[str, str] = {}
        for file, phrases in _files(layers, language):
            read, wrong = phrasebook.read(file, str(file.relative_to(root.parent)), language, phrases)
            words |= read
            faults += wrong
        if language.ruby:
            faults += _without_reading(words.values(), catalogue.readings, str(root.name))
        told[language] = retold(catalogue, lambda text, words=words: words.get(text, text))  # type: ignore[misc]
    if faults:
        raise ContentErrors(faults)
    return told


def update(catalogue: Catalogue, root: Path = ROOT) -> int:
    """Bring all files of phrases up to date; the number of phrases that wait for a translator."""
    layers = _layers(catalogue, root)
    return sum(phrasebook.update(file, phrases) for language in OTHERS for file, phrases in _files(layers, language))


def retold(model: M, tell: Tell) -> M:
    """The same thing with each public text passed through `tell`."""
    changed = {name: _retold(getattr(model, name), public, tell) for name, public in _fields(type(model)).items()}
    if isinstance(model, Catalogue):
        changed["messages"] = {key: tell(text) if key.startswith(SITE_MESSAGES) else text for key, text in model.messages.items()}
    return model.model_copy(update=changed)


def public_texts(catalogue: Catalogue) -> list[str]:
    """Every text that the public reads, each once, in the order of the catalogue."""
    found: dict[str, None] = {}

    def note(text: str) -> str:
        found[text] = None
        return text

    retold(catalogue, note)
    return list(found)


def _without_reading(texts: Any, readings: Mapping[str, str], root: str) -> Iterator[Fault]:
    for text in texts:
        for word in unread(text, readings):
            yield Fault(file=f"{root}/standard/readings.yml", line=0, key=word,
                        says=f"読みがありません（「{text[:24]}」）。書き足してください。")


def _retold(value: Any, public: bool, tell: Tell) -> Any:
    if isinstance(value, Frozen):
        return retold(value, tell)
    if isinstance(value, tuple):
        return tuple(_retold(one, public, tell) for one in value)
    return tell(value) if public and isinstance(value, str) else value


@cache
def _fields(model: type[Frozen]) -> Mapping[str, bool]:
    """Field → whether its text is public."""
    hints = get_type_hints(model, include_extras=True)
    return {name: _is_marked(hints[name]) for name in model.model_fields}


def _is_marked(hint: Any) -> bool:
    marks = getattr(hint, "__metadata__", ())
    return any(isinstance(mark, InEveryLanguage) for mark in marks) or any(map(_is_marked, get_args(hint)))


def _files(layers: Mapping[Path, list[Phrase]], language: Language) -> Iterator[tuple[Path, list[Phrase]]]:
    """The file of each layer, and what it must hold."""
    return ((folder / "languages" / f"{language.id}.po", phrases) for folder, phrases in layers.items())


def _layers(catalogue: Catalogue, root: Path) -> Mapping[Path, list[Phrase]]:
    """The public texts by the folder in which they are written; what both layers say belongs to the standard."""
    standard, city = root / "standard", root / catalogue.city.id
    in_standard, in_city = _where(standard, root), _where(city, root)
    texts = public_texts(catalogue)
    return {standard: [Phrase(text, in_standard[text]) for text in texts if text in in_standard],
            city: [Phrase(text, in_city[text]) for text in texts if text in in_city and text not in in_standard]}


def _where(folder: Path, root: Path) -> Mapping[str, str]:
    """Every text of a layer's YAML, and the file that holds it first."""
    found: dict[str, str] = {}
    for file in sorted(folder.rglob("*.yml")):
        for text in _strings(yaml.load(file.read_text("utf-8"), Loader=LOADER)):  # noqa: S506 - a safe loader
            found.setdefault(text.strip(), str(file.relative_to(root.parent)))
    return found


def _strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        for value in tree.values() if isinstance(tree, dict) else tree:
            yield from _strings(value)

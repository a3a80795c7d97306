"""What an editor works on: the papers' files, what is wrong with them, how they look filled, and the way back."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import pypdfium2
from pydantic import ValidationError

from content import papers
from content.catalogue import Catalogue
from content.check_papers import paper_faults
from content.faults import ContentErrors, Fault, faults_of
from content.faults import Path as KeyPath
from content.layers import Layers
from content.page_sets import with_shared_pages
from content.paper_forms import with_form
from content.rules import derived
from content.rules.leaflet import leaflet
from content.vocabulary.paper import Paper
from kiosk_agent.errors import KioskError
from kiosk_agent.paper.fill import Known, fill, marked
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.paper.render import Renderer
from kiosk_agent.preview.people import Sample, sample_answers
from kiosk_agent.preview.placing import moved

DPI = 120
CASE_CODE = "ABCD-EFGH"
MOST_UNDO = 100


class ChangedMeanwhile(KioskError):
    """Somebody wrote the file after the page was shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper as its files say now. `paper` is None where they cannot be read at all."""

    paper: Paper | None
    faults: tuple[Fault, ...]
    version: str
    """Of the files' text; a save must name it."""


class Workshop:
    """The papers of one city below `root`. One editor at a time, on this computer."""

    def __init__(self, catalogue: Catalogue, root: Path, shelf: Shelf, day: date) -> None:
        self.catalogue = catalogue
        self._root = root
        self._layers = Layers(root, catalogue.city.id)
        self._shelf = shelf
        self._renderer = Renderer(shelf.fonts, root)
        self._day = day
        self._before: dict[str, list[Mapping[Path, str]]] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """The papers that there were at the start."""
        return tuple(paper.id for paper in self.catalogue.papers)

    def show(self, id: str) -> Shown:
        """The paper read anew, with everything that is wrong with it. KeyError for a paper that there is not."""
        self.catalogue.paper(id)
        version = self._version(id)
        try:
            written = with_shared_pages(self._layers.one(f"{papers.FOLDER}/{id}.yml"), self._layers)
            document = with_form(written, self._layers)
        except ContentErrors as errors:
            return Shown(None, errors.faults, version)
        try:
            paper = Paper.model_validate({"id": id, **document.tree})
        except ValidationError as error:
            return Shown(None, tuple(document.fault(path, says) for path, says in faults_of(error, Paper)), version)
        faults = [document.fault(path, says) for path, says in paper_faults(paper, self.catalogue)]
        if paper.background and not papers.background_file(self._layers.folders, paper.background):
            faults.append(document.fault(("background",), f"「{paper.background}」というファイルが papers にありません。"))
            paper = paper.model_copy(update={"background": None})
        return Shown(self._whole(paper), tuple(sorted(faults)), version)

    def pictures(self, paper: Paper, sample: Sample) -> tuple[bytes, ...]:
        """The filled sheets as PNG. Raises KioskError when one cannot be drawn, KeyError when a slot names what is not there."""
        answers, subject = sample_answers(paper, sample), None
        if paper.event is not None:
            interview = self.catalogue.procedure(self.catalogue.life_event(paper.event).procedure)
            answers, subject = dict(derived.known(interview, answers)), "1"
        known = Known(paper, self._day, sample.person, answers, CASE_CODE, subject=subject)
        filled = fill(paper, known, self._shelf).sheets
        sheets = [marked(sheet, paper, self._shelf, case_code=CASE_CODE, page=page, pages=len(filled))
                  for page, sheet in enumerate(filled, 1)]
        document = pypdfium2.PdfDocument(self._renderer.pdf(sheets, title=paper.title, case_code=CASE_CODE, session_mark="0" * 32))
        return tuple(_png(page) for page in document)

    def save(self, id: str, version: str, changes: Mapping[KeyPath, Mapping[str, float]]) -> int:
        """Write new numbers into the file that holds each; how many boxes changed.

        Raises ChangedMeanwhile, and NotInThisFile for a value that no file writes: then nothing is written.
        """
        if version != self._version(id):
            raise ChangedMeanwhile(id)
        before = self._texts(id)
        after = dict(before)
        changed = 0
        for path, values in changes.items():
            file = self._file_of(before, str(path[0]))
            text = moved(after[file], path, values)
            changed += text != after[file]
            after[file] = text
        if changed:
            self._before.setdefault(id, []).append(before)
            del self._before[id][:-MOST_UNDO]
            _write(after, before)
        return changed

    def can_undo(self, id: str) -> bool:
        """Whether a save of this run can be taken back."""
        return bool(self._before.get(id))

    def undo(self, id: str, version: str) -> None:
        """Take the last save back. Raises ChangedMeanwhile; does nothing when there is none."""
        if version != self._version(id):
            raise ChangedMeanwhile(id)
        if self.can_undo(id):
            _write(self._before[id].pop(), self._texts(id))

    def _whole(self, paper: Paper) -> Paper:
        try:
            whole = papers.whole(paper, self.catalogue, self._root, self._layers.folders)
        except KeyError:  # a name that the faults tell of
            return paper
        if whole.channel is None:
            return whole
        told = (leaflet(whole, self.catalogue, one.id, self._day) for one in self.catalogue.certificates)
        return next((one for one in told if one is not None), whole)

    def _texts(self, id: str) -> dict[Path, str]:
        files = [folder / papers.FOLDER / f"{id}.yml" for folder in self._layers.folders]
        return {file: file.read_text("utf-8") for file in files if file.is_file()}

    def _version(self, id: str) -> str:
        return hashlib.sha256("\0".join(self._texts(id).values()).encode()).hexdigest()[:16]

    def _file_of(self, texts: Mapping[Path, str], key: str) -> Path:
        """The last layer that writes the key: its lists stand in place of those below."""
        holding = [file for file, text in texts.items() if any(line.startswith(f"{key}:") for line in text.splitlines())]
        return holding[-1] if holding else next(iter(texts))


def _write(texts: Mapping[Path, str], instead_of: Mapping[Path, str]) -> None:
    for file, text in texts.items():
        if instead_of.get(file) != text:
            part = file.with_suffix(".part")
            part.write_text(text, "utf-8")
            part.replace(file)


def _png(page: pypdfium2.PdfPage) -> bytes:
    out = BytesIO()
    page.render(scale=DPI / 72).to_pil().save(out, "PNG")
    return out.getvalue()

"""From the folders of a city to one frozen Catalogue, or to the list of everything that is wrong with them."""

from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError, field_validator

from content import check, papers
from content.faults import ContentErrors, Fault, faults_of
from content.layers import Document, Layers
from content.page_sets import with_shared_pages
from content.paper_forms import with_form
from content.vocabulary.certificate import Certificate, Fee, Postage
from content.vocabulary.channel import Channel
from content.vocabulary.city import City
from content.vocabulary.counter import CounterScreens, Signage
from content.vocabulary.document import Document as RequiredDocument
from content.vocabulary.fact import Frozen
from content.vocabulary.flow import Flow
from content.vocabulary.form import PageSet
from content.vocabulary.life_event import Department, LifeEvent
from content.vocabulary.office import Office
from content.vocabulary.paper import Paper
from content.vocabulary.procedure import Procedure
from content.vocabulary.purpose import Purpose
from content.vocabulary.service import OnlineService
from content.vocabulary.situation import SituationFact
from content.vocabulary.status import PublicStatus, StatusWords
from content.vocabulary.topic import Topic

ROOT = FilePath(__file__).parent
M = TypeVar("M", bound=BaseModel)

FOLDERS: Mapping[str, type[Frozen]] = MappingProxyType({
    "offices": Office, "channels": Channel, "certificates": Certificate, "flows": Flow,
    "page_sets": PageSet, "procedures": Procedure, "papers": Paper, "purposes": Purpose, "topics": Topic,
    "life_events": LifeEvent,
})
"""The folders of a layer: one file is one thing, and its name is the thing's id."""


class DocumentList(Frozen):
    """The file `documents.yml`."""

    documents: tuple[RequiredDocument, ...]


class DepartmentList(Frozen):
    """The file `departments.yml`: where each department is, in walking order."""

    departments: tuple[Department, ...]


class FactList(Frozen):
    """The file `facts.yml`: what a resident's situation is made of."""

    facts: tuple[SituationFact, ...]


class ServiceList(Frozen):
    """The file `services.yml`: what can be done online."""

    services: tuple[OnlineService, ...]


class FeeList(Frozen):
    """The file `fees.yml`: what certificates cost, and postage."""

    fees: tuple[Fee, ...]
    postage: tuple[Postage, ...]


class StatusList(Frozen):
    """The file `statuses.yml`."""

    statuses: tuple[StatusWords, ...]


class MessageList(Frozen):
    """The file `messages.yml`: wording by key; `{words}` in braces are filled in by code."""

    messages: dict[str, str]

    @field_validator("messages", mode="before")
    @classmethod
    def _flat(cls, written: object) -> object:
        """The web editor writes `site.name` as a `name` inside a `site`; both are the same message."""
        return dict(_flattened(written)) if isinstance(written, dict) else written


def _flattened(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flattened(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


class ReadingList(Frozen):
    """The file `readings.yml`: how words are read, for the ふりがな of やさしい日本語."""

    readings: dict[str, str]


class Catalogue(Frozen):
    """Everything the city says, checked. Collections are in the order in which people should see them."""

    city: City
    offices: tuple[Office, ...]
    channels: tuple[Channel, ...]
    documents: tuple[RequiredDocument, ...]
    certificates: tuple[Certificate, ...]
    fees: tuple[Fee, ...]
    postage: tuple[Postage, ...]
    facts: tuple[SituationFact, ...]
    flows: tuple[Flow, ...]
    purposes: tuple[Purpose, ...]
    topics: tuple[Topic, ...]
    services: tuple[OnlineService, ...]
    page_sets: tuple[PageSet, ...]
    procedures: tuple[Procedure, ...]
    papers: tuple[Paper, ...]
    departments: tuple[Department, ...]
    life_events: tuple[LifeEvent, ...]
    statuses: tuple[StatusWords, ...]
    messages: dict[str, str]
    readings: dict[str, str]
    counter: CounterScreens
    signage: Signage

    def certificate(self, id: str) -> Certificate:
        """The certificate of that id; KeyError when there is none."""
        return _by_id(self.certificates, id)

    def channel(self, id: str) -> Channel:
        """The channel of that id; KeyError when there is none."""
        return _by_id(self.channels, id)

    def document(self, id: str) -> RequiredDocument:
        """The document of that id; KeyError when there is none."""
        return _by_id(self.documents, id)

    def flow(self, id: str) -> Flow:
        """The flow of that id; KeyError when there is none."""
        return _by_id(self.flows, id)

    def purpose(self, id: str) -> Purpose:
        """The purpose of that id; KeyError when there is none."""
        return _by_id(self.purposes, id)

    def procedure(self, id: str) -> Procedure:
        """The procedure of that id; KeyError when there is none."""
        return _by_id(self.procedures, id)

    def asking(self, id: str) -> Procedure | Paper:
        """What asks the questions of that id at the counter: a procedure, or a paper with questions of its own. KeyError."""
        own: dict[str, Procedure | Paper] = {one.id: one for one in self.papers if one.procedure is None}
        return {**own, **{one.id: one for one in self.procedures}}[id]

    def paper(self, id: str) -> Paper:
        """The paper of that id; KeyError when there is none."""
        return _by_id(self.papers, id)

    def life_event(self, id: str) -> LifeEvent:
        """The life event of that id; KeyError when there is none."""
        return _by_id(self.life_events, id)

    def status(self, status: PublicStatus) -> StatusWords:
        """The words for a public status; the check makes sure that none is missing."""
        return next(words for words in self.statuses if words.status is status)

    def say(self, key: str, **words: object) -> str:
        """The message of that key with `words` filled in. KeyError for an unknown key: a test finds it first."""
        return self.messages[key].format(**words)


LISTS: Mapping[str, type[Frozen]] = MappingProxyType({
    "departments": DepartmentList, "documents": DocumentList, "facts": FactList, "fees": FeeList, "services": ServiceList,
    "statuses": StatusList, "messages": MessageList, "readings": ReadingList,
})
"""The files that hold a list of small things."""

SINGLES: Mapping[str, type[Frozen]] = MappingProxyType({"city": City, "counter": CounterScreens, "signage": Signage})
"""The files that are one thing each."""


def load(city: str, root: FilePath = ROOT) -> Catalogue:
    """Read and check a city's content. Raises ContentErrors that lists every fault at once."""
    layers = Layers(root, city)
    faults: list[Fault] = []
    written: dict[tuple[str, str], Document] = {}

    def thing(kind: str, name: str, file: str, model: type[M], given: Mapping[str, Any]) -> M | None:
        try:
            document = layers.one(file)
            if model in (Procedure, Paper):
                document = with_shared_pages(document, layers)
            if model is Paper:
                document = with_form(document, layers)
            written[(kind, name)] = document
            return model.model_validate({**given, **document.tree})
        except ContentErrors as errors:  # one broken file must not hide the faults of the others
            faults.extend(errors.faults)
        except ValidationError as error:
            faults.extend(document.fault(path, says) for path, says in faults_of(error, model))
        return None

    parts: dict[str, Any] = {}
    for kind, model in FOLDERS.items():
        found = [thing(kind, name, f"{kind}/{name}.yml", model, {"id": name}) for name in layers.names(kind)]
        parts[kind] = tuple(sorted((f for f in found if f is not None), key=_place_in_list))
    parts |= {name: thing(name, name, f"{name}.yml", single, {}) for name, single in SINGLES.items()}
    for name, list_model in LISTS.items():
        read = thing(name, name, f"{name}.yml", list_model, {})
        parts |= dict(read) if read is not None else {}
    if faults:
        raise ContentErrors(faults)

    catalogue = Catalogue.model_validate(parts)
    faults = [written[(kind, name)].fault(path, says) for kind, name, path, says in check.cross_faults(catalogue)]
    faults += [written[("papers", paper.id)].fault(("background",), f"「{paper.background}」というファイルが papers にありません。")
               for paper in catalogue.papers
               if paper.background and not papers.background_file(layers.folders, paper.background)]
    if faults:
        raise ContentErrors(faults)
    return catalogue.model_copy(update={
        "papers": tuple(papers.whole(paper, catalogue, root, layers.folders) for paper in catalogue.papers)})


def _place_in_list(thing: object) -> tuple[int, str]:
    return (getattr(thing, "order", getattr(thing, "rank", 0)), getattr(thing, "id", ""))


def _by_id(things: tuple[M, ...], id: str) -> M:
    for thing in things:
        if getattr(thing, "id", None) == id:
            return thing
    raise KeyError(id)

"""What stands on each kind of page: plain values for the templates."""

from dataclasses import dataclass

from content.vocabulary.certificate import Certificate
from content.vocabulary.document import Document
from content.vocabulary.flow import Outcome
from content.vocabulary.office import Desk, Office
from content.vocabulary.purpose import Purpose
from content.vocabulary.service import OnlineService
from content.vocabulary.topic import Topic
from navi_site.flows import QuestionStep, ResultStep
from navi_site.hours import OpenLine
from navi_site.ways import Way


@dataclass(frozen=True, slots=True)
class CertificateCard:
    """A certificate on a list: the best way and the lowest price, so that the list itself answers."""

    certificate: Certificate
    best: Way
    cheapest: Way | None


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """An office, or a service such as konbini, with its hours."""

    name: str
    path: str | None
    open: OpenLine


@dataclass(frozen=True, slots=True)
class HomeView:
    """The home page."""

    cards: tuple[CertificateCard, ...]
    """The ones asked for most."""
    more: tuple[Certificate, ...]
    purposes: tuple[Purpose, ...]
    topics: tuple[Topic, ...]
    today: tuple[OfficeLine, ...]
    events: tuple[OnlineService, ...]
    """Interviews about a moment of life: what a family needs because of it."""


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate's page."""

    certificate: Certificate
    ways: tuple[Way, ...]
    navigator: str | None
    """Path of the flow's first question."""
    most_questions: int


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question of the navigator."""

    certificate: Certificate
    step: QuestionStep
    left: str


@dataclass(frozen=True, slots=True)
class WayView:
    """A way, either as the navigator's result (then with its outcome) or read from the table of ways."""

    way: Way
    outcome: Outcome | None
    bring: tuple[Document, ...]
    others: tuple[Way, ...]
    step: ResultStep | None


@dataclass(frozen=True, slots=True)
class AdviceView:
    """A path's end without a way: another certificate is meant, or nothing is needed here."""

    certificate: Certificate
    outcome: Outcome
    step: ResultStep
    leads: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class NeededView:
    """One paper of a purpose, with the way that is best to begin with."""

    certificate: Certificate
    note: str | None
    free_at: Way | None
    """The counter, where this purpose makes the paper free."""
    navigator: str | None


@dataclass(frozen=True, slots=True)
class PurposeView:
    """What a purpose takes."""

    purpose: Purpose
    papers: tuple[NeededView, ...]


@dataclass(frozen=True, slots=True)
class TopicView:
    """One page of help."""

    topic: Topic
    certificates: tuple[Certificate, ...]
    services: tuple[OnlineService, ...]


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One online procedure's page."""

    service: OnlineService
    asks: bool
    """Whether it is an interview that tells what a family needs, and not an application."""


@dataclass(frozen=True, slots=True)
class ServicesView:
    """All online procedures, by moment of life and by department."""

    by_situation: dict[str, tuple[OnlineService, ...]]
    by_department: dict[str, tuple[OnlineService, ...]]


@dataclass(frozen=True, slots=True)
class DeskView:
    """A desk with what one gets there, and what the terminal beside it prints."""

    desk: Desk
    at_desk: tuple[Certificate, ...]
    at_terminal: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class SignView:
    """A sheet for a wall: about a certificate with its ways, or about an office with its desks."""

    leads: str
    """What its code opens."""
    certificate: Certificate | None = None
    ways: tuple[Way, ...] = ()
    office: Office | None = None
    desks: tuple[DeskView, ...] = ()
    open: OpenLine | None = None


@dataclass(frozen=True, slots=True)
class OfficeView:
    """An office's page."""

    office: Office
    open: OpenLine
    map: str
    desks: tuple[DeskView, ...]

"""One certificate through one channel, as a page tells it: price, hours, what to bring, where, and the next step."""

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote

from content.catalogue import Catalogue
from content.rules.channel_rules import Situation, conditions, is_open, needs_of
from content.rules.fees import NoFee, fee_on, postage_on
from content.vocabulary.certificate import Availability, Certificate
from content.vocabulary.channel import Channel, ChannelKind
from content.vocabulary.document import Document
from content.vocabulary.office import Desk, Office
from navi_site import hours
from navi_site.hours import OpenLine

MAP = "https://www.google.com/maps/search/?api=1&query="
"""An outbound link only: nothing of the map is loaded into our pages."""
AT_AN_OFFICE = frozenset({ChannelKind.COUNTER, ChannelKind.TERMINAL, ChannelKind.ANY_COUNTER})


@dataclass(frozen=True, slots=True)
class Price:
    """What one copy costs through a way, with what the city adds for the post."""

    copy_yen: int
    postage_yen: int
    sample: bool

    @property
    def total_yen(self) -> int:
        """What the resident pays for one copy."""
        return self.copy_yen + self.postage_yen


@dataclass(frozen=True, slots=True)
class Place:
    """An office, the desk in it to go to, and its hours."""

    office: Office
    desk: Desk
    open: OpenLine
    map: str


@dataclass(frozen=True, slots=True)
class Action:
    """The one primary button of a page."""

    label: str
    href: str
    icon: str


@dataclass(frozen=True, slots=True)
class Way:
    """Everything a page says about getting one certificate through one channel."""

    certificate: Certificate
    channel: Channel
    path: str
    price: Price | None
    """None where no fee holds on the day: then the page says whom to ask, never a neighbouring period's fee."""
    open: OpenLine
    bring: tuple[Document, ...]
    places: tuple[Place, ...]
    availability: Availability
    limits: tuple[str, ...]
    """What must be so for this way, in sentences; the navigator leaves out what it has asked."""
    action: Action | None


def ways_of(catalogue: Catalogue, certificate: Certificate, today: date) -> tuple[Way, ...]:
    """Every way to get the certificate, best first."""
    return tuple(sorted((_way(catalogue, certificate, a, today) for a in certificate.availability),
                        key=lambda way: way.channel.rank))


def in_situation(way: Way, situation: Situation) -> Way:
    """The way for somebody of whom this is known: what was asked is no condition any more."""
    asked = conditions(needs_of(way.channel, way.availability), situation)
    return replace(way, limits=tuple(dict.fromkeys((*way.availability.limits, *asked))))


def open_in(ways: tuple[Way, ...], situation: Situation) -> tuple[Way, ...]:
    """Those that are open in this situation, best first."""
    return tuple(way for way in ways if is_open(way.channel, way.availability, situation))


def map_link(office: Office) -> str:
    """Where a map shows the office."""
    return MAP + quote(office.map_query)


def documents(catalogue: Catalogue, ids: tuple[str, ...]) -> tuple[Document, ...]:
    """The documents of those ids, in that order."""
    return tuple(catalogue.document(id) for id in ids)


def _way(catalogue: Catalogue, certificate: Certificate, availability: Availability, today: date) -> Way:
    channel = catalogue.channel(availability.channel)
    places = _places(catalogue, certificate, channel, today)
    return Way(
        certificate=certificate, channel=channel, path=f"certificates/{certificate.id}/{channel.id}/",
        price=_price(catalogue, certificate, availability, today),
        open=_open(catalogue, channel, places, today),
        bring=documents(catalogue, channel.bring), places=places, availability=availability,
        limits=tuple(dict.fromkeys((*availability.limits, *conditions(needs_of(channel, availability), {})))),
        action=_action(catalogue, channel, availability, places),
    )


def _price(catalogue: Catalogue, certificate: Certificate, availability: Availability, today: date) -> Price | None:
    try:
        fee = fee_on(catalogue, certificate.id, availability.channel, today)
        rule = catalogue.procedure(availability.procedure).fee if availability.procedure else None
        postage = postage_on(catalogue, rule.postage, today) if rule and rule.postage else None
    except NoFee:
        return None
    return Price(copy_yen=fee.yen, postage_yen=postage.yen if postage else 0,
                 sample=fee.sample or bool(postage and postage.sample))


def _places(catalogue: Catalogue, certificate: Certificate, channel: Channel, today: date) -> tuple[Place, ...]:
    """The offices to go to. For the post: the first office whose desk issues the certificate, to write to."""
    found = tuple(
        Place(office=office, desk=desk, map=map_link(office),
              open=hours.line(catalogue, office.opening, (hours.office_key(office.id),), today))
        for office in catalogue.offices
        if (desk := _desk(office, certificate, channel)) is not None
    )
    if channel.kind in AT_AN_OFFICE:
        return found
    return found[:1] if channel.kind is ChannelKind.POST else ()


def _desk(office: Office, certificate: Certificate, channel: Channel) -> Desk | None:
    if channel.kind is ChannelKind.TERMINAL:
        return next((desk for desk in office.desks if desk.terminal), None)
    return next((desk for desk in office.desks if certificate.id in desk.certificates), None)


def _open(catalogue: Catalogue, channel: Channel, places: tuple[Place, ...], today: date) -> OpenLine:
    if channel.opening is not None:
        return hours.line(catalogue, channel.opening, (hours.channel_key(channel.id),), today)
    if channel.kind not in AT_AN_OFFICE or not places:
        return hours.always_line(catalogue)
    words = dict.fromkeys(place.open.words for place in places)
    return OpenLine(words=" / ".join(words), keys=tuple(key for place in places for key in place.open.keys),
                    sample=any(place.open.sample for place in places))


def _action(catalogue: Catalogue, channel: Channel, availability: Availability, places: tuple[Place, ...]) -> Action | None:
    say = catalogue.say
    match channel.kind:
        case ChannelKind.ONLINE if availability.procedure:
            return Action(say("site.action.apply"), f"/apply/{availability.procedure}/", "online")
        case ChannelKind.KONBINI:
            return Action(say("site.action.konbini"), MAP + quote("コンビニ"), "place")
        case ChannelKind.COUNTER | ChannelKind.TERMINAL | ChannelKind.ANY_COUNTER if places:
            return Action(say("site.action.where"), "#where", "place")
        case ChannelKind.POST if places:
            return Action(say("site.action.address"), "#where", "post")
        case _:
            return None

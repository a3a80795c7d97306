"""The catalogue as the pages of the site: address, title, template and what stands on it. Pure; a template draws each."""

from collections.abc import Callable, Iterator
from datetime import date

from content.catalogue import Catalogue
from content.vocabulary.certificate import Certificate
from content.vocabulary.channel import ChannelKind
from content.vocabulary.purpose import NeededPaper, Purpose
from content.vocabulary.service import OnlineService
from content.vocabulary.topic import Topic
from navi_site import flows, hours, ways
from navi_site.page import Crumb, Page, home
from navi_site.pages_certificate import about_certificate, navigator
from navi_site.places import office_line, places
from navi_site.signs import short_addresses, signs
from navi_site.views import (
    CertificateCard,
    HomeView,
    NeededView,
    OfficeLine,
    PurposeView,
    ServicesView,
    ServiceView,
    TopicView,
)

CARDS = 6
"""Certificates shown as cards on the home page; the others stand in a list below."""


def pages_of(catalogue: Catalogue, today: date, site_url: str = "") -> tuple[Page, ...]:
    """Every page of the site as it stands on `today`, a day in Japan. site_url (ending in a slash) is printed on signs."""
    return (
        _home_page(catalogue, today),
        *(page for c in catalogue.certificates for page in about_certificate(catalogue, c, today)),
        *(page for c in catalogue.certificates for page in navigator(catalogue, c, today)),
        *(_purpose(catalogue, purpose, today) for purpose in catalogue.purposes),
        *(_topic(catalogue, topic) for topic in catalogue.topics),
        *_services(catalogue),
        *places(catalogue, today),
        *_standing(catalogue),
        *short_addresses(catalogue),
        *signs(catalogue, today, site_url),
    )


def _home_page(catalogue: Catalogue, today: date) -> Page:
    services = (
        OfficeLine(name=c.short, path=None, open=hours.line(catalogue, c.opening, (hours.channel_key(c.id),), today))
        for c in catalogue.channels if c.opening is not None
    )
    view = HomeView(
        cards=tuple(_card(catalogue, c, today) for c in catalogue.certificates[:CARDS]),
        more=catalogue.certificates[CARDS:],
        purposes=catalogue.purposes, topics=catalogue.topics,
        events=tuple(one for one in catalogue.services if _asks(catalogue, one)),
        today=(*services, *(office_line(catalogue, office, today) for office in catalogue.offices)),
    )
    city = catalogue.city.name
    return Page(path="", template="home.html", title=catalogue.say("site.home.title", city=city), trail=(), view=view,
                description=catalogue.say("site.home.description", city=city))


def _card(catalogue: Catalogue, certificate: Certificate, today: date) -> CertificateCard:
    found = ways.ways_of(catalogue, certificate, today)
    priced = [(way.price.total_yen, i) for i, way in enumerate(found) if way.price is not None]
    return CertificateCard(certificate=certificate, best=found[0],
                           cheapest=found[min(priced)[1]] if priced else None)


def _purpose(catalogue: Catalogue, purpose: Purpose, today: date) -> Page:
    names = catalogue.say("site.list").join(catalogue.certificate(paper.certificate).short for paper in purpose.papers)
    told = catalogue.say("site.sentence", words=names) if names else str(purpose.first)
    return Page(path=f"purposes/{purpose.id}/", template="purpose.html", trail=(home(catalogue),),
                title=catalogue.say("site.purpose.title", name=purpose.name),
                description=catalogue.say("site.purpose.description", name=purpose.name, asked_by=purpose.asked_by, told=told),
                view=PurposeView(purpose, tuple(_needed(catalogue, paper, today) for paper in purpose.papers)))


def _needed(catalogue: Catalogue, paper: NeededPaper, today: date) -> NeededView:
    certificate = catalogue.certificate(paper.certificate)
    counter = next((way for way in ways.ways_of(catalogue, certificate, today) if way.channel.kind is ChannelKind.COUNTER), None)
    return NeededView(certificate=certificate, note=paper.note, free_at=counter if paper.free_at_counter else None,
                      navigator=flows.start_path(certificate.id) if certificate.flow else None)


def _topic(catalogue: Catalogue, topic: Topic) -> Page:
    return Page(path=f"topics/{topic.id}/", template="topic.html", title=topic.name, trail=(home(catalogue),),
                description=catalogue.say("site.topic.description", name=topic.name, answer=topic.answers[0]),
                view=TopicView(topic, tuple(catalogue.certificate(id) for id in topic.certificates),
                                tuple(one for one in catalogue.services if one.id in topic.services)))


def _services(catalogue: Catalogue) -> Iterator[Page]:
    view = ServicesView(_grouped(catalogue.services, lambda service: service.situation),
                        _grouped(catalogue.services, lambda service: service.department))
    trail = (home(catalogue), Crumb(catalogue.say("site.services.title"), "services/"))
    yield Page(path="services/", template="services.html", title=catalogue.say("site.services.title"), trail=trail[:1], view=view,
               description=catalogue.say("site.services.description", city=catalogue.city.name, count=len(catalogue.services)))
    for service in catalogue.services:
        yield Page(path=f"services/{service.id}/", template="service.html", title=service.name, trail=trail,
                   view=ServiceView(service, _asks(catalogue, service)),
                   description=catalogue.say("site.service.description", name=service.name, situation=service.situation,
                                             what=service.what))


def _asks(catalogue: Catalogue, service: OnlineService) -> bool:
    """Whether it leads into the interview of a life event."""
    return any(event.procedure == service.procedure for event in catalogue.life_events)


def _grouped(services: tuple[OnlineService, ...], key: Callable[[OnlineService], str]) -> dict[str, tuple[OnlineService, ...]]:
    """By heading, each heading where it first comes."""
    return {heading: tuple(one for one in services if key(one) == heading) for heading in dict.fromkeys(map(key, services))}


def _standing(catalogue: Catalogue) -> Iterator[Page]:
    """The pages that every site has; their words stand in the templates."""
    city = catalogue.city.name
    yield Page(path="help/", template="help.html", title=catalogue.say("site.help.title"), trail=(home(catalogue),), view=None,
               description=catalogue.say("site.help.description", city=city))
    yield Page(path="accessibility/", template="accessibility.html", title=catalogue.say("site.accessibility.title"),
               trail=(home(catalogue),), view=None, description=catalogue.say("site.accessibility.description", city=city))

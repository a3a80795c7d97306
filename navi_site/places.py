"""The pages about offices: where, when, which desk, how to pay, what the terminal there prints. Pure."""

from collections.abc import Iterator
from datetime import date

from content.catalogue import Catalogue
from content.vocabulary.channel import ChannelKind
from content.vocabulary.office import Desk, Office
from navi_site import hours, ways
from navi_site.page import Crumb, Page, home
from navi_site.views import DeskView, OfficeLine, OfficeView


def places(catalogue: Catalogue, today: date) -> Iterator[Page]:
    city = catalogue.city.name
    yield Page(path="places/", template="places.html", title=catalogue.say("site.places.title"), trail=(home(catalogue),),
               description=catalogue.say("site.places.description", city=city,
                                     offices=catalogue.say("site.dots").join(o.name for o in catalogue.offices)),
               view=tuple(office_line(catalogue, office, today) for office in catalogue.offices))
    for office in catalogue.offices:
        yield Page(
            path=f"places/{office.id}/", template="place.html", title=office.name,
            trail=(home(catalogue), Crumb(catalogue.say("site.places.title"), "places/")),
            description=catalogue.say("site.place.description", city=city, office=office.name),
            view=OfficeView(office=office, map=ways.map_link(office),
                            desks=tuple(desk_view(catalogue, desk) for desk in office.desks),
                            open=hours.line(catalogue, office.opening, (hours.office_key(office.id),), today)),
        )


def office_line(catalogue: Catalogue, office: Office, today: date) -> OfficeLine:
    return OfficeLine(name=office.name, path=f"places/{office.id}/",
                      open=hours.line(catalogue, office.opening, (hours.office_key(office.id),), today))


def desk_view(catalogue: Catalogue, desk: Desk) -> DeskView:
    terminals = {c.id for c in catalogue.channels if c.kind is ChannelKind.TERMINAL}
    at_terminal = tuple(c for c in catalogue.certificates if terminals & {a.channel for a in c.availability})
    return DeskView(desk=desk, at_terminal=at_terminal if desk.terminal else (),
                    at_desk=tuple(catalogue.certificate(id) for id in desk.certificates))

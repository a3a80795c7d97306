"""What leads into the site from outside: short addresses, and the sheets for walls and desks that carry them. Pure."""

from collections.abc import Iterator
from datetime import date

from content.catalogue import Catalogue
from content.vocabulary.certificate import Certificate
from navi_site import hours, ways
from navi_site.page import Page
from navi_site.places import desk_view
from navi_site.views import SignView


def short_path(certificate: Certificate) -> str:
    """An address that fits a LINE menu or a small QR code. It never changes, since it is printed on paper."""
    return f"c/{certificate.id}/"


def short_addresses(catalogue: Catalogue) -> Iterator[Page]:
    for certificate in catalogue.certificates:
        yield Page(path=short_path(certificate), template="short.html", trail=(), listed=False,
                   title=catalogue.say("site.short.title", name=certificate.name),
                   view=certificate, description=catalogue.say("site.short.description", name=certificate.name))
    yield Page(path="offline/", template="offline.html", trail=(), listed=False, view=None,
               title=catalogue.say("site.offline.title"), description=catalogue.say("site.offline.description"))


def signs(catalogue: Catalogue, today: date, site_url: str) -> Iterator[Page]:
    """Sheets for walls and desks. The code on each leads to the short address, so that it stays small and never changes."""
    say = catalogue.say
    yield Page(path="signs/", template="signs.html", title=say("signs.title"), trail=(), listed=False, view=None,
               description=say("signs.description"))
    for certificate in catalogue.certificates:
        yield Page(path=f"signs/{certificate.id}/", template="sign.html", title=certificate.name, trail=(), listed=False,
                   description=say("signs.certificate", name=certificate.name),
                   view=SignView(leads=f"{site_url}{short_path(certificate)}", certificate=certificate,
                                 ways=ways.ways_of(catalogue, certificate, today)))
    for office in catalogue.offices:
        yield Page(path=f"signs/office-{office.id}/", template="sign.html", title=office.name, trail=(), listed=False,
                   description=say("signs.office", name=office.name),
                   view=SignView(leads=site_url, office=office, desks=tuple(desk_view(catalogue, desk) for desk in office.desks),
                                 open=hours.line(catalogue, office.opening, (), today)))

"""What a page says to search engines, in the words of schema.org: breadcrumbs, services, steps, questions, offices. Pure."""

from collections.abc import Iterator
from typing import Any

from content.catalogue import Catalogue
from content.vocabulary.office import Office
from content.vocabulary.opening import OpeningRule, Weekday
from navi_site.page import Page
from navi_site.views import CertificateView, OfficeView, WayView
from navi_site.ways import Way

Thing = dict[str, Any]
DAYS = dict(zip(Weekday, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))


def of(page: Page, catalogue: Catalogue, site_url: str, tag: str = "ja") -> tuple[Thing, ...]:
    """The things that a page is about, the breadcrumb first. site_url ends in a slash, the language's part in it; tag is BCP 47."""
    found: list[Thing] = []
    if page.trail:
        found.append(_breadcrumb(page, site_url))
    match page.view:
        case CertificateView() as view:
            found.append(_service(view, page, catalogue, site_url))
            if view.certificate.questions:
                found.append({"@type": "FAQPage", "mainEntity": [_question(q.ask, q.answer) for q in view.certificate.questions]})
        case WayView() as view:
            found.append(_how_to(view, page, catalogue, tag))
        case OfficeView() as view:
            found.append(_office(view.office, catalogue))
        case _ if page.path == "":
            name = f"{catalogue.say('site.name')} {catalogue.city.name}"
            found.append({"@type": "WebSite", "name": name, "url": site_url, "inLanguage": tag})
    return tuple({"@context": "https://schema.org", **thing} for thing in found)


def _breadcrumb(page: Page, site_url: str) -> Thing:
    crumbs = [(crumb.label, crumb.path) for crumb in page.trail] + [(page.title, page.path)]
    return {"@type": "BreadcrumbList", "itemListElement": [
        {"@type": "ListItem", "position": place, "name": label, "item": f"{site_url}{path}"}
        for place, (label, path) in enumerate(crumbs, 1)]}


def _service(view: CertificateView, page: Page, catalogue: Catalogue, site_url: str) -> Thing:
    certificate, city = view.certificate, catalogue.city
    return {
        "@type": "GovernmentService", "name": certificate.name, "alternateName": certificate.short,
        "description": certificate.summary, "url": f"{site_url}{page.path}",
        "areaServed": {"@type": "City", "name": f"{city.prefecture}{city.name}"},
        "provider": {"@type": "GovernmentOrganization", "name": city.name, "department": certificate.department},
        "availableChannel": [_channel(way, site_url) for way in view.ways],
        "offers": [_offer(way) for way in view.ways if way.price is not None and not way.price.sample],
    }


def _channel(way: Way, site_url: str) -> Thing:
    return {"@type": "ServiceChannel", "name": way.channel.name, "serviceUrl": f"{site_url}{way.path}"}


def _offer(way: Way) -> Thing:
    """Only fees that are known: a sample must not become a search engine's fact."""
    total = way.price.total_yen if way.price else 0
    return {"@type": "Offer", "name": way.channel.name, "price": total, "priceCurrency": "JPY"}


def _question(ask: str, answer: str) -> Thing:
    return {"@type": "Question", "name": ask, "acceptedAnswer": {"@type": "Answer", "text": answer}}


def _how_to(view: WayView, page: Page, catalogue: Catalogue, tag: str) -> Thing:
    way = view.way
    return {
        "@type": "HowTo", "inLanguage": tag,
        "name": catalogue.say("site.way.title", certificate=way.certificate.name, way=way.channel.name),
        "description": page.description,
        "supply": [{"@type": "HowToSupply", "name": document.name} for document in view.bring],
        "step": [{"@type": "HowToStep", "position": place, "text": step} for place, step in enumerate(way.channel.steps, 1)],
    }


def _office(office: Office, catalogue: Catalogue) -> Thing:
    return {
        "@type": "GovernmentOffice", "name": f"{catalogue.city.name} {office.name}",
        "address": {"@type": "PostalAddress", "addressCountry": "JP", "postalCode": office.postal_code,
                    "addressRegion": catalogue.city.prefecture, "streetAddress": office.address},
        # A sample telephone number or hour is nobody's to publish.
        **({} if office.sample else {"telephone": office.phone}),
        **({} if office.opening.sample else {"openingHoursSpecification": list(_hours(office.opening))}),
    }


def _hours(rule: OpeningRule) -> Iterator[Thing]:
    for hours in rule.hours:
        yield {"@type": "OpeningHoursSpecification", "dayOfWeek": [f"https://schema.org/{DAYS[day]}" for day in hours.days],
               "opens": f"{hours.opens:%H:%M}", "closes": f"{hours.closes:%H:%M}"}

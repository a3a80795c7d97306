"""What search engines and messages are told: true words of schema.org, one picture, one address."""

import json
import struct
from typing import Any

import pytest

from content.catalogue import Catalogue
from tests.navi_site.site import Site

# Property → the types on which schema.org allows it, for the words we use (schema.org 29, read 2026-11).
ALLOWED: dict[str, set[str]] = {
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "GovernmentService": {"name", "alternateName", "description", "serviceType", "url", "areaServed", "provider",
                          "availableChannel", "offers"},
    "City": {"name"},
    "GovernmentOrganization": {"name", "department"},
    "ServiceChannel": {"name", "serviceUrl"},
    "Offer": {"name", "price", "priceCurrency"},
    "FAQPage": {"mainEntity"},
    "Question": {"name", "acceptedAnswer"},
    "Answer": {"text"},
    "HowTo": {"name", "description", "inLanguage", "supply", "step"},
    "HowToSupply": {"name"},
    "HowToStep": {"position", "text"},
    "GovernmentOffice": {"name", "address", "telephone", "openingHoursSpecification"},
    "PostalAddress": {"addressCountry", "postalCode", "addressRegion", "streetAddress"},
    "OpeningHoursSpecification": {"dayOfWeek", "opens", "closes"},
    "WebSite": {"name", "url", "inLanguage"},
}


def things(site: Site, address: str) -> list[dict[str, Any]]:
    """What a page says."""
    return [json.loads(text) for text in site.page(address).data]


def faults(thing: Any) -> list[str]:
    """Words that schema.org does not have there."""
    if isinstance(thing, list):
        return [fault for one in thing for fault in faults(one)]
    if not isinstance(thing, dict):
        return []
    kind = thing.get("@type")
    if kind not in ALLOWED:
        return [f"no type {kind}"]
    wrong = [f"{kind}.{name}" for name in thing if not name.startswith("@") and name not in ALLOWED[kind]]
    return wrong + [fault for value in thing.values() for fault in faults(value)]


def test_every_page_speaks_only_words_of_schema_org(site: Site) -> None:
    for address in site.addresses():
        for thing in things(site, address):
            assert thing["@context"] == "https://schema.org", address
            assert faults(thing) == [], address


@pytest.mark.parametrize(("address", "kinds"), [
    ("/certificates/juminhyo/", {"BreadcrumbList", "GovernmentService", "FAQPage"}),
    ("/navi/juminhyo/self/ready/konbini/", {"BreadcrumbList", "HowTo"}),
    ("/places/ibusuki/", {"BreadcrumbList", "GovernmentOffice"}),
    ("/purposes/passport/", {"BreadcrumbList"}),
    ("/", {"WebSite"}),
])
def test_each_kind_of_page_says_what_it_is(site: Site, address: str, kinds: set[str]) -> None:
    assert {thing["@type"] for thing in things(site, address)} == kinds


def test_a_sample_fee_or_telephone_number_never_becomes_a_fact_of_a_search_engine(site: Site, catalogue: Catalogue) -> None:
    for certificate in catalogue.certificates:
        service = next(t for t in things(site, f"/certificates/{certificate.id}/") if t["@type"] == "GovernmentService")
        real = {fee.yen for fee in catalogue.fees if fee.certificate == certificate.id and not fee.sample}
        assert {offer["price"] for offer in service["offers"]} <= real
    office = next(t for t in things(site, "/places/ibusuki/") if t["@type"] == "GovernmentOffice")
    assert "telephone" not in office


def test_a_link_that_is_sent_shows_a_picture_of_its_certificate(site: Site, catalogue: Catalogue) -> None:
    for certificate in catalogue.certificates:
        text = site.page(f"/certificates/{certificate.id}/").text
        assert f'property="og:image" content="http://localhost:8080/assets/og/{certificate.id}.png"' in text
        png = site.file(f"/assets/og/{certificate.id}.png").read_bytes()
        assert png.startswith(b"\x89PNG")
        assert struct.unpack(">II", png[16:24]) == (1200, 630)
        assert len(png) < 100_000


def test_short_addresses_lead_on_without_a_script_and_are_not_listed(site: Site, catalogue: Catalogue) -> None:
    sitemap = site.file("/sitemap.xml").read_text("utf-8")
    for certificate in catalogue.certificates:
        page = site.page(f"/c/{certificate.id}/")
        assert f'http-equiv="refresh" content="0; url=/certificates/{certificate.id}/"' in page.text
        assert page.link(certificate.name) == f"/certificates/{certificate.id}/"
        assert 'name="robots" content="noindex"' in page.text
        assert f"/c/{certificate.id}/" not in sitemap


def test_robots_are_shown_the_map(site: Site) -> None:
    assert "Sitemap: http://localhost:8080/sitemap.xml" in site.file("/robots.txt").read_text("utf-8")

"""What the search field looks through: every page people ask for by name, with all the words they use for it."""

from collections.abc import Iterator
from typing import Any

from content.catalogue import Catalogue


def index(catalogue: Catalogue) -> dict[str, object]:
    """What search.json holds. `assets/script/find.js` compares; nothing is folded here, so there is one such rule only."""
    say, city = catalogue.messages, catalogue.city
    return {"words": {"none": say["site.search.none"], "some": say["site.search.some"], "maybe": say["site.search.maybe"]},
            "aside": [city.name, city.name.removesuffix("市"), city.reading, city.reading.removesuffix("し")],
            "entries": [*_certificates(catalogue), *_purposes(catalogue), *_topics(catalogue), *_services(catalogue),
                        *_offices(catalogue)]}


def _entry(url: str, name: str, summary: str, called: tuple[str, ...], *, uses: tuple[str, ...] = (),
           weight: int = 0) -> dict[str, Any]:
    """weight: what decides between pages that fit alike; a certificate is what most people are after."""
    return {"url": url, "name": name, "summary": summary, "called": list(dict.fromkeys(called)), "uses": list(uses),
            "weight": weight}


def _certificates(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for one in catalogue.certificates:
        called = (one.name, one.short, *one.reading.split("・"), *one.also, one.id.replace("-", " "))
        yield _entry(f"/certificates/{one.id}/", one.name, one.summary, called, uses=one.used_for, weight=3)


def _purposes(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for one in catalogue.purposes:
        papers = "、".join(catalogue.certificate(paper.certificate).short for paper in one.papers)
        summary = one.first or f"{one.asked_by}に出す証明書：{papers}"
        yield _entry(f"/purposes/{one.id}/", f"{one.name}（必要な証明書）", summary, (one.name, one.reading, *one.also), weight=2)


def _topics(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for one in catalogue.topics:
        yield _entry(f"/topics/{one.id}/", one.name, one.answers[0], (one.name, one.reading, *one.also), weight=1)


def _services(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for one in catalogue.services:
        if one.procedure is None:  # the others are found as their certificate
            yield _entry(f"/services/{one.id}/", one.name, one.what, (one.name, one.reading, *one.also), uses=(one.situation,))


def _offices(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for one in catalogue.offices:
        desks = tuple(word for desk in one.desks for word in (desk.department.split()[-1], desk.name))
        called = (one.name, one.reading, one.name.replace("庁舎", "支所"), one.reading.replace("ちょうしゃ", "ししょ"),
                  f"{one.name} 場所", f"{one.name} 電話", *one.also)
        main = one is catalogue.offices[0]
        yield _entry(f"/places/{one.id}/", one.name, one.address,
                     (*called, *((f"{catalogue.city.name}役所", "市役所 場所", "市役所 電話", *desks) if main else ())))

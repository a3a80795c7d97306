"""What the search field looks through: every page people ask for by name, with all the words they use for it."""

import re
from collections.abc import Iterator
from typing import Any

from content.catalogue import Catalogue


def index(catalogue: Catalogue, told: Catalogue | None = None, base: str = "/") -> dict[str, object]:
    """What search.json holds. `assets/script/find.js` compares; nothing is folded here, so there is one such rule only.

    told: the same catalogue in another language. Its names are shown, and found beside the Japanese ones, since people read
    those on the papers they were given. base: what the addresses of that language begin with.
    """
    shown = told or catalogue
    say, city = shown.messages, catalogue.city
    return {"words": {"none": say["site.search.none"], "some": say["site.search.some"], "maybe": say["site.search.maybe"]},
            "aside": [city.name, city.name.removesuffix("市"), city.reading, city.reading.removesuffix("し")],
            "entries": list(_entries(catalogue)) if told is None else [
                _in_both(one, other, base) for one, other in zip(_entries(catalogue), _entries(told), strict=True)]}


def _entries(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    yield from _certificates(catalogue)
    yield from _purposes(catalogue)
    yield from _topics(catalogue)
    yield from _services(catalogue)
    yield from _offices(catalogue)


def _in_both(written: dict[str, Any], told: dict[str, Any], base: str) -> dict[str, Any]:
    """Shown in the other language, found by both; brackets part the names that a translation offers."""
    names = [part.strip(" ()（）") for name in told["called"] for part in re.split(r"[()（）/・,，、]", name)]
    return {**told, "url": base + told["url"].removeprefix("/"),
            "called": list(dict.fromkeys([*filter(None, names), *told["called"], *written["called"]])),
            "uses": list(dict.fromkeys([*told["uses"], *written["uses"]]))}


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
        papers = catalogue.say("site.list").join(catalogue.certificate(paper.certificate).short for paper in one.papers)
        summary = one.first or catalogue.say("site.purpose.summary", asked_by=one.asked_by, papers=papers)
        title = catalogue.say("site.purpose.title", name=one.name)
        yield _entry(f"/purposes/{one.id}/", title, summary, (one.name, one.reading, *one.also), weight=2)


def _topics(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for one in catalogue.topics:
        yield _entry(f"/topics/{one.id}/", one.name, one.answers[0], (one.name, one.reading, *one.also), weight=1)


def _services(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for one in catalogue.services:
        leads = catalogue.procedure(one.procedure) if one.procedure else None
        if leads is None or leads.fee is None:  # the others are found as their certificate
            yield _entry(f"/services/{one.id}/", one.name, one.what, (one.name, one.reading, *one.also), uses=(one.situation,))


def _offices(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for one in catalogue.offices:
        desks = tuple(word for desk in one.desks for word in (desk.department.split()[-1], desk.name))
        called = (one.name, one.reading, one.name.replace("庁舎", "支所"), one.reading.replace("ちょうしゃ", "ししょ"),
                  f"{one.name} 場所", f"{one.name} 電話", *one.also)
        main = one is catalogue.offices[0]
        yield _entry(f"/places/{one.id}/", one.name, one.address,
                     (*called, *((f"{catalogue.city.name}役所", "市役所 場所", "市役所 電話", *desks) if main else ())))

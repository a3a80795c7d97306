"""What the navigator recommended, as numbers for the city: a month by way and by certificate, and the same as CSV."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from chalice.app import Chalice, Response

from chalicelib.pages.office_login import at_work
from chalicelib.pages.web import OFFICE, Page, Request, Web
from chalicelib.services import tally
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN

CAME = {"search": "検索", "line": "LINE", "city": "市のサイト", "paper": "紙のコード",
        "other": "ほかのサイト", "none": "直接・不明"}
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class CountRow:
    """One line of a table: what, how often, and its share of all in whole percent."""

    name: str
    times: int
    share: int


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/counts", methods=["GET"])
    def counts() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _counts(parts, request))


def _counts(parts: Parts, request: Request) -> Page:
    """Reads: the session, one query."""
    officer = at_work(parts, request)
    present = parts.clock().astimezone(JAPAN).strftime("%Y-%m")
    asked = request.query.get("month", "")
    month = asked if MONTH.fullmatch(asked) else present
    everything = list(tally.of_month(parts, month))
    found = [one for one in everything if one.step == "shown"]
    followed = sum(one.times for one in everything if one.step == "followed")
    ways = {c.id: c.short for c in parts.catalogue.channels} | {tally.ADVICE: "案内だけ"}
    certificates = {c.id: c.short for c in parts.catalogue.certificates}
    return Page(template="office/counts.html", words={
        "officer": officer, "month": month, "present": present, "counting": parts.counting,
        "total": sum(one.times for one in found),
        "by_way": _rows(found, lambda one: ways.get(one.channel, one.channel)),
        "by_certificate": _rows(found, lambda one: certificates.get(one.certificate, one.certificate)),
        "by_origin": _rows(found, lambda one: CAME.get(one.came, one.came)),
        "followed": followed, "lines": _csv(everything)})


def _rows(found: list[tally.Tally], name: Callable[[tally.Tally], str]) -> list[CountRow]:
    counter: Counter[str] = Counter()
    for one in found:
        counter[name(one)] += one.times
    total = sum(counter.values()) or 1
    return [CountRow(what, times, round(100 * times / total)) for what, times in counter.most_common()]


def _csv(found: list[tally.Tally]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["日付", "証明書", "結果", "手段", "来たところ", "見た・進んだ", "回数"])
    for one in found:
        writer.writerow([one.day.isoformat(), one.certificate, one.outcome, one.channel, one.came, one.step, one.times])
    return out.getvalue()

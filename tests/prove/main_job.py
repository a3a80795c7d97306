"""`make prove-main-job`: what issue 2 claims, one line per claim, on a stack of its own with empty data."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from chalicelib import compose, settings
from chalicelib.adapters.table import KeyRow, Row
from infra.local.addresses import Addresses
from infra.local.up import Running, running
from tests.conftest import a_store
from tests.functions import store_cost
from tests.journeys import main_job as journey
from tests.prove import clean_clone, cold_start, page_weight, races, sheet
from tests.prove.claims import Claims
from tests.prove.races import Hall

FIRST_PORT = 18800
PEOPLE, OFFICER_ROUNDS, TWINS = 50, 30, 20


def main() -> int:
    """Measure everything; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    _on_paper(claims)
    with tempfile.TemporaryDirectory() as data, running(Path(data), Addresses(FIRST_PORT)) as up:
        _walk(claims, up)
        _page(claims, up)
        _cold(claims, up)
        _races(claims, _behind(up))
    _store(claims)
    _stranger(claims)
    return claims.exit_code()


def _behind(up: Running) -> Hall:
    """Join in with the running stack: its settings become ours."""
    os.environ.update(up.environment())
    for table in (Row, KeyRow):
        table.Meta.host = os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
        table._connection = None
    return Hall(up, compose.parts_from(settings.read()))


def _walk(claims: Claims, up: Running) -> None:
    folder = Path(up.stack.data) / "pictures"
    album = journey.walk(up.at, folder, say=lambda line: None)
    claims.line("journey", f"{album.steps} steps, {album.failed} failed", "0 failed", album.failed == 0)
    claims.line("third-party requests on the whole journey", len(album.outside), "0", not album.outside)


def _page(claims: Claims, up: Running) -> None:
    weight = page_weight.weigh(f"{up.at.url(up.at.gateway)}/navi/juminhyo/")
    bytes_of = f"HTML {weight.html} + CSS {weight.css} + JS {weight.js} = {weight.total}"
    claims.line("first navigator page, compressed bytes", bytes_of,
                "HTML + CSS ≤ 51200, JS ≤ 20480", weight.html + weight.css <= 51_200 and weight.js <= 20_480)


def _cold(claims: Claims, up: Running) -> None:
    ratio, ours, bare = cold_start.ratio(up.environment())
    claims.told("cold import, ratio to bare chalice with boto3", f"{ratio:.2f} ({ours:.2f} s to {bare:.2f} s)")


def _races(claims: Claims, hall: Hall) -> None:
    drafts = races.equal_starts(hall, TWINS)
    claims.line(f"{TWINS} parallel equal starts", f"{drafts} draft", "1", drafts == 1)
    applications, mails, arrived = races.equal_submits(hall, TWINS)
    once = (applications, mails) == (1, 1)
    claims.line(f"{TWINS} parallel equal submits", f"{applications} application, {mails} mail", "1, 1", once)
    claims.told("windows of them that show the receipt at once", f"{arrived} of {TWINS}")
    claimed, decided = races.two_officers(hall, OFFICER_ROUNDS)
    claims.line("two officers at once", f"one claim in {claimed}, one decision in {decided} of {OFFICER_ROUNDS} rounds",
                f"{OFFICER_ROUNDS}, {OFFICER_ROUNDS}", claimed == decided == OFFICER_ROUNDS)
    orders, taken, paid_mails = races.repeated_webhooks(hall)
    claims.line("webhook 5 times in 3 orders", f"{taken} captures and {paid_mails} mails for {orders} payments", "one each",
                taken == paid_mails == orders)
    kills, lost, twice, wrong_mails = races.deaths(hall, PEOPLE, at_once=4)
    claims.line(f"kill -9 of functions and worker during {PEOPLE} submits",
                f"{kills} kills, {lost} lost, {twice} duplicated, {wrong_mails} people with more or fewer than one mail",
                "0, 0, 0", kills >= 5 and (lost, twice, wrong_mails) == (0, 0, 0))


def _on_paper(claims: Claims) -> None:
    milliseconds, kilobytes = sheet.measure()
    claims.told("A4 form", f"{milliseconds:.0f} ms and at most {kilobytes:.0f} KB a sheet")


def _store(claims: Claims) -> None:
    with a_store() as url:
        costs = store_cost.measure(url)
    for (path, method), cost in sorted(costs.items()):
        what = f"{cost.reads} reads, {cost.queries} queries, {cost.writes} writes"
        claims.told(f"store, {method} {path}".replace(",  ", ", "), what)
    is_written = store_cost.DOCUMENT.read_text("utf-8") == store_cost.document(costs)
    claims.line("reads and writes per route as docs/store.md says", is_written, "True", is_written)


def _stranger(claims: Claims) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        clone = clean_clone.clone_to(folder / "madonavi")
        with clean_clone.make_up(clone) as seconds:
            claims.told("make up on a clean clone, system packages there, to the first page", f"{seconds:.0f} s")
            reference = clean_clone.walk_a_step()
            killed = clean_clone.kill_everything()
        with clean_clone.make_up(clone) as seconds:
            claims.told("make up again", f"{seconds:.0f} s")
            there = clean_clone.is_still_there(reference)
            claims.line("after kill -9 of every process, the acknowledged step is there", f"{there} ({killed} processes killed)",
                        "True", there and killed >= 8)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

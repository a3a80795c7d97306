"""Taking in results from the core system or a robot: paste or read a file, see line by line what would change, then record it."""

import re
from collections.abc import Mapping, Sequence

from chalice.app import Chalice, Response

from chalicelib.domain.errors import NotAllowed
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_words import STATE_NAMES
from chalicelib.pages.web import FORM, OFFICE, Page, Request, Web
from chalicelib.services import results
from chalicelib.services.officers import DECIDES, Officer
from chalicelib.services.parts import Parts
from chalicelib.services.results import Judged, Verdict

WHAT_NAMES: Mapping[str, str] = {"issued": "発行", "dispatched": "発送", "rejected": "不交付"}
SEEN = re.compile(r"([0-9A-Z-]{1,40})=([0-9]{1,6})")
VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.CHANGES: ("記録する", "state"), Verdict.DONE: ("記録した", "done"), Verdict.ALREADY: ("済み", "state"),
    Verdict.REFUSED: ("できない", "stop")}
"""What a line's badge says, and how strongly."""


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/import", methods=["GET", "POST"], content_types=FORM)
    def take_in() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _import(parts, request))


def _import(parts: Parts, request: Request) -> Page:
    """Reads: the session, two for each line; recording writes what each step writes."""
    officer = at_work(parts, request)
    if not officer.is_one_of(DECIDES):
        raise NotAllowed("role")
    text = (request.form.get("lines") or ("",))[0]
    if request.method == "GET":
        return _page(parts, officer, text)
    try:
        lines = results.read(text)
    except results.TooManyLines:
        return _page(parts, officer, text, problems={"lines": parts.catalogue.say(
            "office.problem.results_many", most=str(results.LINES_MOST))})
    if not lines:
        return _page(parts, officer, text, problems={"lines": parts.catalogue.say("office.problem.results")})
    if request.one("record") != "yes":
        return _page(parts, officer, text, judged=results.judge(parts, officer, lines))
    if request.one("looked") != "yes":
        return _page(parts, officer, text, judged=results.judge(parts, officer, lines),
                     problems={"looked": parts.catalogue.say("office.problem.results_looked")})
    return _page(parts, officer, text, judged=results.make(parts, officer, lines, _seen(request)), recorded=True)


def _seen(request: Request) -> dict[str, int]:
    """Reference → version, as the page before carried them."""
    pairs = (SEEN.fullmatch(one) for one in request.form.get("seen") or ())
    return {pair[1]: int(pair[2]) for pair in pairs if pair}


def _page(parts: Parts, officer: Officer, text: str, *, judged: Sequence[Judged] = (), recorded: bool = False,
          problems: Mapping[str, str] | None = None) -> Page:
    counts = {verdict: sum(one.verdict is verdict for one in judged) for verdict in Verdict}
    return Page(template="office/import.html", status=422 if problems else 200, words={
        "officer": officer, "text": text, "judged": judged, "recorded": recorded, "problems": problems or {},
        "counts": counts, "Verdict": Verdict, "verdicts": VERDICTS, "whats": WHAT_NAMES, "states": STATE_NAMES,
        "most": results.LINES_MOST})

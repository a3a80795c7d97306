"""Handing finished cases on: what waits, the receipts of what was handed on, and their files."""

import re
import secrets

from chalice.app import Chalice, Response

from chalicelib.domain.errors import NotFound
from chalicelib.domain.receipts import Receipt
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_words import day
from chalicelib.pages.web import FORM, OFFICE, Download, Page, Request, SeeOther, Web
from chalicelib.services import export
from chalicelib.services.officers import DECIDES
from chalicelib.services.parts import Parts
from content.rules.codes import SIGNS
from content.rules.opening import JAPAN

FILE = re.compile(r"([1-9]\d{0,3})\.(csv|jsonl)")
LIST = re.compile(r"([a-z0-9-]+)\.(csv|jsonl)")


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/export", methods=["GET", "POST"], content_types=FORM)
    def exports() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _exports(parts, request))

    @app.route("/office/export/{number}", methods=["GET", "POST"], content_types=FORM)
    def receipt(number: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _receipt(parts, request, number))

    @app.route("/office/export/{number}/{file}", methods=["GET"])
    def file(number: str, file: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _file(parts, request, number, file))

    @app.route("/office/to-issue/{file}", methods=["GET"])
    def to_issue(file: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _to_issue(parts, request, file))


def _exports(parts: Parts, request: Request) -> Page:
    """Reads: the session, one query for the receipts and one for each procedure that is exported."""
    officer = at_work(parts, request)
    if request.method == "POST":
        _begin(parts, request)
    return Page(template="office/exports.html", words={
        "officer": officer, "may": officer.is_one_of(DECIDES), "waiting": export.waiting(parts, officer),
        "receipts": export.receipts(parts, officer), "most": export.RECEIPT_MOST, "number": _new_number(parts), "day": day,
        "names": {one.id: one.short for one in parts.catalogue.procedures}, "flash": request.session.holds.pop("flash", None)})


def _begin(parts: Parts, request: Request) -> None:
    officer = at_work(parts, request)
    begun = export.begin(parts, officer, request.one("procedure"), request.one("number"))
    if begun is None:
        request.session.holds["flash"] = "none"
        raise SeeOther("/office/export")
    export.go_on(parts, officer, begun)
    raise SeeOther(f"/office/export/{begun.number}")


def _new_number(parts: Parts) -> str:
    signs = "".join(secrets.choice(SIGNS) for _ in range(6))
    return f"{parts.clock().astimezone(JAPAN):%Y%m%d}-{signs}"


def _receipt(parts: Parts, request: Request, number: str) -> Page:
    """Reads: the session, the receipt, one query of who took its files."""
    officer = at_work(parts, request)
    receipt = export.opened(parts, officer, number)
    if request.method == "POST":
        export.go_on(parts, officer, receipt)
        raise SeeOther(f"/office/export/{number}")
    return Page(template="office/receipt.html", words={
        "officer": officer, "may": officer.is_one_of(DECIDES), "receipt": receipt, "day": day, "files": _files(receipt),
        "takings": parts.receipts.takings(officer.department, number),
        "name": {one.id: one.name for one in parts.catalogue.procedures}.get(receipt.procedure, receipt.procedure)})


def _files(receipt: Receipt) -> list[tuple[str, str, int, str]]:
    """(address, name, cases, digest) of each file."""
    return [(f"/office/export/{receipt.number}/{place}.{kind}", f"{receipt.number}-{place}.{kind}", one.count, digest)
            for place, one in enumerate(receipt.files, start=1) for kind, digest in (("csv", one.csv), ("jsonl", one.jsonl))]


def _file(parts: Parts, request: Request, number: str, file: str) -> Download:
    """Reads: the session, the receipt, each of the file's cases and its key; one write says who took it."""
    officer = at_work(parts, request)
    receipt = export.opened(parts, officer, number)
    asked = FILE.fullmatch(file)
    if asked is None:
        raise NotFound("file")
    return Download(name=f"{number}-{file}", kind=export.KINDS[asked[2]],
                    lines=export.file(parts, officer, receipt, int(asked[1]), asked[2]))


def _to_issue(parts: Parts, request: Request, file: str) -> Download:
    """Reads: the session, one query of the queue, each case and its key; one write says who took it."""
    officer = at_work(parts, request)
    asked = LIST.fullmatch(file)
    if asked is None:
        raise NotFound("list")
    at = parts.clock().astimezone(JAPAN)
    return Download(name=f"to-issue-{asked[1]}-{at:%Y%m%d-%H%M}.{asked[2]}", kind=export.KINDS[asked[2]],
                    lines=export.to_issue(parts, officer, asked[1], asked[2]))

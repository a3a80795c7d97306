"""The editor's page: a filled paper under a millimetre grid, with its boxes to be dragged or typed. For this computer only."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Response, abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from content.faults import Fault
from content.faults import Path as KeyPath
from kiosk_agent.errors import KioskError
from kiosk_agent.loopback import local_app
from kiosk_agent.preview.people import SAMPLES
from kiosk_agent.preview.placing import NotInThisFile, Spot, spots
from kiosk_agent.preview.workshop import ChangedMeanwhile, Shown, Workshop

HERE = Path(__file__).parent
POLICY = ("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
          "frame-ancestors 'none'")
SAID: Mapping[str, str] = {
    "saved": "保存しました。", "same": "変わったところはありません。", "undone": "ひとつ前にもどしました。",
    "changed": "ほかでファイルが書きかえられたので、保存していません。いまの内容を表示しています。もう一度直してください。",
    "elsewhere": "この欄の数字は、ファイルに書かれていないので、ここでは動かせません。YAMLのファイルで直してください。",
    "wrong": "数字として読めないところがあるので、保存していません。0から297までの、半角の数字（mm）で書いてください。",
}
KINDS: Mapping[str, tuple[str, ...]] = {"filled": ("slot", "check", "corner"), "form": ("form",)}
LARGEST = 297.0


class NotANumber(ValueError):
    """A typed value is no number of millimetres on a sheet."""


def create_app(workshop: Workshop, *, port: int) -> Flask:
    """The page for editors."""
    app = local_app(HERE, port=port, policy=POLICY)
    token = secrets.token_hex(16)

    @app.before_request
    def only_our_buttons() -> None:
        """No other page writes into the content."""
        if request.method == "POST" and not secrets.compare_digest(request.form.get("token", "").encode(), token.encode()):
            abort(403)

    @app.get("/favicon.ico")
    def icon() -> Response:
        return Response(status=204)

    @app.get("/")
    def first() -> Answer:
        return redirect(url_for("paper", id=workshop.ids[0]))

    @app.get("/paper/<id>")
    def paper(id: str) -> str:
        person, what = _asked()
        shown = _shown(workshop, id)
        there = spots(shown.paper) if shown.paper else ()
        pages, trouble = _pages(workshop, shown, person)
        return render_template(
            "paper.html", shown=shown, id=id, person=person, what=what, samples=SAMPLES.values(), token=token, pages=pages,
            papers=workshop.catalogue.papers, spots=[spot for spot in there if spot.kind in KINDS[what]],
            faults=_in_words(shown.faults, trouble), said=SAID.get(request.args.get("said", "")), can_undo=workshop.can_undo(id))

    @app.get("/picture/<id>/<person>/<int:page>")
    def picture(id: str, person: str, page: int) -> Response:
        shown = _shown(workshop, id)
        if shown.paper is None or person not in SAMPLES:
            abort(404)
        try:
            drawn = workshop.pictures(shown.paper, SAMPLES[person])
        except (KioskError, KeyError):
            abort(404)
        return Response(drawn[page - 1], mimetype="image/png") if 1 <= page <= len(drawn) else abort(404)

    @app.post("/paper/<id>")
    def save(id: str) -> Answer:
        person, what = _asked()
        shown = _shown(workshop, id)
        try:
            if request.form.get("do") == "undo":
                workshop.undo(id, request.form.get("version", ""))
                said = "undone"
            else:
                there = spots(shown.paper) if shown.paper else ()
                said = "saved" if workshop.save(id, request.form.get("version", ""), typed(request.form, there)) else "same"
        except ChangedMeanwhile:
            said = "changed"
        except NotInThisFile:
            said = "elsewhere"
        except NotANumber:
            said = "wrong"
        return redirect(url_for("paper", id=id, person=person, what=what, said=said), 303)

    return app


def typed(form: "MultiDict[str, str]", there: tuple[Spot, ...]) -> dict[KeyPath, dict[str, float]]:
    """The boxes whose numbers differ from those shown. Raises NotANumber."""
    changes: dict[KeyPath, dict[str, float]] = {}
    for spot in there:
        for key in spot.keys:
            written = form.get(f"{spot.id}-{key}")
            if written is None:
                continue
            value = _millimetres(written)
            if abs(value - getattr(spot.box, key)) > 0.004:
                changes.setdefault(spot.path, {})[key] = value
    return changes


def _millimetres(written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        raise NotANumber from None
    if not 0 <= value <= LARGEST:
        raise NotANumber
    return value


def _asked() -> tuple[str, str]:
    """(sample person, which boxes) of the address or the form."""
    person, what = (request.values.get(name, "") for name in ("person", "what"))
    return person if person in SAMPLES else next(iter(SAMPLES)), what if what in KINDS else "filled"


def _shown(workshop: Workshop, id: str) -> Shown:
    try:
        return workshop.show(id)
    except KeyError:
        abort(404)


def _pages(workshop: Workshop, shown: Shown, person: str) -> tuple[int, str | None]:
    """(how many sheets can be shown, why none can)."""
    if shown.paper is None:
        return 0, None
    try:
        return len(workshop.pictures(shown.paper, SAMPLES[person])), None
    except KeyError:
        return 0, None  # the faults tell of it
    except KioskError:
        return 0, "見出しか面の文字が、欄に入りません。欄を大きくするか、文字を小さくしてください。"


def _in_words(faults: tuple[Fault, ...], trouble: str | None) -> list[str]:
    return [str(fault) for fault in faults] + ([trouble] if trouble else [])

"""窓口の端末: which kiosks there are and how they are, a one-time code for a new one, and taking trust away."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalice.app import Chalice, Response

from chalicelib.domain.device import CODE_LIVES, Condition, Device, DeviceEventKind, DeviceId, RevokeReason, Trust
from chalicelib.domain.errors import NotAllowed
from chalicelib.pages.office_login import at_work
from chalicelib.pages.office_words import age, day
from chalicelib.pages.web import FORM, OFFICE, Page, Request, SeeOther, Web
from chalicelib.services import devices
from chalicelib.services.officers import Officer
from chalicelib.services.parts import Parts

TRUST_NAMES: Mapping[Trust, str] = {Trust.WAITING: "登録待ち", Trust.TRUSTED: "登録済み", Trust.REVOKED: "取り消し"}
EVENT_NAMES: Mapping[DeviceEventKind, str] = {
    DeviceEventKind.ADDED: "端末を加え、登録の番号を出した", DeviceEventKind.CODE_MADE: "登録の番号を出した",
    DeviceEventKind.ENROLLED: "端末が番号で登録した", DeviceEventKind.REVOKED: "登録を取り消した"}
REASON_NAMES: Mapping[RevokeReason, str] = {
    RevokeReason.LOST: "なくなった・盗まれた", RevokeReason.REPLACED: "ほかの機械に替える", RevokeReason.REPAIR: "修理に出す",
    RevokeReason.SUSPICION: "だれかにさわられたかもしれない", RevokeReason.ENDED: "もう使わない"}
SILENT = timedelta(minutes=5)
"""A kiosk that works tells of itself every minute; after five it is worth a look."""
CLOCK_NOTICED = 30
"""Seconds of difference that an officer is told of as such; less is the way of the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One kiosk in words. Each of the conditions is (words, whether somebody should look)."""

    device: Device
    place: str
    trust: str
    heard: tuple[str, bool]
    reader: tuple[str, bool]
    printer: tuple[str, bool]
    clock: tuple[str, bool]
    unsynced: tuple[str, bool]
    holds: bool
    """Whether applications wait there that have not arrived."""
    versions: str


def routes(app: Chalice, web: Web, parts: Parts) -> None:
    """Declare the routes."""

    @app.route("/office/devices", methods=["GET", "POST"], content_types=FORM)
    def all_devices() -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _all(parts, request))

    @app.route("/office/devices/{device}", methods=["GET"])
    def one_device(device: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _one(parts, request, device))

    @app.route("/office/devices/{device}/code", methods=["POST"], content_types=FORM)
    def code(device: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _code(parts, request, device))

    @app.route("/office/devices/{device}/revoke", methods=["GET", "POST"], content_types=FORM)
    def revoke(device: str) -> Response:
        return web.answer(app.current_request, OFFICE, lambda request: _revoke(parts, request, device))


def _all(parts: Parts, request: Request) -> Page:
    """Reads: the session, one query. A new kiosk is one read and one transaction of two rows."""
    officer = at_work(parts, request)
    if request.method == "POST":
        return _add(parts, request, officer)
    return _list(parts, officer, id=str(uuid.uuid4()), typed={}, problems={})


def _list(parts: Parts, officer: Officer, *, id: str, typed: Mapping[str, str], problems: Mapping[str, str]) -> Page:
    shown = [_shown(parts, *one) for one in devices.all_of(parts)]
    return Page(template="office/devices.html", status=422 if problems else 200, words={
        "officer": officer, "devices": shown, "may_manage": devices.may_manage(officer), "id": id, "typed": typed,
        "problems": problems, "places": _places(parts), "most": devices.NAME_MOST})


def _add(parts: Parts, request: Request, officer: Officer) -> Page:
    if not devices.may_manage(officer):
        raise NotAllowed("role")
    name, at = request.one("name"), request.one("at")
    office, _, desk = at.partition("/")
    problems = {}
    if not 0 < len(name) <= devices.NAME_MOST:
        problems["name"] = f"端末の名前を、{devices.NAME_MOST}文字までで入れてください。"
    if not devices.is_desk(parts, office, desk):
        problems["at"] = "置く窓口を選んでください。"
    if problems:
        return _list(parts, officer, id=request.one("id"), typed={"name": name, "at": at}, problems=problems)
    device, made = devices.add(parts, officer, DeviceId(request.one("id")), name=name, office=office, desk=desk)
    return _with_code(parts, officer, device, made)


def _one(parts: Parts, request: Request, id: str) -> Page:
    """Reads: the session, the kiosk, what it last said."""
    officer = at_work(parts, request)
    device = devices.opened(parts, id)
    return Page(template="office/device.html", words={
        "officer": officer, "one": _shown(parts, device, devices.condition(parts, device)),
        "may_manage": devices.may_manage(officer), "history": _history(device), "revoked": device.trust is Trust.REVOKED,
        "waits": device.trust is Trust.WAITING, "flash": request.session.holds.pop("flash", None)})


def _code(parts: Parts, request: Request, id: str) -> Page:
    """Reads: the session, the kiosk. One transaction of two rows. The code stands on this page only, and nowhere else."""
    officer = at_work(parts, request)
    return _with_code(parts, officer, *devices.new_code(parts, officer, DeviceId(id)))


def _with_code(parts: Parts, officer: Officer, device: Device, made: str) -> Page:
    return Page(template="office/device_code.html", words={
        "officer": officer, "device": device, "place": _place(parts, device), "code": made, "until": day(device.code_until),
        "minutes": int(CODE_LIVES.total_seconds() // 60), "address": parts.public_url,
        "anew": device.trust is Trust.TRUSTED})


def _revoke(parts: Parts, request: Request, id: str) -> Page:
    """Reads: the session, the kiosk. Taking trust away is one transaction of one row."""
    officer = at_work(parts, request)
    if not devices.may_manage(officer):
        raise NotAllowed("role")
    device, problems = devices.opened(parts, id), {}
    if request.method == "POST":
        if request.one("reason") not in set(RevokeReason):
            problems["reason"] = "理由を選んでください。"
        if not request.one("sure"):
            problems["sure"] = "確かめてから、印をつけてください。"
        if not problems:
            devices.revoke(parts, officer, device.id, RevokeReason(request.one("reason")))
            request.session.holds["flash"] = "revoked"
            raise SeeOther(f"/office/devices/{device.id}")
    return Page(template="office/device_revoke.html", status=422 if problems else 200, words={
        "officer": officer, "one": _shown(parts, device, devices.condition(parts, device)), "reasons": REASON_NAMES,
        "chosen": request.one("reason"), "problems": problems})


def _shown(parts: Parts, device: Device, condition: Condition | None) -> Shown:
    nothing = ("―", False)
    place, trust = _place(parts, device), TRUST_NAMES[device.trust]
    if condition is None:
        return Shown(device=device, place=place, trust=trust, heard=("まだありません", False), reader=nothing, printer=nothing,
                     clock=nothing, unsynced=nothing, holds=False, versions="―")
    now = parts.clock()
    silent = now - condition.heard_at > SILENT
    return Shown(
        device=device, place=place, trust=trust,
        heard=(f"{day(condition.heard_at)}（{age(condition.heard_at, now)}前）", silent and device.trust is Trust.TRUSTED),
        reader=_part(condition.reader, works=condition.reader_works),
        printer=_part(condition.printer, works=condition.printer_works), clock=_clock(condition.clock_ahead),
        unsynced=_unsynced(condition, now), holds=condition.unsynced > 0,
        versions="　".join(filter(None, (condition.agent, condition.content))) or "―")


def _part(name: str, *, works: bool | None) -> tuple[str, bool]:
    if works is None:
        return "―", False
    return ("動いています" if works else "動いていません") + (f"（{name}）" if name else ""), not works


def _clock(ahead: int) -> tuple[str, bool]:
    if abs(ahead) < CLOCK_NOTICED:
        return "合っています", False
    minutes, seconds = divmod(abs(ahead), 60)
    told = (f"{minutes}分" if minutes else "") + (f"{seconds}秒" if seconds else "")
    return f"{told}{'進んで' if ahead > 0 else 'おくれて'}います", True


def _unsynced(condition: Condition, now: datetime) -> tuple[str, bool]:
    oldest = condition.oldest_unsynced
    told = f"{condition.unsynced:,}件" + (f"（最も古いもの {age(oldest, now)}前）" if oldest else "")
    if condition.refused:
        told += f"、受け付けられなかったもの {condition.refused:,}件"
    return told, bool(condition.unsynced or condition.refused)


def _history(device: Device) -> list[tuple[str, str, str]]:
    """(when, what, who), the newest first."""
    return [(day(one.at), EVENT_NAMES[one.kind] + (f"（{REASON_NAMES[RevokeReason(one.reason)]}）" if one.reason else ""),
             one.by_name or "端末") for one in reversed(device.events)]


def _places(parts: Parts) -> list[tuple[str, str]]:
    """(value of the form, office and desk in words) of every desk of the city."""
    return [(f"{office.id}/{desk.id}", f"{office.name}　{desk.name}（{desk.floor}）")
            for office in parts.catalogue.offices for desk in office.desks]


def _place(parts: Parts, device: Device) -> str:
    """A desk that the city does not have any more is told by its ids."""
    return dict(_places(parts)).get(f"{device.office}/{device.desk}", f"{device.office}　{device.desk}")

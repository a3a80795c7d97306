"""A city hall of pages over fakes: the real routes, templates and services; a browser walks them without a network."""

import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from chalice.app import Chalice
from chalice.test import Client

from chalicelib.api import kiosk, kiosk_filing, machines
from chalicelib.pages import office, resident
from chalicelib.pages.web import Web
from infra.local.play.browser import HttpBrowser
from tests.fakes.world import World, a_world

PUBLIC = "http://localhost:8080"
MAIL_SECRET = "only-the-mailbox"


class HallTransport(httpx.BaseTransport):
    """Carries a browser's requests to chalice, and plays the two identity providers' pages."""

    def __init__(self, app: Chalice) -> None:
        self._client = Client(app)
        self.agrees = True
        self.pause = False
        """Whether the person stays on the provider's page; a test then makes the return itself."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        if host in ("id.example", "staff.example"):
            return self._provider(request)
        if host != "localhost":
            return httpx.Response(200, text=f"<html>outside: {request.url}</html>")
        headers = {name.title(): value for name, value in request.headers.items()}
        answer = self._client.http.request(request.method, str(request.url.raw_path.decode()), headers=headers, body=request.read())
        told = [(name, one) for name, value in answer.headers.items() for one in _each(value)]
        return httpx.Response(answer.status_code, headers=told, content=answer.body)

    def _provider(self, request: httpx.Request) -> httpx.Response:
        state = parse_qs(urlsplit(str(request.url)).query).get("state", [""])[0]
        if request.url.path == "/logout":
            return httpx.Response(200, text="logged out")
        if self.pause:
            return httpx.Response(200, text="show your card")
        back = "/apply/identity/return" if request.url.host == "id.example" else "/office/login/return"
        said = "code=good" if self.agrees else "error=access_denied"
        return httpx.Response(303, headers={"Location": f"{PUBLIC}{back}?{said}&state={state}"})


def _each(value: Any) -> list[str]:
    """A header's values: chalice types one as text and gives a list for several cookies."""
    return value if isinstance(value, list) else [value]


class Hall:
    """The world behind, and as many browsers as a test wants."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or a_world()
        self.app = Chalice(app_name="madonavi")
        logging.getLogger("madonavi").propagate = True
        web = Web(self.world.parts)
        resident.routes(self.app, web, self.world.parts)
        office.routes(self.app, web, self.world.parts)
        machines.routes(self.app, self.world.parts, mail_secret=MAIL_SECRET)
        kiosk.routes(self.app, self.world.parts)
        kiosk_filing.routes(self.app, self.world.parts)
        self.transport = HallTransport(self.app)

    def browser(self) -> HttpBrowser:
        """A fresh browser without any cookie."""
        return HttpBrowser(transport=self.transport)


def apply_up_to_review(browser: HttpBrowser, **answers: str | list[str]) -> HttpBrowser:
    """Hanako answers everything and stands before the review."""
    said: dict[str, Any] = {"mail": "hanako@example.jp", "name_kana": "イブスキ ハナコ", "whose": "self",
                                        "items": ["none"], "copies": "1", "members": "", "purpose": "年金の手続き",
                                        "destination": "年金事務所", **answers}
    browser.get(f"{PUBLIC}/apply/juminhyo").submit("/apply/juminhyo").submit("/identity")
    if browser.url.endswith("/others"):  # another application of hers is open: she begins a new one all the same
        browser.get(browser.url.replace("/others", "/q/contact"))
    for _ in range(12):
        if "/review" in browser.url:
            return browser
        asked = {name for form in browser.forms() for name, _ in form.fields} | set(said)
        browser.submit("/q/", **{name: value for name, value in said.items() if name in asked and f'name="{name}"' in browser.html})
    raise AssertionError(f"no review: {browser.url}")


def apply_and_send(browser: HttpBrowser, **answers: str | list[str]) -> str:
    """Hanako applies and signs; returns the address of her status page."""
    apply_up_to_review(browser, **answers).submit("/sign")
    assert "/done" in browser.url, browser.url
    return browser.html.split('href="' + PUBLIC + "/status/")[1].split('"')[0]

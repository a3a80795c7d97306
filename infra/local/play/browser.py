"""A browser of plain HTTP: keeps cookies, follows redirects, fills in forms as they stand on the page.

For measurements with many people at once; the journeys that people look at use a real browser.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx


@dataclass
class Form:
    """A form of a page: where it goes, what is already in it, and the words on its buttons."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """(words, name, value)."""
    id: str = ""


class _Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._button: tuple[str, str] | None = None
        self._words = ""
        self._area: str | None = None
        self._select: str | None = None
        self._outside: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = Form(action=given.get("action", ""), method=given.get("method", "get").lower(), id=given.get("id", ""))
            self.forms.append(self._open)
        elif tag == "button" and "form" in given:  # a button outside of its form
            self._outside = given["form"]
            self._button, self._words = (given.get("name", ""), given.get("value", "")), ""
        elif self._open is None:
            return
        elif tag == "input":
            kind = given.get("type", "text")
            if kind in ("submit", "image"):
                self._open.buttons.append((given.get("value", ""), given.get("name", ""), given.get("value", "")))
            elif given.get("name") and (kind not in ("radio", "checkbox") or "checked" in given):
                self._open.fields.append((given["name"], given.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._button, self._words = (given.get("name", ""), given.get("value", "")), ""
        elif tag == "textarea":
            self._area, self._words = given.get("name", ""), ""
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and "selected" in given:
            self._open.fields.append((self._select, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._outside is not None and self._button is not None:
            for form in self.forms:
                if form.id == self._outside:
                    form.buttons.append((" ".join(self._words.split()), *self._button))
            self._button = self._outside = None
            return
        if self._open is None:
            return
        if tag == "button" and self._button is not None:
            self._open.buttons.append((" ".join(self._words.split()), *self._button))
            self._button = None
        elif tag == "textarea" and self._area is not None:
            self._open.fields.append((self._area, self._words))
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._open = None


class HttpBrowser:
    """One person's browser. Cookies are kept by host, as browsers do on localhost, whatever the port."""

    def __init__(self, *, patience: float = 0, transport: httpx.BaseTransport | None = None) -> None:
        """patience: seconds to go on trying when nobody answers, as a person presses again."""
        self._http = httpx.Client(timeout=30, follow_redirects=False, transport=transport)
        self._cookies: dict[tuple[str, str], str] = {}
        self._patience = patience
        self.url = ""
        self.html = ""
        self.status = 0

    def get(self, url: str) -> "HttpBrowser":
        """Open an address."""
        return self._go("GET", url, None)

    def twin(self) -> "HttpBrowser":
        """A second window of this browser on the same page, with the same cookies from now on."""
        twin = HttpBrowser(patience=self._patience)
        twin._cookies = self._cookies
        twin.url, twin.html, twin.status = self.url, self.html, self.status
        return twin

    def forms(self) -> list[Form]:
        """The forms of the present page."""
        parser = _Forms()
        parser.feed(self.html)
        return parser.forms

    def submit(self, where: str = "", /, *, button: str = "", **filled: Any) -> "HttpBrowser":
        """Send the first POST form whose action contains `where` and that has a button with the words `button`."""
        for form in self.forms():
            pressed = [b for b in form.buttons if button in b[0]] or ([("", "", "")] if not button else [])
            if form.method == "post" and where in (form.action or self.url) and pressed:
                return self._send(form, pressed[0], filled)
        raise LookupError(f"no form {where!r} {button!r} on {urlsplit(self.url).path} ({self.status})")

    def _send(self, form: Form, pressed: tuple[str, str, str], filled: Mapping[str, str | list[str]]) -> "HttpBrowser":
        body: dict[str, list[str]] = {}
        for name, value in form.fields:
            body.setdefault(name, []).append(value)
        for name, typed in filled.items():
            body[name] = typed if isinstance(typed, list) else [typed]
        if pressed[1]:
            body[pressed[1]] = [pressed[2]]
        return self._go("POST", urljoin(self.url, form.action), body)

    def _go(self, method: str, url: str, body: Mapping[str, list[str]] | None) -> "HttpBrowser":
        for _ in range(12):
            answer = self._once(method, url, body)
            host = urlsplit(url).hostname or ""
            for line in answer.headers.get_list("set-cookie"):
                name, _, rest = line.partition("=")
                self._cookies[(host, name.strip())] = rest.partition(";")[0]
            self.url, self.html, self.status = url, answer.text, answer.status_code
            if answer.status_code not in (301, 302, 303, 307, 308):
                return self
            url = urljoin(url, answer.headers["location"])
            if answer.status_code in (301, 302, 303):
                method, body = "GET", None
        raise RuntimeError("redirected in a circle")

    def _once(self, method: str, url: str, body: Mapping[str, list[str]] | None) -> httpx.Response:
        host = urlsplit(url).hostname or ""
        cookies = "; ".join(f"{name}={value}" for (at, name), value in list(self._cookies.items()) if at == host)
        until = time.monotonic() + self._patience
        while True:
            try:
                answer = self._http.request(method, url, data=body, headers={"Cookie": cookies, "Accept": "text/html"})
                if answer.status_code not in (502, 504) or time.monotonic() > until:
                    return answer
            except httpx.HTTPError:
                if time.monotonic() > until:
                    raise
            time.sleep(0.1)

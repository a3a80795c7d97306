"""Every route × everybody × whose case it is, against a table written by hand; and whether forbidden looks like unknown."""

import statistics
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chalicelib.domain.contents import ApplicationId, Attachment, FileStatus
from chalicelib.services import attach, links, review
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.outside import AUDITOR, HANAKO, YAMADA
from tests.fakes.world import a_world
from tests.functions.api.kiosk import FIRST, a_kiosk
from tests.functions.pages.hall import PUBLIC, Hall, apply_up_to_review
from tests.prove.app_city import a_browser, a_city, at_work, post, token_of
from tests.prove.app_matrix import ADMIN, APPROVER, CASHIER, ELSEWHERE
from tests.prove.app_money import kept, put_back
from tests.prove.app_ways import FIELD, FILES, case_in
from tests.prove.claims import Claims

PEOPLE = ("nobody", "resident of another case", "resident of the case", "reviewer who has it", "reviewer elsewhere", "auditor",
          "admin", "cashier", "approver")
"""In the order of the letters of DECLARED."""
ROUNDS = 60
OFFICERS = {"reviewer who has it": YAMADA, "reviewer elsewhere": ELSEWHERE, "auditor": AUDITOR, "admin": ADMIN, "cashier": CASHIER,
            "approver": APPROVER}
BY_LETTERS: Mapping[str, tuple[str, ...]] = {
    "GGPGGGGGG": (
        "GET /apply/a/{id}/code", "GET /apply/a/{id}/counter", "POST /apply/a/{id}/counter",
        "GET /apply/a/{id}/correct", "POST /apply/a/{id}/correct", "GET /apply/a/{id}/done",
        "GET /apply/a/{id}/ended", "GET /apply/a/{id}/files/to/{field}", "POST /apply/a/{id}/files/to/{field}",
        "GET /apply/a/{id}/files/{file}", "GET /apply/a/{id}/files/{file}/drop",
        "GET /apply/a/{id}/files/{file}/sent", "GET /apply/a/{id}/identity", "POST /apply/a/{id}/identity",
        "GET /apply/a/{id}/later", "GET /apply/a/{id}/messages", "GET /apply/a/{id}/others",
        "POST /apply/a/{id}/others", "GET /apply/a/{id}/q/{page}", "GET /apply/a/{id}/receipt",
        "POST /apply/a/{id}/receipt", "GET /apply/a/{id}/use", "GET /apply/a/{id}/known",
        "GET /apply/a/{id}/review", "GET /apply/a/{id}/send", "GET /apply/a/{id}/sign",
    ),
    "PPPPPPPPP": (
        "GET /api/v1/health", "GET /api/v1/postal/{code}", "GET /apply", "GET /apply/{procedure}",
        "GET /apply/{procedure}/counter",
        # Without a sitting every page of a tablet is its start.
        "GET /tablet", "GET /tablet/p/{secret}", "GET /tablet/known", "GET /tablet/q/{page}", "GET /tablet/check",
        "GET /tablet/look",
        "POST /office/login", "GET /status", "GET /status/{token}", "GET /status/{token}/arrived",
        "POST /status/{token}/arrived", "GET /status/{token}/correct", "POST /status/{token}/correct",
        "GET /status/{token}/open/{what}", "POST /status/{token}/open/{what}", "GET /status/{token}/paid",
        "GET /status/{token}/pay", "POST /status/{token}/pay", "GET /status/{token}/withdraw",
    ),
    "GGDGGGGGG": (
        "POST /apply/a/{id}/code", "POST /apply/a/{id}/files/{file}/drop", "POST /apply/a/{id}/later",
        "POST /apply/a/{id}/messages", "POST /apply/a/{id}/q/{page}", "POST /apply/a/{id}/sign",
        "POST /apply/a/{id}/update",
    ),
    "XXXXXXXXX": (
        # No form of a tablet was shown in this session.
        "POST /tablet", "POST /tablet/p/{secret}", "POST /tablet/q/{page}", "POST /tablet/give", "POST /tablet/look",
        "POST /tablet/alive", "POST /tablet/stop",
        "POST /api/v1/count", "GET /apply/identity/return", "GET /office/login/return", "POST /webhooks/payment",
    ),
    "GGGGGGGGG": (
        "POST /webhooks/mail",
        # 住民票 is no interview that an earlier application begins; which one is wanted is not said.
        "GET /apply/{procedure}/known", "POST /apply/{procedure}/known", "POST /apply/a/{id}/use",
        "POST /apply/a/{id}/send", "GET /apply/resume/{token}", "POST /apply/resume/{token}",
        # 住民票 is no life event: it has no list of needs.
        "GET /apply/a/{id}/needs", "GET /apply/a/{id}/needs/{need}", "POST /apply/a/{id}/needs/{need}",
        # A case without documents, and names of documents that are made up.
        "GET /apply/a/{id}/documents", "GET /apply/a/{id}/documents/{file}/pdf", "GET /apply/a/{id}/documents/{file}/{page}",
    ),
    "LLLPPPPPP": (
        "GET /office", "GET /office/counts", "GET /office/find", "GET /office/family",
        "GET /office/devices", "GET /office/devices/{device}",
    ),
    "LLLPGPGPP": (
        "GET /office/case/{id}", "GET /office/case/{id}/file/{file}/{page}", "GET /office/case/{id}/print",
    ),
    "DDDDDDDDD": (
        "POST /apply/{procedure}", "POST /status/{token}/withdraw",
    ),
    "LLLDGGGGG": (
        "POST /office/case/{id}/{action}",
    ),
    "EEEEEEEEE": (
        "POST /office/logout",
    ),
    "LLLDPGGGG": (
        "POST /office/next",
    ),
    "LLLGGGGGG": (
        "POST /office/export", "GET /office/export/{number}", "POST /office/export/{number}",
        "GET /office/export/{number}/{file}", "GET /office/tasks/{task}", "POST /office/tasks/{task}",
        "GET /office/to-issue/{file}", "GET /office/case/{id}/document", "POST /office/case/{id}/document",
        "GET /office/case/{id}/document/{file}", "GET /office/case/{id}/document/{file}/sent",
        "GET /office/case/{id}/document/{file}/drop", "POST /office/case/{id}/document/{file}/drop",
        # A case that is on no tablet and no family; with one: tests/functions/pages/test_office_tablet.py, test_office_family.py.
        "GET /office/tablet/{id}", "GET /office/tablet/{id}/edit", "POST /office/tablet/{id}/edit",
        "POST /office/tablet/{id}/{action}", "GET /office/family/{id}", "POST /office/family/{id}/{action}",
    ),
    "LLLPPGGGG": ("GET /office/entry", "GET /office/import", "GET /office/tablet"),
    "FFFFFFFFF": ("POST /apply/{procedure}/counter", "POST /api/v1/kiosk/enrol"),
    # Whoever is no kiosk, so without its signature (401): what a kiosk gets stands in tests/functions/api/test_kiosk_filing.py.
    "LLLLLLLLL": ("POST /api/v1/kiosk/applications", "GET /api/v1/kiosk/applications/{id}", "POST /api/v1/kiosk/prepared",
                  "POST /api/v1/kiosk/applications/{id}/confirm", "POST /api/v1/kiosk/applications/{id}/stop",
                  "POST /api/v1/kiosk/applications/{id}/withdraw",
                  "POST /api/v1/kiosk/state", "POST /api/v1/kiosk/challenges"),
    "LLLPGGGGG": ("GET /office/case/{id}/{action}", "GET /office/entry/{procedure}"),
    "LLLFGGGGG": ("POST /office/entry/{procedure}",),
    "LLLPPPGPP": ("GET /office/print", "GET /office/letters"),
    "LLLFFFGFF": ("POST /office/print",),
    "LLLPPGGPP": ("POST /office/letters", "GET /office/letters/print"),
    "LLLGGPGPG": ("GET /office/books", "GET /office/books/{day}", "GET /office/books/{day}/csv"),
    "LLLGGPGGG": ("GET /office/audit",),
    "LLLGGFGFG": ("POST /office/books/{day}",),
    "LLLGGGGPG": ("GET /office/books/{day}/correct",),
    "LLLGGGGFG": ("POST /office/books/{day}/correct",),
    "LLLPPPPGG": ("GET /office/export",),
    "LLLFFGGGG": ("POST /office/import", "POST /office/tablet"),
    "LLLPPPPPG": ("GET /office/tasks",),
    # An administrator adds and revokes (heads do too, and are not among these people); what is asked here is empty.
    "LLLGGGFGG": ("POST /office/devices", "POST /office/devices/{device}/revoke"),
    "LLLGGGPGG": ("POST /office/devices/{device}/code", "GET /office/devices/{device}/revoke"),
}
"""One letter for each of PEOPLE → the routes. P a page, L the login page or 401, G as if it did not exist, E led elsewhere,
D something was done, T too late (409), F a form to be corrected (422), X refused for its form token or shape. A status link is a
secret: whoever has it sees how the case stands and may withdraw it. Written by hand; a route without a row is a failure."""
DECLARED: Mapping[tuple[str, str], str] = {
    (route.split(" ")[0], route.split(" ")[1]): letters for letters, routes in BY_LETTERS.items() for route in routes}


@dataclass
class Found:
    """cells: how many were tried."""

    cells: int = 0
    wrong: list[str] = field(default_factory=list)
    undeclared: list[str] = field(default_factory=list)


@dataclass
class Scene:
    """A hall with two residents who each have a draft, a draft with a file's place, and a case that 山田 reviews."""

    hall: Hall
    people: dict[str, HttpBrowser]
    draft: ApplicationId
    filing: ApplicationId
    sent: ApplicationId
    place: str
    token: str


def a_scene() -> Scene:
    """The scene, over the fakes: no race is asked for here."""
    world = a_world()
    hall = Hall(world)
    other, _, _, _ = _resident(hall, {**HANAKO, "subject": "ppid-other", "name": "別府　太郎"})
    mine, draft, filing, sent = _resident(hall, dict(HANAKO))
    reviewed = review.claim(world.parts, cases.officer(), world.store.get(sent))
    looked = Attachment(id="f" * 32, answers_to=None, name="1つめの書類", at=world.clock(), status=FileStatus.CLEAN, pages=1)
    world.store.cases[sent] = replace(reviewed, attachments=(looked,))
    key = attach.keys(world.parts, sent, looked.id, 1)[0]
    world.uploads.clean[key] = world.store.seal(sent, b"picture", key)
    a_kiosk(world)
    _, place = attach.expect(world.parts, world.store.get(filing), FIELD)
    people = {"nobody": a_browser(hall), "resident of another case": other, "resident of the case": mine}
    people |= {name: at_work(hall, claims) for name, claims in OFFICERS.items()}
    return Scene(hall, people, draft, filing, sent, place, links.token(world.parts, sent, links.STATUS))


def _resident(hall: Hall, person: dict[str, str]) -> tuple[HttpBrowser, ApplicationId, ApplicationId, ApplicationId]:
    """A browser whose session has proved all three."""
    hall.world.residents.person = person
    browser = a_browser(hall)
    apply_up_to_review(browser).submit("/sign")
    sent = case_in(browser)
    apply_up_to_review(browser)
    draft = case_in(browser)
    browser.get(f"{PUBLIC}/apply/{FILES}").submit(f"/apply/{FILES}")
    return browser, draft, case_in(browser), sent


def measure(scene: Scene) -> dict[tuple[str, str], str]:
    """Route → one letter for each person."""
    got: dict[tuple[str, str], str] = {}
    for path, methods in scene.hall.app.routes.items():
        for method in methods:
            got[(method, path)] = "".join(_cell(scene, person, method, path) for person in PEOPLE)
    return got


def _cell(scene: Scene, person: str, method: str, path: str) -> str:
    world, browser = scene.hall.world, scene.people[person]
    world.clock.pass_(seconds=0.2)  # all cells together must stay within the fifteen minutes of a login
    memory, sessions = kept(world.store), dict(world.sessions.rows)
    world.attempts.failures.clear()
    cookies = dict(browser._cookies)
    before = {id: case.version for id, case in world.store.cases.items()}
    url = PUBLIC + _filled(scene, method, path)
    if path.startswith(("/api", "/webhooks")):
        answer = browser._http.post(url, json={}) if method == "POST" else browser._http.get(url)
        browser.status, browser.html, browser.url = answer.status_code, answer.text, url
    elif method == "GET":
        browser.get(url)
    else:
        token = token_of(browser.get(f"{PUBLIC}/office/" if path.startswith("/office") else f"{PUBLIC}/apply/juminhyo"))
        post(browser, url, token, **_form(scene, path))
    changed = before != {id: case.version for id, case in world.store.cases.items()}
    put_back(world.store, memory)
    world.sessions.rows, browser._cookies = sessions, cookies
    return letter(browser, changed=changed)


def _filled(scene: Scene, method: str, path: str) -> str:
    """The address of a route for the case in question."""
    sent = ("correct", "done", "messages", "receipt", "use")
    id = scene.filing if "/files" in path else scene.sent if path.startswith("/office") or path.endswith(sent) else scene.draft
    file, action = ("f" * 32, "fee") if path.startswith("/office") else (scene.place, "")
    fills = {"id": id, "page": "1" if "file" in path else "contact", "procedure": "juminhyo", "field": FIELD, "file": file,
             "token": scene.token, "day": "2026-11-19", "need": "in-suido",
             "number": "1", "task": "t1", "what": "messages", "device": FIRST,
             "action": "release" if method == "POST" else action, "code": "8910405", "secret": "0" * 40}
    for name, value in fills.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _form(scene: Scene, path: str) -> dict[str, str | list[str]]:
    """What a person would send, so that whoever may do something does it."""
    version = str(scene.hall.world.store.cases[scene.sent].version)
    return {"id": str(uuid.uuid4()), "version": version, "mail": "else@example.jp", "words": "お電話ください", "then": "send",
            "name": "砂楽"} if "/q/" not in path else {"mail": "else@example.jp", "phone": ""}


def letter(browser: HttpBrowser, *, changed: bool) -> str:
    """What somebody got."""
    if changed:
        return "D"
    by_status = {401: "L", 404: "G", 409: "T", 422: "F", 400: "X", 403: "X", 429: "X", 503: "X"}
    if browser.status in by_status:
        return by_status[browser.status]
    if 'action="/office/login"' in browser.html:
        return "L"
    return "E" if not browser.url.startswith(PUBLIC) else "P"


def compare(scene: Scene) -> Found:
    """What everybody gets against what is declared."""
    found = Found()
    for route, got in measure(scene).items():
        said = " ".join(route)
        if route not in DECLARED:
            found.undeclared.append(f"{said} (gives {got})")
            continue
        found.cells += len(PEOPLE)
        found.wrong += [f"{said} for {person}: {is_} for {should}" for person, is_, should in
                        zip(PEOPLE, got, DECLARED[route], strict=True) if is_ != should]
    return found


def alike(url: str) -> tuple[int, float]:
    """(addresses at which a forbidden case does not look like an unknown one, median difference of their times in ms)."""
    city = a_city(url)
    hall = Hall(city.world)
    case = cases.a_submitted(city.world)
    elsewhere, stranger = at_work(hall, ELSEWHERE), a_browser(hall).get(f"{PUBLIC}/apply/juminhyo")
    different, times = 0, {True: list[float](), False: list[float]()}
    asked = [(elsewhere, f"/office/case/{{id}}{page}") for page in ("", "/print", "/fee")]
    asked += [(stranger, f"/apply/a/{{id}}/{page}") for page in ("review", "messages", "code")]
    for browser, path in asked:
        bodies = {}
        for turn in range(2 * ROUNDS):
            there = turn % 2 == 0
            id = case.id if there else str(uuid.uuid4())
            began = time.perf_counter()
            browser.get(PUBLIC + path.replace("{id}", id))
            times[there].append((time.perf_counter() - began) * 1000)
            bodies[there] = (browser.status, browser.html.replace(id, ""))
        different += bodies[True] != bodies[False]
    return different, abs(statistics.median(times[True]) - statistics.median(times[False]))


def claim(claims: Claims, url: str) -> None:
    """Goal 39."""
    found = compare(a_scene())
    for what in (*found.undeclared, *found.wrong[:20]):
        claims.told("  not as declared", what)
    claims.line(f"{len(DECLARED)} routes × {len(PEOPLE)} people and ownerships",
                f"{found.cells} cells, {len(found.wrong)} wrong, {len(found.undeclared)} routes without a row", "0, 0",
                not found.wrong and not found.undeclared)
    different, milliseconds = alike(url)
    claims.line("addresses at which a forbidden case does not answer like an unknown one",
                f"{different}, median difference {milliseconds:.1f} ms over {6 * ROUNDS} pairs", "0, ≤ 5 ms",
                different == 0 and milliseconds <= 5)

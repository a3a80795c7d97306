"""Who may do what at the console: every route for every kind of person, and how long a login lasts."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from chalicelib.domain.application import Application, State
from chalicelib.domain.ports import StaffClaims
from chalicelib.domain.task import TaskKind
from chalicelib.pages.office_decisions import DECISIONS, allowed
from chalicelib.services import apply, tasks
from chalicelib.services.officers import Officer, Role
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.outside import AUDITOR, SUZUKI, TANAKA, YAMADA
from tests.fakes.world import World, a_world_where_juminhyo
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import address, buttons, log_in, words

OTHER_DEPARTMENT = replace(YAMADA, department="gikai")
LOGIN, GONE, PAGE, DONE, LATE, ELSEWHERE = "login", "not found", "page", "done", "too late", "elsewhere"
"""What a person gets: the login page, the page of an unknown address, a page, a decision made, 409, another address."""
CASE, DECIDE = "/office/case/{id}", "/office/case/{id}/{action}"
ROUTES: dict[tuple[str, str], tuple[str, str, str, str]] = {
    # what gets: nobody, a reviewer who has the case, another reviewer, an auditor. The case is in review.
    ("GET", "/office"): (LOGIN, PAGE, PAGE, PAGE),
    ("POST", "/office/login"): (ELSEWHERE, ELSEWHERE, ELSEWHERE, ELSEWHERE),
    ("GET", "/office/login/return"): (LOGIN, LOGIN, LOGIN, LOGIN),
    ("POST", "/office/logout"): (ELSEWHERE, ELSEWHERE, ELSEWHERE, ELSEWHERE),
    ("POST", "/office/next"): (LOGIN, PAGE, PAGE, GONE),
    ("GET", "/office/find"): (LOGIN, PAGE, PAGE, PAGE),
    ("GET", "/office/counts"): (LOGIN, PAGE, PAGE, PAGE),
    ("GET", "/office/tasks"): (LOGIN, PAGE, PAGE, PAGE),
    ("GET", "/office/tasks/{task}"): (LOGIN, PAGE, PAGE, PAGE),
    ("POST", "/office/tasks/{task}"): (LOGIN, PAGE, PAGE, GONE),
    ("GET", "/office/books"): (LOGIN, GONE, GONE, PAGE),
    ("GET", "/office/books/{day}"): (LOGIN, GONE, GONE, PAGE),
    ("POST", "/office/books/{day}"): (LOGIN, GONE, GONE, GONE),
    ("GET", "/office/books/{day}/csv"): (LOGIN, GONE, GONE, PAGE),
    ("GET", "/office/books/{day}/correct"): (LOGIN, GONE, GONE, GONE),
    ("POST", "/office/books/{day}/correct"): (LOGIN, GONE, GONE, GONE),
    ("GET", "/office/export"): (LOGIN, PAGE, PAGE, PAGE),
    # Asked for without naming what: who may do what with a receipt that is there stands in test_office_export.
    ("POST", "/office/export"): (LOGIN, GONE, GONE, GONE),
    ("GET", "/office/export/{number}"): (LOGIN, GONE, GONE, GONE),
    ("POST", "/office/export/{number}"): (LOGIN, GONE, GONE, GONE),
    ("GET", "/office/export/{number}/{file}"): (LOGIN, GONE, GONE, GONE),
    ("GET", "/office/to-issue/{file}"): (LOGIN, GONE, GONE, GONE),
    ("GET", "/office/import"): (LOGIN, PAGE, PAGE, GONE),
    ("POST", "/office/import"): (LOGIN, PAGE, PAGE, GONE),
    ("GET", "/office/audit"): (LOGIN, GONE, GONE, PAGE),
    ("GET", "/office/entry"): (LOGIN, PAGE, PAGE, GONE),
    ("GET", "/office/entry/{procedure}"): (LOGIN, PAGE, PAGE, GONE),
    ("POST", "/office/entry/{procedure}"): (LOGIN, PAGE, PAGE, GONE),
    ("GET", "/office/print"): (LOGIN, PAGE, PAGE, PAGE),
    ("POST", "/office/print"): (LOGIN, PAGE, PAGE, PAGE),
    ("GET", "/office/letters"): (LOGIN, PAGE, PAGE, PAGE),
    ("POST", "/office/letters"): (LOGIN, PAGE, PAGE, GONE),
    ("GET", "/office/letters/print"): (LOGIN, PAGE, PAGE, GONE),
    ("GET", "/office/devices"): (LOGIN, PAGE, PAGE, PAGE),
    ("POST", "/office/devices"): (LOGIN, GONE, GONE, GONE),
    # A kiosk that does not exist; who may do what with one that does stands in test_office_devices.
    ("GET", "/office/devices/{device}"): (LOGIN, GONE, GONE, GONE),
    ("POST", "/office/devices/{device}/code"): (LOGIN, GONE, GONE, GONE),
    ("GET", "/office/devices/{device}/revoke"): (LOGIN, GONE, GONE, GONE),
    ("POST", "/office/devices/{device}/revoke"): (LOGIN, GONE, GONE, GONE),
    ("GET", "/office/tablet"): (LOGIN, PAGE, PAGE, GONE),
    ("POST", "/office/tablet"): (LOGIN, PAGE, PAGE, GONE),
    # A case that no tablet has; who may do what with a sitting or a family stands in test_office_tablet and test_office_family.
    ("GET", "/office/tablet/{id}"): (LOGIN, GONE, GONE, GONE),
    ("GET", "/office/tablet/{id}/edit"): (LOGIN, GONE, GONE, GONE),
    ("POST", "/office/tablet/{id}/edit"): (LOGIN, GONE, GONE, GONE),
    ("POST", "/office/tablet/{id}/{action}"): (LOGIN, GONE, GONE, GONE),
    ("GET", "/office/family"): (LOGIN, PAGE, PAGE, PAGE),
    ("GET", "/office/family/{id}"): (LOGIN, GONE, GONE, GONE),
    ("POST", "/office/family/{id}/{action}"): (LOGIN, GONE, GONE, GONE),
    ("GET", CASE): (LOGIN, PAGE, PAGE, PAGE),
    ("GET", f"{CASE}/print"): (LOGIN, PAGE, PAGE, PAGE),
    ("GET", f"{CASE}/file/{{file}}/{{page}}"): (LOGIN, GONE, GONE, GONE),
    # 住民票 is posted, so nobody sends a document for it.
    ("GET", f"{CASE}/document"): (LOGIN, GONE, GONE, GONE),
    ("POST", f"{CASE}/document"): (LOGIN, GONE, GONE, GONE),
    ("GET", f"{CASE}/document/{{file}}"): (LOGIN, GONE, GONE, GONE),
    ("GET", f"{CASE}/document/{{file}}/sent"): (LOGIN, GONE, GONE, GONE),
    ("GET", f"{CASE}/document/{{file}}/drop"): (LOGIN, GONE, GONE, GONE),
    ("POST", f"{CASE}/document/{{file}}/drop"): (LOGIN, GONE, GONE, GONE),
    ("GET", DECIDE): (LOGIN, PAGE, LATE, GONE),
    ("POST", DECIDE): (LOGIN, DONE, LATE, GONE),
}


def declared(hall: Hall) -> set[tuple[str, str]]:
    """All routes under /office as chalice knows them."""
    return {(method, path) for path, methods in hall.app.routes.items() if path.startswith("/office") for method in methods}


def test_every_route_of_the_console_says_who_may_use_it() -> None:
    assert declared(Hall()) == set(ROUTES)


def outcome(browser: HttpBrowser, case: Application, state: State) -> str:
    """Which of the words above describes what the person got."""
    if browser.status == 404:
        return GONE
    if browser.status == 409:
        return LATE
    if not browser.url.startswith(PUBLIC):
        return ELSEWHERE
    if 'action="/office/login"' in browser.html:
        return LOGIN
    return PAGE if case.state is state else DONE


def ask(browser: HttpBrowser, method: str, url: str, **form: str) -> HttpBrowser:
    """Use a route as somebody would who knows its address: with the right form token, if there is any."""
    if method == "GET":
        return browser.get(url)
    token = next((value for form_ in browser.forms() for name, value in form_.fields if name == "csrf"), "")
    return browser._go("POST", url, {"csrf": [token], **{name: [value] for name, value in form.items()}})


BROUGHT_TO: Mapping[str, tuple[StaffClaims, Mapping[str, object], Callable[[World], Application]]] = {
    "claim": (YAMADA, {}, cases.a_submitted), "reconsider": (YAMADA, {}, cases.awaiting_payment),
    "issue": (YAMADA, {}, cases.ready_to_issue), "dispatch": (YAMADA, {}, cases.issued),
    "undo_issue": (YAMADA, {}, cases.issued), "undo_dispatch": (YAMADA, {}, cases.dispatched),
    "take_over": (SUZUKI, {}, cases.in_review), "waive": (YAMADA, cases.FOR_THE_DESK, cases.in_review),
    "accept": (YAMADA, cases.A_NOTICE, cases.in_review), "approve": (TANAKA, {"approval": True}, cases.proposed),
    "send_back": (TANAKA, {"approval": True}, cases.proposed), "hand_over": (YAMADA, cases.FOR_THE_DESK, cases.to_collect),
    "pay_at_desk": (TANAKA, {}, cases.awaiting_payment), "refund": (TANAKA, {}, cases.ready_to_issue),
    "reopen": (TANAKA, {}, cases.rejected), "amend": (YAMADA, {}, cases.received),
    "deliver": (YAMADA, cases.FOR_THE_SCREEN, cases.to_deliver),
    "check": (YAMADA, {}, cases.filed_and_issued), "by_eye": (YAMADA, {}, cases.filed_and_issued),
    "vouch": (YAMADA, {}, cases.checking), "stop_check": (SUZUKI, {}, cases.checking)}
"""Who may make a decision, of what kind of procedure, and how far the case must have come; else 山田 with a case in review."""
PEOPLE = {"nobody": None, "who has it": YAMADA, "a colleague": SUZUKI, "an auditor": AUDITOR}


@pytest.mark.parametrize("route", sorted(ROUTES), ids=" ".join)
@pytest.mark.parametrize("person", PEOPLE)
def test_each_person_gets_from_each_route_what_is_declared(route: tuple[str, str], person: str) -> None:
    hall = Hall()
    case = cases.in_review(hall.world)
    tasks.found(hall.world.parts, TaskKind.OUTBOX_STUCK, "a mail", case=case, detail={"effect": "mail"})
    (task,) = hall.world.store.tasks.open("shimin")
    claims = PEOPLE[person]
    browser = log_in(hall, claims) if claims else hall.browser().get(f"{PUBLIC}/office/")
    method, path = route
    url = PUBLIC + path.replace("{id}", case.id).replace("{action}", "release" if method == "POST" else "fee")
    url = url.replace("{task}", task.id).replace("{day}", "2026-11-20").replace("{procedure}", "juminhyo")
    ask(browser, method, url, version=str(case.version), cash="0", terminal="0")
    expected = ROUTES[route][list(PEOPLE).index(person)]
    got = outcome(browser, hall.world.store.get(case.id), State.IN_REVIEW)
    if expected == ELSEWHERE:  # to the city's own login, and from there back to the desk; or to its logout page
        assert "logged out" in browser.html or 'class="queue-nav"' in browser.html
    else:
        assert got == expected


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_is_offered_to_whom_it_belongs_and_to_nobody_who_only_looks(name: str) -> None:
    who, kind, brought = BROUGHT_TO.get(name, (YAMADA, {}, cases.in_review))
    hall = Hall(a_world_where_juminhyo(**kind))
    case = brought(hall.world)
    entitled = Officer(id=who.subject, name=who.name, department=who.department, roles=frozenset(Role(r) for r in who.roles))
    assert name in allowed(hall.world.parts, entitled, case)
    auditor = log_in(hall, AUDITOR).get(address(case))
    assert auditor.status == 200
    assert buttons(auditor) == []
    assert "見るだけ" in words(auditor)
    before = hall.world.store.get(case.id)
    assert ask(auditor, "POST", address(case, name), version=str(case.version), looked="yes", sure="yes",
               reason="duplicate").status == 404
    assert hall.world.store.get(case.id) == before


@pytest.mark.parametrize("name", DECISIONS)
def test_the_page_of_every_decision_can_be_opened_by_whom_it_belongs_to(name: str) -> None:
    who, kind, brought = BROUGHT_TO.get(name, (YAMADA, {}, cases.in_review))
    hall = Hall(a_world_where_juminhyo(**kind))
    case = brought(hall.world)
    desk = log_in(hall, who).get(address(case, name) if DECISIONS[name].asks else address(case))
    assert desk.status == 200
    assert DECISIONS[name].name in words(desk) or DECISIONS[name].asks


def test_who_runs_the_system_sees_no_case() -> None:
    hall = Hall()
    case = cases.a_submitted(hall.world)
    admin = log_in(hall, replace(YAMADA, roles=("admin",)))
    assert admin.get(address(case)).status == 404
    assert case.reference not in admin.get(f"{PUBLIC}/office/").html


@pytest.mark.parametrize("name", [*DECISIONS, "print", ""])
def test_a_case_of_another_department_looks_exactly_like_an_unknown_one(name: str) -> None:
    hall = Hall()
    case = cases.a_submitted(hall.world)
    foreign = replace(case, department="zeimu")
    hall.world.store.cases[case.id] = foreign
    desk = log_in(hall)
    method = "POST" if name in DECISIONS and not DECISIONS[name].asks else "GET"
    unknown = replace(case, id=type(case.id)("00000000-0000-4000-8000-000000000000"))

    def got(which: Application) -> tuple[int, str]:
        desk.get(f"{PUBLIC}/office/")
        ask(desk, method, address(which, name), version="1")
        return desk.status, desk.html.replace(which.id, "")

    assert got(foreign) == got(unknown)
    assert got(foreign)[0] == 404


def test_a_search_does_not_find_the_case_of_another_department() -> None:
    hall = Hall()
    case = cases.a_submitted(hall.world)
    hall.world.store.cases[case.id] = replace(case, department="zeimu")
    assert "見つかりません" in words(log_in(hall).get(f"{PUBLIC}/office/find?reference={case.reference}"))


def test_a_draft_that_was_given_up_was_never_the_citys() -> None:
    hall = Hall()
    draft = apply.withdraw(hall.world.parts, cases.a_draft(hall.world))
    desk = log_in(hall)
    assert desk.get(address(draft)).status == 404
    assert draft.reference not in desk.get(f"{PUBLIC}/office/?queue=withdrawn").html


@pytest.mark.parametrize("claims", [
    replace(YAMADA, municipality="131016"), replace(YAMADA, roles=()), replace(YAMADA, roles=("mayor",)), OTHER_DEPARTMENT,
], ids=["another city", "no role", "an unknown role", "a department without procedures"])
def test_who_has_no_business_here_gets_one_neutral_page(claims: StaffClaims) -> None:
    hall = Hall()
    desk = log_in(hall, claims)
    assert desk.status == 403
    assert "このアカウントでは入れません" in words(desk)
    assert "ログインする" in words(desk.get(f"{PUBLIC}/office/"))


def test_a_refusal_of_the_citys_login_is_the_same_neutral_page() -> None:
    hall = Hall()
    hall.world.staff.refuse = "nonce"
    refused = log_in(hall)
    hall.world.staff.refuse = None
    wrong_city = log_in(hall, replace(YAMADA, municipality="131016"))
    assert (refused.status, refused.html) == (wrong_city.status, wrong_city.html)


def test_a_login_that_was_broken_off_can_be_begun_again() -> None:
    hall = Hall()
    hall.transport.agrees = False
    desk = log_in(hall)
    assert "もう一度ログインしてください" in words(desk)
    hall.transport.agrees = True
    assert "受付待ち" in words(desk.submit("/office/login"))


def test_the_way_back_from_the_login_works_once() -> None:
    hall = Hall()
    desk = log_in(hall)
    assert desk.get(f"{PUBLIC}/office/login/return?code=good&state=s").status == 400


def test_the_session_gets_a_new_id_at_the_login() -> None:
    hall = Hall()
    desk = hall.browser().get(f"{PUBLIC}/office/")
    before = set(hall.world.sessions.rows)
    desk.submit("/office/login")
    assert before.isdisjoint(hall.world.sessions.rows)


def test_a_case_that_was_asked_for_before_the_login_is_opened_after_it() -> None:
    hall = Hall()
    case = cases.a_submitted(hall.world)
    hall.world.staff.officer = YAMADA
    desk = hall.browser().get(address(case)).submit("/office/login")
    assert desk.url == address(case)


def test_fifteen_minutes_without_a_page_end_the_login() -> None:
    hall = Hall()
    desk = log_in(hall)
    for _ in range(5):
        hall.world.clock.pass_(minutes=12)
        assert "受付待ち" in words(desk.get(f"{PUBLIC}/office/"))
    hall.world.clock.pass_(minutes=16)
    assert "15分のあいだ操作がなかったため" in words(desk.get(f"{PUBLIC}/office/"))


def test_no_login_outlives_ten_hours() -> None:
    hall = Hall()
    desk = log_in(hall)
    for _ in range(59):
        hall.world.clock.pass_(minutes=10)
        desk.get(f"{PUBLIC}/office/")
    assert "受付待ち" in words(desk)
    hall.world.clock.pass_(minutes=11)
    assert "ログインする" in words(desk.get(f"{PUBLIC}/office/"))


def test_not_every_page_writes_the_session() -> None:
    hall = Hall()
    desk = log_in(hall).get(f"{PUBLIC}/office/")
    before = {id: until for id, (_, until) in hall.world.sessions.rows.items()}
    for _ in range(6):
        hall.world.clock.pass_(seconds=15)
        desk.get(f"{PUBLIC}/office/")
    # Every write moves the moment at which the row vanishes.
    assert {id: until for id, (_, until) in hall.world.sessions.rows.items()} == before


def test_logging_out_leaves_nothing_behind() -> None:
    hall = Hall()
    desk = log_in(hall)
    old = set(hall.world.sessions.rows)
    desk.submit("/office/logout")
    assert desk.url == "https://staff.example/logout"
    assert old.isdisjoint(hall.world.sessions.rows)
    assert "ログインする" in words(desk.get(f"{PUBLIC}/office/"))

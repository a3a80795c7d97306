"""How a case is brought to where a use case starts, and the act, which a person or the worker can do again after a death."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from chalicelib.domain.application import Application
from chalicelib.domain.contents import ApplicationId, FileStatus
from chalicelib.domain.errors import NaviError
from chalicelib.domain.ports import Checkout, StaffClaims
from chalicelib.services import (
    apply,
    attach,
    contact,
    decide,
    deliver,
    documents,
    fulfil,
    held,
    links,
    pay,
    review,
    timers,
)
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.families import a_family
from tests.fakes.files import photo, scan
from tests.fakes.outside import YAMADA
from tests.fakes.world import World
from tests.fakes.writing import written
from tests.functions.pages.hall import PUBLIC, Hall, apply_up_to_review
from tests.prove.app_city import City, a_browser, again, at_work

Act = Callable[[], None]
Ready = tuple[ApplicationId, Act]
BACK = f"{PUBLIC}/status/x/paid"
FILES, FIELD = "shisetsu-genmen", "papers"
"""A procedure that asks everybody for files."""


def brought(city: City, how: str) -> Application:
    """A case at a place that has a name in tests/fakes/cases.py, or one of those below."""
    local: Mapping[str, Callable[[City], Application]] = {
        "to correct": to_correct, "paying": paying, "delivered": delivered, "accepted": accepted, "withdrawn": withdrawn,
        "held": on_desk, "on a tablet": lambda city: written(city.world), "confirmed": confirmed,
        "a family": lambda city: a_family(city.world).case}
    return local[how](city) if how in local else getattr(cases, how)(city.world)


def to_correct(city: City) -> Application:
    """山田 has asked for the number of copies again."""
    return review.request_correction(city.world.parts, cases.officer(), cases.in_review(city.world), fields=["copies"],
                                     reason="other", words="確かめてください")


def paying(city: City) -> Application:
    """The payment page is open."""
    case = cases.awaiting_payment(city.world)
    pay.open_payment(city.world.parts, case, back_to=BACK)
    return city.get(case.id)


def delivered(city: City) -> Application:
    """The resident has it in hand."""
    return apply.confirm_arrival(city.world.parts, cases.dispatched(city.world))


def accepted(city: City) -> Application:
    """Decided by a notice."""
    return decide.accept(city.world.parts, cases.officer(), cases.in_review(city.world), outcome="accepted")


def on_desk(city: City) -> Application:
    """Written on a tablet and given to the officer."""
    return held.give(city.world.parts, written(city.world))


def confirmed(city: City) -> Application:
    """The resident has seen the whole on the tablet and said yes."""
    case = on_desk(city)
    return held.confirm(city.world.parts, case, held.digest(city.world.parts, case))


def withdrawn(city: City) -> Application:
    """Given up by the resident after it was sent."""
    return apply.withdraw(city.world.parts, cases.a_submitted(city.world))


def harmless(act: Callable[[], object]) -> Act:
    """An act that somebody else's being first, or having been done before, does not break."""
    def once() -> None:
        with suppress(NaviError):
            act()
    return once


def officer_does(decision: str, how: str, *, who: StaffClaims = YAMADA, asks: bool = True, **form: Any
                 ) -> Callable[[City, Hall], Ready]:
    """One decision at the console, by its page or its button."""
    def prepare(city: City, hall: Hall) -> Ready:
        case = brought(city, how)
        desk = at_work(hall, who).get(f"{PUBLIC}/office/case/{case.id}" + (f"/{decision}" if asks else ""))
        return case.id, again(desk, lambda browser: browser.submit(f"/{decision}", **form))
    return prepare


def status_button(button: str, how: str) -> Callable[[City, Hall], Ready]:
    """A button of the status page."""
    def prepare(city: City, hall: Hall) -> Ready:
        case = brought(city, how)
        page = a_browser(hall).get(links.status_url(city.world.parts, case))
        if button == "/withdraw":
            page.get(f"{page.url}/withdraw")
        return case.id, again(page, lambda browser: browser.submit(button))
    return prepare


def begins(city: City, hall: Hall) -> Ready:
    del city
    page = a_browser(hall).get(f"{PUBLIC}/apply/juminhyo")
    id = next(value for form in page.forms() for name, value in form.fields if name == "id")
    return ApplicationId(id), again(page, lambda browser: browser.submit("/apply/juminhyo"))


def case_in(browser: HttpBrowser) -> ApplicationId:
    return ApplicationId(browser.url.split("/apply/a/")[1].split("/")[0])


def shows_card(city: City, hall: Hall) -> Ready:
    del city
    page = a_browser(hall).get(f"{PUBLIC}/apply/juminhyo").submit("/apply/juminhyo")
    return case_in(page), again(page, lambda browser: browser.submit("/identity"))


def answers(city: City, hall: Hall) -> Ready:
    del city
    page = a_browser(hall).get(f"{PUBLIC}/apply/juminhyo").submit("/apply/juminhyo").submit("/identity")
    id = case_in(page)
    page.get(f"{PUBLIC}/apply/a/{id}/q/contact")
    return id, again(page, lambda browser: browser.submit("/q/", mail="hanako@example.jp"))


def reviewing(hall: Hall) -> HttpBrowser:
    return apply_up_to_review(a_browser(hall))


def puts_aside(city: City, hall: Hall) -> Ready:
    del city
    page = reviewing(hall)
    id = case_in(page)
    page.get(f"{PUBLIC}/apply/a/{id}/later")
    return id, again(page, lambda browser: browser.submit("/later"))


def signs(city: City, hall: Hall) -> Ready:
    del city
    page = reviewing(hall)
    return case_in(page), again(page, lambda browser: browser.submit("/sign"))


def writes(city: City, hall: Hall) -> Ready:
    case = cases.in_review(city.world)
    page = a_browser(hall).get(links.status_url(city.world.parts, case)).submit("/open/messages").submit("/identity")
    return case.id, again(page, lambda browser: browser.submit("/messages", words="いつごろ届きますか"))


def corrects(city: City, hall: Hall) -> Ready:
    case = to_correct(city)
    page = a_browser(hall).get(links.status_url(city.world.parts, case)).submit("/correct").submit("/identity")
    return case.id, again(page, lambda browser: browser.submit("/correct", copies="2"))


def service(how: str, act: Callable[[City, Application], object]) -> Callable[[City, Hall], Ready]:
    """A service, called by whoever calls it, on the case as it is stored at that moment."""
    def prepare(city: City, hall: Hall) -> Ready:
        del hall
        id = brought(city, how).id
        city.settle()
        return id, harmless(lambda: act(city, city.get(id)))
    return prepare


def coded(city: City, hall: Hall) -> Ready:
    id, act = service("a_draft", lambda c, case: contact.send_code(c.world.parts, case))(city, hall)
    act()
    city.settle()
    parts = city.world.parts

    def types() -> None:
        case = city.get(id)
        contact.confirm(parts, case, contact.code(parts, id, 1, "hanako@example.jp"))
    return id, harmless(types)


def sends(city: City, hall: Hall) -> Ready:
    id, act = coded(city, hall)
    act()
    return id, harmless(lambda: apply.send(city.world.parts, city.get(id)))


def a_file(city: City, hall: Hall, *, up_to: str) -> Ready:
    """A draft of a procedure with files: a place is asked for, a photo comes, is looked at, is taken back."""
    del hall
    parts = city.world.parts
    draft = apply.begin(parts, str(uuid.uuid4()), FILES)
    id, field = draft.id, FIELD
    if up_to == "expect":
        return id, harmless(lambda: attach.expect(parts, city.get(id), field))
    draft, place = attach.expect(parts, draft, field)
    city.world.uploads.posts(attach.offer(parts, draft, place, back_to=BACK).fields, photo())
    if up_to == "arrive":
        return id, harmless(lambda: attach.arrived(parts, city.get(id), place))
    draft = attach.arrived(parts, draft, place)
    if up_to == "look":
        return id, lambda: a_round(city)
    city.settle()
    if up_to == "drop":
        return id, harmless(lambda: attach.drop(parts, city.get(id), place))
    attach.drop(parts, city.get(id), place)
    return id, lambda: a_round(city)


def files(up_to: str) -> Callable[[City, Hall], Ready]:
    return lambda city, hall: a_file(city, hall, up_to=up_to)


def a_round(city: City) -> None:
    while deliver.drain(city.world.parts):
        pass


def worker(how: str, then: Callable[[City, Application], object]) -> Callable[[City, Hall], Ready]:
    """The worker's round after `then` was done to a case."""
    def prepare(city: City, hall: Hall) -> Ready:
        del hall
        case = brought(city, how)
        city.settle()
        then(city, city.get(case.id))
        return case.id, lambda: a_round(city)
    return prepare


def captured(city: City, case: Application) -> Checkout:
    """The person pays on the provider's page; nobody has told us."""
    return city.world.provider.pay(cases.attempt_key_of(case), city.world.clock())


def provider_knows(how: str, learn: Callable[[City, Application], object], *, stands: bool = True) -> Callable[[City, Hall], Ready]:
    """The provider has the money; somebody learns of it. stands: whether the fee decision was not taken back meanwhile."""
    def prepare(city: City, hall: Hall) -> Ready:
        del hall
        case = brought(city, how)
        city.settle()
        captured(city, case)
        if not stands:
            decide.reconsider_fee(city.world.parts, cases.officer(), city.get(case.id))
        return case.id, lambda: ignored(learn(city, city.get(case.id)))
    return prepare


def notice(city: City, case: Application) -> None:
    paid = next(one for key, one in city.world.provider.checkouts.items() if case.id.replace("-", "") in key)
    pay.settle(city.world.parts, paid, said_id="evt_1")


def timer(how: str, *, rounds: int = 0) -> Callable[[City, Hall], Ready]:
    """Time goes by until the timer must act. rounds: how often it has acted before."""
    def prepare(city: City, hall: Hall) -> Ready:
        del hall
        case = brought(city, how)
        city.settle()
        for _ in range(rounds):
            to_due(city, case.id)
            timers.run(city.world.parts)
            city.settle()
        to_due(city, case.id)
        return case.id, lambda: ignored(timers.run(city.world.parts))
    return prepare


def ignored(value: object) -> None:
    del value


def to_due(city: City, id: ApplicationId) -> None:
    """Travel to the moment at which the case is due."""
    due = city.get(id).due
    assert due is not None
    city.world.clock.now = max(city.world.clock.now, due + timedelta(seconds=1))


def document(city: City, case: Application) -> None:
    """A document of the city, through quarantine, scanner and check, and delivered."""
    fulfil.deliver(city.world.parts, cases.officer(), with_document(city.world, city.get(case.id)))


def with_document(world: World, case: Application) -> Application:
    """The case with a document that was found clean. An officer who begins again goes on with the one that is there."""
    if not case.documents:
        case, _ = documents.expect(world.parts, cases.officer(), case)
    one = case.documents[0]
    if one.status is FileStatus.EXPECTED:
        form = documents.offer(world.parts, case, one.id, back_to="http://localhost:8080/back")
        world.uploads.posts(form.fields, scan(1))
        case = documents.arrived(world.parts, cases.officer(), case, one.id)
    while not documents.ready(case):
        deliver.drain(world.parts)
        world.clock.pass_(minutes=2)
        case = world.parts.applications.get(case.id)
    return case

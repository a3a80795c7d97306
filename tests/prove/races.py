"""Many at once on the running stack: equal submits, two officers, repeated webhooks, and processes that die."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

from chalicelib.adapters.table import Keys, Row
from chalicelib.domain.application import Application, Event, State
from chalicelib.services.parts import Parts
from infra.local.identity.people import PASSWORD
from infra.local.payment.notices import signature
from infra.local.play.browser import HttpBrowser
from infra.local.play.walkers import OfficerAtDesk, Resident
from infra.local.up import Running


@dataclass(frozen=True)
class Hall:
    """The running stack, and the same parts over its store to look behind the pages."""

    up: Running
    parts: Parts

    def case(self, reference: str) -> Application:
        """The stored case of a number."""
        return self.parts.applications.get(self.parts.applications.by_reference(reference))

    def count(self, reference: str, *events: Event) -> int:
        """How often these happened to a case."""
        id = self.parts.applications.by_reference(reference)
        return sum(entry.event in events for entry in self.parts.applications.history(id))

    def mails(self, to: str) -> list[str]:
        """Subjects of what was sent to an address."""
        got = httpx.get(f"{self.up.at.url(self.up.at.mailbox)}/api/messages", params={"to": to}).json()
        return [mail["subject"] for mail in got]

    def drained(self) -> None:
        """Wait until nothing waits in the outbox."""
        until = time.monotonic() + 60
        while self.parts.outbox.waiting() and time.monotonic() < until:
            time.sleep(0.1)


def together(actions: Sequence[Callable[[], object]]) -> list[object]:
    """Run them at the same moment; results and errors in order."""
    gate = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        gate.wait()
        try:
            return action()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def equal_submits(hall: Hall, count: int) -> tuple[int, int, int]:
    """(applications, mails, people who see the receipt) after one person's `count` equal presses of the last button."""
    mail = "twenty@example.jp"
    before = _submitted(hall)
    resident = Resident(hall.up.at, mail)
    resident.begins()
    resident.answers()
    resident.goes_to_sign()
    twins = [resident.browser.twin() for _ in range(count)]
    together([lambda twin=twin: twin.submit("", button="署名", person="hanako", secret=PASSWORD)  # type: ignore[misc]
              for twin in twins])
    hall.drained()
    return _submitted(hall) - before, len(hall.mails(mail)), sum(_arrived(twin) for twin in twins)


def equal_starts(hall: Hall, count: int) -> int:
    """How many drafts come from `count` equal presses of the first button: the different places they lead to."""
    browser = HttpBrowser().get(f"{hall.up.at.url(hall.up.at.gateway)}/apply/juminhyo")
    twins = [browser.twin() for _ in range(count)]
    together([lambda twin=twin: twin.submit("/apply/juminhyo") for twin in twins])  # type: ignore[misc]
    return len({twin.url for twin in twins})


def two_officers(hall: Hall, rounds: int) -> tuple[int, int]:
    """Rounds in which exactly one officer got the case, and rounds in which exactly one decision stands.

    First both officers claim at once. Then the one who has it decides in two windows at once: a fee, and a rejection.
    """
    claimed = decided = 0
    for number in range(rounds):
        reference = Resident(hall.up.at, f"race{number}@example.jp").applies()
        desks = [OfficerAtDesk(hall.up.at, person) for person in ("yamada", "suzuki")]
        for desk in desks:
            desk.opens(reference)
        case = desks[0].browser.url
        together([lambda desk=desk: desk.browser.submit("/claim") for desk in desks])  # type: ignore[misc]
        claimed += hall.count(reference, Event.CLAIM) == 1
        winner = next(desk for desk in desks if "あなたが担当" in desk.browser.get(case).html)
        fee, no = winner.browser.twin().get(f"{case}/fee"), winner.browser.twin().get(f"{case}/reject")
        acts: list[Callable[[], object]] = [
            lambda fee=fee: fee.submit("/fee"),  # type: ignore[misc]
            lambda no=no: no.submit("/reject", reason=_a_reason(hall))]  # type: ignore[misc]
        random.Random(number).shuffle(acts)
        together(acts)
        decided += hall.count(reference, Event.DECIDE_FEE, Event.REJECT) == 1
    return claimed, decided


def repeated_webhooks(hall: Hall) -> tuple[int, int, int]:
    """(orders tried, payments taken in, mails about a payment): each order on a case of its own, each notice five times."""
    taken = mails = 0
    orders = ((0, 1, 2), (2, 1, 0), (1, 2, 0))  # of: card refused, card refused, paid
    for number, order in enumerate(orders):
        mail = f"webhook{number}@example.jp"
        reference = _paid_without_notices(hall, mail)
        events = _events_of(hall, hall.case(reference))
        for _ in range(5):
            for place in order:
                _send(hall, events[place])
        hall.drained()
        taken += hall.count(reference, Event.PAY)
        mails += sum("お支払いを確かめました" in subject for subject in hall.mails(mail))
    return len(orders), taken, mails


def deaths(hall: Hall, people: int, at_once: int) -> tuple[int, int, int, int]:
    """(kills, lost, duplicated cases, wrong number of mails) when functions and worker die while people apply."""
    before = _submitted(hall)
    stop = threading.Event()
    kills = 0

    def killer() -> None:
        nonlocal kills
        dice = random.Random(2)
        while not stop.wait(dice.uniform(0.6, 1.6)):
            name = dice.choice(["functions", "worker", "functions"])
            hall.up.kill(name)
            kills += 1
            hall.up.wait_ready("functions")

    def applies(number: int) -> str:
        return Resident(hall.up.at, f"brave{number}@example.jp", patience=60).applies()

    death = threading.Thread(target=killer)
    death.start()
    try:
        with ThreadPoolExecutor(at_once) as pool:
            references = list(pool.map(applies, range(people)))
    finally:
        stop.set()
        death.join()
    hall.drained()
    lost = sum(hall.case(reference).state is not State.SUBMITTED for reference in references)
    wrong_mails = sum(len(hall.mails(f"brave{number}@example.jp")) != 1 for number in range(people))
    return kills, lost, _submitted(hall) - before - len(set(references)), wrong_mails


def _submitted(hall: Hall) -> int:
    """How many cases wait; counted in the store, since the officers' list is cut at 100."""
    return int(Row.queue_index.count(Keys(hall.parts.catalogue.city.code).queue("shimin", State.SUBMITTED)))


def _arrived(browser: HttpBrowser) -> bool:
    return "受け付けました" in browser.html


def _a_reason(hall: Hall) -> str:
    return hall.parts.catalogue.procedure("juminhyo").rejection_reasons[0].id


def _paid_without_notices(hall: Hall, mail: str) -> str:
    """A case that is paid at the provider, which keeps its notices back, and whose return page is not opened."""
    control = f"{hall.up.at.url(hall.up.at.payment)}/control"
    httpx.post(control, data={"drop": "on"})
    resident = Resident(hall.up.at, mail)
    reference = resident.applies()
    status = resident.status_url()
    desk = OfficerAtDesk(hall.up.at)
    case = desk.opens(reference)
    desk.claims(case)
    desk.fixes_fee(case)
    resident.opens_payment(status)
    page = resident.browser.url
    for _ in range(2):
        httpx.post(page, data={"answer": "pay", "card": "4000000000000002"})
    httpx.post(page, data={"answer": "pay", "card": "4242424242424242"})
    httpx.post(control, data={})
    return reference


def _events_of(hall: Hall, case: Application) -> list[bytes]:
    """The provider's events about a case, as the bodies of their notices."""
    environment = hall.up.environment()
    key = {"Authorization": f"Bearer {environment['MADONAVI_PAYMENT_SECRET']}"}
    url = hall.up.at.url(hall.up.at.payment)
    events: list[dict[str, object]] = []
    after = ""
    while got := httpx.get(f"{url}/v1/events", params={"after": after, "limit": "100"}, headers=key).json()["data"]:
        events += got
        after = str(got[-1]["id"])
    return [httpx.Request("POST", url, json=one).content for one in events if case.id.replace("-", "") in str(one)]


def _send(hall: Hall, body: bytes) -> None:
    environment = hall.up.environment()
    signed = signature(environment["MADONAVI_PAYMENT_SIGNING_SECRETS"].split(",")[0], int(time.time()), body)
    httpx.post(environment["MADONAVI_PAYMENT_WEBHOOK"], content=body,
               headers={"Content-Type": "application/json", "Madopay-Signature": signed}).raise_for_status()

"""The real client of a kiosk at the real door of the office: enrolled, heard of, revoked, enrolled again."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from chalicelib.domain.device import Device, DeviceId, RevokeReason, Trust
from chalicelib.services import devices
from chalicelib.services.officers import Role
from kiosk_agent import enrolment
from kiosk_agent.client import ClockWrong, HttpOffice
from kiosk_agent.desk import NotTrusted, Offline, Refused
from tests.contract.kiosk_messages import example
from tests.fakes.cases import officer
from tests.functions.pages.hall import PUBLIC, Hall

FIRST = DeviceId("7c1f4f6e-52a1-4c0e-9a52-3f1f0a7b9d11")
ADMIN = replace(officer(), roles=frozenset({Role.ADMIN}))


class Counter:
    """A kiosk and the office it asks, with one clock for both unless a test moves the kiosk's."""

    def __init__(self, folder: Path) -> None:
        self.hall = Hall()
        self.parts = self.hall.world.parts
        self.http = httpx.Client(transport=self.hall.transport)
        self.folder = folder
        self.behind = timedelta()
        _, self.code = devices.add(self.parts, ADMIN, FIRST, name="1号機", office="ibusuki", desk="shimin")

    def clock(self) -> datetime:
        """The kiosk's clock."""
        return self.hall.world.clock.now - self.behind

    def enrol(self, code: str | None = None) -> HttpOffice:
        """Enrol with the code, as its command does, and read from disk what was agreed, as a restart does."""
        enrolment.enrol(PUBLIC, code or self.code, self.folder, self.http, self.clock)
        agreed = enrolment.enrolled(self.folder)
        assert agreed is not None
        return enrolment.office(agreed, self.http, self.clock)

    @property
    def device(self) -> Device:
        """The kiosk as the office knows it."""
        return self.parts.devices.get(FIRST)


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    """A kiosk that waits for its code."""
    return Counter(tmp_path)


def test_an_enrolled_kiosk_reports_and_gets_challenges(counter: Counter) -> None:
    office = counter.enrol()
    assert office.report(example("state").body) == counter.hall.world.clock.now
    heard = devices.condition(counter.parts, counter.device)
    assert heard is not None
    assert (heard.unsynced, heard.printer_works) == (2, False)
    assert devices.use_challenge(counter.parts, counter.device, office.challenge())


def test_a_code_is_used_up(counter: Counter) -> None:
    counter.enrol()
    with pytest.raises(Refused, match="not-found"):
        counter.enrol()


def test_a_revoked_kiosk_learns_it_and_works_again_after_a_fresh_enrolment(counter: Counter) -> None:
    office = counter.enrol()
    devices.revoke(counter.parts, ADMIN, FIRST, RevokeReason.REPAIR)
    with pytest.raises(NotTrusted):
        office.report({})
    _, code = devices.new_code(counter.parts, ADMIN, FIRST)
    again = counter.enrol(code)
    assert again.report({}) == counter.hall.world.clock.now
    with pytest.raises(NotTrusted):
        office.report({})
    assert counter.device.trust is Trust.TRUSTED


def test_a_kiosk_whose_clock_is_wrong_is_told_the_right_one_and_works_once_it_is_set(counter: Counter) -> None:
    office = counter.enrol()
    counter.behind = timedelta(minutes=7)
    with pytest.raises(ClockWrong) as wrong:
        office.challenge()
    assert wrong.value.office == counter.hall.world.clock.now
    counter.behind = timedelta()
    assert office.challenge()


def test_a_kiosk_of_another_city_is_not_believed_here(counter: Counter) -> None:
    counter.enrol()
    agreed = enrolment.enrolled(counter.folder)
    assert agreed is not None
    elsewhere = enrolment.office(replace(agreed, city="131016"), counter.http, counter.clock)
    with pytest.raises(Offline, match="401"):
        elsewhere.report({})

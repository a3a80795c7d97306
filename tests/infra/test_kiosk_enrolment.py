"""The practice kiosk is enrolled through the console's own pages, and stays one kiosk however often that is done."""

from chalicelib.domain.device import Trust
from infra.local import kiosk_enrolment
from infra.local.identity import people
from tests.functions.api.kiosk import an_enrolment
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import log_in
from tests.functions.pages.test_office_devices import KANRI


def test_the_practice_administrator_is_there_and_may_make_codes() -> None:
    officer = people.officer(kiosk_enrolment.ADMINISTRATOR)
    assert officer is not None
    assert (officer.roles, officer.municipality) == (KANRI.roles, KANRI.municipality)


def test_a_code_is_made_for_the_practice_kiosk_and_for_the_same_one_the_next_time() -> None:
    hall = Hall()
    desk = log_in(hall, KANRI)
    for number in range(2):
        code = kiosk_enrolment.code_for(desk, PUBLIC)
        assert hall.transport.handle_request(an_enrolment(code, nonce=f"{number:032d}")).status_code == 200
    (device,) = hall.world.devices.by_id.values()
    assert (device.name, device.trust) == ("練習用の端末", Trust.TRUSTED)

"""The family's page: the desks in walking order, calling the next, and each department with its own lines only."""

import re
from dataclasses import replace

import pytest

from chalicelib.domain.application import Application, State
from chalicelib.domain.contents import ApplicationId, OfficerId, StopState
from chalicelib.services import prepared
from infra.local.play.browser import HttpBrowser
from tests.fakes.counter import a_kiosk
from tests.fakes.families import a_family
from tests.fakes.outside import AUDITOR, YAMADA
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import log_in
from tests.functions.pages.tablet_desk import words
from tests.functions.services.test_offers import a_short_form


class Front:
    """山田's window with a family before it."""

    def __init__(self, hall: Hall | None = None) -> None:
        self.hall = hall or Hall()
        self.office = log_in(self.hall)
        self.id = a_family(self.hall.world).case.id
        self.at = f"{PUBLIC}/office/family/{self.id}"
        self.office.get(self.at)

    def of(self, department: str) -> HttpBrowser:
        """An officer of another department, at the same page."""
        who = OfficerId(f"staff-{department}")
        return log_in(self.hall, replace(YAMADA, subject=who, name=f"{department} 担当", department=department)).get(self.at)

    def state(self, department: str) -> StopState:
        """How far a department is."""
        return next(one.state for one in self.hall.world.store.cases[self.id].stops if one.department == department)


@pytest.fixture
def front() -> Front:
    return Front()


def test_the_next_department_is_called_in_walking_order(front: Front) -> None:
    assert "次の課を呼ぶ（市民課）" in words(front.office)
    front.office.submit("/next")
    assert "次の課を呼ぶ（地域福祉課）" in words(front.office)
    assert front.state("shimin") is StopState.CALLED


def test_a_department_is_called_comes_consults_and_is_done(front: Front) -> None:
    front.office.submit("/next").submit("/here")
    front.office.submit("/consult")
    assert "相談中" in words(front.office)
    front.hall.world.clock.pass_(minutes=5)
    front.office.get(front.at).submit("/consult")
    front.hall.world.clock.pass_(minutes=2)
    front.office.get(front.at).submit("/done")
    assert "対応 2分00秒 相談 5分00秒" in words(front.office)


def test_a_last_day_of_another_year_is_told_with_its_year(front: Front) -> None:
    assert "2025年4月15日（火）まで" in words(front.office)


def test_a_department_reads_the_answers_and_only_its_own_lines(front: Front) -> None:
    zeimu = words(front.of("kankyo"))
    assert "指宿 花子" in zeimu
    assert "犬の登録事項の変更届" in zeimu
    assert "転出証明書" not in zeimu


def test_a_department_without_a_line_gets_the_page_of_an_unknown_address(front: Front) -> None:
    page = front.of("suido")
    assert page.status == 404
    assert "花子" not in page.html
    assert "いまは、ありません" in words(page.get(f"{PUBLIC}/office/family"))


def test_a_department_finds_the_families_it_was_called_to(front: Front) -> None:
    front.office.submit("/next")
    front.office.submit("/next")
    kankyo = front.of("kankyo").get(f"{PUBLIC}/office/family")
    assert "これから" in words(kankyo)


def test_who_was_slower_is_told_and_sees_how_it_is_now(front: Front) -> None:
    kankyo = front.of("kankyo")
    front.office.submit("/next")
    kankyo.submit("/next")
    assert kankyo.status == 409
    assert "ほかの職員が、先に操作しました" in words(kankyo)
    assert "次の課を呼ぶ（地域福祉課）" in words(kankyo)


def test_the_familys_papers_are_printed_by_a_code_and_the_interview_goes_on(front: Front) -> None:
    before = front.hall.world.store.cases[front.id]
    page = words(front.office.submit("/print"))
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", page)
    assert code
    found = prepared.fetch(front.hall.world.parts, a_kiosk(), code[0])
    assert found.procedure == "moving-in"
    assert found.answers["people.1.name"] == "指宿　花子"
    assert front.hall.world.store.cases[front.id] == before


def test_another_desk_gets_no_code_to_all_that_the_family_said(front: Front) -> None:
    office = front.of("kankyo")
    assert "/print" not in office.html
    office.html = office.html.replace(f"{front.id}/call", f"{front.id}/print")
    assert office.submit("/print").status == 404
    assert front.hall.world.prepared.rows == {}


def test_a_desk_is_put_off_only_with_a_reason(front: Front) -> None:
    front.office.submit("/later", reason="")
    assert front.office.status == 422
    front.office.submit("/later", reason="papers")
    assert "後日" in words(front.office)
    assert "書類が足りない" in words(front.office)


def begun(front: Front) -> Application:
    """The water form that 山田 begins for the family."""
    assert "まだ聞いていないこと" in words(front.office)
    front.office.get(front.at).submit(f"/office/family/{front.id}/begin", button="水道")
    assert "/office/tablet/" in front.office.url
    return front.hall.world.store.cases[ApplicationId(front.office.url.rpartition("/")[2])]


def test_what_needs_no_desk_is_begun_with_what_is_known_for_the_tablet_or_an_officers_hand(front: Front) -> None:
    case = begun(front)
    assert (case.state, case.procedure, case.answers["name"]) == (State.HELD, "suido-kaishi", "指宿　花子")
    assert front.office.get(f"{PUBLIC}/office/tablet/{case.id}/edit").status == 200


def test_a_line_that_is_being_written_is_not_begun_a_second_time(front: Front) -> None:
    case = begun(front)
    front.office.get(front.at).submit("/begin", button="つづきを開く")
    assert front.office.url == f"{PUBLIC}/office/tablet/{case.id}"
    assert sum(one.procedure == case.procedure for one in front.hall.world.store.cases.values()) == 1


def test_a_line_that_was_sent_says_so_with_its_number(front: Front) -> None:
    case = begun(front)
    sent = replace(case, state=State.SUBMITTED, submitted_at=front.hall.world.clock())
    front.hall.world.store.cases[case.id] = sent
    assert f"申し込みました（受付番号 {case.reference}）" in words(front.office.get(front.at))


def test_the_stay_ends_at_the_desk_where_the_family_sits(front: Front) -> None:
    for _ in range(20):
        if "家族の手続きを終わる" in words(front.office):
            break
        front.office.submit("/not_needed", reason="not_applicable")
    front.office.submit("/end")
    assert "家族の手続きを終わりました" in words(front.office)
    assert front.office.get(front.at).status == 404


def test_an_auditor_reads_and_presses_nothing(front: Front) -> None:
    page = log_in(front.hall, AUDITOR).get(front.at)
    assert page.status == 200
    assert f"/office/family/{front.id}/" not in page.html


def test_nothing_of_the_family_is_in_an_address_or_a_log(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    front.office.submit("/next")
    assert "花子" not in front.office.url + caplog.text


def test_the_officer_reads_what_is_applied_for_and_says_that_the_family_was_asked() -> None:
    front = Front(Hall(a_short_form()))
    assert "申し込む内容 （水道の使用開始届）" in words(front.office)
    front.office.submit("/send")
    assert front.office.status == 422
    assert "家族が、まだ内容を確認していません" in words(front.office)
    front.office.submit("/send", spoken="yes")
    assert "担当の課の受付一覧に入れました" in words(front.office)
    assert len(front.hall.world.store.queue("suido", State.SUBMITTED).rows) == 1

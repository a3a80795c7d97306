"""Printing for many at once: who is chosen, what comes on paper, and that every look is on record."""

from dataclasses import replace

import pytest

from chalicelib.domain.application import State
from tests.fakes import cases
from tests.fakes.outside import AUDITOR
from tests.fakes.world import a_world_where_juminhyo
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import log_in, words

PRINT = f"{PUBLIC}/office/print?queue=issue"
EVERYTHING = ["list", "cover", "letter", "label"]


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_the_queues_that_end_on_paper_lead_to_printing_and_the_others_do_not(hall: Hall) -> None:
    cases.ready_to_issue(hall.world)
    desk = log_in(hall).get(f"{PUBLIC}/office/?queue=issue")
    assert "まとめて印刷" in words(desk)
    cases.a_submitted(hall.world)
    assert "まとめて印刷" not in words(desk.get(f"{PUBLIC}/office/?queue=waiting"))
    assert desk.get(f"{PUBLIC}/office/print?queue=waiting").status == 404


def test_all_are_chosen_until_somebody_takes_one_out(hall: Hall) -> None:
    first, second = cases.ready_to_issue(hall.world), cases.ready_to_issue(hall.world)
    desk = log_in(hall).get(PRINT)
    assert desk.html.count('name="cases"') == desk.html.count(' checked><span><span class="code">') == 2
    desk.submit("/office/print", cases=[second.id], sheets=EVERYTHING)
    assert first.reference not in desk.html
    assert second.reference in desk.html


def test_each_kind_of_sheet_is_printed_when_it_is_ticked(hall: Hall) -> None:
    for _ in range(2):
        cases.ready_to_issue(hall.world)
    desk = log_in(hall).get(PRINT).submit("/office/print", sheets=EVERYTHING)
    assert "2件を印刷する" in words(desk)
    assert desk.html.count('aria-label="一覧"') == 1
    assert desk.html.count('aria-label="入力用"') == 2
    assert desk.html.count('aria-label="送付用"') == 2
    assert desk.html.count('class="label"') == 2
    assert "住民票の写し 300円 × 1通、郵送" in words(desk)
    assert "410円 11月20日（金） 12:00" in words(desk)
    desk.get(PRINT).submit("/office/print", sheets=["list"])
    assert "花子" not in desk.html.partition("<main")[2]
    assert 'aria-label="入力用"' not in desk.html


def test_labels_go_twelve_to_a_sheet(hall: Hall) -> None:
    for _ in range(13):
        cases.ready_to_issue(hall.world)
    desk = log_in(hall).get(PRINT).submit("/office/print", sheets=["label"])
    assert [sheet.count('class="label"') for sheet in desk.html.split('class="labels"')[1:]] == [12, 1]


def test_thirty_at_most_and_the_rest_is_said(hall: Hall) -> None:
    for _ in range(31):
        cases.ready_to_issue(hall.world)
    desk = log_in(hall).get(PRINT)
    assert desk.html.count('name="cases"') == 30
    assert "のこりは、これを済ませてから" in words(desk)
    everybody = [case.id for case in hall.world.store.cases.values()]
    desk.submit("/office/print", cases=everybody, sheets=["list"])
    assert "30件を印刷する" in words(desk)


def test_every_printed_case_is_logged_as_looked_at_and_none_that_was_only_listed(hall: Hall) -> None:
    printed, listed = cases.ready_to_issue(hall.world), cases.ready_to_issue(hall.world)
    desk = log_in(hall).get(PRINT)
    assert hall.world.store.looked == []
    desk.submit("/office/print", cases=[printed.id], sheets=["cover"])
    assert [(look.application, look.name) for look in hall.world.store.looked] == [(printed.id, "山田 直子")]
    assert listed.state is State.READY_TO_ISSUE


def test_printing_moves_no_case(hall: Hall) -> None:
    case = cases.ready_to_issue(hall.world)
    log_in(hall).get(PRINT).submit("/office/print", sheets=EVERYTHING)
    assert hall.world.store.get(case.id) == case


def test_nothing_ticked_is_said_and_the_choice_stays(hall: Hall) -> None:
    case = cases.ready_to_issue(hall.world)
    desk = log_in(hall).get(PRINT).submit("/office/print", sheets=[])
    assert desk.status == 422
    assert "刷るものを、一つ以上選んでください" in words(desk)
    assert f'value="{case.id}" checked' in desk.html
    desk.submit("/office/print", cases=[], sheets=["list"])
    assert "申請を、一つ以上選んでください" in words(desk)


def test_a_case_of_another_department_or_one_that_went_on_is_left_out(hall: Hall) -> None:
    case, foreign, gone = (cases.ready_to_issue(hall.world) for _ in range(3))
    desk = log_in(hall).get(PRINT)
    hall.world.store.cases[foreign.id] = replace(foreign, department="zeimu")
    hall.world.store.cases[gone.id] = replace(gone, state=State.ISSUED)
    desk.submit("/office/print", cases=[case.id, foreign.id, gone.id, "nonsense"], sheets=["list"])
    assert "選んだうち3件は" in words(desk)
    assert foreign.reference not in desk.html
    assert [look.application for look in hall.world.store.looked] == [case.id]


def test_only_one_procedure_is_printed_where_the_list_was_narrowed(hall: Hall) -> None:
    cases.ready_to_issue(hall.world)
    desk = log_in(hall).get(f"{PRINT}&procedure=koseki-post")
    assert "印刷できる申請はありません" in words(desk)
    assert desk.get(f"{PRINT}&procedure=juminhyo").html.count('name="cases"') == 1


def test_what_waits_to_be_handed_over_is_printed_too() -> None:
    hall = Hall(a_world_where_juminhyo(**cases.FOR_THE_DESK))
    cases.to_collect(hall.world)
    desk = log_in(hall).get(f"{PUBLIC}/office/print?queue=dispatch").submit("/office/print", sheets=["list"])
    assert "1件を印刷する" in words(desk)
    assert "無料" in words(desk)


def test_who_only_watches_may_print_and_is_logged_like_everybody(hall: Hall) -> None:
    cases.ready_to_issue(hall.world)
    log_in(hall, AUDITOR).get(PRINT).submit("/office/print", sheets=["list"])
    assert [look.name for look in hall.world.store.looked] == ["監査 太郎"]

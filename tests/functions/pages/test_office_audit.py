"""The page for the audit: who looked and did what, for whom it is meant, and how the day's seal stands."""

from dataclasses import replace
from datetime import date

from chalicelib.domain.history import looked
from chalicelib.services import day_seals, review
from tests.fakes import cases
from tests.fakes.outside import AUDITOR, SUZUKI, TANAKA, YAMADA
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import address, log_in, words

AUDIT = f"{PUBLIC}/office/audit"


def a_looked_at_case(hall: Hall) -> str:
    """山田 has taken a case that 鈴木 opened; its reference number."""
    case = cases.a_submitted(hall.world)
    log_in(hall, SUZUKI).get(address(case))
    log_in(hall, YAMADA).get(address(case)).submit("/claim")
    return case.reference


def test_the_auditor_reads_who_looked_and_who_did_what() -> None:
    hall = Hall()
    reference = a_looked_at_case(hall)
    shown = words(log_in(hall, AUDITOR).get(AUDIT))
    assert "鈴木 健一 見た" in shown
    assert "山田 直子 担当した" in shown
    assert reference in shown
    assert "申請した" not in shown  # what residents do is nobody's supervision


def test_no_resident_is_named_there() -> None:
    hall = Hall()
    a_looked_at_case(hall)
    html = log_in(hall, AUDITOR).get(AUDIT).html
    assert not [word for word in ("花子", "十町", "hanako", "イブスキ", "1985") if word in html]


def test_the_head_may_read_it_too_and_a_reviewer_finds_nothing() -> None:
    hall = Hall()
    a_looked_at_case(hall)
    assert "閲覧と処理の記録" in words(log_in(hall, TANAKA).get(AUDIT))
    assert "閲覧と処理の記録" in words(log_in(hall, TANAKA).get(f"{PUBLIC}/office/"))
    assert log_in(hall, YAMADA).get(AUDIT).status == 404
    assert "閲覧と処理の記録" not in words(log_in(hall, YAMADA).get(f"{PUBLIC}/office/"))
    assert log_in(hall, replace(YAMADA, roles=("admin",))).get(AUDIT).status == 404


def test_cases_of_another_department_are_not_shown() -> None:
    hall = Hall()
    reference = a_looked_at_case(hall)
    for id, case in hall.world.store.cases.items():
        hall.world.store.cases[id] = replace(case, department="zeimu")
    desk = log_in(hall, AUDITOR)
    assert reference not in words(desk.get(AUDIT))
    assert "見た" not in words(desk.get(f"{AUDIT}?reference={reference}")).replace("見たこと", "")


def test_one_officer_or_one_case_can_be_picked_out() -> None:
    hall = Hall()
    reference, other = a_looked_at_case(hall), a_looked_at_case(hall)
    hall.world.clock.pass_(days=2)
    desk = log_in(hall, AUDITOR)
    of_suzuki = words(desk.get(f"{AUDIT}?day=2026-11-20&officer=staff-suzuki"))
    assert "鈴木 健一 見た" in of_suzuki
    assert "山田" not in of_suzuki
    of_case = words(desk.get(f"{AUDIT}?reference={reference.lower().replace('-', '')}"))
    assert "山田 直子 担当した" in of_case
    assert other not in of_case
    assert "記録はありません" in words(desk.get(f"{AUDIT}?reference=2222-2222-2222"))


def test_a_long_day_goes_on_by_a_link_without_a_gap() -> None:
    hall = Hall()
    case = review.claim(hall.world.parts, cases.officer(), cases.a_submitted(hall.world))
    for number in range(120):
        hall.world.clock.pass_(seconds=1)
        case = review.note(hall.world.parts, cases.officer(), case, f"{number}") if number < 45 else case
        hall.world.parts.applications.look(looked(case.id, cases.officer().id, "山田 直子", hall.world.clock()))
    desk = log_in(hall, AUDITOR).get(AUDIT)
    lines = desk.html.count("<tr><td>")
    while 'rel="next"' in desk.html:
        link = desk.html.partition('rel="next"')[0].rpartition('href="')[2].split('"')[0]
        desk.get(PUBLIC + link.replace("&amp;", "&"))
        lines += desk.html.count("<tr><td>")
    assert lines == 1 + 45 + 120


def test_the_state_of_a_days_seal_is_told_in_words() -> None:
    hall = Hall()
    a_looked_at_case(hall)
    hall.world.clock.pass_(hours=13)
    day_seals.run(hall.world.parts)
    desk = log_in(hall, AUDITOR)
    assert "まだ締めていません" in words(desk.get(AUDIT))
    closed = words(desk.get(f"{AUDIT}?day=2026-11-20"))
    assert "締め済みです" in closed
    assert f"2026-11-20 {len(list(hall.world.audit.entries(date(2026, 11, 20))))} " in desk.html
    kept = hall.world.audit.kept["2026-11-20"]
    hall.world.audit.kept["2026-11-20"] = replace(kept, count=1)
    assert "この日の締めは、合いません" in words(desk.get(f"{AUDIT}?day=2026-11-20"))
    del hall.world.audit.kept["2026-11-20"]
    assert "この日の締めは、ありません" in words(desk.get(f"{AUDIT}?day=2026-11-20"))


def test_made_up_questions_get_a_page_and_no_error() -> None:
    hall = Hall()
    a_looked_at_case(hall)
    desk = log_in(hall, AUDITOR)
    for query in ("day=0000", "day=2999-01-01", "after=x", "after=" + "9" * 3000, "officer=" + "x" * 3000, "reference=%E8%8A%B1"):
        assert desk.get(f"{AUDIT}?{query}").status == 200


def test_an_erased_case_is_still_named_but_leads_nowhere() -> None:
    hall = Hall()
    reference = a_looked_at_case(hall)
    (id,) = hall.world.store.cases
    erased = replace(hall.world.store.cases[id], state=type(hall.world.store.cases[id].state).ERASED)
    hall.world.store.cases[id] = erased
    desk = log_in(hall, AUDITOR).get(AUDIT)
    assert f"{reference} （消去済み）" in words(desk)
    assert f"/office/case/{id}" not in desk.html


def test_a_case_whose_last_entries_are_gone_says_so_to_whoever_opens_it() -> None:
    hall = Hall()
    case = cases.in_review(hall.world)
    desk = log_in(hall).get(address(case))
    assert "記録のつながりを確かめました" in words(desk)
    del hall.world.store.entries[case.id][-1]
    assert "記録のつながりが切れています" in words(desk.get(address(case)))

"""Officers hand finished cases on and take results in, on the real pages."""

import re
from dataclasses import replace

import pytest

from chalicelib.domain.application import State
from tests.fakes import cases
from tests.fakes.outside import AUDITOR, SUZUKI, TANAKA, YAMADA
from tests.functions.pages.hall import PUBLIC, Hall
from tests.functions.pages.office_desk import log_in, words

EXPORT, IMPORT = f"{PUBLIC}/office/export", f"{PUBLIC}/office/import"
ADMIN = replace(YAMADA, subject=YAMADA.subject, name="情報 係", roles=("admin",))
CASHIER = replace(TANAKA, roles=("cashier",))


@pytest.fixture
def hall() -> Hall:
    return Hall()


def exported(hall: Hall) -> str:
    """A refused case is exported; the address of its receipt."""
    cases.rejected(hall.world)
    desk = log_in(hall).get(EXPORT).submit("/office/export")
    assert "書き出しました" in words(desk)
    return desk.url


def test_an_officer_exports_what_waits_and_takes_the_file(hall: Hall) -> None:
    case = cases.rejected(hall.world)
    desk = log_in(hall).get(EXPORT)
    assert "1件" in words(desk)
    desk.submit("/office/export")
    receipt = desk.url
    desk.get(PUBLIC + re.findall(r'href="(/office/export/[^"]+\.csv)"', desk.html)[0])
    assert desk.status == 200
    assert case.reference in desk.html
    desk.get(receipt)
    assert re.search(r"受け取った記録 .*山田 直子 1\.csv", words(desk))
    assert "ありません" in words(desk.get(EXPORT))
    assert "書き出し " + receipt.rpartition("/")[2] in words(desk.get(f"{PUBLIC}/office/case/{case.id}"))


def test_a_download_is_a_file_that_no_cache_keeps(hall: Hall) -> None:
    receipt = exported(hall)
    desk = log_in(hall)
    for kind, media in (("csv", "text/csv; charset=utf-8"), ("jsonl", "application/jsonl; charset=utf-8")):
        cookies = "; ".join(f"{name}={value}" for (_, name), value in desk._cookies.items())
        answer = desk._http.get(f"{receipt}/1.{kind}", headers={"Cookie": cookies})
        assert answer.headers["content-type"] == media
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-disposition"] == f'attachment; filename="{receipt.rpartition("/")[2]}-1.{kind}"'


def test_the_button_pressed_twice_is_one_receipt(hall: Hall) -> None:
    cases.rejected(hall.world)
    desk = log_in(hall).get(EXPORT)
    again = dict(next(form.fields for form in desk.forms() if form.action.endswith("/office/export")))
    desk.submit("/office/export")
    first = desk.url
    desk._go("POST", EXPORT, {name: [value] for name, value in again.items()})
    assert desk.url == first
    assert len(hall.world.receipts.rows) == 1


@pytest.mark.parametrize(("claims", "receipt", "file"), [
    (YAMADA, 200, 200), (SUZUKI, 200, 200), (TANAKA, 200, 200), (AUDITOR, 200, 404), (ADMIN, 200, 404), (CASHIER, 404, 404)])
def test_who_gets_a_receipt_and_who_its_data(hall: Hall, claims: object, receipt: int, file: int) -> None:
    at = exported(hall)
    desk = log_in(hall, claims)  # type: ignore[arg-type]  # all are claims
    assert desk.get(at).status == receipt
    assert desk.get(f"{at}/1.jsonl").status == file
    assert desk.get(f"{PUBLIC}/office/to-issue/juminhyo.csv").status == file


@pytest.mark.parametrize("wrong", ["9.csv", "0.csv", "1.exe", "1.csv.jsonl", "x"])
def test_a_file_that_is_none_is_not_found(hall: Hall, wrong: str) -> None:
    assert log_in(hall).get(f"{exported(hall)}/{wrong}").status == 404


def test_nothing_to_export_is_said(hall: Hall) -> None:
    case = cases.rejected(hall.world)
    desk = log_in(hall).get(EXPORT)
    hall.world.store.cases[case.id] = replace(case, exported_in="20261120-ZZZZZZ")
    assert "書き出す申請は、いまありません" in words(desk.submit("/office/export"))


def test_results_are_looked_at_then_recorded_then_change_nothing(hall: Hall) -> None:
    case = cases.ready_to_issue(hall.world)
    text = f"reference,result,tracking,reason\n{case.reference},dispatched,123456789012,\n2222-2222-2222,issued,,\n"
    desk = log_in(hall).get(IMPORT).submit("/office/import", lines=text)
    assert "まだ何も記録していません。1件を記録します。済んでいるもの 0件、できないもの 1件" in words(desk)
    assert hall.world.store.get(case.id).state is State.READY_TO_ISSUE
    desk.submit("/office/import")
    assert "基幹システムの結果と見くらべてから" in words(desk)
    assert hall.world.store.get(case.id).state is State.READY_TO_ISSUE
    desk.submit("/office/import", looked="yes")
    assert "1件を記録しました。済んでいたもの 0件、できなかったもの 1件" in words(desk)
    assert hall.world.store.get(case.id).state is State.DISPATCHED
    desk.get(IMPORT).submit("/office/import", lines=text)
    assert "済んでいるもの 1件" in words(desk)


@pytest.mark.parametrize(("text", "says"), [
    ("", "結果のファイルの中身を入れてください"), ("reference,result\n" + "2222-2222-2222,issued\n" * 201, "200行までです"),
    ("こんにちは", "読み取れません")])
def test_what_cannot_be_taken_in_is_told(hall: Hall, text: str, says: str) -> None:
    desk = log_in(hall).get(IMPORT).submit("/office/import", lines=text)
    assert says in words(desk)


def test_the_queue_leads_to_both(hall: Hall) -> None:
    desk = log_in(hall)
    assert '/office/export"' in desk.html
    assert '/office/import"' in desk.html

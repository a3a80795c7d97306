"""やること and 帳簿 at the console: what an officer sees, closes and puts away."""

import csv
import io
import json
from dataclasses import replace

import pytest

from chalicelib.domain.contents import PaidBy
from chalicelib.domain.errors import Stale
from chalicelib.domain.task import TaskKind
from chalicelib.pages.csv_file import BOM, csv_of
from chalicelib.services import desk_money, tasks
from infra.local.play.browser import HttpBrowser
from tests.fakes import cases
from tests.fakes.outside import AUDITOR, TANAKA, YAMADA
from tests.functions.pages.hall import MAIL_SECRET, PUBLIC, Hall
from tests.functions.pages.office_desk import address, log_in, queue_of, words

DAY = f"{PUBLIC}/office/books/2026-11-20"


@pytest.fixture
def hall() -> Hall:
    return Hall()


def till_of(hall: Hall) -> HttpBrowser:
    """田中 at a day with 410 yen in cash."""
    desk_money.pay_at_desk(hall.world.parts, cases.tanaka(), cases.awaiting_payment(hall.world), by=PaidBy.CASH, yen=410)
    return log_in(hall, TANAKA).get(DAY)


def notice(hall: Hall, body: object, secret: str = MAIL_SECRET) -> int:
    """What the local mailbox gets when it tells of a returned mail."""
    answer = hall.transport._client.http.post("/webhooks/mail", body=json.dumps(body).encode(), headers={
        "Content-Type": "application/json", "Authorization": f"Bearer {secret}"})
    return int(answer.status_code)


def test_a_mail_that_came_back_goes_from_the_mailbox_to_the_list_and_away(hall: Hall) -> None:
    case = cases.a_submitted(hall.world)
    assert notice(hall, {"effect": f"{case.id}_8_0", "sort": "Permanent"}) == 200
    desk = log_in(hall)
    assert queue_of(desk)["やること"] == "1"
    assert "不達" in words(desk)
    desk.get(f"{PUBLIC}/office/tasks")
    assert "お知らせが届きませんでした" in words(desk)
    assert f'href="/office/case/{case.id}"' in desk.html
    (task,) = hall.world.store.tasks.open("shimin")
    desk.get(f"{PUBLIC}/office/tasks/{task.id}")
    assert "正しいメールアドレスを聞いてください" in words(desk)
    desk.submit("/office/tasks/")
    assert "すんだことにしました" in words(desk)
    assert "やることはありません" in words(desk)
    assert "山田 直子" in words(desk.get(f"{PUBLIC}/office/tasks/{task.id}"))


@pytest.mark.parametrize(("body", "secret", "status"), [
    ({"effect": "x"}, MAIL_SECRET, 200), ({"effect": "x"}, "guessed", 404), ([], MAIL_SECRET, 400),
    ({"effect": "x" * 600}, MAIL_SECRET, 400)])
def test_only_the_mailbox_tells_of_returned_mails(hall: Hall, body: object, secret: str, status: int) -> None:
    assert notice(hall, body, secret) == status


@pytest.mark.parametrize("kind", TaskKind)
def test_every_kind_of_task_says_what_happened_and_what_to_do(hall: Hall, kind: TaskKind) -> None:
    case = cases.a_submitted(hall.world)
    detail = {"yen": "1410", "decided": "410", "checkout": "co_1", "day": "2026-11-20", "effect": "refund", "sort": "permanent"}
    tasks.found(hall.world.parts, kind, "1", case=case, detail=detail)
    (task,) = hall.world.store.tasks.open("shimin")
    desk = log_in(hall, TANAKA).get(f"{PUBLIC}/office/tasks/{task.id}")
    assert desk.status == 200
    assert "すること" in words(desk)
    assert "{" not in words(desk)
    assert "？" not in words(desk)
    for text in ("すんだ", "？"):
        assert (text in words(desk)) == (text == "すんだ")


def test_a_task_that_a_colleague_put_away_first_is_told_so(hall: Hall) -> None:
    case = cases.a_submitted(hall.world)
    tasks.found(hall.world.parts, TaskKind.OUTBOX_STUCK, "1", case=case, detail={"effect": "mail"})
    (task,) = hall.world.store.tasks.open("shimin")
    desk = log_in(hall).get(f"{PUBLIC}/office/tasks/{task.id}")

    def too_late(*_: object, **__: object) -> None:
        raise Stale("task")

    hall.world.store.tasks.done = too_late  # type: ignore[method-assign]
    assert "先にすませていました" in words(desk.submit("/office/tasks/"))


def test_an_auditor_reads_a_task_and_cannot_put_it_away(hall: Hall) -> None:
    tasks.found(hall.world.parts, TaskKind.OUTBOX_STUCK, "1", case=cases.a_submitted(hall.world), detail={"effect": "mail"})
    (task,) = hall.world.store.tasks.open("shimin")
    desk = log_in(hall, AUDITOR).get(f"{PUBLIC}/office/tasks/{task.id}")
    assert "ほかの権限の職員" in words(desk)
    assert "data-once" not in desk.html


def test_who_runs_the_system_sees_what_belongs_to_no_department(hall: Hall) -> None:
    tasks.found(hall.world.parts, TaskKind.PAYMENT_WITHOUT_CASE, "co_1", detail={"checkout": "co_1", "yen": "410"})
    admin = log_in(hall, replace(YAMADA, roles=("admin",))).get(f"{PUBLIC}/office/tasks")
    assert "co_1" in words(admin)
    assert "やることはありません" in words(log_in(hall).get(f"{PUBLIC}/office/tasks"))


def test_a_day_that_agrees_is_closed_after_a_look_at_it(hall: Hall) -> None:
    desk = till_of(hall)
    assert "410" in words(desk)
    desk.submit("/office/books/", pieces_100="4", pieces_10="1", terminal="0")
    assert "すべて合っています" in words(desk)
    assert hall.world.store.books.closings == {}
    desk.submit("/office/books/")
    assert "この日を締めました" in words(desk)
    assert "田中 久美" in words(desk)
    assert "この日を締める" not in words(desk)
    assert "締め済み" in words(desk.get(f"{PUBLIC}/office/books"))


def test_a_difference_is_shown_and_must_be_explained(hall: Hall) -> None:
    desk = till_of(hall).submit("/office/books/", cash="400", terminal="0")
    assert "現金（引き出し） 差 -10円" in words(desk)
    desk.submit("/office/books/")
    assert desk.status == 422
    desk.submit("/office/books/", words="10円玉を1枚落とした")
    assert "10円玉を1枚落とした" in words(desk)
    assert queue_of(desk.get(f"{PUBLIC}/office/"))["やること"] == "1"


@pytest.mark.parametrize(("typed", "says"), [
    ({"cash": "", "terminal": "0"}, "枚数か合計で"), ({"cash": "410"}, "端末の合計を"),
    ({"pieces_100": "x", "terminal": "0"}, "枚数は"), ({"cash": "410", "change": "-1", "terminal": "0"}, "つり銭を"),
    ({"pieces_100": "4", "cash": "410", "terminal": "0"}, "枚数から出した合計は400円")])
def test_what_was_typed_wrong_is_named_and_kept(hall: Hall, typed: dict[str, str], says: str) -> None:
    desk = till_of(hall).submit("/office/books/", **typed)
    assert desk.status == 422
    assert says in words(desk)
    for value in typed.values():
        assert f'value="{value}"' in desk.html


def test_money_that_comes_while_the_cashier_counts_is_seen_before_the_closing(hall: Hall) -> None:
    desk = till_of(hall).submit("/office/books/", cash="410", terminal="0")
    desk_money.pay_at_desk(hall.world.parts, cases.tanaka(), cases.awaiting_payment(hall.world), by=PaidBy.CASH, yen=410)
    desk.submit("/office/books/")
    assert "帳簿が変わりました" in words(desk)
    assert "820" in words(desk)


def test_the_change_that_lay_in_the_drawer_is_taken_off_and_more_may_leave_than_came(hall: Hall) -> None:
    desk = till_of(hall)
    case = next(iter(hall.world.store.cases.values()))
    hall.world.clock.pass_(days=1)
    desk_money.refund(hall.world.parts, cases.tanaka(), case, yen=410, balance=410, reason="goodwill")
    desk = log_in(hall, TANAKA).get(f"{PUBLIC}/office/books/2026-11-21")
    desk.submit("/office/books/", pieces_1000="9", pieces_500="1", pieces_10="9", change="10,000", terminal="0")
    assert "すべて合っています" in words(desk)
    desk.submit("/office/books/")
    assert "この日を締めました" in words(desk)


def test_a_correction_is_asked_for_with_its_reason(hall: Hall) -> None:
    desk = till_of(hall).get(f"{DAY}/correct").submit("/correct")
    assert desk.status == 422
    desk.submit("/correct", method="cash", item="other", yen="-１０", reason="other", words="両替のまちがい")
    assert "訂正を記録しました" in words(desk)
    assert "両替のまちがい" in words(desk)
    assert hall.world.store.books.day("shimin", hall.world.store.books.entries[0].day).yen == 400


def test_the_file_for_the_accountants_has_one_row_a_line_and_no_minus(hall: Hall) -> None:
    desk = till_of(hall)
    case = next(iter(hall.world.store.cases.values()))
    desk_money.refund(hall.world.parts, cases.tanaka(), case, yen=410, balance=410, reason="goodwill")
    desk.get(f"{DAY}/csv")
    assert desk.html.startswith(BOM)
    rows = list(csv.DictReader(io.StringIO(desk.html.removeprefix(BOM))))
    assert [(row["費目"], row["入金"], row["出金"]) for row in rows] == [
        ("証明書の手数料", "300", ""), ("郵送料", "110", ""), ("証明書の手数料", "", "300"), ("郵送料", "", "110")]
    assert {row["受付番号"] for row in rows} == {case.reference}


def test_a_cell_that_would_run_in_a_spreadsheet_is_only_text() -> None:
    told = csv_of(("a", "b"), [("=1+1", "+1"), ("-1", "@x"), ("\t=1", "山田")])
    assert list(csv.reader(io.StringIO(told.removeprefix(BOM)))) == [
        ["a", "b"], ["'=1+1", "'+1"], ["'-1", "'@x"], ["'\t=1", "山田"]]


@pytest.mark.parametrize("day", ["2026-02-30", "2026-1-1", "today", "２０２６-11-20"])
def test_a_day_that_is_none_is_not_found(hall: Hall, day: str) -> None:
    assert log_in(hall, TANAKA).get(f"{PUBLIC}/office/books/{day}").status == 404


def test_a_cashier_cannot_close_tomorrow(hall: Hall) -> None:
    desk = log_in(hall, TANAKA).get(f"{PUBLIC}/office/books/2026-11-21")
    assert desk.status == 200
    assert "この日を締める" not in words(desk)
    assert desk.get(f"{PUBLIC}/office/books/2026-11-21/correct").status == 404


def test_nothing_of_a_person_stands_in_the_books_or_the_tasks(hall: Hall) -> None:
    desk = till_of(hall)
    case = next(iter(hall.world.store.cases.values()))
    notice(hall, {"effect": f"{case.id}_8_0", "sort": "Permanent"})
    assert case.identity is not None
    for page in (DAY, f"{DAY}/csv", f"{PUBLIC}/office/tasks", f"{PUBLIC}/office/books"):
        desk.get(page)
        for personal in (case.identity.name, case.identity.address, "hanako@example.jp"):
            assert personal not in desk.html
    assert desk.get(address(case)).status == 200

"""A sheet on its way through the print service: what comes out, what is said when it fails, and that nothing comes later."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kiosk_agent.errors import PrinterReason, PrinterTrouble
from kiosk_agent.paper.cups import CupsPrinter
from kiosk_agent.paper.drawing import Sheet
from kiosk_agent.paper.printers import PartlyOut
from kiosk_agent.paper.render import Renderer
from kiosk_agent.paper.spool import Job, Spool
from tests.prove.hostile_cups import well_behaved

MARK = "c" * 32


def somebody(mark: str, pages: int = 1) -> Job:
    """A form of some pages."""
    content = Renderer({}).pdf([Sheet(210, 297, ())] * pages, title="申請書", case_code="ABCD-EFGH", session_mark=mark)
    return Job("ABCD-EFGH", mark, content)


JOB = somebody(MARK, pages=2)


class Desk:
    """A kiosk whose print service behaves, until a test breaks it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tickets = folder / "tickets"
        self.tickets.mkdir()
        self.cups = well_behaved(self.tickets)
        self.said: list[Sequence[str]] = []
        self.starts()

    def starts(self) -> None:
        """The agent starts, on the same folders."""
        self.printer = CupsPrinter("kiosk", self._run, self.cups.wait, tickets=self.tickets, clock=lambda: self.cups.now)
        self.spool = Spool(self.folder / "spool", self.printer)

    def _run(self, words: Sequence[str], content: bytes) -> str:
        self.said.append(words)
        return self.cups.run(words, content)

    def prints(self, wanted: Callable[[], bool] = lambda: True) -> PrinterTrouble | None:
        """Print; what went wrong."""
        try:
            self.spool.print(JOB, wanted)
        except PrinterTrouble as trouble:
            return trouble
        return None

    def pages(self) -> list[int]:
        """What lies in the tray, a good while later."""
        self.cups.wait(200)
        return [page.page for page in self.cups.tray]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk where everything works."""
    return Desk(tmp_path)


def test_both_pages_come_out_and_the_queue_and_the_tickets_are_empty_then(desk: Desk) -> None:
    assert desk.prints() is None
    assert desk.pages() == [1, 2]
    assert list(desk.tickets.iterdir()) == []
    assert "job-id" not in desk.cups.run(["ipptool"], b"")


def test_no_file_name_and_nothing_of_a_person_stands_in_a_command(desk: Desk) -> None:
    desk.prints()
    (handed,) = [words for words in desk.said if words[0] == "lp"]
    assert f"madonavi-{MARK}" in handed
    assert not any(".pdf" in word or "ABCD" in word for words in desk.said for word in words)


def test_a_jam_after_the_first_page_is_told_and_the_second_page_never_comes(desk: Desk) -> None:
    desk.cups.during = lambda: desk.cups.jam(30) if desk.cups.tray else None
    trouble = desk.prints()
    assert isinstance(trouble, PartlyOut)
    assert trouble.reason is PrinterReason.JAM
    desk.cups.during = lambda: None
    assert desk.pages() == [1]


def test_a_person_who_goes_before_the_job_has_begun_gets_nothing_and_so_does_nobody_else(desk: Desk) -> None:
    desk.cups.slow_down(20)
    trouble = desk.prints(lambda: desk.cups.now < 5)
    assert trouble is not None
    assert trouble.reason is PrinterReason.GIVEN_UP
    assert not isinstance(trouble, PartlyOut)
    assert desk.pages() == []


def test_a_job_that_never_begins_is_stuck_and_is_taken_back(desk: Desk) -> None:
    desk.cups.slow_down(100)
    trouble = desk.prints()
    assert trouble is not None
    assert trouble.reason is PrinterReason.STUCK
    assert desk.pages() == []


def test_a_print_service_that_dies_while_the_job_waits_does_not_print_it_when_it_is_back(desk: Desk) -> None:
    desk.cups.slow_down(10)
    desk.cups.during = lambda: desk.cups.go_away(30) if 1 < desk.cups.now < 2 else None
    trouble = desk.prints()
    assert trouble is not None
    assert trouble.reason is PrinterReason.OFFLINE
    assert not isinstance(trouble, PartlyOut)
    assert desk.pages() == []


def test_while_the_past_cannot_be_taken_back_nothing_new_is_printed(desk: Desk) -> None:
    desk.cups.slow_down(10)
    desk.cups.during = lambda: desk.cups.go_away(30) if 1 < desk.cups.now < 2 else None
    desk.prints()
    with pytest.raises(PrinterTrouble) as told:
        desk.spool.print(somebody("d" * 32), lambda: True)
    assert told.value.reason is PrinterReason.OFFLINE
    desk.cups.wait(40)
    desk.spool.print(somebody("e" * 32), lambda: True)
    assert desk.pages() == [1]


class Killed(BaseException):
    """kill -9."""


def test_a_job_of_an_agent_that_was_killed_is_not_printed_later(desk: Desk) -> None:
    desk.cups.slow_down(20)

    def kill() -> None:
        if desk.cups.now > 2:
            raise Killed

    desk.cups.during = kill
    with pytest.raises(Killed):
        desk.prints()
    desk.cups.during = lambda: None
    desk.cups.wait(60)
    assert desk.cups.tray == []
    desk.starts()
    assert desk.pages() == []
    assert "job-id" not in desk.cups.run(["ipptool"], b"")


def test_a_half_printed_sheet_of_a_killed_agent_is_told_when_it_starts_again(desk: Desk) -> None:
    def kill() -> None:
        if desk.cups.tray:
            raise Killed

    desk.cups.during = kill
    with pytest.raises(Killed):
        desk.prints()
    desk.cups.during = lambda: None
    assert not desk.printer.left_behind
    desk.starts()
    assert desk.printer.left_behind


def test_where_cups_does_not_let_files_be_deleted_the_sheet_is_printed_and_it_is_told(desk: Desk) -> None:
    def forbids(words: Sequence[str], content: bytes) -> str:
        if words[0] == "cancel" and "-a" in words:
            raise PrinterTrouble("cancel: CalledProcessError", PrinterReason.OFFLINE)
        return desk.cups.run(words, content)

    printer = CupsPrinter("kiosk", forbids, desk.cups.wait, tickets=desk.tickets, clock=lambda: desk.cups.now)
    Spool(desk.folder / "spool", printer).print(JOB, lambda: True)
    assert desk.pages() == [1, 2]
    assert printer.keeps_copies


@pytest.mark.parametrize(("says", "reason"), [
    ("media-empty-error", PrinterReason.PAPER), ("media-needed", PrinterReason.PAPER), ("media-jam-error", PrinterReason.JAM),
    ("cover-open", PrinterReason.COVER), ("door-open-error", PrinterReason.COVER), ("toner-empty-error", PrinterReason.INK),
    ("marker-supply-empty-error", PrinterReason.INK), ("offline-report", PrinterReason.OFFLINE),
    ("toner-low-report", None), ("media-low-warning", None), ("none", None),
    ("media-low-warning,media-jam-error", PrinterReason.JAM),
])
def test_what_the_printer_says_while_it_prints_becomes_a_reason(says: str, reason: PrinterReason | None) -> None:
    said = f"        printer-state (enum) = processing\n        printer-state-reasons (1setOf keyword) = {says}\n"
    assert CupsPrinter("kiosk", lambda words, content: said, lambda seconds: None).condition() is reason


def test_an_old_jam_of_an_idle_printer_does_not_keep_the_next_person_from_printing() -> None:
    said = "        printer-state (enum) = idle\n        printer-state-reasons (keyword) = media-jam-error\n"
    assert CupsPrinter("kiosk", lambda words, content: said, lambda seconds: None).condition() is None


def test_a_stopped_queue_and_a_silent_service_are_offline() -> None:
    def silent(words: Sequence[str], content: bytes) -> str:
        raise PrinterTrouble("nobody answers", PrinterReason.OFFLINE)

    stopped = "        printer-state (enum) = stopped\n        printer-state-reasons (keyword) = paused\n"
    assert CupsPrinter("kiosk", lambda words, content: stopped, lambda seconds: None).condition() is PrinterReason.OFFLINE
    assert CupsPrinter("kiosk", silent, lambda seconds: None).condition() is PrinterReason.OFFLINE


def test_without_a_gate_every_job_that_was_handed_over_and_failed_may_have_come_out(tmp_path: Path) -> None:
    cups = well_behaved(None)
    cups.slow_down(100)
    spool = Spool(tmp_path / "spool", CupsPrinter("kiosk", cups.run, cups.wait))
    with pytest.raises(PartlyOut):
        spool.print(JOB, lambda: True)


def test_a_gate_whose_folder_is_missing_prints_nothing(tmp_path: Path) -> None:
    cups = well_behaved(tmp_path / "missing")
    spool = Spool(tmp_path / "spool", CupsPrinter("kiosk", cups.run, cups.wait, tickets=tmp_path / "missing"))
    with pytest.raises(PrinterTrouble):
        spool.print(JOB, lambda: True)
    assert cups.tray == []

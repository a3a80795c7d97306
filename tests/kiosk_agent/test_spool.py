"""Between a finished PDF and paper: only this session's sheet is let out, whole and once, and nothing stays behind."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk_agent.errors import PrinterReason, PrinterTrouble
from kiosk_agent.paper import marks
from kiosk_agent.paper.drawing import Rule, Sheet
from kiosk_agent.paper.marks import PageMark
from kiosk_agent.paper.pdf_printer import FilePrinter
from kiosk_agent.paper.printers import sheet
from kiosk_agent.paper.render import Renderer
from kiosk_agent.paper.spool import Job, Spool

RENDERER = Renderer({})
HERS, HIS = "a" * 32, "b" * 32


def pdf(mark: str = HERS, pages: int = 2, code: str = "ABCD-EFGH") -> bytes:
    """A form of some pages, each with a line of its own."""
    sheets = [Sheet(210, 297, (Rule(10, 10, 20 + n, 10, 0.2),)) for n in range(pages)]
    return RENDERER.pdf(sheets, title="申請書", case_code=code, session_mark=mark)


def kids(order: bytes) -> Callable[[bytes], bytes]:
    """The same file with another list of pages, as long as the old one so that every object stays in its place."""
    def changed(content: bytes) -> bytes:
        start = content.index(b"/Kids [ ") + 8
        end = content.index(b" ]", start)
        first, second = content[start:end].split(b" 0 R")[0:2]
        named = order.replace(b"1", first.strip()).replace(b"2", second.strip())
        assert len(named) <= end - start
        return content[:start] + named.ljust(end - start) + content[end:]
    return changed


class Tray:
    """A printer that keeps what it printed; `meanwhile` happens when it is about to read the file."""

    name = "tests' printer"

    def __init__(self) -> None:
        self.sheets: list[bytes] = []
        self.names: list[str] = []
        self.modes: list[int] = []
        self.meanwhile: Callable[[Path], None] = lambda file: None

    def condition(self) -> PrinterReason | None:
        """Always ready."""
        return None

    def print(self, file: Path, wanted: Callable[[], bool]) -> None:
        """One sheet."""
        self.names.append(file.name)
        self.modes.append(stat.S_IMODE(file.stat().st_mode))
        self.meanwhile(file)
        self.sheets.append(sheet(file))

    def forget(self) -> None:
        """Nothing is kept of a session."""


@pytest.fixture
def tray() -> Tray:
    """The printer."""
    return Tray()


@pytest.fixture
def spool(tmp_path: Path, tray: Tray) -> Spool:
    """A spool in front of it."""
    return Spool(tmp_path / "spool", tray)


def refused(spool: Spool, content: bytes, mark: str = HERS) -> PrinterReason:
    """Why that file is not printed as hers."""
    with pytest.raises(PrinterTrouble) as told:
        spool.print(Job("ABCD-EFGH", mark, content), lambda: True)
    return told.value.reason


def test_a_form_of_two_pages_is_printed_just_as_it_was_rendered(spool: Spool, tray: Tray) -> None:
    spool.print(Job("ABCD-EFGH", HERS, pdf()), lambda: True)
    assert tray.sheets == [pdf()]


@pytest.mark.parametrize(("content", "what"), [
    (pdf(HIS), "another person's form"),
    (pdf(code="ABCD-EFGJ"), "the form of another case"),
    (kids(b"2 0 R 1 0 R")(pdf()), "pages in the wrong order"),
    (kids(b"1 0 R")(pdf()), "a page is missing"),
    (kids(b"1 0 R 1 0 R")(pdf()), "a page comes twice"),
    (pdf() + pdf(HIS), "another person's form behind hers"),
    (pdf() + b"\n" + pdf()[pdf().index(b"xref\n"):], "another table behind the first"),
    (pdf()[:-40], "half of the end is missing"),
    (b"", "an empty file"),
    (b"%PDF-1.3 nothing", "no pages at all"),
    (pdf().replace(b"/Type /Page\n", b"/Type /Pagf\n", 1), "a page that does not say so"),
    (pdf().replace(b"endobj", b"endobX", 1), "a damaged object"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_only_a_whole_file_of_this_session_is_let_out(spool: Spool, tray: Tray, content: bytes, what: str) -> None:
    assert refused(spool, content) is PrinterReason.FOREIGN
    assert tray.sheets == [], what


def test_a_page_of_somebody_else_within_the_form_is_found(spool: Spool) -> None:
    hers = pdf()
    theirs = hers.replace(HERS.encode(), HIS.encode())
    assert theirs == hers  # the marks are packed: a page can be exchanged only as a whole
    objects, other = hers.split(b"endobj"), pdf(HIS).split(b"endobj")
    mixed = [one if n != len(objects) - 2 else other[n] for n, one in enumerate(objects)]
    assert b"endobj".join(mixed) != hers
    assert refused(spool, b"endobj".join(mixed)) is PrinterReason.FOREIGN


def test_the_marks_are_read_in_the_order_of_the_pages() -> None:
    assert marks.read(pdf(pages=3)) == tuple(PageMark("ABCD-EFGH", HERS, n, 3) for n in (1, 2, 3))


def swap(file: Path) -> None:
    """Another file under the same name."""
    file.unlink()
    file.write_bytes(pdf(HIS))


def write_into(file: Path) -> None:
    """The same file, other content."""
    file.write_bytes(pdf(HIS))


def link(file: Path) -> None:
    """The name leads elsewhere."""
    elsewhere = file.parent.parent / "his.pdf"
    elsewhere.write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(elsewhere)


def second_name(file: Path) -> None:
    """Somebody keeps a second name of the file."""
    (file.parent.parent / "kept.pdf").hardlink_to(file)


@pytest.mark.parametrize("meanwhile", [swap, write_into, link, second_name])
def test_a_file_that_is_changed_between_check_and_release_is_not_printed(spool: Spool, tray: Tray,
                                                                         meanwhile: Callable[[Path], None]) -> None:
    tray.meanwhile = meanwhile
    assert refused(spool, pdf()) is PrinterReason.FOREIGN
    assert tray.sheets == []


def test_a_second_name_of_the_file_holds_nothing_afterwards(spool: Spool, tray: Tray, tmp_path: Path) -> None:
    tray.meanwhile = second_name
    refused(spool, pdf())
    assert set((tmp_path / "kept.pdf").read_bytes()) == {0}


def test_pressing_twice_prints_once(spool: Spool, tray: Tray) -> None:
    job = Job("ABCD-EFGH", HERS, pdf())
    spool.print(job, lambda: True)
    with pytest.raises(PrinterTrouble):
        spool.print(job, lambda: True)
    assert len(tray.sheets) == 1


def test_nothing_is_printed_for_somebody_who_has_gone(spool: Spool, tray: Tray) -> None:
    with pytest.raises(PrinterTrouble) as told:
        spool.print(Job("ABCD-EFGH", HERS, pdf()), lambda: False)
    assert told.value.reason is PrinterReason.GIVEN_UP
    assert tray.sheets == []


def test_the_folder_and_its_files_are_for_the_agent_alone_and_their_names_say_nothing(spool: Spool, tray: Tray,
                                                                                      tmp_path: Path) -> None:
    spool.print(Job("ABCD-EFGH", HERS, pdf()), lambda: True)
    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700
    assert tray.modes == [0o600]
    assert set(tray.names[0].removesuffix(".pdf")) <= set("0123456789abcdef-")
    assert list((tmp_path / "spool").iterdir()) == []


def test_leftovers_of_a_power_cut_are_wiped_at_the_start(tmp_path: Path, tray: Tray) -> None:
    old = tmp_path / "spool"
    (old / "deeper").mkdir(parents=True)
    (old / "deeper" / "sheet.pdf").write_bytes(pdf())
    (tmp_path / "kept.pdf").hardlink_to(old / "deeper" / "sheet.pdf")
    Spool(old, tray)
    assert list(old.iterdir()) == []
    assert set((tmp_path / "kept.pdf").read_bytes()) == {0}


def test_a_spool_folder_that_leads_elsewhere_is_replaced_and_what_lies_there_is_not_touched(tmp_path: Path, tray: Tray) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "mine.txt").write_text("mine")
    (tmp_path / "spool").symlink_to(tmp_path / "papers")
    Spool(tmp_path / "spool", tray)
    assert not (tmp_path / "spool").is_symlink()
    assert (tmp_path / "papers" / "mine.txt").read_text() == "mine"


def test_the_last_sheet_is_gone_when_the_next_session_begins(tmp_path: Path) -> None:
    printer = FilePrinter(tmp_path / "printed")
    spool = Spool(tmp_path / "spool", printer)
    spool.print(Job("ABCD-EFGH", HERS, pdf()), lambda: True)
    assert printer.last.read_bytes() == pdf()
    assert stat.S_IMODE(printer.last.stat().st_mode) == 0o600
    spool.forget()
    assert list((tmp_path / "printed").iterdir()) == []


def test_a_sheet_that_nobody_wants_any_more_does_not_stay_in_the_printed_folder(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", FilePrinter(tmp_path / "printed"))
    asked = iter((True, False))
    with pytest.raises(PrinterTrouble):
        spool.print(Job("ABCD-EFGH", HERS, pdf()), lambda: next(asked))
    assert list((tmp_path / "printed").iterdir()) == []


def test_a_spool_says_how_its_printer_is(spool: Spool) -> None:
    assert spool.condition() is None

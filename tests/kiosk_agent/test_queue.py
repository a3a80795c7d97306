"""The outgoing queue keeps what was finished until the office has it, tells nobody else what it is, and then forgets it."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk_agent.desk import CardProof, Filing, Left
from kiosk_agent.queue import FILE, KEY_FILE, UNREADABLE, Outgoing, QueueTrouble, row_of, sealing_key
from tests.conftest import ROOT

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HANAKO = "指宿　花子"


def a_filing(number: int = 1, **differs: object) -> Filing:
    """花子's application for 住民票, the `number`th of the day."""
    filing = Filing(
        id=f"00000000-0000-4000-8000-{number:012}", procedure="juminhyo", version=1, case_code=f"K7M2-{number:04}",
        made_at=NOON + timedelta(minutes=number), answers={"whose": "self", "items": ("relation", "domicile"), "copies": "2"},
        applicant={"fullName": HANAKO, "fullAddress": "鹿児島県指宿市十町２４２４番地", "dateOfBirth": "1985-03-15", "sex": 2},
        card="my_number", proof=CardProof("Q2hhbGxlbmdl", b"\x30\x82certificate", b"\x00\xffsignature"))
    return replace(filing, **differs)  # type: ignore[arg-type]  # names are its own fields


@pytest.fixture
def outgoing(tmp_path: Path) -> Iterator[Outgoing]:
    """An empty queue."""
    queue = Outgoing(tmp_path / "queue", sealing_key(tmp_path / "keys"))
    yield queue
    queue.close()


def bytes_on_disk(folder: Path) -> bytes:
    """All that the queue has written: database, log, whatever else lies there."""
    return b"".join(file.read_bytes() for file in sorted((folder / "queue").iterdir()))


def test_what_was_put_comes_out_as_it_was(outgoing: Outgoing) -> None:
    outgoing.put(a_filing())
    assert outgoing.take(NOON + timedelta(hours=1)) == a_filing()


def test_the_first_who_finished_is_the_first_to_be_sent(outgoing: Outgoing) -> None:
    for number in (3, 1, 2):
        outgoing.put(a_filing(number))
    later, sent = NOON + timedelta(hours=1), []
    while (filing := outgoing.take(later)) is not None:
        sent.append(filing.id)
        outgoing.done(filing.id)
    assert sent == [a_filing(number).id for number in (3, 1, 2)]


LEFT = Left(a_filing().id, NOON + timedelta(minutes=5))


def test_what_is_taken_back_before_it_was_sent_is_not_sent_any_more(outgoing: Outgoing, tmp_path: Path) -> None:
    outgoing.put(a_filing())
    outgoing.leave(LEFT, NOON)
    assert outgoing.take(NOON + timedelta(hours=1)) == LEFT
    assert outgoing.waiting() == 1
    outgoing.done(row_of(LEFT))
    assert a_filing().id.encode() not in bytes_on_disk(tmp_path)


def test_what_is_taken_back_while_it_is_being_sent_is_taken_back_afterwards(outgoing: Outgoing) -> None:
    outgoing.put(a_filing())
    being_sent = outgoing.take(NOON + timedelta(hours=1))
    outgoing.leave(LEFT, NOON)
    outgoing.done(row_of(being_sent or LEFT))
    assert outgoing.take(NOON + timedelta(hours=1)) == LEFT


def test_the_word_to_take_something_back_outlives_the_agent(outgoing: Outgoing, tmp_path: Path) -> None:
    outgoing.leave(LEFT, NOON)
    outgoing.close()
    again = Outgoing(tmp_path / "queue", sealing_key(tmp_path / "keys"))
    assert (again.take(NOON), [line.procedure for line in again.listed()]) == (LEFT, [""])
    again.close()


def test_pressing_twice_keeps_one(outgoing: Outgoing) -> None:
    outgoing.put(a_filing())
    outgoing.put(a_filing())
    assert outgoing.waiting() == 1


def test_the_staff_see_how_many_wait_and_since_when(outgoing: Outgoing) -> None:
    assert (outgoing.waiting(), outgoing.oldest()) == (0, None)
    outgoing.put(a_filing(7))
    outgoing.put(a_filing(9))
    assert (outgoing.waiting(), outgoing.oldest()) == (2, NOON + timedelta(minutes=7))


def test_what_is_put_off_lets_the_next_one_go_first(outgoing: Outgoing) -> None:
    outgoing.put(a_filing(1))
    outgoing.put(a_filing(2))
    outgoing.put_off(a_filing(1).id, NOON + timedelta(minutes=30))
    assert outgoing.take(NOON + timedelta(minutes=10)) == a_filing(2)
    assert outgoing.take(NOON + timedelta(minutes=31)) == a_filing(1)


def test_a_clock_that_was_a_day_ahead_holds_nothing_back(outgoing: Outgoing) -> None:
    outgoing.put(a_filing(1, made_at=NOON + timedelta(days=1)))
    outgoing.put_off(a_filing(1).id, NOON + timedelta(days=1, minutes=5))
    assert outgoing.take(NOON) is not None


def test_what_the_office_refused_is_kept_for_an_officer_and_not_sent_again(outgoing: Outgoing) -> None:
    outgoing.put(a_filing())
    outgoing.refused(a_filing().id, "unknown-version")
    assert outgoing.take(NOON + timedelta(hours=1)) is None
    assert (outgoing.waiting(), outgoing.refused_count()) == (0, 1)
    [line] = outgoing.listed()
    assert (line.case_code, line.procedure, line.refused) == ("K7M2-0001", "juminhyo", "unknown-version")


def test_an_officer_can_send_a_refused_one_once_more_or_settle_it(outgoing: Outgoing) -> None:
    outgoing.put(a_filing())
    outgoing.refused(a_filing().id, "unknown-version")
    outgoing.again(a_filing().id)
    assert outgoing.take(NOON + timedelta(hours=1)) == a_filing()
    outgoing.done(a_filing().id)
    assert outgoing.listed() == ()


def test_the_list_for_the_staff_names_nobody(outgoing: Outgoing) -> None:
    outgoing.put(a_filing())
    shown = repr(outgoing.listed())
    for personal in (HANAKO, "十町", "1985"):
        assert personal not in shown


def test_nothing_personal_and_no_case_code_can_be_read_from_the_disk_while_it_waits(tmp_path: Path, outgoing: Outgoing) -> None:
    outgoing.put(a_filing())
    written = bytes_on_disk(tmp_path)
    for secret in (HANAKO, "花子", "十町", "1985-03-15", "domicile", "K7M2-0001", "Q2hhbGxlbmdl"):
        for encoding in ("utf-8", "utf-16-le", "cp932"):
            assert secret.encode(encoding) not in written


def test_after_the_office_has_it_not_even_the_sealed_bytes_are_on_the_disk(tmp_path: Path, outgoing: Outgoing) -> None:
    for number in range(1, 30):
        outgoing.put(a_filing(number, answers={"purpose": "年金の手続き" * 300}))  # long enough for pages of its own
    sealed = [row[0] for row in outgoing._db.execute("SELECT sealed FROM outgoing")]
    pieces = [one[at:at + 24] for one in sealed for at in range(0, len(one) - 24, 500)]
    before = bytes_on_disk(tmp_path)
    assert all(piece in before for piece in pieces)
    for number in range(1, 30):
        outgoing.done(a_filing(number).id)
    after = bytes_on_disk(tmp_path)
    assert sum(piece in after for piece in pieces) == 0
    assert a_filing(1).id.encode() not in after


def test_what_a_crash_left_in_the_log_is_emptied_at_the_next_start(tmp_path: Path) -> None:
    key = sealing_key(tmp_path / "keys")
    child = ("import os, sys; from pathlib import Path; sys.path[:0] = ['.', 'functions']\n"
             "from kiosk_agent.queue import Outgoing; from tests.kiosk_agent.test_queue import a_filing\n"
             "folder = Path(sys.argv[1]); queue = Outgoing(folder, bytes.fromhex(sys.stdin.read()))\n"
             "queue.put(a_filing(1)); queue.put(a_filing(2))\n"
             "print(queue._db.execute('SELECT sealed FROM outgoing').fetchone()[0].hex(), flush=True)\n"
             "queue._db.execute('DELETE FROM outgoing WHERE place = 1'); os.kill(os.getpid(), 9)")
    died = subprocess.run([sys.executable, "-c", child, str(tmp_path / "queue")], input=key.hex(), capture_output=True, text=True,
                          cwd=ROOT, check=False)
    assert died.returncode == -9, died.stderr
    sealed = bytes.fromhex(died.stdout)
    assert sealed in bytes_on_disk(tmp_path)
    queue = Outgoing(tmp_path / "queue", key)
    assert queue.take(NOON + timedelta(hours=1)) == a_filing(2)
    assert sealed not in bytes_on_disk(tmp_path)
    queue.close()


def test_a_lost_key_loses_nothing_silently(tmp_path: Path, outgoing: Outgoing) -> None:
    outgoing.put(a_filing(1))
    outgoing.close()
    (tmp_path / "keys" / KEY_FILE).unlink()
    queue = Outgoing(tmp_path / "queue", sealing_key(tmp_path / "keys"))
    queue.put(a_filing(2))
    assert queue.take(NOON + timedelta(hours=1)) == a_filing(2)
    assert [(line.id, line.refused) for line in queue.listed()] == [(a_filing(1).id, UNREADABLE), (a_filing(2).id, None)]
    queue.close()


def test_sealed_content_cannot_be_moved_to_another_row(outgoing: Outgoing) -> None:
    outgoing.put(a_filing(1))
    outgoing.put(a_filing(2))
    outgoing._db.execute("UPDATE outgoing SET sealed = (SELECT sealed FROM outgoing WHERE place = 1) WHERE place = 2")
    assert [line.refused for line in outgoing.listed()] == [None, UNREADABLE]


def test_two_agents_cannot_hold_one_queue(tmp_path: Path, outgoing: Outgoing) -> None:
    child = ("import sys; from pathlib import Path; from kiosk_agent.queue import Outgoing, QueueTrouble\n"
             "try: Outgoing(Path(sys.argv[1]), bytes(32))\n"
             "except QueueTrouble as told: print(told)")
    told = subprocess.run([sys.executable, "-c", child, str(tmp_path / "queue")], capture_output=True, text=True, cwd=ROOT,
                          check=True)
    assert "locked" in told.stdout


def test_a_queue_of_a_newer_version_is_left_alone(tmp_path: Path, outgoing: Outgoing) -> None:
    outgoing.put(a_filing())
    outgoing._db.execute("PRAGMA user_version = 2")
    outgoing.close()
    with pytest.raises(QueueTrouble, match="another version"):
        Outgoing(tmp_path / "queue", sealing_key(tmp_path / "keys"))


def test_a_damaged_file_is_told_and_not_overwritten(tmp_path: Path, outgoing: Outgoing) -> None:
    outgoing.close()
    (tmp_path / "queue" / FILE).write_bytes(b"something else entirely" * 400)
    with pytest.raises(QueueTrouble):
        Outgoing(tmp_path / "queue", sealing_key(tmp_path / "keys"))
    assert (tmp_path / "queue" / FILE).read_bytes().startswith(b"something else")


def test_a_full_disk_is_told_before_anybody_says_taken(outgoing: Outgoing) -> None:
    pages = outgoing._db.execute("PRAGMA page_count").fetchone()[0]
    outgoing._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(QueueTrouble, match="full"):
        outgoing.put(a_filing(answers={"purpose": "年金" * 4000}))
    assert outgoing.waiting() == 0


def test_key_and_queue_are_for_the_agents_own_user(tmp_path: Path, outgoing: Outgoing) -> None:
    outgoing.put(a_filing())
    files = [tmp_path / "keys" / KEY_FILE, *(tmp_path / "queue").iterdir()]
    assert len(files) >= 3
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}


def test_a_key_that_was_cut_short_is_told(tmp_path: Path) -> None:
    sealing_key(tmp_path)
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(QueueTrouble, match="key"):
        sealing_key(tmp_path)

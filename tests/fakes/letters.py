"""Notices on paper in memory."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.contents import OfficerId
from chalicelib.domain.outbox import Letter


class MemoryLetters:
    """Letters in a dictionary; nothing vanishes."""

    def __init__(self) -> None:
        self.by_id: dict[str, Letter] = {}

    def put(self, letter: Letter) -> None:
        self.by_id.setdefault(letter.id, letter)

    def of(self, department: str) -> tuple[Letter, ...]:
        return tuple(sorted((one for one in self.by_id.values() if one.department == department), key=lambda one: (one.at, one.id)))

    def printed(self, letter: Letter, by: OfficerId, at: datetime) -> bool:
        there = self.by_id.get(letter.id)
        if there is None or there.printed_at is not None:
            return False
        self.by_id[letter.id] = replace(there, printed_at=at, printed_by=by)
        return True

    def not_printed(self, letter: Letter) -> None:
        self.by_id[letter.id] = replace(self.by_id[letter.id], printed_at=None, printed_by=None)

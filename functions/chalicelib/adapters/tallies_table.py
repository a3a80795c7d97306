"""Counts over DynamoDB: one row for each day and thing, one addition for each look; a month is one query."""

from collections.abc import Mapping
from datetime import date

from chalicelib.adapters.table import Keys, Row


class TableTallies:
    """The month is the partition, so that a page of numbers is one query and no partition grows for ever."""

    def __init__(self, municipality: str) -> None:
        self._at = Keys(municipality)

    def add(self, day: date, what: str) -> None:
        """One write, which DynamoDB adds up itself: two at once are two."""
        Row(self._at.tallies(f"{day:%Y-%m}"), f"{day.isoformat()}#{what}").update([Row.seen.add(1)])

    def of_month(self, month: str) -> Mapping[tuple[date, str], int]:
        """One query, more only where a month holds over a megabyte of rows."""
        rows = Row.query(self._at.tallies(month), consistent_read=True)
        return {(date.fromisoformat(row.sk[:10]), row.sk[11:]): int(row.seen or 0) for row in rows}

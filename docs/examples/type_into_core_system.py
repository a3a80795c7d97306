"""An example robot: it types what waits to be issued into a core system's form, and writes down what came of it.

`python docs/examples/type_into_core_system.py to-issue.jsonl results.csv` only shows what it would type. A city puts its own
RPA tool, or a driver of its core system, in the place of `Shown`. Needs nothing but Python.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

FORMAT = 1
COLUMNS = ("reference", "result", "tracking", "reason")
TYPED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "受付番号": lambda row: row["reference"],
    "氏名": lambda row: row["answers"]["fullName"],
    "生年月日": lambda row: row["answers"]["dateOfBirth"].replace("-", ""),
    "住所": lambda row: row["answers"]["fullAddress"],
    "通数": lambda row: row["answers"]["copies"],
    "記載事項": lambda row: " ".join(row["answers"]["items"]),
}
"""Field of the core system's form → what is typed into it. A choice comes as its id, so a new wording breaks nothing."""


class Refused(Exception):
    """The core system says that it cannot be issued. The argument is a reason of the procedure, as docs/rpa.md lists them."""


class Form(Protocol):
    """The core system's form, as a robot sees it."""

    def fill(self, field: str, text: str) -> None:
        """Type into one field."""

    def issue(self) -> str:
        """Press the button: the certificate is printed. Gives the letter's tracking number, or nothing. Raises Refused."""


class UnknownFormat(Exception):
    """The file is of another version: nothing is typed before somebody has looked at what changed."""


@dataclass(frozen=True)
class Outcome:
    """One line of the file of results."""

    reference: str
    result: str
    tracking: str = ""
    reason: str = ""


def type_in(line: str, form: Form) -> Outcome:
    """One application. Raises UnknownFormat."""
    row = json.loads(line)
    if row["format"] != FORMAT:
        raise UnknownFormat(row["format"])
    for field, text_of in TYPED.items():
        form.fill(field, text_of(row))
    try:
        tracking = form.issue()
    except Refused as refusal:
        return Outcome(row["reference"], "rejected", reason=str(refusal))
    return Outcome(row["reference"], "dispatched" if tracking else "issued", tracking=tracking)


def run(lines: Iterable[str], form: Form, results: Path) -> int:
    """Type in every application that has no result yet; how many. What was typed is written down at once, so that a robot
    that was stopped goes on where it was. Between the button and that line nothing but the core system itself can tell that
    a 受付番号 was issued already: where it cannot, somebody looks at the printer before the robot is started again.
    """
    new = not results.exists()
    with results.open("a+", encoding="utf-8", newline="") as file:
        file.seek(0)
        done = {row["reference"] for row in csv.DictReader(file)}
        writer = csv.writer(file)
        if new:
            writer.writerow(COLUMNS)
        count = 0
        for line in lines:
            if json.loads(line)["reference"] in done:
                continue
            outcome = type_in(line, form)
            writer.writerow([outcome.reference, outcome.result, outcome.tracking, outcome.reason])
            file.flush()
            count += 1
    return count


class Shown:
    """Stands where the core system would: shows what would be typed, and issues nothing."""

    def fill(self, field: str, text: str) -> None:
        """Show it."""
        sys.stdout.write(f"{field}: {text}\n")

    def issue(self) -> str:
        """Say so."""
        sys.stdout.write("→ 発行\n\n")
        return ""


if __name__ == "__main__":
    with Path(sys.argv[1]).open(encoding="utf-8") as exported:
        run(exported, Shown(), Path(sys.argv[2]))

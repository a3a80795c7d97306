"""The city's office as the kiosk's tests and proofs meet it: it can be away, slow, lose its answer, or refuse."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from kiosk_agent.desk import Filed, Filing, NotTrusted, Offline, Prepared, Refused

T = TypeVar("T")


@dataclass
class FakeOffice:
    """Keeps what was filed under its id, as functions do: the same again is the same answer, other content is refused."""

    clock: Callable[[], datetime]
    away: bool = False
    trusts: bool = True
    answers_lost: int = 0
    """So many answers are lost on the way back, after the work was done."""
    refuses: dict[str, str] = field(default_factory=dict)
    """Id of a filing → the code with which it is refused."""
    while_asked: Callable[[], None] = lambda: None
    """Happens during each call: time passes, or the line goes dead."""
    cases: dict[str, Filing] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    """The ids in the order in which they arrived, repeated ones too."""
    reports: list[Mapping[str, Any]] = field(default_factory=list)
    prepared_codes: dict[str, Prepared] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)
    """Id of a filing whose paper the officer has in hand → the code on both screens."""
    confirmed: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    def report(self, condition: Mapping[str, Any]) -> datetime:
        """The office's clock."""
        self._reached()
        self.reports.append(condition)
        return self._answered(self.clock())

    def challenge(self) -> str:
        """Always the same one."""
        self._reached()
        return self._answered(base64.b64encode(b"challenge of the fake office....").decode("ascii"))

    def file(self, filing: Filing) -> Filed:
        """Keep it once."""
        self._reached()
        self.heard.append(filing.id)
        if filing.id in self.refuses:
            raise Refused(self.refuses[filing.id])
        if self.cases.setdefault(filing.id, filing) != filing:
            raise Refused("conflict")
        return self._answered(self._how(filing.id))

    def filed(self, id: str) -> Filed:
        """How it stands."""
        self._reached()
        if id not in self.cases:
            raise Refused("not-found")
        return self._answered(self._how(id))

    def confirm(self, id: str, check_code: str) -> Filed:
        """The person says that the paper is theirs; of another check than the one on the officer's screen it is refused."""
        self._reached()
        if id not in self.cases:
            raise Refused("not-found")
        if self.checks.get(id) != check_code:
            raise Refused("no-check")
        del self.checks[id]
        self.confirmed.append(id)
        return self._answered(self._how(id))

    def stop(self, id: str) -> Filed:
        """The person says that it is not, or has left."""
        self._reached()
        if id not in self.cases:
            raise Refused("not-found")
        self.checks.pop(id, None)
        self.stopped.append(id)
        return self._answered(self._how(id))

    def withdraw(self, id: str) -> Filed:
        """Nobody got its number."""
        self._reached()
        if id not in self.cases:
            raise Refused("not-found")
        self.withdrawn.append(id)
        return self._answered(self._how(id))

    def prepared(self, code: str) -> Prepared:
        """What lies under the code."""
        self._reached()
        if code not in self.prepared_codes:
            raise Refused("not-found")
        return self._answered(self.prepared_codes[code])

    def _reached(self) -> None:
        self.while_asked()
        if self.away:
            raise Offline
        if not self.trusts:
            raise NotTrusted

    def _answered(self, answer: T) -> T:
        if self.answers_lost:
            self.answers_lost -= 1
            raise Offline
        return answer

    def _how(self, id: str) -> Filed:
        filing = self.cases[id]
        return Filed(id=id, reference=f"R{list(self.cases).index(id) + 1:04}",
                     status="done" if id in self.confirmed else "received", certificate="good" if filing.proof else "none",
                     waits_for_check=id in self.checks, check_code=self.checks.get(id, ""))

"""Officers and their rights: who may look, decide, approve, take money, lead a department, watch, or administer."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.application import Application
from chalicelib.domain.contents import ApplicationId, OfficerId
from chalicelib.domain.errors import NotAllowed, Stale
from chalicelib.services.parts import Parts


class Role(StrEnum):
    """What an officer may do; the provider's roles of the same name are taken, all others are nothing."""

    REVIEWER = "reviewer"
    """Reviews cases and decides."""
    APPROVER = "approver"
    """Approves what another officer proposed (決裁)."""
    CASHIER = "cashier"
    """Takes money at the desk, gives it back, closes the day."""
    HEAD = "head"
    """Leads the department: takes back decisions, hands work over."""
    AUDITOR = "auditor"
    """Sees everything of the department and changes nothing."""
    ADMIN = "admin"
    """Runs the system: tasks of the machine, exports, receipts; sees no case."""


SEES_CASES = frozenset(Role) - {Role.ADMIN}
DECIDES = frozenset({Role.REVIEWER, Role.HEAD})
AUDITS = frozenset({Role.AUDITOR, Role.HEAD})
"""Who may read what the officers of the department looked at and did."""
WORKS = frozenset({Role.REVIEWER, Role.APPROVER, Role.CASHIER, Role.HEAD})
"""Everybody who does something with a case, if only leaving a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """An officer at work: who, where, with which rights."""

    id: OfficerId
    name: str
    department: str
    roles: frozenset[Role]

    def is_one_of(self, roles: frozenset[Role]) -> bool:
        """Whether the officer has at least one of the roles."""
        return bool(self.roles & roles)


def opened(parts: Parts, officer: Officer, id: ApplicationId) -> Application:
    """The case, for an officer who may see it. Raises NotFound or NotAllowed, which look alike."""
    application = parts.applications.get(id)
    # A draft, and one that was given up or ran out, was never sent to the city: it is the resident's alone.
    if not officer.is_one_of(SEES_CASES) or application.department != officer.department or application.submitted_at is None:
        raise NotAllowed("department")
    return application


def as_seen(application: Application, version: str) -> Application:
    """The case, when it is still what the officer saw. Raises Stale."""
    if version != str(application.version):
        raise Stale(f"seen {version}, is {application.version}")
    return application


def need(officer: Officer, application: Application, roles: frozenset[Role]) -> None:
    """Raises NotAllowed unless the officer has one of the roles in the case's department."""
    if not officer.is_one_of(roles) or application.department != officer.department:
        raise NotAllowed("role")


def need_own(officer: Officer, application: Application) -> None:
    """Raises NotAllowed unless the officer decides and has the case in hand."""
    need(officer, application, DECIDES)
    if application.officer != officer.id:
        raise NotAllowed("somebody else's case")

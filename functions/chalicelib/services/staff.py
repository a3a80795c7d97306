"""Who may work here: from what the staff identity provider says to an officer with rights of this city."""

from chalicelib.domain.errors import NotAllowed
from chalicelib.domain.ports import StaffClaims
from chalicelib.services.officers import Officer, Role
from content.catalogue import Catalogue


def officer_from(claims: StaffClaims, catalogue: Catalogue) -> Officer:
    """The officer. Denied by default: raises NotAllowed for another municipality, no department or no known role."""
    roles = frozenset(Role(name) for name in claims.roles if name in set(Role))
    departments = {procedure.department for procedure in catalogue.procedures}
    if claims.municipality != catalogue.city.code or claims.department not in departments or not roles:
        raise NotAllowed("not an officer here")
    return Officer(id=claims.subject, name=claims.name, department=claims.department, roles=roles)

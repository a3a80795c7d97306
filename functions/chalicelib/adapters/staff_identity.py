"""The city's own login for officers: OpenID Connect with ES256 and private_key_jwt, as Keycloak does (docs/deploy.md)."""

from datetime import datetime
from urllib.parse import urlencode

from chalicelib.adapters.oidc import RelyingParty
from chalicelib.domain.contents import OfficerId
from chalicelib.domain.errors import IdentityRefused, ProviderDown
from chalicelib.domain.ports import LoginStart, StaffClaims


class OidcStaff:
    """The port over a relying party. back_to: where the provider may send the browser after logging out."""

    def __init__(self, party: RelyingParty, *, back_to: str) -> None:
        self._party = party
        self._back_to = back_to

    def start(self) -> LoginStart:
        """Ask who the officer is."""
        return self._party.begin("openid profile")

    def finish(self, started: LoginStart, *, code: str, now: datetime) -> StaffClaims:
        """Redeem the code; a token without municipality or name is refused."""
        _, claims = self._party.redeem(started, code, now)
        name, municipality = claims.get("name"), claims.get("municipality")
        if not isinstance(name, str) or not isinstance(municipality, str):
            raise IdentityRefused("claims")
        roles = claims.get("roles", [])
        return StaffClaims(subject=OfficerId(str(claims["sub"])), name=name, municipality=municipality,
                           department=str(claims.get("department", "")),
                           roles=tuple(str(role) for role in roles) if isinstance(roles, list) else ())

    def end_url(self) -> str | None:
        """The provider's logout page, where it names one."""
        try:
            end = self._party.endpoint("end_session_endpoint")
        except (KeyError, ProviderDown, IdentityRefused):
            return None
        return f"{end}?{urlencode({'client_id': self._party.client_id, 'post_logout_redirect_uri': self._back_to})}"

"""Who may ask the functions at all: whoever comes through the front (CloudFront), behind the firewall.

API Gateway's own address is open to everybody. The front adds a header that nobody else knows; without it nothing is
answered. So the firewall cannot be walked around, and the visitor's address that the front notes can be believed.
"""

import hmac
from collections.abc import Callable

from chalice.app import Request, Response

from chalicelib.telemetry import Middleware

HEADER = "x-madonavi-front"


def only_through(secret: str | None) -> Middleware:
    """The check, to be put before every route; without a secret (on a developer's computer) everything passes."""

    def check(request: Request, get_response: Callable[[Request], Response]) -> Response:
        if secret is not None and not hmac.compare_digest(request.headers.get(HEADER, "").encode(), secret.encode()):
            return Response(body="", status_code=403, headers={"Content-Type": "text/plain", "Cache-Control": "no-store"})
        return get_response(request)

    return check

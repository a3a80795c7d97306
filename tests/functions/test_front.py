"""The functions answer only what came through the front, and believe only the front about where it came from."""

import httpx
import pytest

from chalicelib import front
from chalicelib.pages import resident
from chalicelib.pages.web import Web
from tests.functions.pages.hall import PUBLIC, Hall

SECRET = "only-the-front-knows-this-and-nobody-else"


def visit(hall: Hall, **headers: str) -> int:
    """The status that a visit with these headers gets."""
    with httpx.Client(transport=hall.transport) as visitor:
        return visitor.get(f"{PUBLIC}/api/v1/health", headers=headers).status_code


@pytest.mark.parametrize(("sent", "status"), [({}, 403), ({front.HEADER: "guess"}, 403), ({front.HEADER: SECRET + "x"}, 403),
                                             ({front.HEADER: SECRET}, 200)])
def test_nobody_walks_around_the_firewall(sent: dict[str, str], status: int) -> None:
    hall = Hall()
    hall.app.register_middleware(front.only_through(SECRET), "http")
    assert visit(hall, **sent) == status


def test_without_a_secret_everybody_is_answered_as_on_a_developers_computer() -> None:
    hall = Hall()
    hall.app.register_middleware(front.only_through(None), "http")
    assert visit(hall) == 200


@pytest.mark.parametrize(("proxies", "noted", "same"), [
    (1, ("203.0.113.7", "198.51.100.9"), False),
    (1, ("made-up, 203.0.113.7", "other, 203.0.113.7"), True),
    (2, ("203.0.113.7, 192.0.2.1", "203.0.113.7, 192.0.2.99"), True),  # the same visitor through two edges of CloudFront
    (2, ("203.0.113.7, 192.0.2.1", "198.51.100.9, 192.0.2.1"), False),  # two visitors through one edge
    (2, ("made-up, 203.0.113.7, 192.0.2.1", "203.0.113.7, 192.0.2.1"), True),
    (2, ("203.0.113.7", "203.0.113.7"), True),
])
def test_guesses_are_counted_by_visitor_and_not_by_the_proxy_they_came_through(proxies: int, noted: tuple[str, str],
                                                                               same: bool) -> None:
    hall = Hall()
    hall.app.routes.clear()
    resident.routes(hall.app, Web(hall.world.parts, proxies=proxies), hall.world.parts)
    for address in noted:
        with httpx.Client(transport=hall.transport) as visitor:
            visitor.get(f"{PUBLIC}/status/wrong", headers={"X-Forwarded-For": address})
    assert (len(hall.world.attempts.failures) == 1) is same

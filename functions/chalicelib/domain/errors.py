"""What can go wrong in a case, one class per decision a caller makes. Wording is content, HTTP status is pages'."""


class NaviError(Exception):
    """The base of all errors of the functions. `code` is stable; messages never hold personal data."""

    code = "error"


class IllegalTransition(NaviError):
    """The event is not allowed in this state. Says which, never whose."""

    code = "illegal-transition"


class NotAllowed(NaviError):
    """This person may not do this. Shown like an unknown address, so that nobody learns what exists."""

    code = "not-found"


class NotFound(NaviError):
    """No such thing. The same page as NotAllowed."""

    code = "not-found"


class Stale(NaviError):
    """Another write came first; what the person saw is no longer true."""

    code = "stale"


class DayClosed(Stale):
    """The day of the books was closed at this moment: the line goes to the next open day."""


class AlreadyThere(NaviError):
    """The id exists with other content: the same key with another body."""

    code = "conflict"


class TabletTaken(NaviError):
    """Another tablet has the sitting: an officer decides which of the two goes on."""

    code = "tablet-taken"


class FormFaulty(NaviError):
    """The form cannot be sent yet; the page shows what is missing."""

    code = "form-faulty"


class IdentityRefused(NaviError):
    """The identity provider did not vouch for the person. `reason` is one of its stable words."""

    code = "identity-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProviderDown(NaviError):
    """A provider (payment, identity, mail) did not answer in a usable way; trying again later may help."""

    code = "provider-down"


class ProviderRefused(NaviError):
    """A provider answered that it will never do this; asking again is of no use. A task is made of it, no page."""

    code = "provider-down"


class ForgedNotice(NaviError):
    """A webhook whose signature or age is wrong. Answered without any detail."""

    code = "forged-notice"


class TooMany(NaviError):
    """Too many tries from one place; `wait_seconds` until the next is looked at."""

    code = "too-many"

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(str(wait_seconds))
        self.wait_seconds = wait_seconds

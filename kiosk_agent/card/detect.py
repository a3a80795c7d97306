"""Which card lies there. Nothing is written and no PIN is used to find out.

A contactless reader makes up its own ATR, so the card is told by the applications it has (domain.md §1).
"""

from kiosk_agent.card.apdu import select_application
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.errors import StatusError, UnknownCard

JPKI_AID = bytes.fromhex("D392F000260100000001")
"""公的個人認証AP: every My Number card has it."""


def require_my_number_card(protocol: CardProtocol) -> None:
    """Return when it is a My Number card. Raises UnknownCard for every other."""
    try:
        protocol.exchange(select_application(JPKI_AID))
    except StatusError:
        raise UnknownCard from None

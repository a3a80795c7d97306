"""The two things the counter does with a card: look how many tries are left, and read the four facts with a PIN."""

from kiosk_agent.card.detect import require_my_number_card
from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour, KenmenNyuryokuHojo
from kiosk_agent.card.protocol import CardProtocol
from kiosk_agent.transport.base import Reader


def tries_left(reader: Reader) -> int:
    """PIN tries left on the card that lies there; 0 when blocked. Raises UnknownCard, CardRemoved, CardGarbled."""
    with reader.connect() as connection:
        protocol = CardProtocol(connection)
        require_my_number_card(protocol)
        return KenmenNyuryokuHojo(protocol).tries_left()


def read_basic_four(reader: Reader, pin: str) -> BasicFour:
    """Present the PIN once and read. Raises every CardError but StatusError."""
    with reader.connect() as connection:
        protocol = CardProtocol(connection)
        require_my_number_card(protocol)
        application = KenmenNyuryokuHojo(protocol)
        application.verify(pin)
        return application.basic_four()

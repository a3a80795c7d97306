"""Kiosks and whether they are trusted. Stand-in: the room "trust" builds this file; the merge takes theirs."""

from chalicelib.domain.device import Device
from chalicelib.services.parts import Parts


def use_challenge(parts: Parts, device: Device, challenge: str) -> bool:
    """Whether it was this kiosk's, still good and unused; it is used up by that. The stand-in knows no challenge."""
    del parts, device, challenge
    return False

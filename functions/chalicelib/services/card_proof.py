"""What a card's answer to our challenge proves: that this card was on that kiosk with its PIN, and was not withdrawn.

It proves who holds the card, nothing about the four facts: those the card's text application gave. Nobody is refused
for a certificate: where it proves nothing, an officer looks at the printed card (ADR 0029).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.domain.card_proof import CardProof, Withdrawn
from chalicelib.domain.contents import Certificate
from chalicelib.domain.device import Device
from chalicelib.domain.errors import IdentityRefused
from chalicelib.services import devices
from chalicelib.services.parts import Parts

UseChallenge = Callable[[Parts, Device, str], bool]
OF_WITHDRAWN = {Withdrawn.GOOD: Certificate.GOOD, Withdrawn.REVOKED: Certificate.REVOKED, Withdrawn.UNKNOWN: Certificate.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Proved:
    """What came of it. serial: hex, where the certificate is genuine. why: a stable word, where the answer proves nothing."""

    certificate: Certificate
    serial: str = field(default="", repr=False)
    why: str = ""


def verify(parts: Parts, device: Device, proof: CardProof | None, *, use: UseChallenge = devices.use_challenge) -> Proved:
    """Whether the challenge was ours and unused, the certificate genuine, its key's answer right, in its time, and not withdrawn.

    The challenge is used up first, so an answer counts once. Never raises for anything a kiosk sends.
    """
    if proof is None:
        return Proved(Certificate.NONE)
    if not use(parts, device, proof.challenge):
        return Proved(Certificate.NONE, why="challenge")
    try:
        found = parts.certificates.answered(proof)
    except IdentityRefused as refused:
        return Proved(Certificate.NONE, why=refused.reason)
    now = parts.clock()
    if now < found.begins:
        return Proved(Certificate.NONE, why="early")
    if now > found.expires:
        return Proved(Certificate.EXPIRED, serial=found.serial)
    return Proved(OF_WITHDRAWN[parts.validity.of(found)], serial=found.serial)

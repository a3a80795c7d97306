"""What a certificate costs on a day. The date is always an argument: fees change, and past cases keep theirs."""

from datetime import date

from content.catalogue import Catalogue
from content.vocabulary.certificate import Fee, Postage
from content.vocabulary.procedure import FeeRule


class NoFee(LookupError):
    """No fee is known for the pair on that day."""


def fee_on(catalogue: Catalogue, certificate: str, channel: str, day: date) -> Fee:
    """The fee of one copy on `day` (a day in Japan). Raises NoFee when none holds: never a neighbouring period's."""
    for fee in catalogue.fees:
        if fee.certificate == certificate and fee.channel == channel and fee.holds_on(day):
            return fee
    raise NoFee(f"{certificate} × {channel} on {day}")


def postage_on(catalogue: Catalogue, id: str, day: date) -> Postage:
    """The postage of that id on `day`. Raises NoFee when none holds."""
    for postage in catalogue.postage:
        if postage.id == id and postage.holds_on(day):
            return postage
    raise NoFee(f"{id} on {day}")


def proposed(catalogue: Catalogue, rule: FeeRule, copies: int, day: date) -> tuple[tuple[str, int], ...]:
    """The lines an officer starts from, as (what it is, yen): the copies, then the postage."""
    one = fee_on(catalogue, rule.certificate, rule.channel, day)
    name = catalogue.certificate(rule.certificate).name
    lines: tuple[tuple[str, int], ...] = ((f"{name} {one.yen}円 × {copies}通", one.yen * copies),)
    if rule.postage is not None:
        postage = postage_on(catalogue, rule.postage, day)
        lines = (*lines, (postage.name, postage.yen))
    return lines

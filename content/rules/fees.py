"""What a certificate costs on a day. The date is always an argument: fees change, and past cases keep theirs."""

from datetime import date

from content.catalogue import Catalogue
from content.rules.answers import Answer, Answers
from content.rules.form import holds
from content.vocabulary.certificate import Fee, Postage
from content.vocabulary.procedure import Procedure


class NoFee(LookupError):
    """No fee is known for the pair on that day."""


def fee_on(catalogue: Catalogue, certificate: str, channel: str, day: date) -> Fee:
    """The fee of one copy on `day` (a day in Japan). Raises NoFee when none holds: never a neighbouring period's."""
    for fee in catalogue.fees:
        if fee.certificate == certificate and fee.channel == channel and fee.holds_on(day):
            return fee
    raise NoFee(f"{certificate} × {channel} on {day}")


def at_the_counter(catalogue: Catalogue, certificate: str, day: date) -> Fee:
    """What one copy costs that was asked for at the counter's own screen: the terminal's price where the city has one, else
    the desk's. Both sides of the counter say this one. Raises NoFee."""
    try:
        return fee_on(catalogue, certificate, "terminal", day)
    except NoFee:
        return fee_on(catalogue, certificate, "counter", day)


def postage_on(catalogue: Catalogue, id: str, day: date) -> Postage:
    """The postage of that id on `day`. Raises NoFee when none holds."""
    for postage in catalogue.postage:
        if postage.id == id and postage.holds_on(day):
            return postage
    raise NoFee(f"{id} on {day}")


def proposed(catalogue: Catalogue, procedure: Procedure, answers: Answers, day: date) -> tuple[tuple[str, int], ...]:
    """The lines an officer starts from, as (what it is, yen): the copies, other charges, then the postage once.

    Raises NoFee when a fee that is asked for is not known on that day.
    """
    lines: list[tuple[str, int]] = []
    postages: dict[str, Postage] = {}
    for rule in procedure.fees:
        copies = _number(answers.get(rule.copies, "1"))
        if not holds(rule.when, answers) or not copies:
            continue
        one = fee_on(catalogue, rule.certificate, rule.channel, day)
        lines.append((f"{catalogue.certificate(rule.certificate).name} {one.yen}円 × {copies}通", one.yen * copies))
        if rule.postage is not None:
            postages[rule.postage] = postage_on(catalogue, rule.postage, day)
    for charge in procedure.charges:
        if holds(charge.when, answers):
            times = 1 if charge.times is None else _number(answers.get(charge.times, ()))
            lines.append((charge.what if times == 1 else f"{charge.what} {charge.yen}円 × {times}", charge.yen * times))
    lines += [(postage.name, postage.yen) for postage in postages.values()]
    return tuple(lines)


def _number(answer: Answer) -> int:
    """Copies that were typed, or the rows of a group."""
    if isinstance(answer, tuple):
        return len(answer)
    return int(answer) if answer.isascii() and answer.isdigit() else 0

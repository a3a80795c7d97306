"""What an officer's decisions about money ask for: the lines of the fee, the till, and what is given back."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from chalicelib.domain.contents import PaidBy
from chalicelib.pages.office_words import PAID_BY_NAMES, REFUND_REASON_NAMES
from chalicelib.services import decide, desk_money
from content.rules.fees import NoFee

if TYPE_CHECKING:  # it names the pages of all decisions, and so this one
    from chalicelib.pages.office_asks import Asking
    from chalicelib.pages.web import Page

LINES_MOST = 6
WHAT_MOST = 80
PAID_AT_DESK = (PaidBy.CASH, PaidBy.CASHLESS)


def fee(asking: Asking) -> Page | None:
    """Decides only the total that was on the screen: without scripts a changed line is added up here first."""
    request, say = asking.request, asking.parts.catalogue.say
    lines, problems = _lines(asking)
    total = sum(yen for _, yen in lines)
    if request.one("show"):
        return asking.page(problems)
    if not problems and not decide.FEE_LEAST <= total <= decide.FEE_MOST:
        problems["fee"] = say("office.problem.total", most=f"{decide.FEE_MOST:,}", now=f"{total:,}")
    elif not problems and request.one("total") != str(total):
        problems["fee"] = say("office.problem.changed", now=f"{total:,}")
    if problems:
        return asking.page(problems)
    decide.decide_fee(asking.parts, asking.officer, asking.case, lines)
    return None


def _typed_lines(asking: Asking) -> list[tuple[str, str]]:
    form = asking.request.form
    typed = zip(form.get("what", ()), form.get("yen", ()), strict=False)
    return [(what.strip(), yen.strip()) for what, yen in typed if what.strip() or yen.strip()][:LINES_MOST]


def _lines(asking: Asking) -> tuple[list[tuple[str, int]], dict[str, str]]:
    """The lines that can be read as yen, and what is wrong with the others, under the id of the field."""
    say = asking.parts.catalogue.say
    lines, problems = [], {}
    for place, (what, yen) in enumerate(_typed_lines(asking), start=1):
        amount = _plain(yen).replace("−", "-").replace("▲", "-")
        if not what or len(what) > WHAT_MOST:
            problems[f"what-{place}"] = say("office.problem.what", place=place, most=WHAT_MOST)
        elif not re.fullmatch(r"-?[0-9]{1,6}", amount):
            problems[f"yen-{place}"] = say("office.problem.yen", what=what)
        else:
            lines.append((what, int(amount)))
    return lines, problems


def fee_words(asking: Asking) -> dict[str, object]:
    parts, case = asking.parts, asking.case
    try:
        proposed = [(what, str(yen)) for what, yen in decide.propose_fee(parts, case)]
    except NoFee:
        proposed = []
    shown = _typed_lines(asking) if asking.request.method == "POST" else proposed
    readable = _lines(asking)[0] if asking.request.method == "POST" else [(what, int(yen)) for what, yen in proposed]
    procedure = parts.catalogue.procedure(case.procedure)
    certificates = {rule.certificate for rule in procedure.fees}
    sample = any(fee.sample for fee in (*parts.catalogue.fees, *procedure.charges) if getattr(fee, "certificate", None) in
                 {None, *certificates})
    return {"lines": [*shown, ("", "")][:LINES_MOST], "total": sum(yen for _, yen in readable), "sample": sample,
            "no_rule": procedure.costs and not proposed, "number": len(case.fees) + 1, "payment_days": procedure.payment_days,
            "before": [fee for fee in case.fees if fee.withdrawn], "reductions": procedure.reductions}


def pay_at_desk(asking: Asking) -> Page | None:
    """The cashier has the money: how it came, and the amount that was on the screen."""
    said, seen = asking.request.one("by"), asking.request.one("yen")
    if said not in PAID_AT_DESK:
        return asking.page({"by": asking.parts.catalogue.say("office.problem.paid_by")})
    desk_money.pay_at_desk(asking.parts, asking.officer, asking.case, by=PaidBy(said), yen=_seen(seen))
    return None


def pay_words(asking: Asking) -> dict[str, object]:
    del asking
    return {"ways": [(way, PAID_BY_NAMES[way]) for way in PAID_AT_DESK]}


def refund(asking: Asking) -> Page | None:
    """Give back: how much, why, and the balance that was on the screen."""
    request, say = asking.request, asking.parts.catalogue.say
    amount = _plain(request.one("yen"))
    yen = int(amount) if amount.isascii() and amount.isdigit() and len(amount) < 7 else 0
    problems = {}
    if not 0 < yen <= asking.case.paid_yen:
        problems["yen"] = say("office.problem.refund", most=f"{asking.case.paid_yen:,}")
    if request.one("reason") not in desk_money.REFUND_REASONS:
        problems["reason"] = say("office.problem.reason")
    if problems:
        return asking.page(problems)
    balance = request.one("balance")
    desk_money.refund(asking.parts, asking.officer, asking.case, yen=yen, reason=request.one("reason"),
                      balance=_seen(balance))
    return None


def refund_words(asking: Asking) -> dict[str, object]:
    return {"reasons": [(one, REFUND_REASON_NAMES[one]) for one in desk_money.REFUND_REASONS],
            "online": asking.case.paid_by is PaidBy.ONLINE}


def _plain(typed: str) -> str:
    """Yen as digits, however a person writes them: １，２００円 is 1200."""
    return re.sub(r"[,円\s]", "", unicodedata.normalize("NFKC", typed))


def _seen(yen: str) -> int:
    """The amount that was on the screen; -1, which no amount is, for anything else."""
    return int(yen) if re.fullmatch(r"[0-9]{1,9}", yen) else -1

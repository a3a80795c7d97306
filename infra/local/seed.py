"""A little demo data: made-up people really apply, an officer really works, so the queue shows a case of each kind.

Everything goes through the front door, signatures and payments too. Nothing is written past the rules.
"""

from infra.local.addresses import Addresses, addresses
from infra.local.play.walkers import OfficerAtDesk, Resident


def main() -> None:
    """Fill the queue once; `make up` remembers that it was done."""
    at = addresses()
    desk = OfficerAtDesk(at)
    _waiting(at)
    _to_correct(at, desk)
    _to_pay(at, desk)
    _to_issue(at, desk)
    _in_the_post(at, desk)


def _waiting(at: Addresses) -> None:
    Resident(at, "hanako@example.jp").applies(copies="2")
    Resident(at, "yoshida@example.jp", person="takashi").applies(name_kana="ヨシダ タカシ", whose="household",
                                                                 items=["relation", "domicile"])


def _to_correct(at: Addresses, desk: OfficerAtDesk) -> None:
    case = desk.opens(Resident(at, "tsuji@example.jp", person="tsuji").applies(name_kana="ツジ サキ", copies="3"))
    desk.claims(case)
    desk.asks_correction(case, "name_kana", "フリガナが「ツジ サキ」になっています。「サキコ」ではありませんか。")


def _to_pay(at: Addresses, desk: OfficerAtDesk) -> None:
    case = desk.opens(Resident(at, "maria@example.jp", person="maria").applies(name_kana="マリア"))
    desk.claims(case)
    desk.fixes_fee(case)


def _to_issue(at: Addresses, desk: OfficerAtDesk) -> None:
    resident = Resident(at, "hanako@example.jp")
    case = desk.opens(resident.applies(items=["relation"]))
    _paid(desk, resident, case)


def _in_the_post(at: Addresses, desk: OfficerAtDesk) -> None:
    resident = Resident(at, "yoshida@example.jp", person="takashi")
    case = desk.opens(resident.applies(name_kana="ヨシダ タカシ"))
    _paid(desk, resident, case)
    desk.issues(case)
    desk.dispatches(case)


def _paid(desk: OfficerAtDesk, resident: Resident, case: str) -> None:
    status = resident.status_url()
    desk.claims(case)
    desk.fixes_fee(case)
    resident.opens_payment(status)
    resident.pays()


if __name__ == "__main__":
    main()

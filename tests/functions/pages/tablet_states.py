"""Every state in which a lent tablet can stand, and the console's pages of it: the HTML as the real routes draw it."""

from collections.abc import Callable, Mapping

from chalicelib.services import tablet
from tests.fakes import cases
from tests.functions.pages.hall import PUBLIC
from tests.functions.pages.tablet_desk import Desk


def _at(desk: Desk, page: str) -> str:
    shown = desk.tablet.get(f"{PUBLIC}/tablet/{page}")
    assert (shown.status, shown.url) == (200, f"{PUBLIC}/tablet/{page}"), shown.url
    return shown.html


def start() -> str:
    return Desk().tablet.get(f"{PUBLIC}/tablet").html


def start_wrong_number() -> str:
    return Desk().tablet.get(f"{PUBLIC}/tablet").submit("/tablet", pin="000000").html


def start_given() -> str:
    return Desk().lend().pair().write().give().tablet.html


def start_idle() -> str:
    return Desk().lend().pair().tablet.submit("/tablet/stop", why="idle").html


def pair() -> str:
    desk = Desk().lend()
    codes = tablet.codes(desk.hall.world.parts, desk.sitting)
    assert codes is not None
    return _at(desk, f"p/{codes.secret}")


def known() -> str:
    desk = Desk()
    before = cases.a_received(desk.hall.world)
    return desk.lend("suido-kaishi", known=before.reference).pair().tablet.html


def question_choices() -> str:
    return _at(Desk().lend().pair(), "q/items")


def question_day_and_address() -> str:
    return _at(Desk().lend().pair(), "q/applicant")


def question_wrong() -> str:
    return Desk().lend().pair().tablet.submit("/tablet/q/", notify="mail", mail="no address").html


def question_people() -> str:
    return _at(Desk().lend("moving-in").pair().write(), "q/people")


def question_each() -> str:
    return _at(Desk().lend("moving-in").pair().write(), "q/cards")


def question_papers() -> str:
    return _at(Desk().lend("kodomo-iryo").pair(), "q/insurance")


def check() -> str:
    return Desk().lend().pair().write().tablet.html


def check_half() -> str:
    return _at(Desk().lend().pair(), "check")


def look() -> str:
    desk = Desk().lend().pair().write().give()
    desk.look().get(f"{PUBLIC}/office/tablet/{desk.id}/edit").submit("/edit", copies="2")
    desk.press("look")
    return desk.pair().tablet.html


def look_missing() -> str:
    desk = Desk().lend().pair()
    desk.tablet.submit("/tablet/q/", button="ここまでで、職員にわたす")
    desk.press("look")
    return desk.pair().tablet.html


def error_taken() -> str:
    desk = Desk().lend()
    pin = desk.pin()
    desk.pair()
    return desk.hall.browser().get(f"{PUBLIC}/tablet").submit("/tablet", pin=pin).html


def office_tablets() -> str:
    return Desk().lend().office.get(f"{PUBLIC}/office/tablet").html


def office_tablet_code() -> str:
    return Desk().lend().office.html


def office_tablet_held() -> str:
    desk = Desk().lend().pair().write().give()
    desk.look().get(f"{PUBLIC}/office/tablet/{desk.id}/edit").submit("/edit", copies="2")
    return desk.confirm().look().html


def office_tablet_void() -> str:
    desk = Desk().lend().pair().write().give().confirm()
    return desk.look().get(f"{PUBLIC}/office/tablet/{desk.id}/edit").submit("/edit", copies="2").html


def office_tablet_edit() -> str:
    desk = Desk().lend().pair().write().give()
    return desk.look().get(f"{PUBLIC}/office/tablet/{desk.id}/edit").html


def office_tablet_kept() -> str:
    desk = Desk().lend("moving-in").pair()
    desk.tablet.submit("/tablet/q/", **{"from": "same_city"})
    return desk.press("kept").html


def office_families() -> str:
    desk = Desk().lend("moving-in").pair().write().give()
    return desk.office.get(f"{PUBLIC}/office/family").html


def office_family() -> str:
    desk = Desk().lend("moving-in").pair().write().give()
    desk.office.get(f"{PUBLIC}/office/family/{desk.id}").submit("/next").submit("/here").submit("/consult")
    return desk.office.submit("/next").html


def office_family_print() -> str:
    desk = Desk().lend("moving-in").pair().write().give()
    return desk.office.get(f"{PUBLIC}/office/family/{desk.id}").submit("/print").html


TABLET: Mapping[str, tuple[Callable[[], str], ...]] = {
    "start.html": (start, start_wrong_number, start_given, start_idle), "pair.html": (pair,), "known.html": (known,),
    "question.html": (question_choices, question_day_and_address, question_wrong, question_people, question_each, question_papers),
    "check.html": (check, check_half), "look.html": (look, look_missing), "error.html": (error_taken,)}
"""Template of a lent tablet → the states it is drawn in."""
NO_PAGES = ("base.html", "alive.html")
"""The frame of the others, and the answer to a beat, which nobody sees."""
CONSOLE: Mapping[str, tuple[Callable[[], str], ...]] = {
    "tablets.html": (office_tablets,), "tablet.html": (office_tablet_code, office_tablet_held, office_tablet_void),
    "tablet_edit.html": (office_tablet_edit,), "tablet_kept.html": (office_tablet_kept,), "families.html": (office_families,),
    "family.html": (office_family,), "family_print.html": (office_family_print,)}
"""The same of the console's pages about tablets and families."""

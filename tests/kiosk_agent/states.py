"""Every state in which the counter's screens can stand, as sessions to look at: each screen, and each limit on its screen."""

from dataclasses import replace

from content.rules.answers import Answer
from content.vocabulary.counter import Limit
from kiosk_agent.beside import Beside, Box
from kiosk_agent.card.facts import CardFacts, CardKind, Look, Opening, Part, Picture, SecretKind
from kiosk_agent.counter import LOOKS_LIKE
from kiosk_agent.desk import Filed, Prepared
from kiosk_agent.journeys import Journey, Screen
from kiosk_agent.paper.glyphs import Fidelity, Unprintable
from kiosk_agent.session import KEEPS, Session, Wanted
from kiosk_agent.virtual_card.people import PEOPLE
from tests.kiosk_agent.table import HANAKOS_FORM
from tests.personas import personas

S, L = Screen, Limit
LONGEST = next(one for one in PEOPLE if one.id == "nagai")
NAGAI = CardFacts(CardKind.MY_NUMBER, name=LONGEST.name, address=LONGEST.address, birthdate=LONGEST.birthdate, sex=LONGEST.sex)
LOOK = Look(CardKind.MY_NUMBER, (Opening(SecretKind.PIN4, 3), Opening(SecretKind.REFERENCE_B, 10)))
USUAL: dict[str, Answer] = {"whose": "self", "items": ("relation", "domicile"), "copies": "1"}
FILED = Filed("1f0e", "ABCD-EFGH-JKMN", "received", "good", 200, True, "4821")
BESIDE = Beside("指宿　花子", (Box("people.1.sex", "性別", "", "女", "f"),),
                (Box("previous_address", "前の住所", LONGEST.address, "鹿児島県指宿市十町２４２４番地", ""),))
SEVEN = next(one.answers for one in personas() if one.id == "moving-2-family")
WHOLE = Session(language="ja", journey=Journey.FORMS, look=LOOK, secret=SecretKind.PIN4, tries=3, person=NAGAI,
                wishes=(Wanted("juminhyo", USUAL),), asking=Wanted("juminhyo", USUAL), case_code="K7QD-3MXA", filed=FILED,
                unprintable=(Unprintable("\U0010de92", Fidelity.NO_GLYPH),), prepared=HANAKOS_FORM,
                beside=BESIDE)
"""Somebody of whom everything is known; a screen takes what it may keep."""
LIMITS_ON = {
    S.TROUBLE: (L.UNKNOWN_CARD, L.OLD_CARD, L.EXPIRED_CARD, L.FACE_ONLY, L.BLOCKED, L.GARBLED, L.OTHER_CITY, L.MY_NUMBER_ONLY),
    S.NO_READER: (L.NO_READER, L.READER_UNPLUGGED), S.PULLED: (L.SERVICE_RESTARTED,), S.LAST_TRY: (L.LAST_TRY,),
    S.AUTH_LAST_TRY: (L.LAST_TRY,), S.WRONG: (L.WRONG,), S.AUTH_WRONG: (L.WRONG,), S.CONFIRM: (L.DOUBTFUL, L.OTHER_CITY),
    S.INSTEAD: (L.UNDER_15, L.NO_CERTIFICATE, L.OFFICE_OFFLINE, L.NOT_TRUSTED, L.REFUSED, L.QUEUE_FULL, L.BLOCKED),
    S.PRINTER: (*(limit for limit in Limit if limit.startswith("printer_")), L.NO_PAPER), S.DONE: (L.UNPRINTABLE,),
    S.TAKE_CARD: (L.REVOKED, L.EXPIRED_CERTIFICATE, L.UNKNOWN_VALIDITY, L.PRINTER_PAPER, L.OFFICE_OFFLINE),
    S.CHECK: (L.OFFICE_OFFLINE,),
    S.CODE: (L.CODE_UNKNOWN, L.CODE_EXPIRED, L.CODE_TOO_MANY, L.CODE_DAMAGED, L.CODE_OFFLINE, L.PART_MISSING),
}
ALWAYS_LIMITED = frozenset({S.TROUBLE, S.LAST_TRY, S.AUTH_LAST_TRY, S.WRONG, S.AUTH_WRONG, S.PRINTER, S.INSTEAD, S.NO_READER})
"""Screens that are there only because of a limit."""


def on(screen: Screen, **differs: object) -> Session:
    """The whole session as that screen keeps it."""
    kept = {name: getattr(WHOLE, name) for name in KEEPS[screen]} | differs
    return Session(screen=screen, turn=1, **kept)


def states() -> dict[str, Session]:
    """Name of the state → session."""
    found = {str(screen): on(screen) for screen in Screen if screen not in ALWAYS_LIMITED}
    found |= {f"{screen} {limit}": on(screen, limit=limit) for screen, limits in LIMITS_ON.items() for limit in limits}
    found |= {f"secret {kind}": on(S.SECRET, secret=kind) for kind in LOOKS_LIKE}
    found |= {f"question {step}": on(S.QUESTION, step=step) for step in range(3)}
    tax = Wanted("shotoku-kazei", {"kind": "shotoku", "years": ("r8",), "january": "same", "purpose": "school", "copies_r8": "1"})
    found |= {f"question tax {step}": on(S.QUESTION, step=step, asking=tax, journey=Journey.REQUEST) for step in range(6)}
    found["review request"] = on(S.REVIEW, journey=Journey.REQUEST)
    found["choose request"] = on(S.CHOOSE, journey=Journey.REQUEST)
    found["usual tax"] = on(S.USUAL, asking=tax, journey=Journey.REQUEST)
    found["place request"] = on(S.PLACE, journey=Journey.REQUEST)
    found["beside differs"] = on(S.BESIDE, beside=replace(BESIDE, filled=()))
    found["beside same"] = on(S.BESIDE, beside=replace(BESIDE, filled=(), differs=()))
    found["beside nobody"] = on(S.BESIDE, beside=Beside(""))
    found["prepared family"] = on(S.PREPARED, prepared=Prepared("moving-in", 1, SEVEN))
    found["done code"] = on(S.DONE, journey=Journey.CODE)
    found["instead without wishes"] = on(S.INSTEAD, limit=L.UNDER_15, wishes=(), filed=None)
    found["code part missing"] = on(S.CODE, limit=L.PART_MISSING, parts=("MP1A",), missing=(2, 3))
    found["confirm called"] = on(S.CONFIRM, called=True)
    pictured = replace(NAGAI, name=None, pictures={Part.NAME: Picture("png", b"")})
    found["officer_types"] = on(S.OFFICER_TYPES, person=pictured)
    return found

"""The counter's journeys as tables: which screen follows which, by what happens. The whole truth, and nothing but data."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Journey(StrEnum):
    """What the person came for."""

    FORMS = "forms"
    """Application forms printed from the card."""
    REQUEST = "request"
    """らくらく窓口証明書: asked for with the card and its PIN, no form at all."""
    CODE = "code"
    """What was filled in on the phone is printed here."""
    BESIDE = "beside"
    """A card is read beside what a family filled in on the phone."""


class Screen(StrEnum):
    """What the person sees."""

    IDLE = "idle"
    START = "start"
    PLACE = "place"
    LOOKING = "looking"
    SECRET = "secret"  # noqa: S105 - the name of a screen
    LAST_TRY = "last_try"
    READING = "reading"
    WRONG = "wrong"
    CONFIRM = "confirm"
    OFFICER_TYPES = "officer_types"
    CHOOSE = "choose"
    USUAL = "usual"
    QUESTION = "question"
    REVIEW = "review"
    PRINTING = "printing"
    PRINTER = "printer"
    DONE = "done"
    AUTH_LOOKING = "auth_looking"
    AUTH = "auth"
    AUTH_LAST_TRY = "auth_last_try"
    AUTH_WRONG = "auth_wrong"
    PROVING = "proving"
    INSTEAD = "instead"
    """Not by card, but the paper form can be had."""
    TICKETING = "ticketing"
    TAKE_CARD = "take_card"
    WAITING = "waiting"
    CHECK = "check"
    CONFIRMING = "confirming"
    HANDED_OVER = "handed_over"
    CODE = "code"
    FETCHING = "fetching"
    PREPARED = "prepared"
    BESIDE = "beside"
    """Where the card says something else than the family."""
    TROUBLE = "trouble"
    PULLED = "pulled"
    NO_READER = "no_reader"
    TIMED_OUT = "timed_out"


class Happening(StrEnum):
    """What can happen: by the person, the card, the reader, the printer, the office or the clock."""

    TOUCHED = "touched"
    CHOSE_FORMS = "chose_forms"
    CHOSE_REQUEST = "chose_request"
    CHOSE_CODE = "chose_code"
    CARD_TOO = "card_too"
    PLACED = "placed"
    REMOVED = "removed"
    LOOKED = "looked"
    OPEN = "open"
    """The card opens without anything being typed."""
    ONE_TRY_LEFT = "one_try_left"
    HINDERED = "hindered"
    GO_ON = "go_on"
    BACK = "back"
    OTHER_SECRET = "other_secret"  # noqa: S105 - the name of a happening
    SECRET_GIVEN = "secret_given"  # noqa: S105
    READ = "read"
    READ_IN_PART = "read_in_part"
    TYPED = "typed"
    WRONG = "wrong"
    CHOSEN = "chosen"
    NOTHING_TO_ASK = "nothing_to_ask"
    OWN_ANSWERS = "own_answers"
    ANSWERED = "answered"
    ALL_ANSWERED = "all_answered"
    BACK_TO_FIRST = "back_to_first"
    MORE = "more"
    PRINT = "print"
    PRINTED = "printed"
    PRINT_FAILED = "print_failed"
    REQUESTED = "requested"
    FILED = "filed"
    KEPT_FOR_LATER = "kept_for_later"
    TICKET_OUT = "ticket_out"
    CALLED = "called"
    CALL_ENDED = "call_ended"
    CONFIRMED = "confirmed"
    HANDED_OVER = "handed_over"
    CODE_GIVEN = "code_given"
    FETCHED = "fetched"
    NOT_FETCHED = "not_fetched"
    COMPARED = "compared"
    NO_CARD_AFTER_ALL = "no_card_after_all"
    READER_GONE = "reader_gone"
    READER_BACK = "reader_back"
    SERVICE_BACK = "service_back"
    STOPPED = "stopped"
    TIME_UP = "time_up"


S, H = Screen, Happening
Rows = Mapping[tuple[Screen, Happening], Screen]

START: Rows = {
    (S.IDLE, H.TOUCHED): S.START,
    (S.IDLE, H.PLACED): S.START,
    (S.START, H.CHOSE_FORMS): S.PLACE,
    (S.START, H.CHOSE_REQUEST): S.PLACE,
    (S.START, H.CHOSE_CODE): S.CODE,
    (S.PLACE, H.BACK): S.START,
    (S.PLACE, H.PLACED): S.LOOKING,
}
"""From the idle screen to the card."""

CARD: Rows = {
    (S.LOOKING, H.LOOKED): S.SECRET,
    (S.LOOKING, H.OPEN): S.READING,
    (S.LOOKING, H.ONE_TRY_LEFT): S.LAST_TRY,
    (S.LOOKING, H.HINDERED): S.TROUBLE,
    (S.LAST_TRY, H.GO_ON): S.SECRET,
    (S.LAST_TRY, H.OTHER_SECRET): S.SECRET,
    (S.LAST_TRY, H.ONE_TRY_LEFT): S.LAST_TRY,
    (S.SECRET, H.ONE_TRY_LEFT): S.LAST_TRY,
    (S.SECRET, H.SECRET_GIVEN): S.READING,
    (S.SECRET, H.OTHER_SECRET): S.SECRET,
    (S.READING, H.READ): S.CONFIRM,
    (S.READING, H.READ_IN_PART): S.OFFICER_TYPES,
    (S.READING, H.WRONG): S.WRONG,
    (S.READING, H.HINDERED): S.TROUBLE,
    (S.WRONG, H.GO_ON): S.LOOKING,
    (S.OFFICER_TYPES, H.TYPED): S.CONFIRM,
    (S.CONFIRM, H.GO_ON): S.CHOOSE,
    (S.CONFIRM, H.HINDERED): S.INSTEAD,
}
"""From the card to its holder's facts: tries are read first, nothing is ever tried again by itself, the last try asks."""

WISHES: Rows = {
    (S.CHOOSE, H.CHOSEN): S.USUAL,
    (S.CHOOSE, H.NOTHING_TO_ASK): S.REVIEW,
    (S.CHOOSE, H.MORE): S.CHOOSE,
    (S.CHOOSE, H.BACK): S.CONFIRM,
    (S.USUAL, H.GO_ON): S.REVIEW,
    (S.USUAL, H.OWN_ANSWERS): S.QUESTION,
    (S.USUAL, H.BACK): S.CHOOSE,
    (S.QUESTION, H.ANSWERED): S.QUESTION,
    (S.QUESTION, H.ALL_ANSWERED): S.REVIEW,
    (S.QUESTION, H.BACK): S.QUESTION,
    (S.QUESTION, H.BACK_TO_FIRST): S.USUAL,
    (S.REVIEW, H.BACK): S.CHOOSE,
    (S.REVIEW, H.MORE): S.CHOOSE,
}
"""What is wanted, and its few questions."""

FORMS: Rows = {
    (S.REVIEW, H.PRINT): S.PRINTING,
    (S.PRINTING, H.PRINTED): S.DONE,
    (S.PRINTING, H.PRINT_FAILED): S.PRINTER,
    (S.PRINTER, H.GO_ON): S.PRINTING,
    (S.DONE, H.REMOVED): S.IDLE,
}
"""All sheets in one job, or none."""

REQUEST: Rows = {
    (S.REVIEW, H.REQUESTED): S.AUTH_LOOKING,
    (S.AUTH_LOOKING, H.LOOKED): S.AUTH,
    (S.AUTH_LOOKING, H.ONE_TRY_LEFT): S.AUTH_LAST_TRY,
    (S.AUTH_LOOKING, H.HINDERED): S.INSTEAD,
    (S.AUTH_LAST_TRY, H.GO_ON): S.AUTH,
    (S.AUTH, H.SECRET_GIVEN): S.PROVING,
    (S.AUTH, H.BACK): S.REVIEW,
    (S.PROVING, H.WRONG): S.AUTH_WRONG,
    (S.PROVING, H.HINDERED): S.INSTEAD,
    (S.PROVING, H.KEPT_FOR_LATER): S.INSTEAD,
    (S.PROVING, H.FILED): S.TICKETING,
    (S.AUTH_WRONG, H.GO_ON): S.AUTH_LOOKING,
    (S.INSTEAD, H.PRINT): S.PRINTING,
    (S.INSTEAD, H.CHOSE_FORMS): S.CHOOSE,
    (S.INSTEAD, H.GO_ON): S.TICKETING,
    (S.TICKETING, H.TICKET_OUT): S.TAKE_CARD,
    (S.TAKE_CARD, H.REMOVED): S.WAITING,
    (S.WAITING, H.CALLED): S.CHECK,
    (S.WAITING, H.HANDED_OVER): S.HANDED_OVER,
    (S.CHECK, H.GO_ON): S.CONFIRMING,
    (S.CHECK, H.CALL_ENDED): S.WAITING,
    (S.CHECK, H.HANDED_OVER): S.HANDED_OVER,
    (S.CONFIRMING, H.CONFIRMED): S.HANDED_OVER,
    (S.CONFIRMING, H.HINDERED): S.CHECK,
}
"""Proof, ticket, waiting, and the check on both screens before the paper changes hands."""

CODE: Rows = {
    (S.CODE, H.BACK): S.START,
    (S.CODE, H.CODE_GIVEN): S.FETCHING,
    (S.FETCHING, H.FETCHED): S.PREPARED,
    (S.FETCHING, H.NOT_FETCHED): S.CODE,
    (S.PREPARED, H.GO_ON): S.PRINTING,
    (S.PREPARED, H.BACK): S.CODE,
    (S.PREPARED, H.CARD_TOO): S.PLACE,
    (S.READING, H.COMPARED): S.BESIDE,
    (S.BESIDE, H.MORE): S.BESIDE,
    (S.BESIDE, H.GO_ON): S.PREPARED,
    **dict.fromkeys(((screen, H.NO_CARD_AFTER_ALL) for screen in (S.PLACE, S.LOOKING, S.READING)), S.PREPARED),
}
"""From the phone's code to the same printing as from a card; a family may lay a card beside it."""

TROUBLES: Rows = {
    (S.TROUBLE, H.REMOVED): S.IDLE,
    (S.TROUBLE, H.GO_ON): S.START,
    (S.PULLED, H.GO_ON): S.START,
    (S.PULLED, H.PLACED): S.START,
    (S.TIMED_OUT, H.GO_ON): S.START,
    (S.TIMED_OUT, H.REMOVED): S.IDLE,
    (S.TIMED_OUT, H.PLACED): S.START,
    (S.NO_READER, H.READER_BACK): S.IDLE,
    (S.NO_READER, H.SERVICE_BACK): S.PULLED,
    (S.NO_READER, H.CHOSE_CODE): S.CODE,
}

NEEDS_CARD = (S.LOOKING, S.SECRET, S.LAST_TRY, S.READING, S.WRONG, S.CONFIRM, S.OFFICER_TYPES, S.CHOOSE, S.USUAL,
              S.QUESTION, S.REVIEW, S.AUTH_LOOKING, S.AUTH, S.AUTH_LAST_TRY, S.AUTH_WRONG, S.PROVING, S.INSTEAD)
"""Screens on which the card must stay; pulling it ends the session. Printing minds it only where a card was read."""
NO_CLOCK = frozenset({S.IDLE, S.NO_READER, S.TIMED_OUT})
"""Nobody's data are here, and a card that was left waits for its owner."""
AT_WORK = frozenset({S.PRINTING, S.PROVING, S.TICKETING, S.CONFIRMING, S.FETCHING})
"""Screens that end by themselves; time does not interrupt a page or an answer of the office on its way."""
NUMBER_TO_COME = frozenset({S.INSTEAD, S.PRINTING, S.PRINTER, S.TICKETING})
"""Where an application may be in while its number is not in the person's hands: who leaves here leaves none behind."""
WITHOUT_CARD = frozenset({S.START, S.PLACE, S.CODE, S.PREPARED, S.BESIDE, S.PULLED, S.TROUBLE, S.DONE, S.TAKE_CARD,
                          S.WAITING, S.CHECK, S.HANDED_OVER})
"""When time is up here, the start is all there is to go back to: no card need be called to mind, or its own screen does it."""


def _table() -> dict[tuple[Screen, Happening], Screen]:
    rows: dict[tuple[Screen, Happening], Screen] = {}
    for part in (START, CARD, WISHES, FORMS, REQUEST, CODE, TROUBLES):
        rows |= part
    rows |= {(screen, H.REMOVED): S.PULLED for screen in (*NEEDS_CARD, S.PRINTING, S.PRINTER)}
    rows |= {(screen, H.STOPPED): S.IDLE for screen in Screen if screen not in (S.IDLE, S.NO_READER)}
    rows |= {(screen, H.TIME_UP): S.IDLE if screen in WITHOUT_CARD else S.TIMED_OUT
             for screen in Screen if screen not in NO_CLOCK | AT_WORK}
    rows |= {(screen, H.READER_GONE): S.NO_READER
             for screen in (S.IDLE, S.START, S.PLACE, *NEEDS_CARD, S.TROUBLE, S.PULLED, S.TIMED_OUT)}
    return rows


TABLE: Rows = MappingProxyType(_table())
"""Every row. A pair that is not listed changes nothing."""

IDLE_SECONDS = 60.0
SECONDS: Mapping[Screen, float] = MappingProxyType({
    S.DONE: 30.0, S.PULLED: 20.0, S.TROUBLE: 45.0, S.OFFICER_TYPES: 300.0, S.WAITING: 600.0, S.CHECK: 300.0,
    S.HANDED_OVER: 45.0})
"""How long a screen stays without a touch where it is not a minute: longer only while an officer is at work on it."""


def seconds(screen: Screen) -> float | None:
    """How long that screen may stand untouched; None where no clock runs."""
    return None if screen in NO_CLOCK | AT_WORK else SECONDS.get(screen, IDLE_SECONDS)

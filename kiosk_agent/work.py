"""What a screen does by itself: with the card, the printer and the office. Each work has one outcome; none is tried again."""

import base64
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from content.catalogue import Catalogue
from content.rules.codes import as_typed
from content.rules.prepared_code import checked
from content.vocabulary.counter import Limit
from kiosk_agent import limits, questions
from kiosk_agent.beside import compared, with_boxes
from kiosk_agent.card.facts import CardFacts, CardKind, Look, Opening, Secret, SecretKind, SignedChallenge
from kiosk_agent.card.secure_messaging import WrongCardNumber
from kiosk_agent.cards import Cards
from kiosk_agent.desk import CardProof, Filed, Filing, Left, NotTrusted, Office, Offline, Prepared, Refused
from kiosk_agent.errors import CardError, CardRemoved, KioskError, PrinterTrouble, QrError, ReaderTrouble, WrongPin
from kiosk_agent.forms import Bundle, Forms, Wish
from kiosk_agent.journeys import Happening, Journey
from kiosk_agent.paper.spool import Spool
from kiosk_agent.prepared import letters
from kiosk_agent.session import Session, Wanted
from kiosk_agent.sheet import JAPAN, SEX, new_case_code

H = Happening
DONE = "done"
"""The public status of a case whose paper is in the person's hands."""
SETTLED_AFTER = timedelta(minutes=1)
"""An application whose answer did not come may still be on its way into the office's store: it ends there within half a minute
(functions/.chalice: the gateway gives up after 29 seconds), and only then can it be taken back for good."""
SYMBOL = "MP1"
"""How a symbol of an application made on the phone begins."""
WAITS = Filed(id="", reference="", status="waiting", certificate="none")


class Outgoing(Protocol):
    """What was finished here and the office has not acknowledged yet."""

    def put(self, filing: Filing) -> None:
        """Keep it, durably. Raises KioskError."""
        ...

    def leave(self, left: Left, due: datetime) -> None:
        """In its place keep the word that the office is to take it back, to be sent not before `due`. Raises KioskError."""
        ...

    def waiting(self) -> int:
        """How many."""
        ...

    def oldest(self) -> datetime | None:
        """When the oldest of them was made."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything the counter works with."""

    catalogue: Catalogue
    cards: Cards
    forms: Forms
    spool: Spool
    office: Office
    outgoing: Outgoing
    read_symbols: Callable[[Sequence[str]], Prepared]
    """Symbols from a phone in any order. Raises QrError; `missing` names the parts that are still to come."""
    clock: Callable[[], datetime]
    two_readers: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a work ended, and what became known by it."""

    happening: Happening
    known: Mapping[str, object] = field(default_factory=dict, repr=False)
    numberless: Filed | None = None
    """An application that the office may have, although the person is told that it was not taken."""


def with_card(use: Callable[[], Outcome]) -> Outcome:
    """Use the card once; each way in which it can fail is an outcome."""
    try:
        return use()
    except WrongPin as wrong:
        if wrong.tries_left == 0:
            return Outcome(H.HINDERED, {"limit": Limit.BLOCKED, "tries": 0})
        return Outcome(H.WRONG, {"tries": wrong.tries_left, "limit": Limit.WRONG})
    except WrongCardNumber:
        return Outcome(H.WRONG, {"tries": None, "limit": Limit.WRONG})
    except CardRemoved:
        return Outcome(H.REMOVED)
    except CardError as error:
        return Outcome(H.HINDERED, {"limit": limits.of_card(error)})
    except ReaderTrouble:
        return Outcome(H.READER_GONE, {"limit": Limit.READER_UNPLUGGED})


def look(parts: Parts, session: Session) -> Outcome:
    """What card lies there, and how it can be opened."""
    found = parts.cards.look()
    hindrance = limits.on_look(found, session.journey, parts.catalogue.city.code, today(parts))
    if hindrance is not None:
        return Outcome(H.HINDERED, {"limit": hindrance})
    return opened_by(found, usable(found)[0], H.LOOKED)


def usable(found: Look) -> tuple[Opening, ...]:
    """The ways of opening the card that are left. The signing password opens nothing that is read here."""
    return tuple(one for one in found.openings if one.tries_left != 0 and one.kind is not SecretKind.SIGNING_PASSWORD)


def opened_by(found: Look, opening: Opening, otherwise: Happening) -> Outcome:
    """Go on to the secret of that opening; before its last try the person is asked. A card without a number just opens."""
    if opening.kind is SecretKind.NOTHING:
        return Outcome(H.OPEN, {"look": found, "secret": opening.kind})
    last = opening.tries_left == 1
    locked = Limit.BLOCKED if any(one.tries_left == 0 for one in found.openings) else None
    return Outcome(H.ONE_TRY_LEFT if last else otherwise,
                   {"look": found, "secret": opening.kind, "tries": opening.tries_left,
                    "limit": Limit.LAST_TRY if last else locked})


def read(parts: Parts, session: Session, secret: Secret) -> Outcome:
    """The holder's facts."""
    if session.look is None:
        return Outcome(H.STOPPED)
    facts = parts.cards.read(session.look, secret)
    city = parts.catalogue.city.code
    limit = Limit.DOUBTFUL if facts.doubtful else Limit.OTHER_CITY if limits.is_of_another_city(session.look, city) else None
    return Outcome(H.READ_IN_PART if facts.missing else H.READ, {"person": facts, "tries": None, "limit": limit})


def beside(parts: Parts, session: Session, outcome: Outcome) -> Outcome:
    """The same with a card that is laid beside a family's form: it is compared, and one that cannot be used stops nothing."""
    if session.journey is not Journey.BESIDE or session.prepared is None:
        return outcome
    limit = outcome.known.get("limit")
    person = outcome.known.get("person")
    if outcome.happening is H.HINDERED:
        return Outcome(H.NO_CARD_AFTER_ALL, {"limit": limit, "journey": Journey.CODE})
    if outcome.happening not in (H.READ, H.READ_IN_PART) or not isinstance(person, CardFacts):
        return outcome
    procedure, answers = parts.catalogue.procedure(session.prepared.procedure), session.prepared.answers
    found = compared(procedure, answers, person)
    form = replace(session.prepared, answers=with_boxes(answers, found.filled))
    return Outcome(H.COMPARED, {"prepared": form, "beside": found, "journey": Journey.CODE})


def look_for_key(parts: Parts, session: Session) -> Outcome:
    """How many tries the PIN of the key has left; it is another PIN than the one that opened the card."""
    tries = parts.cards.auth_tries()
    if tries == 0:
        return Outcome(H.HINDERED, {"limit": Limit.BLOCKED})
    last = tries == 1
    return Outcome(H.ONE_TRY_LEFT if last else H.LOOKED, {"tries": tries, "limit": Limit.LAST_TRY if last else None})


def prove(parts: Parts, session: Session, secret: Secret, wanted: Callable[[], bool]) -> Outcome:
    """Ask the office for a challenge, let the card answer it, and hand the application in if it is still wanted."""
    if session.person is None or not session.wishes:
        return Outcome(H.STOPPED)
    try:
        challenge = parts.office.challenge()
    except Offline:
        return _keep(parts, _filing(parts, session, session.person, None))
    except (NotTrusted, Refused) as error:
        return Outcome(H.HINDERED, {"limit": limits.of_office(error)})
    signed = parts.cards.sign_challenge(secret, base64.b64decode(challenge))
    if not wanted():
        return Outcome(H.REMOVED)
    filing = _filing(parts, session, session.person, _proof(challenge, signed))
    try:
        filed = parts.office.file(filing)
    except Offline:
        kept = _keep(parts, filing)
        return kept if "filed" in kept.known else replace(kept, numberless=_waits(filing))
    except (NotTrusted, Refused) as error:
        return Outcome(H.HINDERED, {"limit": limits.of_office(error)})
    return Outcome(H.FILED, {"filed": filed, "case_code": filing.case_code,
                             "limit": limits.OF_CERTIFICATE.get(filed.certificate)})


def _keep(parts: Parts, filing: Filing) -> Outcome:
    try:
        parts.outgoing.put(filing)
    except KioskError:
        return Outcome(H.HINDERED, {"limit": Limit.QUEUE_FULL})
    return Outcome(H.KEPT_FOR_LATER, {"limit": Limit.OFFICE_OFFLINE, "filed": _waits(filing), "case_code": filing.case_code})


def _waits(filing: Filing) -> Filed:
    return replace(WAITS, id=filing.id)


def _proof(challenge: str, signed: SignedChallenge) -> CardProof:
    return CardProof(challenge, certificate=signed.certificate, signature=signed.signature)


def _filing(parts: Parts, session: Session, person: CardFacts, proof: CardProof | None) -> Filing:
    wish = session.wishes[0]
    return Filing(id=str(uuid.uuid4()), procedure=wish.procedure, version=parts.catalogue.procedure(wish.procedure).version,
                  case_code=new_case_code(), made_at=parts.clock(), answers=wish.answers, applicant=applicant(person),
                  card=str(person.kind), proof=proof)


def applicant(person: CardFacts) -> dict[str, str]:
    """The person's facts by their GIF names; what the card does not say is left out."""
    born = person.birthdate
    told = {"fullName": person.name and person.name.replace("\u3000", " "), "fullNameKana": person.kana,
            "fullAddress": person.address, "dateOfBirth": born and f"{born[:4]}-{born[4:6]}-{born[6:]}",
            "sex": str(SEX[person.sex]) if person.sex in SEX else None}
    return {name: value for name, value in told.items() if value is not None}


def person_of(prepared: Prepared) -> CardFacts:
    """What was typed on the phone, as the sheets take it."""
    told = {name: str(value) for name, value in prepared.applicant.items()}
    sex = {str(gif): card for card, gif in SEX.items() if card != "3"}.get(told.get("sex", ""))
    return CardFacts(CardKind.MY_NUMBER, name=told.get("fullName"), kana=told.get("fullNameKana"), address=told.get("fullAddress"),
                     birthdate=told.get("dateOfBirth", "").replace("-", "") or None, sex=sex)


def print_forms(parts: Parts, session: Session, wanted: Callable[[], bool]) -> Outcome:
    """All papers of the session in one job, or none of them."""
    if session.prepared is not None:
        person: CardFacts | None = person_of(session.prepared)
        wishes: tuple[Wanted, ...] = (Wanted(session.prepared.procedure, session.prepared.answers),)
    else:
        person, wishes = session.person, session.wishes
    if person is None or not wishes:
        return Outcome(H.STOPPED)
    code = session.case_code or new_case_code()
    papers = [(questions.paper_of(parts.catalogue, wish.procedure), wish.answers) for wish in wishes]
    known: dict[str, object] = {"case_code": code, "filed": session.filed}
    event = family_event(parts.catalogue, session.prepared)
    try:
        bundle = Bundle(person, tuple(Wish(paper, answers) for paper, answers in papers if paper is not None), code)
        if event is not None:
            form = parts.forms.family(event, wishes[0].answers, code, now=parts.clock())
        elif len(bundle.wishes) < len(wishes):
            return Outcome(H.PRINT_FAILED, {**known, "limit": Limit.NO_PAPER})
        else:
            form = parts.forms.bundle(bundle, now=parts.clock())
        parts.spool.print(form.job, wanted)
    except PrinterTrouble as trouble:
        return Outcome(H.PRINT_FAILED, {**known, "limit": limits.OF_PRINTER[trouble.reason]})
    except KioskError:
        return Outcome(H.PRINT_FAILED, {**known, "limit": Limit.NO_PAPER})
    limit = Limit.UNPRINTABLE if form.unprintable else None
    return Outcome(H.PRINTED, {**known, "unprintable": form.unprintable, "limit": limit})


def family_event(catalogue: Catalogue, prepared: Prepared | None) -> str | None:
    """The life event whose interview was answered on the phone; None for every other form."""
    if prepared is None:
        return None
    return next((one.id for one in catalogue.life_events if one.procedure == prepared.procedure), None)


def print_ticket(parts: Parts, session: Session, wanted: Callable[[], bool]) -> Outcome:
    """The slip with the number. Without paper the number on the screen must do; the application is in all the same."""
    code = session.case_code or ""
    known: dict[str, object] = {"case_code": code, "filed": session.filed, "limit": session.limit}
    lines = ("この番号でお呼びします。", "証明書は、窓口でお渡しします。カードをお持ちください。")
    try:
        parts.spool.print(parts.forms.ticket(code, "受付番号", lines, code, now=parts.clock()).job, wanted)
    except PrinterTrouble as trouble:
        known["limit"] = session.limit or limits.OF_PRINTER[trouble.reason]
    except KioskError:
        known["limit"] = session.limit or Limit.NO_PAPER
    return Outcome(H.TICKET_OUT, known)


def ask_how_it_stands(parts: Parts, session: Session) -> Outcome | None:
    """Whether the officer has the paper in hand; None when nothing has changed, or the office cannot be heard."""
    if session.filed is None:
        return None
    try:
        filed = parts.office.filed(session.filed.id)
    except (Offline, NotTrusted, Refused):
        return None
    known = {"filed": filed, "case_code": session.case_code}
    if filed.status == DONE:
        return Outcome(H.HANDED_OVER, known)
    if filed.waits_for_check == session.filed.waits_for_check and filed.check_code == session.filed.check_code:
        return None
    return Outcome(H.CALLED if filed.waits_for_check else H.CALL_ENDED, known)


def confirm(parts: Parts, session: Session) -> Outcome:
    """The person says that the paper is theirs."""
    if session.filed is None:
        return Outcome(H.STOPPED)
    known = {"filed": session.filed, "case_code": session.case_code}
    try:
        return Outcome(H.CONFIRMED, {**known, "filed": parts.office.confirm(session.filed.id, session.filed.check_code)})
    except (Offline, NotTrusted, Refused) as error:
        return Outcome(H.HINDERED, {**known, "limit": limits.of_office(error)})


def leave_check(parts: Parts, id: str) -> None:
    """Tell the office that nobody stands before the check of that application any more: the paper is not to be given out.

    Where it cannot be heard the check runs out by itself; where the paper was given already, nothing changes.
    """
    with suppress(Offline, NotTrusted, Refused):
        parts.office.stop(id)


def take_back(parts: Parts, filed: Filed) -> None:
    """Nobody has the number of that application: the office takes it back, now or when it can be heard. Raises KioskError
    where it can neither be heard nor the word be kept."""
    now = parts.clock()
    left = Left(filed.id, now)
    if filed.status == WAITS.status:
        parts.outgoing.leave(left, now + SETTLED_AFTER)
        return
    try:
        parts.office.withdraw(left.id)
    except (Offline, NotTrusted):
        parts.outgoing.leave(left, now)
    except Refused:
        return  # an officer has gone on with it, and sees it


def fetch(parts: Parts, session: Session, typed: str) -> Outcome:
    """What was filled in on the phone: by its code from the office, by its symbols without any network."""
    text, symbols = as_typed(typed), session.parts
    try:
        if text.startswith(SYMBOL):
            symbols = tuple(dict.fromkeys((*session.parts, text)))
            prepared = parts.read_symbols(symbols)
        elif (code := letters(typed)) is None:  # no code at all: the office counts wrong ones, and lets this kiosk wait then
            return Outcome(H.NOT_FETCHED, {"parts": symbols, "limit": Limit.CODE_UNKNOWN})
        else:
            prepared = _as_ours(parts, parts.office.prepared(code))
        parts.catalogue.procedure(prepared.procedure)
    except QrError as error:
        missing = tuple(getattr(error, "missing", ()))
        return Outcome(H.NOT_FETCHED, {"parts": symbols if missing else session.parts, "missing": missing,
                                       "limit": Limit.PART_MISSING if missing else Limit.CODE_DAMAGED})
    except Refused as error:
        return Outcome(H.NOT_FETCHED, {"parts": symbols, "limit": limits.OF_CODE.get(error.code, Limit.CODE_UNKNOWN)})
    except (Offline, NotTrusted):
        return Outcome(H.NOT_FETCHED, {"parts": symbols, "limit": Limit.CODE_OFFLINE})
    except KeyError:
        return Outcome(H.NOT_FETCHED, {"parts": (), "limit": Limit.NO_PAPER})
    return Outcome(H.FETCHED, {"prepared": prepared, "journey": Journey.CODE})


def _as_ours(parts: Parts, prepared: Prepared) -> Prepared:
    """What our form takes of it, which may be older or newer than the phone's. Raises KeyError for a procedure we lack."""
    procedure = parts.catalogue.procedure(prepared.procedure)
    return replace(prepared, version=procedure.version, answers=checked(procedure, prepared.answers, today(parts)))


def today(parts: Parts) -> date:
    """The day in Japan."""
    return parts.clock().astimezone(JAPAN).date()

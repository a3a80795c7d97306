"""らくらく窓口: what a kiosk at the counter files for the person before it stands in the officers' queue at once (systems.md S04).

One event in one transaction, under the id the kiosk chose: a message that comes again, a minute or a day later, changes
nothing. The form is checked as any other. What a card said is kept as it was read; nobody is refused for a certificate.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.application import ENDS, KIOSK, Actor, Application, Event, State
from chalicelib.domain.card_proof import CardProof
from chalicelib.domain.contents import ApplicationId, CardRead, Certificate
from chalicelib.domain.device import Device
from chalicelib.domain.errors import AlreadyThere, NaviError, NotFound
from chalicelib.domain.history import GENESIS, record
from chalicelib.domain.outbox import Effect, EffectKind
from chalicelib.domain.reference import reference_of
from chalicelib.services import apply, card_proof, devices, hand_over, links, told, versions
from chalicelib.services.card_proof import UseChallenge
from chalicelib.services.decide import propose_fee
from chalicelib.services.parts import Parts
from chalicelib.services.receive import check, on_paper
from content.rules import form
from content.rules.fees import NoFee
from content.vocabulary.channel import ChannelKind
from content.vocabulary.form import FieldKind
from content.vocabulary.procedure import Procedure

CARDS = ("my_number", "my_number_licence", "my_number_residence", "licence", "driving_record", "residence", "special_permanent")
"""The kiosk's kinds of cards that say who somebody is."""
CASE_CODE = re.compile(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}")
LEFT = "left_kiosk"
"""Why it was taken back: the person had left before the kiosk could give them its number."""
OWN_FIELDS = {"name": "fullName", "name_kana": "fullNameKana", "address": "fullAddress", "birthdate": "dateOfBirth",
              "gender": "sex"}
"""Fields about the applicant, as the shared pages call them, and their GIF names. Those about others are called otherwise."""
SEVERAL = (FieldKind.CHOICES, FieldKind.GROUP, FieldKind.FILE)


class FieldFaulty(NaviError):
    """The message cannot be taken as it is. field: which one; of the form, or of the message itself. Never its value."""

    code = "form-faulty"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who applies. birthdate: ISO day, with 00 for a part the card does not know. sex: ISO 5218, or empty."""

    name: str = field(repr=False)
    kana: str = field(default="", repr=False)
    address: str = field(repr=False)
    birthdate: str = field(repr=False)
    sex: str = field(default="", repr=False)

    def facts(self) -> dict[str, str]:
        """Field id → what is known."""
        known = {"name": self.name, "name_kana": self.kana, "address": self.address, "birthdate": self.birthdate,
                 "gender": self.sex}
        return {id: fact for id, fact in known.items() if fact}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One application as the kiosk sends it. card: one of CARDS, or empty where the facts were typed."""

    id: str
    procedure: str
    version: int
    case_code: str
    made_at: datetime
    answers: form.Answers = field(repr=False)
    applicant: Applicant = field(repr=False)
    card: str = field(default="", repr=False)
    proof: CardProof | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """How an application stands, for the kiosk that filed it. fee_yen: what was decided, else what the rules say; None where
    they say nothing. check_words: what both screens show beside the code; nothing about the person."""

    id: ApplicationId
    reference: str
    status: str
    certificate: Certificate
    fee_yen: int | None
    waits_for_check: bool
    check_code: str
    check_words: tuple[str, ...]


def offered(parts: Parts, procedure: Procedure) -> bool:
    """Whether it can be taken at the counter: there is a paper for it, or a certificate of it is given there."""
    counters = {one.id for one in parts.catalogue.channels if one.kind is ChannelKind.COUNTER}
    given = {rule.certificate for rule in procedure.fees}
    return any(paper.procedure == procedure.id for paper in parts.catalogue.papers) or any(
        way.channel in counters for one in parts.catalogue.certificates if one.id in given for way in one.availability)


def file(parts: Parts, device: Device, filing: Filing, *, use: UseChallenge = devices.use_challenge) -> Application:
    """A new case in the queue. The same id with the same content again gives the case as it is now; the proof does not count
    as content, since it can be given once only.

    Raises NotFound for a procedure that is not offered at the counter, AlreadyThere for an id that was used for something
    else, FieldFaulty.
    """
    chosen, digest = _id(filing.id), _digest(filing)
    try:
        return _same(parts.applications.get(chosen), device, digest)
    except NotFound:
        pass
    procedure = next((one for one in parts.catalogue.procedures if one.id == filing.procedure and offered(parts, one)), None)
    if procedure is None:
        raise NotFound("procedure")
    answers = _answers(parts, procedure, filing)
    proved = card_proof.verify(parts, device, filing.proof, use=use)
    try:
        return _written(parts, device, chosen, procedure, answers, _read(filing, proved), filing, digest)
    except AlreadyThere:  # the same message, twice at once; an erased case keeps its id
        try:
            return _same(parts.applications.get(chosen), device, digest)
        except NotFound:
            raise AlreadyThere(chosen) from None


def own(parts: Parts, device: Device, id: str) -> Application:
    """The case, for the kiosk that filed it. Raises NotFound for every other."""
    case = parts.applications.get(_id(id))
    if not case.is_from_kiosk or case.kiosk != device.id:
        raise NotFound("of another")
    return case


def take_back(parts: Parts, case: Application) -> Application:
    """Withdraw what was filed for somebody who never got its number: nobody would come for it. A second time changes nothing.

    Raises IllegalTransition once it is paid for or made, which the officer then settles by eye; Stale.
    """
    return hand_over.as_it_is_now(parts, case, lambda now_is: now_is if now_is.state in ENDS else apply.withdraw(
        parts, now_is, why=LEFT))


def standing(parts: Parts, case: Application) -> Filed:
    """What the kiosk is told of it."""
    running = hand_over.running(parts, case)
    return Filed(id=case.id, reference=case.reference, status=str(case.public), fee_yen=_fee(parts, case),
                 certificate=case.card.certificate if case.card else Certificate.NONE,
                 waits_for_check=running is not None, check_code=running.code if running else "",
                 check_words=hand_over.words(parts, case) if running else ())


def _id(typed: str) -> ApplicationId:
    try:
        return ApplicationId(str(uuid.UUID(typed)))
    except ValueError:
        raise NotFound("id") from None


def _digest(filing: Filing) -> str:
    said = {"procedure": filing.procedure, "version": filing.version, "code": filing.case_code, "at": filing.made_at.isoformat(),
            "answers": {id: list(one) if isinstance(one, tuple) else one for id, one in filing.answers.items()},
            "applicant": filing.applicant.facts(), "card": filing.card}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _same(there: Application, device: Device, digest: str) -> Application:
    if not there.is_from_kiosk or (there.kiosk, there.filed_digest) != (device.id, digest):
        raise AlreadyThere(there.id)
    return there


def _answers(parts: Parts, procedure: Procedure, filing: Filing) -> dict[str, form.Answer]:
    """What is sent: the answers, and the applicant's own facts where the form asks for them. Raises FieldFaulty."""
    if filing.card and filing.card not in CARDS:
        raise FieldFaulty("card")
    if not CASE_CODE.fullmatch(filing.case_code):
        raise FieldFaulty("caseCode")
    typed = on_paper(procedure, kana=False)
    older = {id: answer for id, answer in filing.answers.items() if id.partition(".")[0] not in {f.id for f in typed.fields()}}
    if older and filing.version == procedure.version:
        raise FieldFaulty(min(older))
    filled = _filled(procedure, filing)
    posted = {id: _values(typed, id, answer) for id, answer in filing.answers.items() if id not in older}
    checked = check(parts, typed, {**posted, **{id: [fact] for id, fact in filled.items()}}, {})
    # What the card says is taken as it is, such as a birthday without a day: the officer sees it beside the printed card.
    wrong = [one.field for one in checked.problems if not (filing.card and one.field in filled)]
    if wrong:
        raise FieldFaulty(wrong[0])
    return {**older, **form.sent_answers(typed, {**checked.answers, **(filled if filing.card else {})})}


def _filled(procedure: Procedure, filing: Filing) -> dict[str, str]:
    """Field id → the applicant's fact; a card's facts come before what was answered, typed ones after it."""
    facts = filing.applicant.facts()
    about = {one.id: one.from_identity or one.id for one in procedure.fields()
             if one.from_identity or OWN_FIELDS.get(one.id) == one.gif}
    return {id: facts[fact] for id, fact in about.items() if fact in facts and (filing.card or id not in filing.answers)}


def _values(procedure: Procedure, id: str, answer: form.Answer) -> list[str]:
    """An answer as a browser would post it. Raises FieldFaulty where one is given for several, or several for one."""
    try:
        several = form.part_of(procedure, id).kind in SEVERAL
    except KeyError:
        raise FieldFaulty(id) from None
    if several is isinstance(answer, str):
        raise FieldFaulty(id)
    return [answer] if isinstance(answer, str) else list(answer)


def _read(filing: Filing, proved: card_proof.Proved) -> CardRead | None:
    if not filing.card:
        return None
    who = filing.applicant
    return CardRead(kind=filing.card, name=who.name, kana=who.kana, address=who.address, birthdate=who.birthdate, sex=who.sex,
                    certificate=proved.certificate, serial=proved.serial, why=proved.why)


def _written(parts: Parts, device: Device, id: ApplicationId, procedure: Procedure, answers: Mapping[str, form.Answer],
             card: CardRead | None, filing: Filing, digest: str) -> Application:
    now = parts.clock()
    parts.applications.reserve(id)  # the link of the status page is made with the case's own key
    link = links.hash_of(links.token(parts, id, links.STATUS))
    certificate = str(card.certificate) if card else str(Certificate.NONE)
    first = record(application=id, number=1, at=now, event=Event.FILE, by=Actor.RESIDENT, who=Actor.RESIDENT, before=GENESIS,
                   state=State.SUBMITTED, detail={"procedure": procedure.id, "version": str(filing.version), "channel": KIOSK,
                                                  "kiosk": device.id, "certificate": certificate})
    case = Application(id=id, procedure=procedure.id, procedure_version=procedure.version, department=procedure.department,
                       reference=reference_of(id), state=State.SUBMITTED, state_since=now, created_at=now, version=1,
                       last_hash=first.hash, asked_as=versions.asked_as(procedure), submitted_at=now, answers=dict(answers),
                       channel=KIOSK, kiosk=device.id, kiosk_name=device.name, case_code=filing.case_code,
                       made_at=min(filing.made_at, now), card=card, filed_digest=digest)
    notice = Effect(id=f"{id}:1:0", kind=EffectKind.MAIL, application=id, created_at=now, detail={"template": "received"},
                    not_before=now)
    effects = (notice,) if told.reached_at(parts, case) else ()
    parts.applications.write(case, first, effects=effects, link=f"{links.STATUS}:{link}")
    return case


def _fee(parts: Parts, case: Application) -> int | None:
    if case.fee is not None:
        return case.fee.yen
    if not parts.catalogue.procedure(case.procedure).costs:
        return 0
    try:
        return sum(yen for _, yen in propose_fee(parts, case))
    except NoFee:
        return None

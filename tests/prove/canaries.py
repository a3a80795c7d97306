"""Cases whose every personal field holds a made-up word that occurs nowhere else, brought to each end, to be looked for later."""

import base64
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import Attachment, FileStatus
from chalicelib.services import apply, correspond, decide, fulfil, pay, review
from chalicelib.services.steps import take
from content.vocabulary.procedure import Reason, Result
from tests.fakes import cases
from tests.fakes.world import World, a_world_where_juminhyo

TAG = "カナリヤ"
PLAIN = {"name": f"{TAG}一郎", "address": f"鹿児島県指宿市{TAG}町９９９番地", "birthdate": "1919-09-19", "gender": "9"}
"""基本4情報 as the card gives them; the day of birth is one that nobody alive has."""
WORDS: Mapping[str, str] = {
    "name": PLAIN["name"], "address": PLAIN["address"], "birth": PLAIN["birthdate"], "kana": "カナリヤ イチロウ",
    "mail": "canary-bird@nest.example", "phone": "09900099009", "members": f"{TAG}花子",
    "purpose": f"{TAG}の手続き", "destination": f"{TAG}事務所", "note": f"{TAG}さんに電話した",
    "message": f"{TAG}です。いつ届きますか", "answer": f"{TAG}様、あすです",
    "correction": f"{TAG}様、部数を確かめてください", "outcome": f"{TAG}様の届けを受理",
    "proposal": f"{TAG}様に起案", "invoice": f"{TAG}商店", "confirmed": "canary-proved@nest.example",
    "file": f"{TAG}の保険証.jpg", "document": f"{TAG}の通知.pdf", "fee line": f"{TAG}様の住民票",
    "tracking": "9909-0990-9909", "before": f"{TAG}の前の答え", "signature": "Y2FuYXJ5LXNpZ24=",
    "certificate": f"CN={TAG}", "subject": "canary-subject-0099",
}
"""What each field is filled with. Every word is searched for by itself."""
A_NOTICE = {"result": Result.NOTICE, "outcomes": (Reason(id="accepted", label="受理", resident="受け付けました。"),), "fees": ()}


@dataclass(frozen=True)
class Walk:
    """One way to an end: its name, the kind of procedure, and what brings a case there, time apart."""

    name: str
    kind: Mapping[str, object]
    walk: Callable[[World], Application]
    end: State


def traces(word: str) -> Iterator[bytes]:
    """How a word can stand in bytes: as it is, escaped in JSON, in UTF-16, and within base64 however it is aligned."""
    yield word.encode()
    if not word.isascii():
        yield word.encode("unicode_escape")
        yield word.encode("utf-16-le")
    raw = word.encode()
    for shift in range(3):
        inner = raw[(3 - shift) % 3:]
        whole = inner[:len(inner) // 3 * 3]
        if len(whole) >= 9:
            yield base64.b64encode(whole)


def found_in(data: bytes, words: Mapping[str, str] = WORDS) -> list[str]:
    """The names of the words that occur."""
    return [name for name, word in words.items() if any(trace in data for trace in traces(word))]


def world(kind: Mapping[str, object]) -> World:
    """A city hall whose identity provider knows the canary."""
    hall = a_world_where_juminhyo(**kind)
    hall.residents.person = {**hall.residents.person, **PLAIN, "subject": WORDS["subject"]}
    return hall


def filled(hall: World, *, sent: bool = True) -> Application:
    """A case with a canary in everything a resident gives; `sent` else a draft."""
    draft = apply.begin(hall.parts, str(uuid.uuid4()), "juminhyo")
    draft = apply.identify(hall.parts, draft, hall.residents.finish(hall.residents.start(), code="good", now=hall.clock()))
    procedure = hall.parts.catalogue.procedure("juminhyo")
    said = {**cases.ANSWERS, "contact": {"mail": [WORDS["mail"]], "phone": [WORDS["phone"]]},
            "kana": {"name_kana": [WORDS["kana"]]}, "whose": {"whose": ["members"], "members": [WORDS["members"]]},
            "items": {"items": ["code"]},
            "purpose": {"purpose": [WORDS["purpose"]], "destination": [WORDS["destination"]]}}
    for page, posted in said.items():
        draft, check = apply.save_page(hall.parts, draft, procedure.page(page), posted)
        if check.problems:
            raise AssertionError(check.problems)
    draft = take(hall.parts, draft, Event.ATTACH, Actor.RESIDENT, who=Actor.RESIDENT, at=hall.clock(),
                 attachments=(_file(hall, "file"),), documents=(_file(hall, "document"),), invoice_name=WORDS["invoice"],
                 confirmed_contact=WORDS["confirmed"],
                 before_correction={"copies": WORDS["before"]})
    if not sent:
        return draft
    signature = replace(cases.a_signature(hall, draft), signature=WORDS["signature"], certificate=WORDS["certificate"])
    return correspond.ask(hall.parts, apply.submit(hall.parts, draft, WORDS["subject"], signature), WORDS["message"])


def _file(hall: World, name: str) -> Attachment:
    return Attachment(id=str(uuid.uuid4()), answers_to=None, name=WORDS[name], at=hall.clock(), status=FileStatus.CLEAN)


def reviewed(hall: World) -> Application:
    """The same with everything an officer writes."""
    case = review.claim(hall.parts, cases.officer(), filled(hall))
    case = review.note(hall.parts, cases.officer(), case, WORDS["note"])
    return correspond.write(hall.parts, cases.officer(), case, WORDS["answer"])


def _priced(hall: World) -> Application:
    return decide.decide_fee(hall.parts, cases.officer(), reviewed(hall), [(WORDS["fee line"], 300)])


def _corrected(hall: World) -> Application:
    return review.request_correction(hall.parts, cases.officer(), reviewed(hall), fields=["copies"], reason="other",
                                     words=WORDS["correction"])


def _sent_by_post(hall: World) -> Application:
    case = _priced(hall)
    pay.open_payment(hall.parts, case, back_to="http://localhost:8080/status/x/paid")
    case = hall.parts.applications.get(case.id)
    pay.settle(hall.parts, hall.provider.pay(cases.attempt_key_of(case), hall.clock()), said_id="evt_1")
    case = fulfil.issue(hall.parts, cases.officer(), hall.parts.applications.get(case.id))
    return fulfil.dispatch(hall.parts, cases.officer(), case, tracking=WORDS["tracking"])


def _accepted(hall: World) -> Application:
    return decide.accept(hall.parts, cases.officer(), reviewed(hall), outcome="accepted", words=WORDS["outcome"])


def _proposed_and_withdrawn(hall: World) -> Application:
    case = decide.accept(hall.parts, cases.officer(), reviewed(hall), outcome="accepted", words=WORDS["proposal"])
    return review.withdraw_for(hall.parts, cases.officer(), case, way="phone")


def _rejected(hall: World) -> Application:
    return decide.reject(hall.parts, cases.officer(), reviewed(hall), reason="duplicate")


WALKS = (
    Walk("a draft that was given up", {}, lambda hall: apply.withdraw(hall.parts, filled(hall, sent=False)), State.WITHDRAWN),
    Walk("a draft that runs out", {}, lambda hall: filled(hall, sent=False), State.EXPIRED),
    Walk("withdrawn by the resident", {}, lambda hall: apply.withdraw(hall.parts, filled(hall)), State.WITHDRAWN),
    Walk("withdrawn by telephone while a proposal waits", {**A_NOTICE, "approval": True}, _proposed_and_withdrawn, State.WITHDRAWN),
    Walk("refused", {}, _rejected, State.REJECTED),
    Walk("a correction that nobody made", {}, _corrected, State.EXPIRED),
    Walk("a fee that nobody paid", {}, _priced, State.EXPIRED),
    Walk("sent by post", {}, _sent_by_post, State.COMPLETED),
    Walk("accepted", A_NOTICE, _accepted, State.COMPLETED),
)


def sealed_fields() -> set[str]:
    """The fields of a case that hide themselves in a repr: each must be sealed."""
    return {one.name for one in fields(Application) if not one.repr}

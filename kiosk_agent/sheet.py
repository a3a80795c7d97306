"""Forms and tickets from beginning to end: facts and answers → QR symbols → filled sheets → one PDF job."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from content.rules.answers import Answer, Answers
from content.rules.codes import in_groups
from content.rules.wareki import wareki
from content.vocabulary.paper import Paper
from content.vocabulary.procedure import Procedure
from kiosk_agent import qr
from kiosk_agent.card.facts import CardFacts, CardKind
from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour
from kiosk_agent.errors import QrError, SheetError
from kiosk_agent.paper.drawing import Sheet
from kiosk_agent.paper.fill import Known, fill, marked
from kiosk_agent.paper.glyphs import Shelf, Unprintable
from kiosk_agent.paper.render import Renderer
from kiosk_agent.paper.setting import Modules
from kiosk_agent.paper.spool import Job
from kiosk_agent.paper.ticket import ticket

JAPAN = ZoneInfo("Asia/Tokyo")
SEX = {"1": 1, "2": 2, "3": 9, "9": 9}
"""Card → ISO 5218, which GIF uses: 1 male, 2 female, 9 other, 0 not known (domain.md §5.1)."""
LIVES = timedelta(days=7)
"""A form filled in today may be brought next week; after that it is typed by hand."""
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without the letters and digits that people mistake for one another."""


def new_case_code() -> str:
    """Eight letters in two groups; 40 bits are enough to tell the forms of a city apart for years."""
    return in_groups("".join(secrets.choice(CODE_LETTERS) for _ in range(8)))


@dataclass(frozen=True, slots=True)
class Wish:
    """One paper that the person asked for, and the answers to its questions."""

    paper: Paper
    answers: Answers = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Several papers of one person, printed as one job."""

    person: CardFacts = field(repr=False)
    wishes: tuple[Wish, ...]
    case_code: str | None = None
    """XXXX-XXXX where there is one already; else a new one is made."""
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What was typed once for all papers: `kana`, or any field by its id."""


@dataclass(frozen=True, slots=True)
class Request:
    """One paper of one person, as a card's four facts tell of them."""

    paper: Paper
    procedure: Procedure
    person: BasicFour = field(repr=False)
    answers: Mapping[str, tuple[str, ...]] = field(repr=False)
    copies: int


@dataclass(frozen=True, slots=True)
class Form:
    """The finished job, and the characters an officer must write in by hand."""

    job: Job
    unprintable: tuple[Unprintable, ...] = field(repr=False)


class FormMaker:
    """Makes forms and tickets with the fonts and keys of this kiosk."""

    def __init__(self, shelf: Shelf, sender: qr.Sender) -> None:
        self._shelf = shelf
        self._renderer = Renderer(shelf.fonts)
        self._sender = sender

    def bundle(self, bundle: Bundle, *, now: datetime) -> Form:
        """All sheets of all papers as one job: each with case code, n/m over the whole job, and the symbols of its paper's data.

        now: aware. Raises SheetError or QrError when a sheet cannot be drawn whole, or nothing was asked for.
        """
        if not bundle.wishes:
            raise SheetError("nothing was asked for")
        case_code = bundle.case_code or new_case_code()
        day = now.astimezone(JAPAN).date()
        drawn: list[tuple[Paper, Sheet, tuple[Modules, ...]]] = []
        unprintable: list[Unprintable] = []
        for wish in bundle.wishes:
            filled = fill(wish.paper, Known(wish.paper, day, bundle.person, wish.answers, case_code, bundle.extra), self._shelf)
            symbols = self._symbols(content(bundle, wish, case_code, now), now) if wish.paper.qr else ()
            unprintable += filled.unprintable
            drawn += [(wish.paper, sheet, symbols) for sheet in filled.sheets]
        sheets = [marked(sheet, paper, self._shelf, case_code=case_code, page=page, pages=len(drawn), symbols=symbols)
                  for page, (paper, sheet, symbols) in enumerate(drawn, 1)]
        return Form(self._job(sheets, bundle.wishes[0].paper.title, case_code), tuple(dict.fromkeys(unprintable)))

    def ticket(self, case_code: str, title: str, lines: tuple[str, ...], symbol_text: str | None, *, now: datetime) -> Form:
        """A ticket 80 mm wide and as long as it needs. Raises SheetError when the symbol would be too fine to read."""
        moment = now.astimezone(JAPAN)
        when = f"{wareki(moment.date())} {moment:%H:%M}"
        sheet, unprintable = ticket(case_code, title, lines, when, self._shelf, symbol_text)
        return Form(self._job([sheet], title, case_code), unprintable)

    def make(self, request: Request, *, now: datetime) -> Form:
        """One paper as a job, of what a My Number card's four facts say."""
        person = CardFacts(CardKind.MY_NUMBER, request.person.name, None, request.person.address, request.person.birthdate,
                           request.person.sex)
        answers: dict[str, Answer] = {**request.answers, "copies": str(request.copies)}
        return self.bundle(Bundle(person, (Wish(request.paper, answers),)), now=now)

    def _symbols(self, data: dict[str, Any], now: datetime) -> tuple[Modules, ...]:
        """The symbols of one paper. Answers too long for four of them stand on the paper only, and the data say so."""
        try:
            texts = qr.encode(data, self._sender, now=now, lives=LIVES)
        except QrError:
            texts = qr.encode({**data, "answers": {}, "answersOnPaper": True}, self._sender, now=now, lives=LIVES)
        return tuple(qr.modules(text) for text in texts)

    def _job(self, sheets: list[Sheet], title: str, case_code: str) -> Job:
        mark = secrets.token_hex(16)
        return Job(case_code, mark, self._renderer.pdf(sheets, title=title, case_code=case_code, session_mark=mark))


def content(bundle: Bundle, wish: Wish, case_code: str, now: datetime) -> dict[str, Any]:
    """The data of one paper by GIF names; what the card did not say is absent. The name's U+3000 becomes the half-width space of
    GIF; the characters and their variation selectors stay as they are."""
    paper, person = wish.paper, bundle.person
    answers = {id: list(answer) if isinstance(answer, tuple) else answer for id, answer in wish.answers.items()}
    copies = wish.answers.get("copies", "")
    number = {"copies": int(copies)} if isinstance(copies, str) and copies.isascii() and copies.isdigit() else {}
    applicant = {
        "fullName": person.name and person.name.replace("\u3000", " "),
        "fullNameKana": person.kana or bundle.extra.get("kana"),
        "fullAddress": person.address,
        "dateOfBirth": person.birthdate and f"{person.birthdate[:4]}-{person.birthdate[4:6]}-{person.birthdate[6:]}",
        "sex": SEX.get(person.sex or "", 0),
    }
    return {
        "procedure": paper.procedure or paper.id,
        "version": paper.version,
        "caseCode": case_code,
        "applicationDate": now.astimezone(JAPAN).date().isoformat(),
        **number,
        "answers": {id: answer for id, answer in answers.items() if id != "copies" or not number},
        "applicant": {name: value for name, value in applicant.items() if value is not None},
    }


__all__ = ["LIVES", "Bundle", "Form", "FormMaker", "Request", "Wish", "content", "new_case_code"]

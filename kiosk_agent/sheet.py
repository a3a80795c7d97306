"""One application form from beginning to end: facts → QR symbols → filled sheet → PDF."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from content.vocabulary.paper import Paper
from content.vocabulary.procedure import Procedure
from kiosk_agent import qr
from kiosk_agent.card.kenmen_nyuryoku_hojo import BasicFour
from kiosk_agent.paper.fill import Known, fill
from kiosk_agent.paper.glyphs import Shelf, Unprintable
from kiosk_agent.paper.render import Renderer
from kiosk_agent.paper.spool import Job

JAPAN = ZoneInfo("Asia/Tokyo")
SEX = {"1": 1, "2": 2, "3": 9, "9": 9}
"""Card → ISO 5218, which GIF uses: 1 male, 2 female, 9 other (domain.md §5.1)."""
LIVES = timedelta(days=7)
"""A form filled in today may be brought next week; after that it is typed by hand."""
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without the letters and digits that people mistake for one another."""


def new_case_code() -> str:
    """Eight letters in two groups; 40 bits are enough to tell the forms of a city apart for years."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for."""

    paper: Paper
    procedure: Procedure
    person: BasicFour = field(repr=False)
    answers: Mapping[str, tuple[str, ...]] = field(repr=False)
    copies: int


@dataclass(frozen=True, slots=True)
class Form:
    """The finished form, and the characters an officer must write in by hand."""

    job: Job
    unprintable: tuple[Unprintable, ...] = field(repr=False)


class FormMaker:
    """Makes forms with the fonts and keys of this kiosk."""

    def __init__(self, shelf: Shelf, sender: qr.Sender) -> None:
        self._shelf = shelf
        self._renderer = Renderer(shelf.fonts)
        self._sender = sender

    def make(self, request: Request, *, now: datetime) -> Form:
        """The form as a print job. Raises SheetError or QrError when it cannot be drawn whole."""
        case_code = new_case_code()
        day = now.astimezone(JAPAN).date()
        known = Known(request.procedure.addressee, day, request.person, request.answers, request.copies, case_code)
        texts = qr.encode(content(request, case_code, now), self._sender, now=now, lives=LIVES)
        filled = fill(request.paper, known, self._shelf, tuple(qr.modules(text) for text in texts))
        mark = secrets.token_hex(16)
        pdf = self._renderer.pdf([filled.sheet], title=request.paper.title, case_code=case_code, session_mark=mark)
        return Form(Job(case_code, mark, pdf), filled.unprintable)


def content(request: Request, case_code: str, now: datetime) -> dict[str, Any]:
    """The data of the form by GIF names. The name's U+3000 becomes the half-width space of GIF; the characters and
    their variation selectors stay as they are."""
    person = request.person
    return {
        "procedure": request.procedure.id,
        "version": request.procedure.version,
        "caseCode": case_code,
        "applicationDate": now.astimezone(JAPAN).date().isoformat(),
        "copies": request.copies,
        "answers": {field: list(values) for field, values in request.answers.items()},
        "applicant": {
            "fullName": person.name.replace("\u3000", " "),
            "fullAddress": person.address,
            "dateOfBirth": f"{person.birthdate[:4]}-{person.birthdate[4:6]}-{person.birthdate[6:]}",
            "sex": SEX[person.sex],
        },
    }

"""Answers to any question of any procedure: something sound for each kind of field, so that a form can be walked whole."""

import io

from PIL import Image

from chalicelib.domain.application import Application
from chalicelib.services import apply, attach
from content.rules import form
from content.vocabulary.form import FieldKind, Page, Part, Side
from tests.fakes.world import World

A_JPEG_SIZE = (40, 30)


def sound(field: Part, choice: int = 0) -> dict[str, list[str]]:
    """What a person might post for a field. choice: which of several choices, counted round."""
    match field.kind:
        case FieldKind.CHOICE:
            return {field.id: [field.choices[choice % len(field.choices)].id]}
        case FieldKind.CHOICES:
            return {field.id: [field.choices[choice % len(field.choices)].id]}
        case FieldKind.CONSENT:
            return {field.id: ["yes"]}
        case FieldKind.DATE:
            year = "9" if field.only is Side.FUTURE else "7"
            return {f"{field.id}-era": ["令和"], f"{field.id}-year": [year], f"{field.id}-month": ["4"], f"{field.id}-day": ["1"]}
        case FieldKind.ADDRESS:
            return {f"{field.id}-postal": ["891-0405"], field.id: ["鹿児島県指宿市湊1-1"]}
        case FieldKind.MAIL:
            return {field.id: ["hanako@example.jp"]}
        case FieldKind.PHONE | FieldKind.MOBILE:
            return {field.id: ["090-1234-5678"]}
        case FieldKind.KANA:
            return {field.id: ["イブスキ ハナコ"]}
        case FieldKind.NUMBER | FieldKind.YEN:
            return {field.id: [str(field.minimum if field.minimum is not None else 1)]}
        case FieldKind.PERSON_NAME:
            return {field.id: ["指宿 花子"]}
        case _:
            return {field.id: ["見本の答え"]}


def posted(page: Page, answers: form.Answers, choice: int = 0) -> dict[str, list[str]]:
    """What a person might post for a page; rows of groups as the page was shown with."""
    said: dict[str, list[str]] = {}
    for field in page.fields:
        for part in form.unfolded(field, answers):
            if part.kind is FieldKind.GROUP:
                said[part.id] = list(form.rows_of(field, answers))
            elif part.kind not in (FieldKind.EACH, FieldKind.FILE) and part.from_identity is None:
                said |= sound(part, choice)
    return said


def filled(world: World, draft: Application, choice: int = 0) -> Application:
    """The draft with everything answered, and a file wherever one is asked for."""
    procedure = world.parts.catalogue.procedure(draft.procedure)
    for _ in range(60):
        page = form.first_open_page(procedure, draft.answers)
        if page is None:
            return draft
        draft, _ = apply.save_page(world.parts, draft, page, posted(page, form.known(procedure, draft.answers), choice))
        for part in form.asked_fields(page, form.known(procedure, draft.answers)):
            if part.kind is FieldKind.FILE and not draft.answers.get(part.id):
                draft = with_a_file(world, draft, part.id)
    raise AssertionError(f"{draft.procedure}: {form.problems_of(procedure, draft.answers)}")


def with_a_file(world: World, application: Application, field: str, data: bytes | None = None) -> Application:
    """The case with a photograph for a field, as it is while the worker has not looked at it."""
    application, id = attach.expect(world.parts, application, field)
    offered = attach.offer(world.parts, application, id, back_to="http://localhost:8080/back")
    status, _ = world.uploads.posts(offered.fields, a_photograph() if data is None else data)
    assert status == 303
    return attach.arrived(world.parts, application, id)


def a_photograph() -> bytes:
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", A_JPEG_SIZE, "white").save(out, "JPEG")
    return out.getvalue()

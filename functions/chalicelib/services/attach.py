"""Files of a case: offered a place, arrived, looked at by the worker, taken back, shown to officers page by page.

The bytes go from the browser straight to the store (docs/adr/0021); a case knows only ids, names, and how far each has come.
"""

from dataclasses import replace

from chalicelib.domain.application import Actor, Application, Event
from chalicelib.domain.contents import ApplicationId, Attachment, FileStatus
from chalicelib.domain.errors import FormFaulty, NotFound
from chalicelib.domain.file import Refused
from chalicelib.domain.outbox import EffectKind
from chalicelib.domain.ports import UploadForm
from chalicelib.domain.task import TaskKind
from chalicelib.services import files, tasks
from chalicelib.services.parts import Parts
from chalicelib.services.steps import take
from content.rules import form
from content.vocabulary.form import Field, FieldKind
from content.vocabulary.procedure import Procedure

OFFERS_MOST = 60
"""Places for files that one case may ask for, those that nothing came to included."""
NAME_MOST = 80


def field_of(procedure: Procedure, application: Application, field: str) -> Field:
    """A file field that the form asks for now. Raises NotFound."""
    asked = {one.id for page in form.asked_pages(procedure, application.answers)
             for one in form.asked_fields(page, form.known(procedure, application.answers))}
    found = next((one for one in procedure.fields() if one.id == field and one.kind is FieldKind.FILE), None)
    if found is None or field not in asked:
        raise NotFound(field)
    return found


def expect(parts: Parts, application: Application, field: str) -> tuple[Application, str]:
    """A place for one more file of a field, and its id. An unused place of the same field is given again."""
    procedure = parts.catalogue.procedure(application.procedure)
    wanted = field_of(procedure, application, field)
    mine = [one for one in application.attachments if one.answers_to == field]
    waiting = next((one for one in mine if one.status is FileStatus.EXPECTED), None)
    if waiting is not None:
        return application, waiting.id
    if len([one for one in mine if one.status is not FileStatus.REFUSED]) >= wanted.at_most:
        raise FormFaulty("enough files")
    if len(application.attachments) >= OFFERS_MOST:
        raise FormFaulty("too many files")
    place = Attachment(id=files.new_upload(), answers_to=field, name="", at=parts.clock(), status=FileStatus.EXPECTED)
    return _resident(parts, application, Event.ATTACH, (*application.attachments, place), detail={"file": field}), place.id


def offer(parts: Parts, application: Application, id: str, *, back_to: str) -> UploadForm:
    """The form that sends the file. Raises NotFound for a place that is not there or was used."""
    if attachment(application, id).status is not FileStatus.EXPECTED:
        raise NotFound(id)
    return files.offer(parts, id, back_to=back_to)


def arrived(parts: Parts, application: Application, id: str) -> Application:
    """Note that the file came, and have it looked at. Nothing changes while nothing came, or when it was noted before."""
    one = attachment(application, id)
    if one.status is not FileStatus.EXPECTED:
        return application
    size = parts.uploads.arrived(id)
    if size is None:
        return application
    number = len([other for other in application.attachments if other.answers_to == one.answers_to and other.name]) + 1
    there = replace(one, status=FileStatus.CHECKING, size=size, name=f"{number}つめの書類", at=parts.clock())
    return _resident(parts, application, Event.ATTACH, _with(application, there), detail={"file": str(one.answers_to)},
                     effects=[(EffectKind.CHECK_FILE, {"file": id})])


def drop(parts: Parts, application: Application, id: str) -> Application:
    """Take a file back: from the case at once, from the store by the worker."""
    one = attachment(application, id)
    left = tuple(other for other in application.attachments if other.id != id)
    return _resident(parts, application, Event.DETACH, left, detail={"file": str(one.answers_to)},
                     effects=[(EffectKind.DROP_FILE, {"file": id, "pages": str(one.pages)})])


def look_at(parts: Parts, application: Application, id: str) -> Application:
    """The worker: scan, check and keep the file. Raises ProviderDown when it must be tried again.

    Refused files stay named in the case with the reason, which who sent them sees where they look next; when the case was
    sent in before, they are told by mail and the department has a task.
    """
    one = next((one for one in application.attachments if one.id == id), None)
    if one is None or one.status is not FileStatus.CHECKING:
        return application
    found = files.look_at(parts, application.id, id, mark=_mark(parts, application, one))
    if found is None:
        after = replace(one, status=FileStatus.REFUSED, code="empty")
    elif isinstance(found, Refused):
        after = replace(one, status=FileStatus.REFUSED, code=str(found.code))
    else:
        after = replace(one, status=FileStatus.CLEAN, pages=len(found.keys))
    sent = application.submitted_at is not None and after.status is FileStatus.REFUSED
    checked = take(parts, application, Event.CHECK_FILE, Actor.TIMER, who=Actor.TIMER, at=parts.clock(),
                   detail={"file": str(one.answers_to), "status": str(after.status)}, mail="file_refused" if sent else None,
                   attachments=_with(application, after), answers=_answers(application, _with(application, after)))
    if sent:
        tasks.found(parts, TaskKind.FILE_REFUSED, application.id, id, case=checked, detail={"file": str(one.answers_to)})
    files.put_away(parts, id)
    return checked


def remove(parts: Parts, application: ApplicationId, id: str, pages: int) -> None:
    """The worker: what was taken back leaves the store."""
    files.put_away(parts, id)
    for key in (*keys(parts, application, id, pages), files.original_key(parts, application, id)):
        parts.uploads.forget(key)


def keys(parts: Parts, application: ApplicationId, id: str, pages: int) -> tuple[str, ...]:
    """Where the pictures of a file lie; made from the case's own key, so nobody finds them without it."""
    name = parts.applications.secret(application, f"file/{id}")
    return tuple(f"{name}/{number}" for number in range(1, pages + 1))


def picture(parts: Parts, application: Application, id: str, page: int) -> bytes:
    """One page of a clean file as JPEG. Raises NotFound for everything else."""
    one = next((one for one in (*application.attachments, *application.documents) if one.id == id), None)
    if one is None or one.status is not FileStatus.CLEAN or not 1 <= page <= one.pages:
        raise NotFound(id)
    return files.page(parts, application.id, keys(parts, application.id, id, one.pages)[page - 1])


def attachment(application: Application, id: str) -> Attachment:
    """The file of that id. Raises NotFound."""
    found = next((one for one in application.attachments if one.id == id), None)
    if found is None:
        raise NotFound(id)
    return found


def _with(application: Application, changed: Attachment) -> tuple[Attachment, ...]:
    return tuple(changed if one.id == changed.id else one for one in application.attachments)


def _answers(application: Application, attachments: tuple[Attachment, ...]) -> dict[str, form.Answer]:
    """The answers with the ids of the files that count: those that came and were not refused."""
    fields = {one.answers_to for one in (*application.attachments, *attachments) if one.answers_to}
    good = (FileStatus.CHECKING, FileStatus.CLEAN)
    counting = {field: tuple(one.id for one in attachments if one.answers_to == field and one.status in good) for field in fields}
    return {**application.answers, **counting}


def _mark(parts: Parts, application: Application, one: Attachment) -> str | None:
    """What is written over a paper that shows who somebody is, so that a copy tells where it came from."""
    procedure = parts.catalogue.procedure(application.procedure)
    identifies = any(field.id == one.answers_to and field.identifies for field in procedure.fields())
    return f"{parts.catalogue.city.id.upper()} {application.reference} {one.at:%Y-%m-%d}" if identifies else None


def _resident(parts: Parts, application: Application, event: Event, attachments: tuple[Attachment, ...],
              **more: object) -> Application:
    return take(parts, application, event, Actor.RESIDENT, who=Actor.RESIDENT, at=parts.clock(), attachments=attachments,
                answers=_answers(application, attachments), **more)  # type: ignore[arg-type]  # names are take's own

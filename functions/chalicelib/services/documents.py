"""Documents that the city makes for the applicant: sent by an officer as a PDF, looked at, given out as it was sent.

Like a resident's file it goes straight to the store, is scanned and painted; unlike one, its original is kept too, sealed
beside the pictures: the applicant needs the very file. Nobody but the city sees it before it is delivered.
"""

from dataclasses import replace

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.domain.contents import Attachment, FileStatus
from chalicelib.domain.errors import FormFaulty, IllegalTransition, NotFound
from chalicelib.domain.file import Refused
from chalicelib.domain.outbox import EffectKind
from chalicelib.domain.ports import UploadForm
from chalicelib.services import files
from chalicelib.services.officers import DECIDES, Officer, need
from chalicelib.services.parts import Parts
from chalicelib.services.review import step
from chalicelib.services.steps import take
from content.vocabulary.procedure import Procedure, Result

MOST_BYTES = 4 * 1024 * 1024
"""It leaves inside a page as text, a third longer, and AWS Lambda answers with 6 MB at most."""
MOST = 5
"""Documents of one case."""


def result_for(procedure: Procedure, application: Application) -> Result:
    """What this applicant gets: who has nothing to open the status page with fetches the document at the desk, and who asked
    at the counter's kiosk waits there for it."""
    at_desk = procedure.result is Result.DOCUMENT and not application.opens
    in_the_hall = application.is_from_kiosk and procedure.result is not Result.NOTICE
    return Result.COLLECT if at_desk or in_the_hall else procedure.result


def expect(parts: Parts, officer: Officer, application: Application) -> tuple[Application, str]:
    """A place for one more document, and its id. An unused place is given again. Raises FormFaulty after the last one."""
    need(officer, application, DECIDES)
    if result_for(parts.catalogue.procedure(application.procedure), application) is not Result.DOCUMENT:
        raise IllegalTransition("no document")
    waiting = next((one for one in application.documents if one.status is FileStatus.EXPECTED), None)
    if waiting is not None:
        return application, waiting.id
    if len(application.documents) >= MOST:
        raise FormFaulty("enough documents")
    place = Attachment(id=files.new_upload(), answers_to=None, name="", at=parts.clock(), status=FileStatus.EXPECTED)
    return step(parts, officer, application, Event.ATTACH, documents=(*application.documents, place)), place.id


def offer(parts: Parts, application: Application, id: str, *, back_to: str) -> UploadForm:
    """The form that sends the document. Raises NotFound for a place that is not there or was used."""
    if document(application, id).status is not FileStatus.EXPECTED:
        raise NotFound(id)
    return files.offer(parts, id, back_to=back_to, most_bytes=MOST_BYTES)


def arrived(parts: Parts, officer: Officer, application: Application, id: str) -> Application:
    """Note that the document came, and have it looked at. Nothing changes while nothing came, or when it was noted."""
    need(officer, application, DECIDES)
    one = document(application, id)
    size = parts.uploads.arrived(id) if one.status is FileStatus.EXPECTED else None
    if size is None:
        return application
    number = len([other for other in application.documents if other.name]) + 1
    there = replace(one, status=FileStatus.CHECKING, size=size, name=f"書類{number}", at=parts.clock())
    return step(parts, officer, application, Event.ATTACH, documents=_with(application, there),
                effects=[(EffectKind.CHECK_FILE, {"file": id})])


def drop(parts: Parts, officer: Officer, application: Application, id: str) -> Application:
    """Take a document back before it was delivered: from the case at once, from the store by the worker."""
    need(officer, application, DECIDES)
    one = document(application, id)
    left = tuple(other for other in application.documents if other.id != id)
    return step(parts, officer, application, Event.DETACH, documents=left,
                effects=[(EffectKind.DROP_FILE, {"file": id, "pages": str(one.pages)})])


def look_at(parts: Parts, application: Application, id: str) -> Application:
    """The worker: scan, check and keep the document with its original. Raises ProviderDown when it must be tried again."""
    one = document(application, id)
    if one.status is not FileStatus.CHECKING:
        return application
    found = files.look_at(parts, application.id, id, original=True)
    if found is None or isinstance(found, Refused):
        after = replace(one, status=FileStatus.REFUSED, code=str(found.code) if found else "empty")
    else:
        after = replace(one, status=FileStatus.CLEAN, pages=len(found.keys))
    checked = take(parts, application, Event.CHECK_FILE, Actor.TIMER, who=Actor.TIMER, at=parts.clock(),
                   detail={"status": str(after.status)}, documents=_with(application, after))
    files.put_away(parts, id)
    return checked


def ready(application: Application) -> tuple[Attachment, ...]:
    """The documents that can be delivered; none while one is still being looked at."""
    if any(one.status is FileStatus.CHECKING for one in application.documents):
        return ()
    return tuple(one for one in application.documents if one.status is FileStatus.CLEAN)


def delivered(application: Application) -> tuple[Attachment, ...]:
    """What the applicant may open: nothing before the documents were delivered."""
    return application.documents if application.state in (State.DELIVERED, State.COMPLETED) else ()


def original(parts: Parts, application: Application, id: str) -> bytes:
    """The PDF as the city made it. Raises NotFound unless it was delivered."""
    if id not in {one.id for one in delivered(application)}:
        raise NotFound(id)
    return files.original(parts, application.id, id)


def document(application: Application, id: str) -> Attachment:
    """The document of that id. Raises NotFound."""
    found = next((one for one in application.documents if one.id == id), None)
    if found is None:
        raise NotFound(id)
    return found


def _with(application: Application, changed: Attachment) -> tuple[Attachment, ...]:
    return tuple(changed if one.id == changed.id else one for one in application.documents)

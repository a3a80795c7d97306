"""A form with one file as it comes in: the fields first, then the file in pieces that are never all in memory."""

from collections.abc import Iterable, Iterator

from werkzeug.exceptions import HTTPException
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

FIELDS_MOST, FIELD_MOST_BYTES = 20, 4096
PIECE = 64 * 1024


class Unreadable(Exception):
    """Not a form as ours are."""


class Form:
    """Reads a multipart body. First `fields`, then `file`; in that order and once."""

    def __init__(self, boundary: str, body: Iterable[bytes]) -> None:
        self._decoder = MultipartDecoder(boundary.encode(), max_form_memory_size=FIELD_MOST_BYTES * FIELDS_MOST,
                                         max_parts=FIELDS_MOST + 1)
        self._body = iter(body)

    def fields(self) -> dict[str, str]:
        """All before the file. Raises Unreadable."""
        fields: dict[str, str] = {}
        name, value = "", b""
        for event in self._events():
            match event:
                case File(name="file"):
                    return fields
                case Field():
                    name, value = event.name, b""
                case Data():
                    value += event.data
                    if len(value) > FIELD_MOST_BYTES:
                        raise Unreadable("field")
                    if not event.more_data:
                        fields[name] = value.decode("utf-8", "replace")
                case _:
                    break
        raise Unreadable("no file")

    def file(self) -> Iterator[bytes]:
        """The file's bytes; what comes behind it is not looked at, as with S3. Raises Unreadable when it breaks off."""
        for event in self._events():
            if not isinstance(event, Data):
                break
            yield event.data
            if not event.more_data:
                return
        raise Unreadable("broken off")

    def _events(self) -> Iterator[object]:
        while True:
            try:
                event = self._decoder.next_event()
                if isinstance(event, NeedData):
                    self._decoder.receive_data(next(self._body, None))
                    continue
            except (ValueError, HTTPException):
                raise Unreadable("form") from None
            if isinstance(event, Epilogue):
                return
            if type(event).__name__ != "Preamble":
                yield event

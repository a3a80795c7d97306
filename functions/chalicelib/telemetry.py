"""One line of JSON for each request and each round of the worker: how long, how it ended, never who or what.

On Lambda a line is a log entry whose numbers CloudWatch takes as metrics by itself (embedded metric format), so no call is
made for them. Only what is listed here can get into a line: the route as it is declared, never the address that was asked
for, which may hold a secret; no query, no header, no field of a form.
"""

import json
import logging
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from chalice.app import Request, Response

NAMESPACE = "Madonavi"
METHODS = frozenset({"GET", "HEAD", "POST"})
Middleware = Callable[[Request, Callable[[Request], Response]], Response]
UNITS = {"milliseconds": "Milliseconds"}


class Lines:
    """Writes the lines. out: where to, by default what is standard output at that moment (on Lambda: the log)."""

    def __init__(self, out: TextIO | None = None, *, now: Callable[[], float] = time.time,
                 monotonic: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._now = now
        self._monotonic = monotonic
        self._cold = True

    def middleware(self, request: Request, get_response: Callable[[Request], Response]) -> Response:
        """Measure one request; chalice calls it around every route."""
        cold, self._cold = self._cold, False
        started = self._monotonic()
        response = get_response(request)
        said = {"route": request.path, "method": request.method if request.method in METHODS else "other",
                "status": response.status_code, "request": str(request.context.get("requestId", "")), "cold": cold}
        self._write("pages", said, {"milliseconds": round((self._monotonic() - started) * 1000),
                                    "faults": int(response.status_code >= 500)})
        return response

    def round(self, numbers: Mapping[str, int]) -> None:
        """One round of the worker: how many of what."""
        self._write("worker", {}, numbers)

    def _write(self, program: str, said: Mapping[str, object], numbers: Mapping[str, int]) -> None:
        # One dimension with two values: CloudWatch bills each combination as a metric of its own.
        metrics = [{"Name": name, "Unit": UNITS.get(name, "Count")} for name in numbers]
        told = {"Namespace": NAMESPACE, "Dimensions": [["program"]], "Metrics": metrics}
        line = {"program": program, **said, **numbers,
                "_aws": {"Timestamp": round(self._now() * 1000), "CloudWatchMetrics": [told]}}
        out = self._out or sys.stdout
        out.write(json.dumps(line) + "\n")
        out.flush()


def place_in_code() -> str:
    """File, line and kind of the error being handled, from the outermost call to the innermost; not its message."""
    return _place(*sys.exc_info()[::2])


def _place(kind: type[BaseException] | None, trace: object) -> str:
    frames: Sequence[traceback.FrameSummary] = traceback.extract_tb(trace)  # type: ignore[arg-type]  # what exc_info gives
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
    return f"{kind.__name__ if kind else '?'} " + " > ".join(places)


class PlaceOnly(logging.Filter):
    """For chalice's own log, which writes the message of an error nobody caught: a message may quote a person."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Put the place in the code instead of the traceback."""
        if record.exc_info:
            kind, _, trace = record.exc_info
            record.msg, record.args = f"unexpected error at {_place(kind, trace)}", ()
            record.exc_info = record.exc_text = None
        return True

"""`python -m chalicelib.adapters.file_check_apart` checks one file from standard input, in a process that may not do much.

Decoders of pictures and PDFs are where hostile files strike. The process has no settings and no credentials in its
environment, and an end to its time and its memory; should it die, the file is refused and nothing else happens.
Answer on standard output: one line of JSON, then the pages one after the other. No pickle: its reader would run what a
conquered process writes.
"""

import json
import os
import resource
import subprocess
import sys

from chalicelib.domain.errors import ProviderDown
from chalicelib.domain.file import MOST_BYTES, MOST_PAGES, Checked, FileKind, Refusal, Refused
from chalicelib.services import file_check

SECONDS = 12
"""The heaviest good file takes 2 to 5 s here (tests/prove/uploads.py); a Lambda function has 29 for scanner and check."""
MEMORY_BYTES = 900 * 1024 * 1024
"""Of address space; a picture of MOST_PIXELS with transparency takes 560 MB. The functions have 1024."""
MOST_ANSWER_BYTES = 8 * MOST_BYTES


class ApartFileCheck:
    """The check in a process of its own, one per file; 0.3 s to start, which nobody waits for."""

    def __init__(self, seconds: float = SECONDS, command: tuple[str, ...] = (sys.executable, "-P", "-m", __name__)) -> None:
        self._seconds = seconds
        self._command = command

    def check(self, data: bytes) -> Checked | Refused:
        """See the port. Raises ProviderDown only when no process could be started at all."""
        told = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", "")}
        try:
            done = subprocess.run(self._command, input=data, capture_output=True, env=told,  # noqa: S603 - our own program
                                  timeout=self._seconds, check=False, cwd="/")
        except subprocess.TimeoutExpired:
            return Refused(Refusal.HEAVY)
        except OSError:
            raise ProviderDown("file check") from None
        return _read(done.stdout) if done.returncode == 0 else Refused(Refusal.HEAVY)


def _read(answer: bytes) -> Checked | Refused:
    """Parse as one parses what a stranger says. Anything unexpected is a refusal."""
    try:
        line, _, pages = answer.partition(b"\n")
        told = json.loads(line)
        if "refused" in told:
            return Refused(Refusal(told["refused"]))
        kind, lengths = FileKind(told["kind"]), [int(length) for length in told["pages"]]
    except (ValueError, KeyError, TypeError):
        return Refused(Refusal.HEAVY)
    is_likely = 1 <= len(lengths) <= MOST_PAGES and min(lengths) > 0 and sum(lengths) == len(pages) <= MOST_ANSWER_BYTES
    if not is_likely:
        return Refused(Refusal.HEAVY)
    starts = [sum(lengths[:number]) for number in range(len(lengths))]
    return Checked(kind, tuple(pages[start : start + length] for start, length in zip(starts, lengths, strict=True)))


def main() -> None:
    """Check what comes in. A limit that is reached ends the process, and the caller refuses the file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the resident's document
    found = file_check.check(sys.stdin.buffer.read(MOST_BYTES + 1))
    out = sys.stdout.buffer
    match found:
        case Refused(code):
            out.write(json.dumps({"refused": code}).encode() + b"\n")
        case Checked(kind, pages):
            out.write(json.dumps({"kind": kind, "pages": [len(page) for page in pages]}).encode() + b"\n" + b"".join(pages))


if __name__ == "__main__":
    main()

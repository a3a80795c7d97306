"""For a computer without ClamAV: knows the EICAR test file and nothing else. It is no virus scanner, and says so."""

import logging

from chalicelib.domain.ports import Verdict

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""Harmless by agreement (eicar.org); in two halves, or scanners would strike at this file."""
log = logging.getLogger("madonavi")


class PracticeScanner:
    """The port for trying out what happens when something is found. Refused by the settings of a production stage."""

    def __init__(self) -> None:
        log.warning("no virus scanner: uploads are only searched for the EICAR test file (MADONAVI_CLAMD is not set)")

    def scan(self, data: bytes) -> Verdict:
        """INFECTED for the test file, wherever it stands in the bytes."""
        return Verdict.INFECTED if EICAR in data else Verdict.CLEAN

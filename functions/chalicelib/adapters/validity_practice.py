"""有効性確認 of the practice CA on one computer: a list of serial numbers that count as withdrawn. Refused in production."""

from pathlib import Path

from chalicelib.domain.card_proof import UserCertificate, Withdrawn


class PracticeList:
    """A text file: one line for each certificate, its serial number in hex and, where it is not `revoked`, a space and
    `unknown`. What follows a # is a remark. It is read at each question, so that it can be changed while people practise."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, certificate: UserCertificate) -> Withdrawn:
        """Good when it is not in the list."""
        lines = self._file.read_text("utf-8").splitlines() if self._file.exists() else []
        for line in lines:
            serial, _, says = line.partition("#")[0].strip().partition(" ")
            if serial == certificate.serial:
                return Withdrawn(says.strip() or Withdrawn.REVOKED)
        return Withdrawn.GOOD

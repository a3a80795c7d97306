"""The one way a file check ends early."""

from chalicelib.domain.file import Refusal


class Unfit(Exception):
    """The file is refused; says why, never what it holds."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code)
        self.code = code

"""A counter without an office: it prints forms from cards, and says plainly what it cannot do alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kiosk_agent.desk import Filed, Filing, NotTrusted, Prepared


class LoneOffice:
    """No kiosk was enrolled: nothing is asked of anybody."""

    def report(self, condition: Mapping[str, Any]) -> datetime:
        """Nobody hears it."""
        raise NotTrusted

    def challenge(self) -> str:
        """None is given."""
        raise NotTrusted

    def file(self, filing: Filing) -> Filed:
        """Nothing is taken."""
        raise NotTrusted

    def filed(self, id: str) -> Filed:
        """Nothing is known."""
        raise NotTrusted

    def confirm(self, id: str, check_code: str) -> Filed:
        """Nothing is known."""
        raise NotTrusted

    def stop(self, id: str) -> Filed:
        """Nothing is known."""
        raise NotTrusted

    def withdraw(self, id: str) -> Filed:
        """Nothing is known."""
        raise NotTrusted

    def prepared(self, code: str) -> Prepared:
        """Nothing is known."""
        raise NotTrusted

"""A core system in memory: the form a robot types into, the people it knows, and what it printed."""

from docs.examples.type_into_core_system import TYPED, Refused


class FakeCoreSystem:
    """Issues for whoever is registered; a letter gets the next tracking number. A case is issued once."""

    def __init__(self, registered: set[str]) -> None:
        self.registered = registered
        self.printed: list[dict[str, str]] = []
        self.dies_after: int | None = None
        """How many it prints until it is switched off."""
        self._form: dict[str, str] = {}

    def fill(self, field: str, text: str) -> None:
        if field not in TYPED:
            raise KeyError(field)
        self._form[field] = text

    def issue(self) -> str:
        form, self._form = self._form, {}
        if self.dies_after == len(self.printed):
            raise ConnectionError("switched off")
        if form["氏名"] not in self.registered:
            raise Refused("not-registered")
        if form["受付番号"] in {one["受付番号"] for one in self.printed}:
            raise AssertionError("printed twice")
        self.printed.append(form)
        return f"{123456780000 + len(self.printed)}"

"""The demonstration's table: lay a virtual card, take it away, order an accident, look at the last sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk_agent.virtual_card.slot import Accidents, CardHolder, Slot

ACCIDENTS: Mapping[str, tuple[str, Accidents]] = {
    "": ("なし", Accidents()), "pull": ("とちゅうで抜ける", Accidents(pull_at=32)),
    "garble": ("読み取れない", Accidents(garble_at=30)), "slow": ("おそい", Accidents(seconds_per_answer=0.4))}


@dataclass(frozen=True, slots=True)
class Demo:
    """Only where MADONAVI_STAGE is local."""

    slot: Slot
    sheet: Path

    @property
    def people(self) -> tuple[CardHolder, ...]:
        """Whose cards there are."""
        return tuple(self.slot.people)

    @property
    def accidents(self) -> Mapping[str, str]:
        """What can be ordered, and how it is called."""
        return {id: says for id, (says, _) in ACCIDENTS.items()}

    def lying(self) -> str | None:
        """Whose card lies there."""
        return self.slot.person()

    def do(self, asked: Mapping[str, str]) -> None:
        """Place, remove or renew; anything else changes nothing."""
        match asked.get("do"):
            case "place" if asked.get("person") in {person.id for person in self.people}:
                self.slot.place(asked["person"], ACCIDENTS.get(asked.get("accident", ""), ACCIDENTS[""])[1])
            case "remove":
                self.slot.remove()
            case "renew":
                self.slot.renew()

    def last_sheet(self) -> bytes | None:
        """The last printed sheet, until the next session begins."""
        return self.sheet.read_bytes() if self.sheet.exists() else None

"""The lines of a measurement: what we claim, what was measured, what the goal is, and whether it was reached."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Claims:
    """Prints each line when it is known, and remembers whether all goals were reached."""

    say: Callable[[str], None] = print
    missed: list[str] = field(default_factory=list)

    def line(self, claim: str, value: object, goal: str, reached: bool) -> None:
        """One claim with a goal."""
        if not reached:
            self.missed.append(claim)
        self.say(f"{claim}: {value} (goal {goal}){'' if reached else '  NOT REACHED'}")

    def told(self, claim: str, value: object) -> None:
        """A number that is reported and has no goal, since it depends on the computer."""
        self.say(f"{claim}: {value}")

    def exit_code(self) -> int:
        """0 when every goal was reached."""
        self.say(f"claims: {'all goals reached' if not self.missed else 'missed: ' + ', '.join(self.missed)}")
        return 1 if self.missed else 0

"""What the counter asks after reading the card: three screens with at most three answers, worded from the content."""

from dataclasses import dataclass

from content.vocabulary.procedure import Procedure
from kiosk_agent.session import Screen

ITEMS = (("none",), ("relation",), ("relation", "domicile"))
"""The three wishes that nearly everybody has; 個人番号 and 住民票コード are marked on the paper by hand, at the desk."""
COPIES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Choice:
    """One big button."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question screen."""

    title: str
    help: str
    choices: tuple[Choice, ...]


def asked_on(screen: Screen, procedure: Procedure) -> Asked | None:
    """The question of a screen; None for a screen that asks nothing."""
    match screen:
        case Screen.WHOSE:
            field = procedure.field("whose")
            choices = tuple(Choice(c.id, c.label, c.hint or "") for c in field.choices[:3])
            return Asked(procedure.page("whose").title, "迷ったら「自分だけ」で足りることが多いです。", choices)
        case Screen.ITEMS:
            labels = {c.id: c.label for c in procedure.field("items").choices}
            choices = tuple(Choice(" ".join(ids), "と、".join(labels[id] for id in ids)) for ids in ITEMS)
            return Asked(procedure.page("items").title, "ほかにのせたいものは、用紙に印をつけて窓口で伝えてください。", choices)
        case Screen.COPIES:
            return Asked(procedure.page("copies").title, "4通より多いときは、窓口で伝えてください。",
                         tuple(Choice(str(n), f"{n}通") for n in COPIES))
        case _:
            return None


def answer_of(screen: Screen, value: str, procedure: Procedure) -> dict[str, tuple[str, ...]] | int | None:
    """What a pressed button means: answers for the form, or the number of copies; None for a value we did not offer."""
    asked = asked_on(screen, procedure)
    if asked is None or value not in {choice.value for choice in asked.choices}:
        return None
    if screen is Screen.COPIES:
        return int(value)
    return {"whose": (value,)} if screen is Screen.WHOSE else {"items": tuple(value.split())}

"""What a tablet shows that is no form: the notices of the start page, and the whole content with the officers' changes marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.application import Application
from chalicelib.pages.resident_needs import rows
from chalicelib.services import held
from chalicelib.services.parts import Parts
from content.rules import form, opening
from content.rules.opening import JAPAN
from content.vocabulary.opening import OpeningRule
from content.vocabulary.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer as the resident sees it in the end. before: what they had written, where an officer changed it."""

    label: str
    now: str
    before: str | None
    by: str


def final(procedure: Procedure, application: Application) -> Sequence[tuple[str, Sequence[Seen]]]:
    """(title of the page, its answers) of the whole content, with the officers' changes marked, also of what they took away."""
    marks = dict(held.marks(application))
    shown: list[tuple[str, Sequence[Seen]]] = []
    for page, fields in rows(procedure, application.answers):
        seen = []
        for field, text in fields:
            mark = marks.pop(field.id, None)
            seen.append(Seen(field.label, text, form.shown(field, mark.before) if mark else None, mark.by_name if mark else ""))
        if seen:
            shown.append((page.title, seen))
    gone = [(form.part_of(procedure, id, application.answers), mark) for id, mark in marks.items()]
    taken = [Seen(field.label, form.shown(field, mark.after), form.shown(field, mark.before), mark.by_name) for field, mark in gone]
    return [*shown, *([("職員がはずした項目", taken)] if taken else [])]


def slides(parts: Parts) -> list[tuple[str, str, str, bool]]:
    """(title, text, today's hours, whether it is a sample) of each picture of the idle screen."""
    day = parts.clock().astimezone(JAPAN).date()
    rules: dict[str, OpeningRule] = {one.id: one.opening for one in parts.catalogue.offices}
    rules |= {one.id: one.opening for one in parts.catalogue.channels if one.opening is not None}
    told = []
    for one in (slide for slide in parts.catalogue.signage.slides if slide.on_tablets):
        rule = rules.get(one.hours_of or "")
        spans = "、".join(f"{opens:%H:%M}から{closes:%H:%M}まで" for opens, closes in opening.hours_of(rule, day)) if rule else ""
        told.append((one.title, one.text or "", f"きょう：{spans or 'お休み'}" if rule else "", one.sample))
    return told

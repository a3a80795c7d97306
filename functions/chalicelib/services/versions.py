"""A draft begun under one version of a form and finished under the next: what is asked otherwise, and going on with it.

What each question was is kept with the draft as a digest, so nobody has to write down by hand what a new version changed.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.application import Actor, Application, Event, State
from chalicelib.services.parts import Parts
from chalicelib.services.steps import take
from content.vocabulary.form import FieldKind
from content.vocabulary.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Changes:
    """What a new version asks otherwise, as labels: questions that are new, differ, or are gone."""

    new: tuple[str, ...]
    differ: tuple[str, ...]
    gone: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.differ or self.gone)


def asked_as(procedure: Procedure) -> Mapping[str, tuple[str, str]]:
    """Field id → (label, digest of everything that makes the question)."""
    return {field.id: (field.label, hashlib.sha256(field.model_dump_json().encode()).hexdigest()[:12])
            for field in procedure.fields()}


def changes(procedure: Procedure, application: Application) -> Changes:
    """What the procedure as it is now asks otherwise than when the draft was begun, or last went on."""
    before, now = application.asked_as, asked_as(procedure)
    return Changes(new=tuple(label for id, (label, _) in now.items() if id not in before),
                   differ=tuple(label for id, (label, digest) in now.items() if id in before and before[id][1] != digest),
                   gone=tuple(label for id, (label, _) in before.items() if id not in now))


def is_old(parts: Parts, application: Application) -> bool:
    """Whether the draft was begun under another version. A draft from before questions were noted counts as current."""
    procedure = parts.catalogue.procedure(application.procedure)
    return application.state is State.DRAFT and bool(application.asked_as) and bool(changes(procedure, application))


def go_on(parts: Parts, application: Application) -> tuple[Application, Changes]:
    """Take the draft to the present version. Answers stay; one that the question does not offer any more is asked again."""
    procedure = parts.catalogue.procedure(application.procedure)
    told = changes(procedure, application)
    kept = dict(application.answers)
    for field in procedure.fields():
        known = set() if field.kind is FieldKind.ONE_OF else {choice.id for choice in field.choices}
        given = kept.get(field.id, ())
        if known and not set((given,) if isinstance(given, str) else given) <= {*known, ""}:
            del kept[field.id]
        if field.kind is FieldKind.CONSENT and field.label in told.differ:
            kept.pop(field.id, None)  # to other words nobody has agreed
    after = take(parts, application, Event.UPDATE_FORM, Actor.RESIDENT, who=Actor.RESIDENT, at=parts.clock(),
                 detail={"version": str(procedure.version)}, procedure_version=procedure.version, answers=kept,
                 asked_as=asked_as(procedure))
    return after, told

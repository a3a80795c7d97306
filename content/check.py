"""Rules between files: what one file names must stand in another, and no path may end nowhere.

Each rule yields (kind, name of the file, path in it, Japanese sentence); the catalogue turns that into file and line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from content import check_counter, check_life_events, check_navigator
from content.check_form import unknown_values
from content.check_papers import paper_faults
from content.faults import Path, unknown_name
from content.rules.notices import contact_page, unreached
from content.vocabulary.channel import ChannelKind
from content.vocabulary.form import Condition, Field, FieldKind, Part
from content.vocabulary.procedure import Assurance, Procedure
from content.vocabulary.status import PublicStatus

if TYPE_CHECKING:  # the catalogue calls this module
    from content.catalogue import Catalogue

Cross = tuple[str, str, Path, str]

CASE_COLUMNS = frozenset({"reference", "procedure", "submitted_at", "status", "fee", "paid_at", "issued_at", "channel", "outcome"})
"""Columns of an export that come from the case itself, not from an answer."""
WITH_CARD = frozenset({Assurance.SIGNATURE, Assurance.AUTH})
"""How surely we know somebody who showed the card."""
VERIFIED_ITEMS = frozenset({"name", "address", "birthdate", "gender"})
"""基本4情報, the items an identity provider verifies."""


def cross_faults(catalogue: Catalogue) -> Iterator[Cross]:
    """Every fault between files."""
    yield from _offices(catalogue)
    yield from _channels(catalogue)
    yield from _certificates(catalogue)
    yield from _fees(catalogue)
    yield from check_navigator.faults(catalogue)
    for procedure in catalogue.procedures:
        yield from _procedure(procedure, catalogue)
        yield from check_life_events.derived_faults(procedure)
    yield from check_life_events.faults(catalogue)
    for paper in catalogue.papers:
        yield from (("papers", paper.id, path, says) for path, says in paper_faults(paper, catalogue))
    yield from _statuses(catalogue)
    yield from check_counter.faults(catalogue)


def _offices(catalogue: Catalogue) -> Iterator[Cross]:
    certificates = {c.id for c in catalogue.certificates}
    for office in catalogue.offices:
        for i, desk in enumerate(office.desks):
            for j, certificate in enumerate(desk.certificates):
                if says := unknown_name(certificate, certificates, "証明書"):
                    yield "offices", office.id, ("desks", i, "certificates", j), says


def _channels(catalogue: Catalogue) -> Iterator[Cross]:
    documents = {d.id for d in catalogue.documents}
    for channel in catalogue.channels:
        for i, document in enumerate(channel.bring):
            if says := unknown_name(document, documents, "持ち物"):
                yield "channels", channel.id, ("bring", i), says
    ranks: dict[int, str] = {}
    for channel in catalogue.channels:
        if channel.rank in ranks:
            yield "channels", channel.id, ("rank",), f"順位が「{ranks[channel.rank]}」と同じです。違う数字にしてください。"
        ranks[channel.rank] = channel.id


def _certificates(catalogue: Catalogue) -> Iterator[Cross]:
    channels = {c.id for c in catalogue.channels}
    flows = {f.id for f in catalogue.flows}
    procedures = {p.id for p in catalogue.procedures}
    for certificate in catalogue.certificates:
        at: tuple[str, str] = ("certificates", certificate.id)
        if certificate.flow is not None and (says := unknown_name(certificate.flow, flows, "ナビの流れ")):
            yield *at, ("flow",), says
        for i, availability in enumerate(certificate.availability):
            if says := unknown_name(availability.channel, channels, "手段"):
                yield *at, ("availability", i, "channel"), says
            if availability.procedure and (says := unknown_name(availability.procedure, procedures, "手続き")):
                yield *at, ("availability", i, "procedure"), says


def _fees(catalogue: Catalogue) -> Iterator[Cross]:
    """A fee for every pair that can be had, without a gap or an overlap in time."""
    certificates = {c.id: c for c in catalogue.certificates}
    channels = {c.id for c in catalogue.channels}
    rows: dict[tuple[str, str], list[int]] = {}
    for i, fee in enumerate(catalogue.fees):
        if says := unknown_name(fee.certificate, certificates, "証明書"):
            yield "fees", "fees", ("fees", i, "certificate"), says
        if says := unknown_name(fee.channel, channels, "手段"):
            yield "fees", "fees", ("fees", i, "channel"), says
        rows.setdefault((fee.certificate, fee.channel), []).append(i)
    for indexes in rows.values():
        dated = sorted(indexes, key=lambda i: catalogue.fees[i].valid_from)
        for before, after in pairwise(dated):
            end, start = catalogue.fees[before].valid_until, catalogue.fees[after].valid_from
            if end is None or (start - end).days != 1:
                yield ("fees", "fees", ("fees", after, "valid_from"),
                       "前の手数料の期間と、すき間か重なりがあります。前の「valid_until」の翌日から始めてください。")
        if catalogue.fees[dated[-1]].valid_until is not None:
            yield ("fees", "fees", ("fees", dated[-1], "valid_until"),
                   "この後の手数料がありません。次の手数料を書くか、「valid_until」を消してください。")
    elsewhere = {c.id for c in catalogue.channels if c.kind is ChannelKind.ELSEWHERE}
    for certificate in catalogue.certificates:
        for i, availability in enumerate(certificate.availability):
            if (certificate.id, availability.channel) not in rows and availability.channel not in elsewhere:
                yield ("certificates", certificate.id, ("availability", i),
                       f"「{availability.channel}」での手数料が fees.yml にありません。書き足してください。")


def _procedure(procedure: Procedure, catalogue: Catalogue) -> Iterator[Cross]:
    at: tuple[str, str] = ("procedures", procedure.id)
    seen: dict[str, FieldKind] = {}
    pages: set[str] = set()
    for i, page in enumerate(procedure.pages):
        if page.id in pages:
            yield *at, ("pages", i, "id"), f"「{page.id}」というページはもうあります。違う名前にしてください。"
        pages.add(page.id)
        yield from ((*at, ("pages", i, "when", k), says) for k, says in _conditions(page.when, seen, procedure))
        for j, field in enumerate(page.fields):
            if field.id in seen:
                yield *at, ("pages", i, "fields", j, "id"), f"「{field.id}」はもう使われています。違う名前にしてください。"
            if field.from_identity and (says := unknown_name(field.from_identity, VERIFIED_ITEMS, "本人確認の項目")):
                yield *at, ("pages", i, "fields", j, "from_identity"), says
            yield from ((*at, ("pages", i, "fields", j, "when", k), says)
                        for k, says in _conditions(field.when, seen, procedure))
            seen[field.id] = field.kind
            yield from ((*at, ("pages", i, "fields", j, *path), says) for path, says in _parts(field, seen, procedure))
    for i, column in enumerate(procedure.export):
        if column.field not in seen and (says := unknown_name(column.field, {*seen, *CASE_COLUMNS}, "項目")):
            yield *at, ("export", i, "field"), says
    yield from ((*at, path, says) for path, says in _costs(procedure, seen, catalogue))
    if not procedure.interview:
        yield from ((*at, path, says) for path, says in _notices(procedure))
    if any(f.from_identity for f in procedure.fields()) and procedure.assurance not in WITH_CARD:
        yield *at, ("assurance",), "カードから読み取る項目（from_identity）があるので、signature か auth にしてください。"


def _parts(group: Field, seen: Mapping[str, FieldKind], procedure: Procedure) -> Iterator[tuple[Path, str]]:
    """The parts of a group: each once, and asked only because of what was asked before or beside it."""
    beside: dict[str, Part] = {}
    for i, part in enumerate(group.parts):
        if part.id in beside:
            yield ("parts", i, "id"), f"「{part.id}」はもう使われています。違う名前にしてください。"
        for k, condition in enumerate(part.when):
            if condition.field in beside:
                yield from ((("parts", i, "when", k), says) for says in unknown_values(condition, beside[condition.field]))
            else:
                yield from ((("parts", i, "when", k), says) for _, says in _conditions((condition,), seen, procedure))
        beside[part.id] = part


def _notices(procedure: Procedure) -> Iterator[tuple[Path, str]]:
    """Notices reach everybody: by mail, by SMS, or by a letter to an address that the card vouches for."""
    page = contact_page(procedure)
    if page is None:
        yield ("pages",), "メールアドレス（mail）の項目が要ります。お知らせを送る先になります。"
        return
    by_letter = procedure.assurance in WITH_CARD and any(field.from_identity == "address" for field in procedure.fields())
    if unreached(page) and not by_letter:
        yield (("assurance",), "お知らせを手紙で受け取れますが、手紙で知らせられるのは、カードで住所を確かめる手続きだけです。"
               "「use: contact_or_letter」を「use: contact」にしてください。")


def _costs(procedure: Procedure, seen: Mapping[str, FieldKind], catalogue: Catalogue) -> Iterator[tuple[Path, str]]:
    for i, rule in enumerate(procedure.fees):
        if seen.get(rule.copies) is not FieldKind.NUMBER:
            yield ("fees", i, "copies"), f"「{rule.copies}」は、通数をたずねる項目（number）ではありません。"
        if not any(f.certificate == rule.certificate and f.channel == rule.channel for f in catalogue.fees):
            yield ("fees", i), "この証明書と手段の手数料が fees.yml にありません。"
        if rule.postage and (says := unknown_name(rule.postage, {p.id for p in catalogue.postage}, "郵送料")):
            yield ("fees", i, "postage"), says
        yield from ((("fees", i, "when", k), says) for k, says in _conditions(rule.when, seen, procedure))
    for i, charge in enumerate(procedure.charges):
        if charge.times is not None and seen.get(charge.times) not in (FieldKind.NUMBER, FieldKind.GROUP):
            yield ("charges", i, "times"), f"「{charge.times}」は、数をたずねる項目（number か group）ではありません。"
        yield from ((("charges", i, "when", k), says) for k, says in _conditions(charge.when, seen, procedure))


def _conditions(conditions: tuple[Condition, ...], seen: Mapping[str, FieldKind],
                procedure: Procedure) -> Iterator[tuple[int, str]]:
    for k, condition in enumerate(conditions):
        if any(fact.id == condition.field for fact in procedure.derived):
            if not set(condition.any_of) <= {"yes", "no"}:
                yield k, f"「{condition.field}」は、答えから分かることです。any_of には yes か no を書いてください。"
            continue
        if condition.field not in seen:
            yield k, f"「{condition.field}」は、ここより前にたずねていません。前のページの項目を書いてください。"
            continue
        yield from ((k, says) for says in unknown_values(condition, procedure.field(condition.field)))


def _statuses(catalogue: Catalogue) -> Iterator[Cross]:
    have = {words.status for words in catalogue.statuses}
    for status in PublicStatus:
        if status not in have:
            yield "statuses", "statuses", ("statuses",), f"「{status.value}」の言葉がありません。書き足してください。"

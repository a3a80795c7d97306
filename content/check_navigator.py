"""Rules of the navigator: every path ends, ends soon, and ends in a way that is open to the person who walked it.

The outcomes are held against `content.rules.channel_rules`, which knows the law and the machines but none of the questions.
Yields what `content.check` yields: (kind, name of the file, path in it, Japanese sentence).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from content.faults import Path, unknown_name
from content.rules import channel_rules, flow_paths
from content.rules.flow_paths import FlowPath
from content.vocabulary.certificate import Certificate
from content.vocabulary.channel import ChannelKind
from content.vocabulary.flow import Flow
from content.vocabulary.situation import Need

if TYPE_CHECKING:  # the catalogue calls this module
    from content.catalogue import Catalogue

Cross = tuple[str, str, Path, str]

MOST_TO_KONBINI = 3
MOST_QUESTIONS = 6
"""Questions a resident is asked at most (issue 3; certificates.md §2.2)."""


def faults(catalogue: Catalogue) -> Iterator[Cross]:
    """Every fault of needs, flows and purposes."""
    yield from _needs(catalogue)
    yield from _purposes(catalogue)
    yield from _topics(catalogue)
    served = {c.flow for c in catalogue.certificates}
    for flow in catalogue.flows:
        if flow.id not in served:
            yield "flows", flow.id, (), "この流れを使う証明書がありません。証明書の「flow」に書くか、消してください。"
        broken = list(_broken(flow, catalogue))
        yield from broken
        if not broken:
            yield from _unreached(flow)
            yield from _paths(flow, catalogue)


def _needs(catalogue: Catalogue) -> Iterator[Cross]:
    for channel in catalogue.channels:
        yield from (("channels", channel.id, path, says) for path, says in _known(channel.needs, ("needs",), catalogue))
    for certificate in catalogue.certificates:
        for i, availability in enumerate(certificate.availability):
            yield from (("certificates", certificate.id, path, says)
                        for path, says in _known(availability.needs, ("availability", i, "needs"), catalogue))


def _known(needs: Iterable[Need], at: Path, catalogue: Catalogue) -> Iterator[tuple[Path, str]]:
    values = {fact.id: {value.id for value in fact.values} for fact in catalogue.facts}
    for i, need in enumerate(needs):
        if says := unknown_name(need.fact, values, "事実"):
            yield (*at, i, "fact"), says
            continue
        for j, value in enumerate(need.any_of):
            if says := unknown_name(value, values[need.fact], "値"):
                yield (*at, i, "any_of", j), says


def _purposes(catalogue: Catalogue) -> Iterator[Cross]:
    certificates = {c.id for c in catalogue.certificates}
    for purpose in catalogue.purposes:
        if not purpose.papers and purpose.first is None:
            yield "purposes", purpose.id, (), "「papers」（いる証明書）か「first」（はじめに伝えること）を書いてください。"
        for i, paper in enumerate(purpose.papers):
            if says := unknown_name(paper.certificate, certificates, "証明書"):
                yield "purposes", purpose.id, ("papers", i, "certificate"), says


def _topics(catalogue: Catalogue) -> Iterator[Cross]:
    certificates, services = {c.id for c in catalogue.certificates}, {one.id for one in catalogue.services}
    for topic in catalogue.topics:
        for i, certificate in enumerate(topic.certificates):
            if says := unknown_name(certificate, certificates, "証明書"):
                yield "topics", topic.id, ("certificates", i), says
        for i, service in enumerate(topic.services):
            if says := unknown_name(service, services, "オンラインの手続き"):
                yield "topics", topic.id, ("services", i), says
    procedures = {p.id for p in catalogue.procedures}
    for i, listed in enumerate(catalogue.services):
        if listed.procedure is not None and (says := unknown_name(listed.procedure, procedures, "手続き")):
            yield "services", "services", ("services", i, "procedure"), says


def _broken(flow: Flow, catalogue: Catalogue) -> Iterator[Cross]:
    """What makes it impossible to walk the flow at all: names that do not exist, and circles."""
    at: tuple[str, str] = ("flows", flow.id)
    questions, outcomes = {q.id for q in flow.questions}, {o.id for o in flow.outcomes}
    values = {fact.id: {value.id for value in fact.values} for fact in catalogue.facts}
    whole = True
    if says := unknown_name(flow.start, questions, "質問"):
        whole = False
        yield *at, ("start",), says
    for i, question in enumerate(flow.questions):
        for j, option in enumerate(question.options):
            here: Path = ("questions", i, "options", j)
            if option.to and (says := unknown_name(option.to, questions, "質問")):
                whole = False
                yield *at, (*here, "to"), says
            if option.outcome and (says := unknown_name(option.outcome, outcomes, "結果")):
                whole = False
                yield *at, (*here, "outcome"), says
            for fact, value in option.means.items():
                if says := unknown_name(fact, values, "事実") or unknown_name(value, values[fact], "値"):
                    yield *at, (*here, "means", fact), says
    yield from ((*at, path, says) for path, says in _outcomes(flow, catalogue))
    if whole:
        for question_id in flow_paths.questions_in_a_circle(flow):
            i = [q.id for q in flow.questions].index(question_id)
            yield *at, ("questions", i), "この質問は、答えていくと自分に戻ってしまいます。行き先を直してください。"


def _outcomes(flow: Flow, catalogue: Catalogue) -> Iterator[tuple[Path, str]]:
    documents = {d.id for d in catalogue.documents}
    certificates = {c.id for c in catalogue.certificates}
    channels = {c.id for c in catalogue.channels}
    for i, outcome in enumerate(flow.outcomes):
        if outcome.channel is not None and (says := unknown_name(outcome.channel, channels, "手段")):
            yield ("outcomes", i, "channel"), says
        for j, document in enumerate(outcome.bring):
            if says := unknown_name(document, documents, "持ち物"):
                yield ("outcomes", i, "bring", j), says
        for j, certificate in enumerate(outcome.leads):
            if says := unknown_name(certificate, certificates, "証明書"):
                yield ("outcomes", i, "leads", j), says


def _unreached(flow: Flow) -> Iterator[Cross]:
    at: tuple[str, str] = ("flows", flow.id)
    questions, outcomes = flow_paths.reached(flow)
    for i, question in enumerate(flow.questions):
        if question.id not in questions:
            yield *at, ("questions", i), "どの答えからも、この質問に来られません。行き先を書くか、消してください。"
    for i, outcome in enumerate(flow.outcomes):
        if outcome.id not in outcomes:
            yield *at, ("outcomes", i), "どの答えからも、この結果に来られません。行き先を書くか、消してください。"


def _paths(flow: Flow, catalogue: Catalogue) -> Iterator[Cross]:
    served = [c for c in catalogue.certificates if c.flow == flow.id]
    for path in flow_paths.all_paths(flow):
        at: Path = ("outcomes", [o.id for o in flow.outcomes].index(path.outcome.id))
        answers = " → ".join(option.label for option in path.options)
        for says in _path(path, catalogue):
            yield "flows", flow.id, at, f"「{answers}」のとき：{says}"
        for certificate in served:
            for says in _held_against_the_rules(path, certificate, catalogue):
                yield "flows", flow.id, at, f"{certificate.short}で「{answers}」のとき：{says}"


def _path(path: FlowPath, catalogue: Catalogue) -> Iterator[str]:
    for fact in path.contradictions:
        yield f"「{fact}」について、二つの答えが違うことを言っています。means を直してください。"
    konbini = {c.id for c in catalogue.channels if c.kind is ChannelKind.KONBINI}
    most = MOST_TO_KONBINI if path.outcome.channel in konbini else MOST_QUESTIONS
    if len(path.answers) > most:
        yield f"質問が{len(path.answers)}問あります。{most}問までにしてください。"


def _held_against_the_rules(path: FlowPath, certificate: Certificate, catalogue: Catalogue) -> Iterator[str]:
    outcome = path.outcome
    channels = {c.id: c for c in catalogue.channels}
    open_ways = channel_rules.open_ways(certificate, channels, path.situation)
    if outcome.channel is None:
        return
    availability = next((a for a in certificate.availability if a.channel == outcome.channel), None)
    if availability is None:
        yield f"「{outcome.channel}」では、この証明書を取れません（証明書の availability にありません）。"
        return
    needs = channel_rules.needs_of(channels[outcome.channel], availability)
    for need in channel_rules.unmet(needs, path.situation):
        known = path.situation.get(need.fact)
        if known is None:
            yield f"「{outcome.channel}」をすすめるには、「{need.fact}」をたずねるか、条件の文（unasked）が要ります。"
        else:
            yield f"「{outcome.channel}」は使えません（{need.fact} が {known}。使えるのは {'、'.join(need.any_of)} だけ）。"
    if open_ways and open_ways[0] != outcome.channel and outcome.because is None and outcome.channel in open_ways:
        yield f"もっとよい手段「{open_ways[0]}」が使えます。そちらをすすめるか、「because」に理由を書いてください。"

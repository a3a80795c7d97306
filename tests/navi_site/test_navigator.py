"""The navigator as linked pages: every path of every flow, walked by following links only."""

import json
from datetime import date

import pytest

from content.catalogue import Catalogue, load
from content.rules import channel_rules
from content.rules.flow_paths import FlowPath, all_paths
from content.vocabulary.certificate import Certificate
from content.vocabulary.channel import ChannelKind
from content.vocabulary.flow import Flow
from navi_site import flows
from navi_site.flows import QuestionStep, ResultStep
from navi_site.pages import pages_of
from navi_site.pages_certificate import flow_of
from navi_site.views import WayView
from tests.navi_site.site import Html, Site

IBUSUKI = load("ibusuki")
PATHS = [(certificate, path) for certificate in IBUSUKI.certificates for path in all_paths(flow_of(IBUSUKI, certificate))]
WAYS = [(certificate, path) for certificate, path in PATHS if path.outcome.channel is not None]


def named(value: object) -> str:
    return "-".join(option for _, option in value.answers) if isinstance(value, FlowPath) else getattr(value, "id", "")


every_path = pytest.mark.parametrize(("certificate", "path"), PATHS, ids=named)
every_way = pytest.mark.parametrize(("certificate", "path"), WAYS, ids=named)


def walk(site: Site, certificate: Certificate, path: FlowPath) -> tuple[list[str], Html]:
    """Follow the answers from the first question; the addresses passed, and the page at the end."""
    flow = flow_of(IBUSUKI, certificate)
    address = f"/navi/{certificate.id}/"
    passed = [address]
    for question_id, option_id in path.answers:
        question = flow.question(question_id)
        page = site.page(address)
        assert page.h1 == [question.ask]
        address = page.link(next(option.label for option in question.options if option.id == option_id))
        passed.append(address)
    return passed, site.page(address)


@every_path
def test_every_path_ends_in_its_result(site: Site, certificate: Certificate, path: FlowPath) -> None:
    _, result = walk(site, certificate, path)
    assert result.h1 == [path.outcome.title]
    assert path.outcome.why in result.words


@every_way
def test_every_result_says_fee_time_things_to_bring_and_steps(
        site: Site, catalogue: Catalogue, certificate: Certificate, path: FlowPath) -> None:
    _, result = walk(site, certificate, path)
    channel = catalogue.channel(path.outcome.channel or "")
    assert channel.takes in result.words
    assert "円" in result.words or "無料" in result.words or channel.kind is ChannelKind.ELSEWHERE
    for document in path.outcome.bring:
        assert catalogue.document(document).name in result.words
    for step in channel.steps:
        assert step in result.words
    if channel.fallback:
        assert channel.fallback in result.words


@every_way
def test_every_result_has_one_button_to_the_next_step(
        site: Site, catalogue: Catalogue, certificate: Certificate, path: FlowPath) -> None:
    _, result = walk(site, certificate, path)
    match catalogue.channel(path.outcome.channel or "").kind:
        case ChannelKind.ONLINE:
            assert result.link("オンラインで申請する") == "/apply/juminhyo/"
        case ChannelKind.KONBINI:
            assert result.link("近くのコンビニをさがす").startswith("https://www.google.com/maps/search/")
        case ChannelKind.COUNTER | ChannelKind.TERMINAL | ChannelKind.ANY_COUNTER:
            assert result.link("場所と電話番号をみる") == "#where"
        case ChannelKind.POST:
            assert result.link("送り先をみる") == "#where"
        case ChannelKind.ELSEWHERE:  # another municipality's address is not ours to know
            assert "button--primary" not in result.text
            return
    assert result.text.count("button--primary") == 1


@every_path
def test_every_earlier_answer_can_be_changed(site: Site, certificate: Certificate, path: FlowPath) -> None:
    passed, result = walk(site, certificate, path)
    changes = [address for address, words in result.links if words.startswith("この質問のページに戻る")]
    assert changes == passed[:-1]
    for option in path.options:
        assert option.label in result.words


@every_way
def test_other_ways_say_their_price_and_time(site: Site, catalogue: Catalogue, certificate: Certificate, path: FlowPath) -> None:
    _, result = walk(site, certificate, path)
    open_ways = channel_rules.open_ways(certificate, {c.id: c for c in catalogue.channels}, path.situation)
    for other in open_ways:
        if other == path.outcome.channel:
            continue
        channel = catalogue.channel(other)
        assert result.link(channel.name) == f"/certificates/{certificate.id}/{other}/"
        assert channel.takes in result.words


def test_the_pages_are_exactly_the_paths(catalogue: Catalogue) -> None:
    for certificate in catalogue.certificates:
        flow = flow_of(catalogue, certificate)
        found = list(flows.steps(flow, certificate.id))
        ends = [step for step in found if isinstance(step, ResultStep)]
        assert len(ends) == len(list(all_paths(flow)))
        assert len({step.path for step in found}) == len(found)


def test_answer_ids_with_hyphens_never_share_an_address() -> None:
    """`a-b` then `c`, and `a` then `b-c`, are two pages."""
    flow = Flow.model_validate({
        "id": "two", "start": "one", "source": "試験", "checked_on": "2026-11-20",
        "questions": [
            {"id": "one", "ask": "1?", "options": [
                {"id": "a-b", "label": "AB", "to": "two"}, {"id": "a", "label": "A", "to": "two"}]},
            {"id": "two", "ask": "2?", "options": [
                {"id": "c", "label": "C", "outcome": "end"}, {"id": "b-c", "label": "BC", "outcome": "end"}]},
        ],
        "outcomes": [{"id": "end", "channel": "counter", "title": "終わり", "why": "試験"}],
    })
    paths = [step.path for step in flows.steps(flow, "two")]
    assert len(paths) == len(set(paths)) == 7
    assert '"終わり"' in flows.mermaid(flow)


def test_progress_is_told_in_words(site: Site) -> None:
    assert "あと1〜3問" in site.page("/navi/juminhyo/").words
    assert "あと1問" in site.page("/navi/juminhyo/self/ready/").words


def test_the_result_shows_only_ways_the_outcome_allows(catalogue: Catalogue, today: date) -> None:
    """Someone without a card is never sent to a machine by the list of other ways."""
    results = [page.view for page in pages_of(catalogue, today) if isinstance(page.view, WayView) and page.view.step]
    no_card = next(view for view in results if view.outcome is not None and view.outcome.id == "counter-nocard")
    assert [way.channel.id for way in no_card.others] == ["post"]


def test_the_graph_and_the_picture_hold_every_question_and_answer(site: Site, catalogue: Catalogue) -> None:
    for certificate in catalogue.certificates:
        flow = flow_of(catalogue, certificate)
        graph = json.loads(site.file(f"/navi/{certificate.id}/graph.json").read_text("utf-8"))
        assert set(graph["questions"]) == {q.id for q in flow.questions}
        assert set(graph["outcomes"]) == {o.id for o in flow.outcomes}
        arrows = flows.mermaid(flow).count("-->")
        assert arrows == sum(len(q.options) for q in flow.questions)
        assert sum(len(q["options"]) for q in graph["questions"].values()) == arrows


def test_a_question_page_lists_its_answers_as_links(site: Site, catalogue: Catalogue) -> None:
    for certificate in catalogue.certificates:
        for step in flows.steps(flow_of(catalogue, certificate), certificate.id):
            if isinstance(step, QuestionStep):
                page = site.page("/" + step.path)
                for choice in step.choices:
                    assert page.link(choice.label) == "/" + choice.path

"""The pages about one certificate: what it is, each way to get it, and the navigator's questions and results. Pure."""

from collections.abc import Iterator
from datetime import date

from content.catalogue import Catalogue
from content.rules.flow_paths import questions_left
from content.vocabulary.certificate import Certificate
from content.vocabulary.flow import Flow
from navi_site import flows, ways
from navi_site.flows import QuestionStep, ResultStep
from navi_site.page import Crumb, Page, home
from navi_site.views import AdviceView, CertificateView, QuestionView, WayView
from navi_site.ways import Way


def about_certificate(catalogue: Catalogue, certificate: Certificate, today: date) -> Iterator[Page]:
    found = ways.ways_of(catalogue, certificate, today)
    flow = flow_of(catalogue, certificate) if certificate.flow else None
    path = f"certificates/{certificate.id}/"
    shorts = catalogue.say("site.dots").join(way.channel.short for way in found)
    most = questions_left(flow, flow.start)[1] if flow else 0
    yield Page(
        path=path, template="certificate.html", title=certificate.name, trail=(home(catalogue),),
        description=catalogue.say("site.certificate.description", name=certificate.name, ways=shorts, summary=certificate.summary),
        view=CertificateView(certificate=certificate, ways=found, most_questions=most,
                             navigator=flows.start_path(certificate.id) if flow else None),
    )
    for way in found:
        yield Page(
            path=way.path, template="way.html",
            title=catalogue.say("site.way.title", certificate=certificate.name, way=way.channel.name),
            trail=(home(catalogue), Crumb(certificate.name, path)),
            description=catalogue.say("site.way.description", certificate=certificate.name, way=way.channel.name,
                                      takes=way.channel.takes),
            view=WayView(way=way, outcome=None, bring=way.bring, step=None,
                         others=tuple(other for other in found if other is not way)),
        )


def flow_of(catalogue: Catalogue, certificate: Certificate) -> Flow:
    """The certificate's flow with its name filled in. KeyError for a certificate without one."""
    return catalogue.flow(certificate.flow or "").told_for(certificate.short, catalogue.city.name)


def navigator(catalogue: Catalogue, certificate: Certificate, today: date) -> Iterator[Page]:
    if certificate.flow is None:
        return
    flow = flow_of(catalogue, certificate)
    found = ways.ways_of(catalogue, certificate, today)
    trail = (home(catalogue), Crumb(certificate.name, f"certificates/{certificate.id}/"))
    for step in flows.steps(flow, certificate.id):
        said = catalogue.say("site.list").join(answered.label for answered in step.answered)
        if isinstance(step, QuestionStep):
            yield Page(
                path=step.path, template="question.html", title=step.question.ask, trail=trail,
                description=catalogue.say("site.question.description" if said else "site.question.first",
                                          certificate=certificate.name, said=said, most=step.left[1]),
                view=QuestionView(certificate=certificate, step=step, left=_left_in_words(catalogue, step.left)),
            )
        else:
            advice = step.outcome.channel is None
            yield Page(
                path=step.path, template="advice.html" if advice else "way.html", title=step.outcome.title, trail=trail,
                description=catalogue.say("site.result.description", certificate=certificate.name, why=step.outcome.why, said=said),
                view=_advice(catalogue, certificate, step) if advice else _result(catalogue, step, found),
            )


def _result(catalogue: Catalogue, step: ResultStep, found: tuple[Way, ...]) -> WayView:
    way = next(way for way in found if way.channel.id == step.outcome.channel)
    return WayView(
        way=ways.in_situation(way, step.situation), outcome=step.outcome, step=step,
        bring=ways.documents(catalogue, step.outcome.bring) or way.bring,
        others=tuple(other for other in ways.open_in(found, step.situation) if other is not way),
    )


def _advice(catalogue: Catalogue, certificate: Certificate, step: ResultStep) -> AdviceView:
    return AdviceView(certificate=certificate, outcome=step.outcome, step=step,
                      leads=tuple(catalogue.certificate(id) for id in step.outcome.leads))


def _left_in_words(catalogue: Catalogue, left: tuple[int, int]) -> str:
    low, high = left
    return catalogue.say("site.left.same" if low == high else "site.left.range", low=low, high=high)

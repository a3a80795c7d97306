"""The catalogue as the pages of the site: address, title, template and what stands on it. Pure; a template draws each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from content.catalogue import Catalogue
from content.rules.flow_paths import questions_left
from content.vocabulary.certificate import Certificate
from content.vocabulary.channel import ChannelKind
from content.vocabulary.flow import Flow
from content.vocabulary.office import Office
from content.vocabulary.purpose import NeededPaper, Purpose
from content.vocabulary.service import OnlineService
from content.vocabulary.topic import Topic
from navi_site import flows, hours, ways
from navi_site.flows import QuestionStep, ResultStep
from navi_site.views import (
    AdviceView,
    CertificateCard,
    CertificateView,
    HomeView,
    NeededView,
    OfficeLine,
    OfficeView,
    PurposeView,
    QuestionView,
    ServicesView,
    TopicView,
    WayView,
)
from navi_site.ways import Way


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the line that says where the reader is."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `path` is its address without the first slash, ending in one; the home page's is empty."""

    path: str
    template: str
    title: str
    description: str
    trail: tuple[Crumb, ...]
    """From the home page down to the page above this one."""
    view: object
    listed: bool = True
    """Whether search engines should know it; short addresses and the offline page lead elsewhere."""


HOME = Crumb("ホーム", "")
CARDS = 6
"""Certificates shown as cards on the home page; the others stand in a list below."""


def pages_of(catalogue: Catalogue, today: date) -> tuple[Page, ...]:
    """Every page of the site as it stands on `today`, a day in Japan."""
    return (
        _home(catalogue, today),
        *(page for c in catalogue.certificates for page in _about_certificate(catalogue, c, today)),
        *(page for c in catalogue.certificates for page in _navigator(catalogue, c, today)),
        *(_purpose(catalogue, purpose, today) for purpose in catalogue.purposes),
        *(_topic(catalogue, topic) for topic in catalogue.topics),
        *_services(catalogue),
        *_places(catalogue, today),
        *_standing(catalogue),
        *_short_addresses(catalogue),
    )


def _home(catalogue: Catalogue, today: date) -> Page:
    services = (
        OfficeLine(name=c.short, path=None, open=hours.line(catalogue, c.opening, (hours.channel_key(c.id),), today))
        for c in catalogue.channels if c.opening is not None
    )
    view = HomeView(
        cards=tuple(_card(catalogue, c, today) for c in catalogue.certificates[:CARDS]),
        more=catalogue.certificates[CARDS:],
        purposes=catalogue.purposes, topics=catalogue.topics,
        today=(*services, *(_office_line(catalogue, office, today) for office in catalogue.offices)),
    )
    city = catalogue.city.name
    return Page(path="", template="home.html", title=f"{city}の証明書の取り方", trail=(), view=view,
                description=f"{city}で住民票や印鑑登録証明書などを取る、いちばん早くて安い方法がわかります。"
                            "手数料、持ち物、窓口の時間もここで確かめられます。")


def _card(catalogue: Catalogue, certificate: Certificate, today: date) -> CertificateCard:
    found = ways.ways_of(catalogue, certificate, today)
    priced = [(way.price.total_yen, i) for i, way in enumerate(found) if way.price is not None]
    return CertificateCard(certificate=certificate, best=found[0],
                           cheapest=found[min(priced)[1]] if priced else None)


def _office_line(catalogue: Catalogue, office: Office, today: date) -> OfficeLine:
    return OfficeLine(name=office.name, path=f"places/{office.id}/",
                      open=hours.line(catalogue, office.opening, (hours.office_key(office.id),), today))


def _about_certificate(catalogue: Catalogue, certificate: Certificate, today: date) -> Iterator[Page]:
    found = ways.ways_of(catalogue, certificate, today)
    flow = flow_of(catalogue, certificate) if certificate.flow else None
    path = f"certificates/{certificate.id}/"
    shorts = "・".join(way.channel.short for way in found)
    most = questions_left(flow, flow.start)[1] if flow else 0
    yield Page(
        path=path, template="certificate.html", title=certificate.name, trail=(HOME,),
        description=f"{certificate.name}の取り方を、{shorts}でくらべられます。{certificate.summary}",
        view=CertificateView(certificate=certificate, ways=found, most_questions=most,
                             navigator=flows.start_path(certificate.id) if flow else None),
    )
    for way in found:
        yield Page(
            path=way.path, template="way.html", title=f"{certificate.name}を{way.channel.name}",
            trail=(HOME, Crumb(certificate.name, path)),
            description=f"{certificate.name}を{way.channel.name}ときの、手数料、持ち物、手順です。"
                        f"受け取るまで：{way.channel.takes}。",
            view=WayView(way=way, outcome=None, bring=way.bring, step=None,
                         others=tuple(other for other in found if other is not way)),
        )


def flow_of(catalogue: Catalogue, certificate: Certificate) -> Flow:
    """The certificate's flow with its name filled in. KeyError for a certificate without one."""
    return catalogue.flow(certificate.flow or "").told_for(certificate.short, catalogue.city.name)


def _navigator(catalogue: Catalogue, certificate: Certificate, today: date) -> Iterator[Page]:
    if certificate.flow is None:
        return
    flow = flow_of(catalogue, certificate)
    found = ways.ways_of(catalogue, certificate, today)
    trail = (HOME, Crumb(certificate.name, f"certificates/{certificate.id}/"))
    for step in flows.steps(flow, certificate.id):
        said = "、".join(answered.label for answered in step.answered)
        if isinstance(step, QuestionStep):
            yield Page(
                path=step.path, template="question.html", title=f"{step.question.ask}", trail=trail,
                description=f"質問に答えると、{certificate.name}のいちばん早い取り方がわかります。"
                            + (f"これまでの答え：{said}。" if said else f"全部で{step.left[1]}問までです。"),
                view=QuestionView(certificate=certificate, step=step, left=_left_in_words(catalogue, step.left)),
            )
        else:
            advice = step.outcome.channel is None
            yield Page(
                path=step.path, template="advice.html" if advice else "way.html", title=step.outcome.title, trail=trail,
                description=f"{certificate.name}：{step.outcome.why}（{said}のとき）",
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


def _purpose(catalogue: Catalogue, purpose: Purpose, today: date) -> Page:
    names = "、".join(catalogue.certificate(paper.certificate).short for paper in purpose.papers)
    told = f"{names}。" if names else str(purpose.first)
    return Page(path=f"purposes/{purpose.id}/", template="purpose.html", title=f"{purpose.name}（必要な証明書）", trail=(HOME,),
                description=f"{purpose.name}のときに、{purpose.asked_by}へ出す証明書です。{told}",
                view=PurposeView(purpose, tuple(_needed(catalogue, paper, today) for paper in purpose.papers)))


def _needed(catalogue: Catalogue, paper: NeededPaper, today: date) -> NeededView:
    certificate = catalogue.certificate(paper.certificate)
    counter = next((way for way in ways.ways_of(catalogue, certificate, today) if way.channel.kind is ChannelKind.COUNTER), None)
    return NeededView(certificate=certificate, note=paper.note, free_at=counter if paper.free_at_counter else None,
                      navigator=flows.start_path(certificate.id) if certificate.flow else None)


def _topic(catalogue: Catalogue, topic: Topic) -> Page:
    return Page(path=f"topics/{topic.id}/", template="topic.html", title=topic.name, trail=(HOME,),
                description=f"{topic.name}：{topic.answers[0]}",
                view=TopicView(topic, tuple(catalogue.certificate(id) for id in topic.certificates)))


def _services(catalogue: Catalogue) -> Iterator[Page]:
    view = ServicesView(_grouped(catalogue.services, lambda service: service.situation),
                        _grouped(catalogue.services, lambda service: service.department))
    trail = (HOME, Crumb("来なくてもできる手続き", "services/"))
    yield Page(path="services/", template="services.html", title="来なくてもできる手続き", trail=(HOME,), view=view,
               description=f"{catalogue.city.name}の窓口に来なくても、スマートフォンやパソコンでできる手続き{len(catalogue.services)}件の一覧です。")
    for service in catalogue.services:
        yield Page(path=f"services/{service.id}/", template="service.html", title=service.name, trail=trail, view=service,
                   description=f"{service.name}（{service.situation}）：{service.what}")


def _grouped(services: tuple[OnlineService, ...], key: Callable[[OnlineService], str]) -> dict[str, tuple[OnlineService, ...]]:
    """By heading, each heading where it first comes."""
    return {heading: tuple(one for one in services if key(one) == heading) for heading in dict.fromkeys(map(key, services))}


def _left_in_words(catalogue: Catalogue, left: tuple[int, int]) -> str:
    low, high = left
    return catalogue.say("site.left.same" if low == high else "site.left.range", low=low, high=high)


def _places(catalogue: Catalogue, today: date) -> Iterator[Page]:
    everything = {c.id: c for c in catalogue.certificates}
    city = catalogue.city.name
    yield Page(path="places/", template="places.html", title="窓口の場所と時間", trail=(HOME,),
               description=f"{city}の{'・'.join(o.name for o in catalogue.offices)}の、場所と開いている時間です。",
               view=tuple(_office_line(catalogue, office, today) for office in catalogue.offices))
    for office in catalogue.offices:
        yield Page(
            path=f"places/{office.id}/", template="place.html", title=office.name,
            trail=(HOME, Crumb("窓口の場所と時間", "places/")),
            description=f"{city} {office.name}の場所、開いている時間、窓口の階と、そこで取れる証明書です。",
            view=OfficeView(office=office, certificates=everything, map=ways.map_link(office),
                            open=hours.line(catalogue, office.opening, (hours.office_key(office.id),), today)),
        )


def short_path(certificate: Certificate) -> str:
    """An address that fits a LINE menu or a small QR code. It never changes, since it is printed on paper."""
    return f"c/{certificate.id}/"


def _short_addresses(catalogue: Catalogue) -> Iterator[Page]:
    for certificate in catalogue.certificates:
        yield Page(path=short_path(certificate), template="short.html", title=f"{certificate.name}へ進む", trail=(), listed=False,
                   view=certificate, description=f"{certificate.name}のページへ進みます。短いアドレスです。")
    yield Page(path="offline/", template="offline.html", title="いまは、つながっていません", trail=(), listed=False, view=None,
               description="電波がないときに出るページです。")


def _standing(catalogue: Catalogue) -> Iterator[Page]:
    """The pages that every site has; their words stand in the templates."""
    city = catalogue.city.name
    yield Page(path="help/", template="help.html", title="つかいかた・お問い合わせ", trail=(HOME,), view=None,
               description=f"このサイトでできること、文字の大きさの変え方、{city}への電話のかけ先をまとめました。")
    yield Page(path="accessibility/", template="accessibility.html", title="見やすさ・使いやすさについて", trail=(HOME,),
               view=None, description=f"{city}の証明書サイトが目ざす使いやすさの基準（JIS X 8341-3、WCAG 2.2 AA）です。")

"""What residents find on the pages."""

from datetime import date

import pytest

from content.catalogue import Catalogue
from navi_site import ways
from navi_site.pages import pages_of
from tests.navi_site.site import Site


def test_every_page_says_what_it_is(site: Site) -> None:
    """Language, one heading, a title and a description of its own, and its true address."""
    titles: dict[str, str] = {}
    descriptions: dict[str | None, str] = {}
    for address in site.addresses():
        page = site.page(address)
        assert page.language == "ja", address
        assert len(page.h1) == 1, address
        assert page.h1[0].strip(), address
        assert page.described, address
        assert page.title.endswith("｜まどナビ 指宿市"), address
        assert descriptions.setdefault(page.described, address) == address
        if not address.startswith("/navi/"):  # a question may be asked on several paths
            assert titles.setdefault(page.title, address) == address
        assert len(set(page.ids)) == len(page.ids), address
        if address != "/404.html":
            assert page.canonical == f"http://localhost:8080{address}"


def test_the_home_page_shows_all_certificates_the_hours_and_the_way_to_ones_application(
        site: Site, catalogue: Catalogue) -> None:
    home = site.page("/")
    assert home.h1 == ["どの証明書がほしいですか？"]
    links = [address for address, _ in home.links]
    for certificate in catalogue.certificates:
        assert f"/certificates/{certificate.id}/" in links
    assert len(catalogue.certificates) == 24
    for purpose in catalogue.purposes:
        assert f"/purposes/{purpose.id}/" in links
    for office in catalogue.offices:
        assert f"/places/{office.id}/" in links
    assert "コンビニ 毎日 6:30〜23:00（12月29日〜1月3日は休み）" in home.words
    assert "/status/" in links
    assert "/office/" in links


def test_the_certificate_page_compares_all_ways(site: Site) -> None:
    page = site.page("/certificates/juminhyo/")
    for way in ("コンビニ", "オンライン申請", "らくらく端末", "窓口", "郵便"):
        assert page.link(way).startswith("/certificates/juminhyo/")
    assert "410円 見本 証明書 300円 ＋ 郵送料 110円" in page.words
    assert "どこに、だれと住んでいるかを市が証明する紙です。" in page.words
    assert "コピーではだめですか？" in page.words
    assert "住民基本台帳法 第12条" in page.words
    assert page.link("取り方を調べる") == "/navi/juminhyo/"


def test_every_certificate_page_leads_into_its_navigator(site: Site, catalogue: Catalogue) -> None:
    for certificate in catalogue.certificates:
        assert site.page(f"/certificates/{certificate.id}/").link("取り方を調べる") == f"/navi/{certificate.id}/"


def test_a_purpose_says_first_what_is_not_needed_and_leads_to_each_paper(site: Site, catalogue: Catalogue) -> None:
    for purpose in catalogue.purposes:
        page = site.page(f"/purposes/{purpose.id}/")
        if purpose.first:
            assert purpose.first in page.words
        for paper in purpose.papers:
            certificate = catalogue.certificate(paper.certificate)
            assert certificate.name in page.words
            if paper.free_at_counter:
                assert page.link("窓口での取り方をみる") == f"/certificates/{certificate.id}/counter/"
            else:
                assert f"/navi/{certificate.id}/" in [address for address, _ in page.links]


def test_a_paper_that_is_free_at_the_counter_is_not_sent_to_the_konbini(site: Site) -> None:
    page = site.page("/purposes/single-parent/")
    assert "窓口なら無料" in page.words
    assert "/navi/koseki-zenbu/" not in [address for address, _ in page.links]


def test_a_value_that_nobody_sourced_says_so_and_a_sourced_one_does_not(site: Site) -> None:
    assert "300円 見本" in site.page("/certificates/juminhyo/counter/").words
    koseki = site.page("/certificates/koseki-zenbu/counter/").words
    assert "450円" in koseki
    assert "450円 見本" not in koseki


def test_the_price_of_the_online_way_holds_the_postage(catalogue: Catalogue, today: date) -> None:
    online = next(w for w in ways.ways_of(catalogue, catalogue.certificate("juminhyo"), today) if w.channel.id == "online")
    assert online.price is not None
    assert (online.price.copy_yen, online.price.postage_yen, online.price.total_yen) == (300, 110, 410)


def test_ways_are_listed_best_first(catalogue: Catalogue, today: date) -> None:
    found = ways.ways_of(catalogue, catalogue.certificate("juminhyo"), today)
    assert [way.channel.id for way in found] == ["konbini", "online", "terminal", "counter", "post"]


def test_where_no_fee_holds_on_the_day_no_fee_is_shown(catalogue: Catalogue) -> None:
    """The fees of the content begin on 2026-04-01; the day before, the page says whom to ask."""
    before = ways.ways_of(catalogue, catalogue.certificate("juminhyo"), date(2026, 3, 31))
    assert [way.price for way in before] == [None] * 5


@pytest.mark.parametrize("office", ["ibusuki", "yamagawa", "kaimon"])
def test_an_office_page_says_where_when_and_what(site: Site, catalogue: Catalogue, office: str) -> None:
    page = site.page(f"/places/{office}/")
    said = next(o for o in catalogue.offices if o.id == office)
    for words in (said.address, said.phone, "月〜金曜日 8:30〜17:15（祝日、12月29日〜1月3日は休み）", said.desks[0].floor):
        assert words in page.words
    assert page.link("地図で見る").startswith("https://www.google.com/maps/search/?api=1&query=")
    assert "「らくらく証明書交付」の端末があります。書かずに取れるもの：" in page.words
    assert f"払い方：{'、'.join(said.desks[0].pays_with)}" in page.words
    assert "/certificates/juminhyo/" in [address for address, _ in page.links]


def test_every_desk_a_result_names_issues_the_certificate(catalogue: Catalogue, today: date) -> None:
    for certificate in catalogue.certificates:
        for way in ways.ways_of(catalogue, certificate, today):
            for place in way.places:
                assert certificate.id in place.desk.certificates or place.desk.terminal


def test_addresses_are_unique(catalogue: Catalogue, today: date) -> None:
    paths = [page.path for page in pages_of(catalogue, today)]
    assert len(paths) == len(set(paths))


def test_an_unknown_address_leads_back_to_the_certificates(site: Site) -> None:
    page = site.page("/404.html")
    assert page.h1 == ["ページが見つかりません"]
    assert "/certificates/juminhyo/" in [address for address, _ in page.links]

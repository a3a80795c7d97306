"""The build: the same content gives the same bytes, wrong content gives a list in Japanese, and nothing foreign goes out."""

import gzip
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.navi_site.site import FUNCTIONS, Site, build


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))


def copied(folder: Path) -> Path:
    """A copy of the content that a test may spoil."""
    for layer in ("standard", "ibusuki"):
        shutil.copytree(ROOT / "content" / layer, folder / "content" / layer)
    return folder / "content"


@pytest.fixture
def own_content(tmp_path: Path) -> Path:
    """One for each test."""
    return copied(tmp_path)


def spoil(file: Path, written: str, instead: str) -> None:
    text = file.read_text("utf-8")
    assert written in text
    file.write_text(text.replace(written, instead, 1), "utf-8")


def test_a_second_build_even_a_week_later_is_the_same_byte_for_byte(site: Site, tmp_path: Path) -> None:
    """With the same fees and hours; the day of the build is written nowhere."""
    assert build(tmp_path / "later", MADONAVI_AS_OF="2026-11-27").returncode == 0
    assert bytes_of(tmp_path / "later") == bytes_of(site.folder)


def test_wrong_content_stops_the_build_with_every_fault_in_japanese(own_content: Path, tmp_path: Path) -> None:
    spoil(own_content / "standard/certificates/juminhyo.yml", "summary:", "sumary:")
    spoil(own_content / "ibusuki/fees.yml", "yen: 200", "yen: 二百")
    done = build(tmp_path / "site", MADONAVI_CONTENT=str(own_content))
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "サイトを作れません。内容に3件の誤りがあります。" in said
    assert re.search(r"juminhyo\.yml:\d+ +sumary +この項目名は使えません。「summary」の書き間違いではありませんか。", said)
    assert re.search(r"fees\.yml:\d+ .*「二百」は数字として読めません。", said)
    assert not (tmp_path / "site").exists()


def test_a_picture_that_was_never_drawn_stops_the_build(own_content: Path, tmp_path: Path) -> None:
    spoil(own_content / "standard/channels/post.yml", "icon: post", "icon: pigeon")
    done = build(tmp_path / "site", MADONAVI_CONTENT=str(own_content))
    assert done.returncode != 0
    assert "「pigeon」という絵はありません。" in done.stdout + done.stderr


EVIL = '<script>alert("x")</script>'
ELSEWHERE = "https://navi.city.example/"


@pytest.fixture(scope="module")
def other_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site at another address, whose officers wrote scripts into sentences and translations."""
    folder = tmp_path_factory.mktemp("other")
    content = copied(folder)
    spoil(content / "standard/certificates/juminhyo.yml", "summary: どこに", f"summary: {EVIL}どこに")
    for phrases in (content / "standard/languages").glob("*.po"):
        spoil(phrases, 'msgid "どこに、だれと', 'msgid "<script>alert(\\"x\\")</script>どこに、だれと')
    spoil(content / "standard/languages/en.po",
          'msgstr "The city certifies where', 'msgstr "<script>alert(1)</script>The city certifies where')
    assert build(folder / "site", MADONAVI_CONTENT=str(content), MADONAVI_SITE_URL=ELSEWHERE).returncode == 0
    return Site(folder / "site")


def test_what_an_officer_writes_can_never_become_a_script(other_site: Site) -> None:
    page = other_site.page("/certificates/juminhyo/")
    assert page.inline == []
    assert f"{EVIL}どこに" in page.words  # shown as text
    english = other_site.page("/en/certificates/juminhyo/")
    assert english.inline == []
    assert "<script>alert(1)</script>The city" in english.words


def test_another_address_of_the_site_is_a_setting(other_site: Site) -> None:
    assert other_site.page("/help/").canonical == f"{ELSEWHERE}help/"
    assert f"Sitemap: {ELSEWHERE}sitemap.xml" in other_site.file("/robots.txt").read_text("utf-8")


def test_no_page_holds_a_script_or_a_style_of_its_own(site: Site) -> None:
    for address in site.everywhere():
        assert site.page(address).inline == [], address


def test_no_page_loads_anything_from_another_host(site: Site) -> None:
    for address in site.everywhere():
        for loaded in site.page(address).loaded:
            assert loaded.startswith("/assets/"), (address, loaded)
            assert site.file(loaded).is_file(), (address, loaded)
    style = site.file("/assets/madonavi.css").read_text("utf-8")
    assert "@import" not in style
    assert "url(" not in style


def test_every_link_inside_the_site_leads_somewhere(site: Site) -> None:
    for address in site.everywhere():
        page = site.page(address)
        for link, words in page.links:
            if link.startswith(("https://www.google.com/maps/", "https://myna.go.jp/", "tel:")) or link.startswith(FUNCTIONS):
                continue
            target = site.page(link) if not link.startswith("#") else page
            _, _, anchor = link.partition("#")
            assert not anchor or anchor in target.ids, (address, link, words)


def test_pages_stay_light(site: Site) -> None:
    """Goal of the main job: HTML and CSS 50 KB, scripts 20 KB, packed."""
    style = packed(site.file("/assets/madonavi.css"))
    for address in site.everywhere():
        scripts = sum(packed(site.file(loaded)) for loaded in site.page(address).loaded if loaded.endswith(".js"))
        assert packed(site.file(address)) + style <= 50_000, address
        assert scripts <= 20_000, address


def test_nothing_of_the_theme_goes_out(site: Site) -> None:
    ours = {".html", ".css", ".js", ".json", ".png", ".svg", ".txt", ".wasm", ".xml"}
    names = [name for name in bytes_of(site.folder) if not name.endswith("index.html")]
    assert {Path(name).suffix for name in names} <= ours
    scripts = {"apply.js", "camera.js", "count.js", "find.js", "hours.js", "navi.js", "office.js", "offline.js",
               "qr-reader/reader.js", "search.js", "sheet.js", "symbols.js", "tablet.js"}
    styles = {"apply.css", "madonavi.css", "office.css", "sign.css", "tablet.css"}
    assert {name for name in names if name.endswith((".css", ".js"))} == {"sw.js", *(f"assets/{name}" for name in scripts | styles)}


def test_the_sitemap_lists_every_page_once_and_no_date(site: Site) -> None:
    text = site.file("/sitemap.xml").read_text("utf-8")
    listed = re.findall(r"<loc>http://localhost:8080(/.*?)</loc>", text)
    unlisted = {address for address in site.addresses() if address.startswith(("/c/", "/offline/", "/signs/"))} | {"/404.html"}
    assert sorted(listed) == sorted(set(site.everywhere()) - unlisted)
    assert "lastmod" not in text
    assert not site.file("/sitemap.xml.gz").exists()

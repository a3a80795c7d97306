"""The site in five languages: the same pages, every phrase, readings over every character, and a way between them."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.catalogue import Catalogue, load
from content.faults import ContentErrors
from content.languages import in_every_language, public_texts, update
from content.rules.ruby import KANJI, parted, unread
from content.vocabulary.language import LANGUAGES, OTHERS, Language
from navi_site import ruby
from tests.conftest import ROOT
from tests.navi_site.site import Site

EVERY = pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.id)
WITHOUT_RUBY = re.compile(r"<ruby>.*?</ruby>|<svg.*?</svg>|<script.*?</script>|<[^>]*\blang=\"[^\"]*\"[^>]*>[^<]*", re.S)
JAPANESE_TEXT = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff]")


@EVERY
def test_every_page_that_search_engines_know_is_there_in_every_language(site: Site, language: Language) -> None:
    listed = [address for address in site.addresses() if site.page(address).tongues]
    assert len(listed) > 400
    assert site.in_language(language.id) == sorted(f"/{language.path}{address[1:]}" for address in listed)


@EVERY
def test_the_menu_of_languages_keeps_the_page(site: Site, language: Language) -> None:
    for address in site.in_language(language.id):
        page = site.page(address)
        assert page.language == language.tag, address
        rest = address.removeprefix(f"/{language.path}")
        menu = {f"/{one.path}{rest}" for one in LANGUAGES}
        assert menu <= {link for link, _ in page.links}, address
        assert set(page.tongues.values()) == {f"http://localhost:8080{other}" for other in menu}
        assert page.canonical == f"http://localhost:8080{address}"


@EVERY
def test_a_page_says_what_it_is_in_its_language(site: Site, language: Language) -> None:
    for address in site.in_language(language.id):
        page = site.page(address)
        assert len(page.h1) == 1, address
        assert page.described, address
        assert page.title.endswith("まどナビ 指宿市" if language.ruby else page.title.split("｜")[-1])


class _Unmarked(HTMLParser):
    """Text that a reader sees and that is not marked as Japanese."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stack: list[bool] = [False]
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "link", "input", "img", "br"):
            return
        lang = dict(attrs).get("lang")
        marked = lang.startswith("ja") if lang else self.stack[-1]
        self.stack.append(marked or tag in ("head", "script", "style"))

    def handle_endtag(self, tag: str) -> None:
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        if not self.stack[-1]:
            self.found.append(data)


@pytest.mark.parametrize("id", ["en", "vi"])
def test_japanese_stands_on_a_foreign_page_only_as_a_name_to_recognise(site: Site, id: str) -> None:
    """In 「 」 or ( ) beside its translation, as on the machine or on the paper; whole sentences never."""
    for address in site.in_language(id):
        for text in _Unmarked(site.page(address).text).found:
            bare = re.sub(r"「[^」]*」|\([^()]*\)", "", text)
            if not JAPANESE_TEXT.search(text):
                continue
            assert not JAPANESE_TEXT.search(re.sub(r"やさしい日本語|简体中文|日本語", "", bare)), (address, text)


def test_no_character_of_yasashii_nihongo_is_without_its_reading(site: Site, catalogue: Catalogue) -> None:
    for address in site.in_language("easy"):
        body = site.page(address).text.partition("<body>")[2]
        body = WITHOUT_RUBY.sub("", body)
        seen = " ".join(re.sub(r"<[^>]*>", " ", body).split())
        assert KANJI.findall(seen) == [], address


def test_what_a_script_writes_in_yasashii_nihongo_is_in_kana(site: Site) -> None:
    import json

    words = json.loads(site.file("/assets/hours.easy.json").read_text("utf-8"))
    assert KANJI.findall(json.dumps(words, ensure_ascii=False)) == []


@pytest.mark.parametrize(("text", "read"), [
    ("今日は3日前", [("今日", "きょう"), ("は", None), ("3日", "みっか"), ("前", "まえ")]),
    ("13日", [("13日", "じゅうさんにち")]),
    ("市役所で受け取ります", [("市役所", "しやくしょ"), ("で", None), ("受け取", "うけと"), ("ります", None)]),
    ("その年の車の持ち主", [("その", None), ("年", "とし"), ("の", None), ("車", "くるま"), ("の", None), ("持ち主", "もちぬし")]),
])
def test_words_are_read_as_people_say_them(catalogue: Catalogue, text: str, read: list[tuple[str, str | None]]) -> None:
    assert list(parted(text, catalogue.readings)) == read


@given(st.text(alphabet="今日は3日前受け取り市役所 abc人1。", max_size=40))
def test_readings_never_change_the_text(text: str) -> None:
    readings = {"今日": "きょう", "3日": "みっか", "日": "ひ", "受け取り": "うけとり", "市役所": "しやくしょ", "1人": "ひとり",
                "人": "ひと"}
    assert "".join(piece for piece, _ in parted(text, readings)) == text


def test_titles_attributes_and_drawings_get_no_readings() -> None:
    page = '<html lang="ja"><head><title>市</title></head><body><p title="市">市 &amp; 市</p><svg><text>市</text></svg>' \
           '<span lang="ja">市</span><input value="市"><br>市</body></html>'
    told = ruby.over(page, {"市": "し"})
    assert told.count("<ruby>") == 3
    assert "<title>市</title>" in told
    assert 'title="市"' in told
    assert "<text>市</text>" in told
    assert '<span lang="ja">市</span>' in told
    assert "&amp;" in told


def own(tmp_path: Path) -> Path:
    """A copy of the content that a test may spoil."""
    for layer in ("standard", "ibusuki"):
        shutil.copytree(ROOT / "content" / layer, tmp_path / "content" / layer)
    return tmp_path / "content"


def test_a_sentence_that_changed_has_no_translation_until_somebody_wrote_it(tmp_path: Path) -> None:
    root = own(tmp_path)
    file = root / "standard/topics/which.yml"
    file.write_text(file.read_text("utf-8").replace("迷ったら全部のほうです。", "迷ったら全部を選んでください。"), "utf-8")
    changed = load("ibusuki", root)
    with pytest.raises(ContentErrors) as before:
        in_every_language(changed, root)
    assert sum("がありません（content/standard/topics/which.yml）" in fault.says for fault in before.value.faults) == 4
    assert update(changed, root) == 4
    with pytest.raises(ContentErrors) as after:
        in_every_language(changed, root)
    assert {fault.says.split("。")[0] for fault in after.value.faults} == {"日本語が変わりました"}
    assert all(fault.line > 0 for fault in after.value.faults)


@pytest.mark.parametrize(("written", "instead", "says"), [
    ('msgstr "{count} found"', 'msgstr "{cuont} found"', "波かっこ"),
    ('msgstr "{count} found"', 'msgstr ""', "訳が空です"),
    ('msgid "{count}件あります"', 'msgid "{count}件ありました"', "もう日本語のページにありません"),
])
def test_a_wrong_translation_is_said_with_its_line(tmp_path: Path, written: str, instead: str, says: str) -> None:
    root = own(tmp_path)
    file = root / "standard/languages/en.po"
    text = file.read_text("utf-8")
    assert written in text
    file.write_text(text.replace(written, instead), "utf-8")
    with pytest.raises(ContentErrors) as error:
        in_every_language(load("ibusuki", root), root)
    fault = next(fault for fault in error.value.faults if says in fault.says)
    assert fault.file == "content/standard/languages/en.po"
    assert fault.line > 0


def test_a_word_without_a_reading_is_said(tmp_path: Path) -> None:
    root = own(tmp_path)
    file = root / "standard/readings.yml"
    file.write_text("".join(line for line in file.read_text("utf-8").splitlines(keepends=True) if "封筒" not in line), "utf-8")
    with pytest.raises(ContentErrors) as error:
        in_every_language(load("ibusuki", root), root)
    assert {fault.key for fault in error.value.faults} == {"封筒"}


def test_what_the_public_never_reads_needs_no_translation(catalogue: Catalogue) -> None:
    texts = public_texts(catalogue)
    assert catalogue.certificate("juminhyo").summary in texts
    assert catalogue.certificate("juminhyo").source not in texts
    assert catalogue.say("office.login.day") not in texts


def test_every_word_in_the_list_of_readings_is_used_and_reads_in_kana(catalogue: Catalogue) -> None:
    assert all(re.fullmatch(r"[\u3041-\u3096ー]+", reading) for reading in catalogue.readings.values())
    assert unread("証明書", catalogue.readings) == ()

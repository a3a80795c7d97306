"""Hands our pages to mkdocs; the only file that knows mkdocs, so that leaving it costs this file and the templates.

It is the composition root of the site: here the environment and the clock are read.
MADONAVI_CITY       the folder in content/ (default ibusuki)
MADONAVI_CONTENT    another folder that holds `standard/` and the city's (default: content/ of this project)
MADONAVI_LANGUAGES  the languages beside Japanese, as easy,en (default: all; a city may begin with fewer)
MADONAVI_COUNTING   off: pages do not report which result was looked at (default: on)
MADONAVI_AS_OF      the day whose fees and hours are shown, as 2026-11-20 (default: today in Japan)
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path as FilePath
from typing import Any

HERE = FilePath(__file__).resolve().parent
if str(HERE.parent) not in sys.path:  # mkdocs loads this file by its path, not as part of a package
    sys.path.insert(0, str(HERE.parent))

import jinja2  # noqa: E402 - after the path is set
from markupsafe import Markup  # noqa: E402
from mkdocs.config.defaults import MkDocsConfig  # noqa: E402
from mkdocs.exceptions import Abort  # noqa: E402
from mkdocs.structure.files import File, Files  # noqa: E402
from mkdocs.structure.nav import Navigation  # noqa: E402
from mkdocs.structure.pages import Page as MkDocsPage  # noqa: E402

from content import catalogue as content  # noqa: E402
from content import languages  # noqa: E402
from content.catalogue import Catalogue  # noqa: E402
from content.faults import ContentErrors, Fault  # noqa: E402
from content.rules.opening import JAPAN  # noqa: E402
from content.vocabulary.language import JAPANESE, Language  # noqa: E402
from navi_site import flows, hours, linked_data, pages, pictures, qr_reader, ruby, search, speech  # noqa: E402
from navi_site.page import Page  # noqa: E402
from navi_site.pages_certificate import flow_of  # noqa: E402
from navi_site.speech import Tongue  # noqa: E402

ASSETS = HERE / "assets"
KEPT_FROM_THE_START = ["/", "/offline/", "/assets/madonavi.css", "/assets/hours.js", "/assets/find.js", "/assets/search.js",
                       "/assets/offline.js", "/assets/hours.json", "/assets/search.json", "/assets/mark.svg"]
COUNTING = os.environ.get("MADONAVI_COUNTING", "on") != "off"
TOKENS = HERE.parent / "content" / "look" / "tokens.css"


@dataclass(frozen=True, slots=True)
class Told:
    """A page in one language."""

    page: Page
    tongue: Tongue

    @property
    def address(self) -> str:
        """Its address without the first slash."""
        return self.tongue.language.path + self.page.path


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same page in a language, for the menu and for search engines."""

    language: Language
    href: str

    @property
    def hreflang(self) -> str:
        """BCP 47; やさしい日本語 has no tag of its own, so it takes a private one beside plain Japanese."""
        return "ja-x-easy" if self.language.ruby else self.language.tag


class _Build:
    """What one build shows; filled by on_config, since mkdocs hooks are plain functions."""

    catalogue: Catalogue
    tongues: tuple[Tongue, ...]
    """Japanese first."""
    pages: Mapping[str, Told]
    today: date
    photos: tuple[FilePath, ...]
    """Pictures of offices, from the city's folder."""
    drawn: frozenset[str] = frozenset()
    """Addresses of the pictures for links."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Read the content first: when it is wrong, the old site stays as it is."""
    root = FilePath(os.environ.get("MADONAVI_CONTENT", content.ROOT))
    try:
        catalogue = content.load(os.environ.get("MADONAVI_CITY", "ibusuki"), root)
        _icons_known(catalogue)
        _Build.photos = _photos(catalogue, root)
        told = languages.in_every_language(catalogue, root)
        wanted = os.environ.get("MADONAVI_LANGUAGES")
        others = speech.tongues({one: said for one, said in told.items() if wanted is None or one.id in wanted.split(",")})
    except ContentErrors as errors:
        raise Abort(f"サイトを作れません。{errors}") from None
    _Build.catalogue = catalogue
    _Build.today = _today()
    _Build.tongues = (speech.japanese(catalogue), *others)
    _Build.pages = {f"{told.address}index.md": told for told in _told(str(config.site_url))}
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Our files instead of those found: none of the theme's scripts, styles and source maps goes out."""
    made = {uri: f"---\ntemplate: {told.page.template}\n---\n" for uri, told in _Build.pages.items()}
    made["assets/madonavi.css"] = stylesheet()
    made |= {uri.removeprefix("/"): text for tongue in _Build.tongues for uri, text in _data(tongue)}
    made |= {f"{flows.start_path(c.id)}graph.json": _json(flows.graph(flow_of(_Build.catalogue, c), c.id))
             for c in _Build.catalogue.certificates if c.flow}
    made["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {config.site_url}sitemap.xml\n"
    for file in (*sorted(ASSETS.glob("*.svg")), *sorted(ASSETS.glob("*.css")), *sorted((ASSETS / "script").glob("*.js"))):
        made[f"assets/{file.name}"] = file.read_text("utf-8")
    made["sw.js"] = _worker(made)
    drawn = {uri: png for uri, png in _pictures() if png is not None}
    _Build.drawn = frozenset(drawn)
    drawn |= {f"assets/pictures/{file.name}": file.read_bytes() for file in _Build.photos}
    drawn |= _qr_reader()
    pictured = [File.generated(config, uri, content=png) for uri, png in drawn.items()]
    return Files([*(File.generated(config, uri, content=text) for uri, text in made.items()), *pictured])


def on_env(env: jinja2.Environment, config: MkDocsConfig, files: Files) -> jinja2.Environment:
    """Escape by default: nothing an officer writes can become a script. A name that is missing stops the build."""
    env.autoescape = True
    env.undefined = jinja2.StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        origin=_Build.catalogue, icon=icon, qr=qr, others=_Build.tongues[1:], counting=COUNTING,
        listed=lambda file: _Build.pages[file.src_uri].page.listed if file.src_uri in _Build.pages else False,
    )
    env.globals.update(_words(_Build.tongues[0]))  # for the pages without an address: 404, the sitemap
    return env


def on_page_context(context: dict[str, Any], page: MkDocsPage, config: MkDocsConfig, nav: Navigation) -> dict[str, Any]:
    """Give the template the page that it draws."""
    told = _Build.pages[page.file.src_uri]
    here, tongue = told.page, told.tongue
    base = f"{config.site_url}{tongue.language.path}"
    things = linked_data.of(here, tongue.catalogue, base, tongue.language.tag) if here.listed else ()
    context.update(_words(tongue), here=here, view=here.view, address=f"{config.site_url}{told.address}", picture=_picture_of(here),
                   linked=[_in_script(thing) for thing in things], tongues=_everywhere(here))
    return context


def on_post_page(output: str, page: MkDocsPage, config: MkDocsConfig) -> str:
    """Readings over the characters, where the language has them."""
    told = _Build.pages[page.file.src_uri]
    return ruby.over(output, told.tongue.catalogue.readings) if told.tongue.language.ruby else output


def _told(site_url: str) -> Iterator[Told]:
    """Every page in every language; what no search engine should know is there in Japanese only."""
    for tongue in _Build.tongues:
        for page in pages.pages_of(tongue.catalogue, _Build.today, site_url):
            if page.listed or tongue.language == JAPANESE:
                yield Told(page, tongue)


def _words(tongue: Tongue) -> dict[str, Any]:
    """What a template needs to speak a language."""
    catalogue, language = tongue.catalogue, tongue.language
    return {"_": tongue.say, "catalogue": catalogue, "city": catalogue.city, "language": language, "base": f"/{language.path}",
            "foreign": language.tag != JAPANESE.tag, "site_name": f"{catalogue.say('site.name')} {catalogue.city.name}",
            "hours_book": _beside("hours", language), "search_index": _beside("search", language), "tongues": ()}


def _everywhere(page: Page) -> tuple[Elsewhere, ...]:
    """The languages in which this page is, the menu's order; none where it is in one only."""
    if not page.listed:
        return ()
    return tuple(Elsewhere(tongue.language, f"/{tongue.language.path}{page.path}") for tongue in _Build.tongues)


def _beside(name: str, language: Language) -> str:
    """The address of a language's data."""
    return f"/assets/{name}.json" if language == JAPANESE else f"/assets/{name}.{language.id}.json"


def _data(tongue: Tongue) -> Iterator[tuple[str, str]]:
    language, told = tongue.language, tongue.catalogue
    yield _beside("hours", language), _json(hours.book(told, _Build.today))
    index = search.index(_Build.catalogue) if language == JAPANESE else search.index(_Build.catalogue, told, f"/{language.path}")
    yield _beside("search", language), _json(index)


def on_post_build(config: MkDocsConfig) -> None:
    """Drop the packed sitemap: it carries the hour of the build, and the web server packs anyway."""
    (FilePath(config.site_dir) / "sitemap.xml.gz").unlink(missing_ok=True)


def _pictures() -> Iterator[tuple[str, bytes | None]]:
    catalogue = _Build.catalogue
    yield "assets/og/home.png", pictures.card("証明書の取り方", "いちばん早くて安い方法がわかります", catalogue.city.name)
    for certificate in catalogue.certificates:
        ways = "・".join(catalogue.channel(a.channel).short for a in certificate.availability[:4])
        yield f"assets/og/{certificate.id}.png", pictures.card(certificate.name, f"取り方：{ways}", catalogue.city.name)


def _picture_of(page: Page) -> str | None:
    """The certificate's own picture on all pages about it, the home page's on the others."""
    about = page.path.split("/")[1] if page.path.startswith(("certificates/", "navi/")) else "home"
    uri = f"assets/og/{about}.png"
    return uri if uri in _Build.drawn else None


def _qr_reader() -> dict[str, bytes]:
    try:
        return qr_reader.files()
    except FileNotFoundError:
        raise Abort("サイトを作れません。QRコードの読み取り部品がありません。「make setup」で入ります。") from None


def _worker(made: Mapping[str, str]) -> str:
    """The offline worker with its version: a hash of all that the site consists of, so that any change replaces the store."""
    everything = hashlib.sha256("".join(f"{uri}\0{text}\0" for uri, text in sorted(made.items())).encode())
    for template in sorted((HERE / "templates").iterdir()):
        everything.update(template.read_bytes())
    for tongue in _Build.tongues:
        everything.update(tongue.catalogue.model_dump_json().encode())
    for phrases in sorted(speech.FILES.glob("*.po")):
        everything.update(phrases.read_bytes())
    text = (ASSETS / "worker.js").read_text("utf-8")
    return text.replace("{version}", everything.hexdigest()[:16]).replace("{always}", json.dumps(KEPT_FROM_THE_START))


def qr(address: str) -> Markup:
    """The address as a QR code for paper."""
    return Markup(pictures.qr(address))  # noqa: S704 - drawn by us from an address of ours


def _in_script(thing: object) -> Markup:
    """JSON-LD as it may stand inside a script element: no `<` can end it."""
    return Markup(_json(thing).replace("<", "\\u003c"))  # noqa: S704 - escaped here


def stylesheet() -> str:
    """The one stylesheet of all web faces: the shared values, then our parts in the order of their names."""
    parts = (TOKENS, *sorted((ASSETS / "style").glob("*.css")))
    return "\n".join(part.read_text("utf-8") for part in parts)


def icon(name: str) -> Markup:
    """A drawing of assets/icons, to stand beside words; it says nothing by itself."""
    return Markup((ASSETS / "icons" / f"{name}.svg").read_text("utf-8").strip())  # noqa: S704 - our own file


def _icons_known(catalogue: Catalogue) -> None:
    known = {file.stem for file in (ASSETS / "icons").glob("*.svg")}
    faults = [
        Fault(file=f"channels/{channel.id}.yml", line=0, key="icon",
              says=f"「{channel.icon}」という絵はありません。ある絵は {'、'.join(sorted(known))} です。")
        for channel in catalogue.channels if channel.icon not in known
    ]
    if faults:
        raise ContentErrors(faults)


def _photos(catalogue: Catalogue, root: FilePath) -> tuple[FilePath, ...]:
    """The pictures that offices name; a fault for one that is not there."""
    folder = root / catalogue.city.id / "pictures"
    named = [(office.id, folder / office.picture.file) for office in catalogue.offices if office.picture]
    faults = [Fault(file=f"{catalogue.city.id}/offices/{id}.yml", line=0, key="picture › file",
                    says=f"「{file.name}」がありません。{catalogue.city.id}/pictures/ に置いてください。")
              for id, file in named if not file.is_file()]
    if faults:
        raise ContentErrors(faults)
    return tuple(file for _, file in named)


def _today() -> date:
    as_of = os.environ.get("MADONAVI_AS_OF")
    if as_of:
        return date.fromisoformat(as_of)
    return datetime.now(JAPAN).date()  # noqa: TID251 - the composition root reads the clock once


def _json(thing: object) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"))

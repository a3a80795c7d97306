"""Hands our pages to mkdocs; the only file that knows mkdocs, so that leaving it costs this file and the templates.

It is the composition root of the site: here the environment and the clock are read.
MADONAVI_CITY     the folder in content/ (default ibusuki)
MADONAVI_CONTENT  another folder that holds `standard/` and the city's (default: content/ of this project)
MADONAVI_AS_OF    the day whose fees and hours are shown, as 2026-11-20 (default: today in Japan)
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
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
from content.catalogue import Catalogue  # noqa: E402
from content.faults import ContentErrors, Fault  # noqa: E402
from content.rules.opening import JAPAN  # noqa: E402
from navi_site import flows, hours, linked_data, pages, pictures, search  # noqa: E402
from navi_site.pages import Page  # noqa: E402

ASSETS = HERE / "assets"
KEPT_FROM_THE_START = ["/", "/offline/", "/assets/madonavi.css", "/assets/hours.js", "/assets/find.js", "/assets/search.js",
                       "/assets/offline.js", "/assets/hours.json", "/assets/search.json", "/assets/mark.svg"]
TOKENS = HERE.parent / "content" / "look" / "tokens.css"


class _Build:
    """What one build shows; filled by on_config, since mkdocs hooks are plain functions."""

    catalogue: Catalogue
    pages: Mapping[str, Page]
    today: date
    drawn: frozenset[str] = frozenset()
    """Addresses of the pictures for links."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Read the content first: when it is wrong, the old site stays as it is."""
    root = FilePath(os.environ.get("MADONAVI_CONTENT", content.ROOT))
    try:
        catalogue = content.load(os.environ.get("MADONAVI_CITY", "ibusuki"), root)
        _icons_known(catalogue)
    except ContentErrors as errors:
        raise Abort(f"サイトを作れません。{errors}") from None
    _Build.catalogue = catalogue
    _Build.today = _today()
    _Build.pages = {f"{page.path}index.md": page for page in pages.pages_of(catalogue, _Build.today)}
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Our files instead of those found: none of the theme's scripts, styles and source maps goes out."""
    made = {uri: f"---\ntemplate: {page.template}\n---\n" for uri, page in _Build.pages.items()}
    made["assets/madonavi.css"] = stylesheet()
    made["assets/hours.json"] = _json(hours.book(_Build.catalogue, _Build.today))
    made["assets/search.json"] = _json(search.index(_Build.catalogue))
    made |= {f"{flows.start_path(c.id)}graph.json": _json(flows.graph(pages.flow_of(_Build.catalogue, c), c.id))
             for c in _Build.catalogue.certificates if c.flow}
    made["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {config.site_url}sitemap.xml\n"
    for file in (*sorted(ASSETS.glob("*.svg")), *sorted(ASSETS.glob("*.css")), *sorted((ASSETS / "script").glob("*.js"))):
        made[f"assets/{file.name}"] = file.read_text("utf-8")
    made["sw.js"] = _worker(made)
    drawn = {uri: png for uri, png in _pictures() if png is not None}
    _Build.drawn = frozenset(drawn)
    pictured = [File.generated(config, uri, content=png) for uri, png in drawn.items()]
    return Files([*(File.generated(config, uri, content=text) for uri, text in made.items()), *pictured])


def on_env(env: jinja2.Environment, config: MkDocsConfig, files: Files) -> jinja2.Environment:
    """Escape by default: nothing an officer writes can become a script. A name that is missing stops the build."""
    env.autoescape = True
    env.undefined = jinja2.StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        catalogue=_Build.catalogue, city=_Build.catalogue.city, icon=icon,
        sample=_Build.catalogue.messages["site.sample"], qr=qr,
        listed=lambda file: _Build.pages[file.src_uri].listed if file.src_uri in _Build.pages else False,
    )
    return env


def on_page_context(context: dict[str, Any], page: MkDocsPage, config: MkDocsConfig, nav: Navigation) -> dict[str, Any]:
    """Give the template the page that it draws."""
    here = _Build.pages[page.file.src_uri]
    things = linked_data.of(here, _Build.catalogue, str(config.site_url)) if here.listed else ()
    context.update(here=here, view=here.view, picture=_picture_of(here), linked=[_in_script(thing) for thing in things])
    return context


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


def _worker(made: Mapping[str, str]) -> str:
    """The offline worker with its version: a hash of all that the site consists of, so that any change replaces the store."""
    everything = hashlib.sha256("".join(f"{uri}\0{text}\0" for uri, text in sorted(made.items())).encode())
    for template in sorted((HERE / "templates").iterdir()):
        everything.update(template.read_bytes())
    everything.update(_Build.catalogue.model_dump_json().encode())
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


def _today() -> date:
    as_of = os.environ.get("MADONAVI_AS_OF")
    if as_of:
        return date.fromisoformat(as_of)
    return datetime.now(JAPAN).date()  # noqa: TID251 - the composition root reads the clock once


def _json(thing: object) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"))

"""The web editor used as an officer would: open the folder, change a word in each kind of file, save; then the content must
still load and differ only in that word. The folder that Chromium is handed is its own private one, filled with our content.
"""

import json
import logging
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright
from werkzeug.serving import make_server

from content.catalogue import load
from content.faults import ContentErrors
from infra.local.editor import sveltia
from infra.local.editor.app import application, state
from tests.conftest import ROOT

PICKED = "window.showDirectoryPicker = () => navigator.storage.getDirectory()"
PUT = """async (files) => {
  const root = await navigator.storage.getDirectory();
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split('/');
    let folder = root;
    for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part, {create: true});
    const writer = await (await folder.getFileHandle(parts.at(-1), {create: true})).createWritable();
    await writer.write(text);
    await writer.close();
  }
}"""
GET = """async (path) => {
  const parts = path.split('/');
  let folder = await navigator.storage.getDirectory();
  for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part);
  try {
    return await (await (await folder.getFileHandle(parts.at(-1))).getFile()).text();
  } catch { return ''; }  // being written just now
}"""
PATIENCE = 60
"""Quarters of a second."""
MARK = "（見直し）"
EDITS = (
    ("standard-topics/entries/which", "content/standard/topics/which.yml", "どの証明書かわからない"),
    ("standard-flows/entries/juminhyo", "content/standard/flows/juminhyo.yml", "住民基本台帳法12条"),
    ("standard-certificates/entries/juminhyo", "content/standard/certificates/juminhyo.yml", "じゅうみんひょうのうつし"),
    ("standard-purposes/entries/passport", "content/standard/purposes/passport.yml", "パスポートをつくる"),
    ("standard-channels/entries/konbini", "content/standard/channels/konbini.yml", "コンビニで取る"),
    ("ibusuki-offices/entries/ibusuki", "content/ibusuki/offices/ibusuki.yml", "指宿市役所"),
    ("ibusuki-lists/entries/city", "content/ibusuki/city.yml", "いぶすきし"),
    ("standard-lists/entries/messages", "content/standard/messages.yml", "見本"),
)
"""(where in the editor, the file, how the text of the field begins to which the mark is added)."""


@dataclass(frozen=True, slots=True)
class Edited:
    """How one edit went."""

    file: str
    saved: bool
    loads: bool
    only_that: bool


def walk() -> tuple[list[Edited], float, list[str]]:
    """Each edit; the seconds until a fault is told; and every host but ours that the editor asked for."""
    sveltia.try_to_bring(lambda line: None)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "content"
        for layer in ("standard", "ibusuki"):
            shutil.copytree(ROOT / "content" / layer, root / layer)
        server = make_server("127.0.0.1", 0, application(root), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        foreign: list[str] = []
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
                page = browser.new_context(locale="ja-JP", viewport={"width": 1280, "height": 900}).new_page()
                page.add_init_script(PICKED)
                page.on("request", lambda one: foreign.append(one.url) if _is_foreign(one.url) else None)
                page.goto(f"http://localhost:{server.server_port}/")
                page.evaluate(PUT, _files(root))
                page.get_by_role("button", name="ローカルリポジトリで作業").click()
                page.get_by_text("ナビの質問（標準）").first.wait_for()
                done = [*(_edit(page, server.server_port, root, *edit) for edit in EDITS), _add(page, server.server_port, root)]
                browser.close()
        finally:
            server.shutdown()
        return done, _seconds_to_a_fault(root), foreign


def _is_foreign(url: str) -> bool:
    return url.startswith("http") and not url.startswith("http://localhost")


def _files(root: Path) -> dict[str, str]:
    found = {str(file.relative_to(root.parent)): file.read_text("utf-8") for file in root.rglob("*.yml")}
    return found | {".git/HEAD": "ref: refs/heads/main\n", ".git/config": "[core]\n"}


def _edit(page: Page, port: int, root: Path, at: str, file: str, begins: str) -> Edited:
    page.goto(f"http://localhost:{port}/#/collections/{at}")
    box = _field(page, begins)
    if box is None:
        return Edited(file, False, False, False)
    box.fill(box.input_value() + MARK)
    before = load("ibusuki", root)
    page.get_by_role("button", name="保存").first.click()
    text = page.evaluate(GET, file)
    for _ in range(PATIENCE):
        if MARK in text:
            break
        page.wait_for_timeout(250)
        text = page.evaluate(GET, file)
    (root.parent / file).write_text(text, "utf-8")
    try:
        after = load("ibusuki", root)
    except ContentErrors:
        return Edited(file, MARK in text, False, False)
    same = json.loads(after.model_dump_json().replace(MARK, "")) == json.loads(before.model_dump_json().replace(MARK, ""))
    return Edited(file, MARK in text, True, same)


def _add(page: Page, port: int, root: Path) -> Edited:
    """A new page of help, as an officer would add it: no other may change."""
    file = "content/standard/topics/parking.yml"
    before = load("ibusuki", root)
    page.goto(f"http://localhost:{port}/#/collections/standard-topics/new")
    page.get_by_text("を作成").first.wait_for()
    page.locator("input[type=date]").first.fill("2026-11-21")
    page.get_by_role("button", name="答え").last.click()
    for label, words in (("出どころ", "市民課"), ("名前", "駐車場はありますか"), ("読み", "ちゅうしゃじょう"),
                         ("ひとつ", "庁舎の前に30台分あります。")):
        page.locator("section").filter(has=page.get_by_text(label, exact=True)).get_by_role("textbox").last.fill(words)
    page.get_by_role("textbox").last.fill("parking")
    page.get_by_role("button", name="保存").first.click()
    text = ""
    for _ in range(PATIENCE):
        page.wait_for_timeout(250)
        text = page.evaluate(GET, file)
        if text:
            break
    (root.parent / file).write_text(text or "{}", "utf-8")
    try:
        after = load("ibusuki", root)
    except ContentErrors:
        return Edited(file, bool(text), False, False)
    others = tuple(topic for topic in after.topics if topic.id != "parking")
    return Edited(file, bool(text), True, after.model_copy(update={"topics": others}) == before)


def _field(page: Page, begins: str) -> Locator | None:
    """The field whose text begins so, once the editor has drawn it."""
    for _ in range(PATIENCE):
        for box in page.get_by_role("textbox").all():
            if box.evaluate("one => 'value' in one") and box.input_value().startswith(begins):
                return box
        page.wait_for_timeout(250)
    return None


def _seconds_to_a_fault(root: Path) -> float:
    file = root / "ibusuki/fees.yml"
    file.write_text(file.read_text("utf-8").replace("yen: 200", "yen: 二百", 1), "utf-8")
    began = time.perf_counter()
    told = state(root)
    seconds = time.perf_counter() - began
    if "「二百」は数字として読めません" not in str(told["faults"]):
        raise AssertionError(told)
    return seconds


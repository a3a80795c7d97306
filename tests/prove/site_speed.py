"""How long a build takes beside plain mkdocs-material with as many pages, in one run; and what Lighthouse says of a page."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "var/tools"
LIGHTHOUSE = "lighthouse@12.8.2"
"""A measuring tool, not a part of the product: installed when it is first used, and never by `make setup`."""
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def our_build(into: Path, languages: str = "easy,en,zh,vi") -> float:
    """Seconds of one build of the site, in Japanese and these languages."""
    return _mkdocs("-f", str(ROOT / "navi_site/mkdocs.yml"), "-d", str(into), MADONAVI_LANGUAGES=languages)


def plain_build(folder: Path, pages: int) -> float:
    """Seconds of plain mkdocs-material over that many short Markdown pages, its search left out as ours leaves it out."""
    (folder / "docs").mkdir(parents=True)
    for number in range(pages):
        (folder / "docs" / f"page{number}.md").write_text(f"# 質問 {number}\n\n- [はい](page0.md)\n- [いいえ](page0.md)\n", "utf-8")
    (folder / "docs" / "index.md").write_text("# まどナビ\n", "utf-8")
    (folder / "mkdocs.yml").write_text("site_name: x\ntheme: {name: material, font: false}\nplugins: []\n", "utf-8")
    return _mkdocs("-f", str(folder / "mkdocs.yml"), "-d", str(folder / "site"))


def _mkdocs(*words: str, **settings: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet", *words], check=True, cwd=ROOT, capture_output=True,
                   env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT), **settings})
    return time.perf_counter() - began


def scores(url: str) -> dict[str, int]:
    """Lighthouse's four marks of a page, mobile and throttled as it does by default. Installs it at first."""
    program = TOOLS / "node_modules/.bin/lighthouse"
    if not program.exists():
        TOOLS.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--prefix", str(TOOLS), "--no-audit", "--no-fund", "--silent", LIGHTHOUSE], check=True)
    chromium = next(found for name in ("chromium", "chromium-browser") if (found := shutil.which(name)))
    done = subprocess.run(
        [str(program), url, "--quiet", "--output=json",
         f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless --no-sandbox --disable-gpu"],
        capture_output=True, text=True, check=True, timeout=180, env={**os.environ, "CHROME_PATH": chromium})
    told = json.loads(done.stdout)["categories"]
    return {name: round(100 * told[name]["score"]) for name in CATEGORIES}

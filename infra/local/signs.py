"""Prints the signs of the built site as PDF, one A4 sheet each: `python -m infra.local.signs`, after `make site`.

The sheets are pages of the site (`/signs/…`), so an officer can as well open one and print it from the browser.
"""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
SITE, INTO = ROOT / "var/site", ROOT / "var/signs"
CHROMIUM = "/usr/bin/chromium"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def main() -> int:
    """Print all; 1 when there is no built site."""
    names = sorted(page.parent.name for page in SITE.glob("signs/*/index.html"))
    if not names:
        print("サイトがまだありません。先に「make site」を実行してください。", file=sys.stderr)
        return 1
    INTO.mkdir(parents=True, exist_ok=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(SITE)))
    Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        for name in names:
            page.goto(f"http://127.0.0.1:{server.server_port}/signs/{name}/")
            page.pdf(path=str(INTO / f"{name}.pdf"), prefer_css_page_size=True, print_background=True)
        browser.close()
    server.shutdown()
    print(f"{len(names)}枚を {INTO.relative_to(ROOT)} に書きました。")
    return 0


if __name__ == "__main__":
    sys.exit(main())

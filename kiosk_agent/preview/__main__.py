"""`make paper-preview`: the page where editors see papers filled and move their boxes; on the loopback address only."""

import argparse
import os
from datetime import datetime
from pathlib import Path

from waitress import serve

from content.catalogue import ROOT, load
from kiosk_agent.paper import fonts
from kiosk_agent.paper.glyphs import Shelf
from kiosk_agent.preview.pages import create_app
from kiosk_agent.preview.workshop import Workshop
from kiosk_agent.sheet import JAPAN


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m kiosk_agent.preview")
    parser.add_argument("--city", default="ibusuki")
    parser.add_argument("--port", type=int, default=8095)
    parser.add_argument("--fonts-cache", type=Path, default=Path("var/fonts"))
    chosen = parser.parse_args()
    more = [Path(folder) for folder in (os.environ.get("MADONAVI_FONTS"),) if folder]
    shelf = Shelf(fonts.prepare(chosen.fonts_cache, (*more, *fonts.FOLDERS)))
    today = datetime.now(JAPAN).date()  # noqa: TID251 - the command is a composition root
    app = create_app(Workshop(load(chosen.city), ROOT, shelf, today), port=chosen.port)
    print(f"様式の確認と手直し: http://localhost:{chosen.port}/ （止めるときは Ctrl-C）", flush=True)
    serve(app, listen=f"127.0.0.1:{chosen.port}", threads=4)


if __name__ == "__main__":
    main()

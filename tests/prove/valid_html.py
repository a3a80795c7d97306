"""Whether the built pages are HTML as the standard has it, by html-validate."""

import json
import subprocess
import tempfile
from pathlib import Path

from tests.prove.site_speed import TOOLS

TOOL = "html-validate@10.17.0"
"""A measuring tool, not a part of the product: installed when it is first used, and never by `make setup`."""
SETTINGS = {
    "extends": ["html-validate:standard"],
    # Style, not validity: our titles are sentences, Jinja leaves spaces, and our scripts come from our own host.
    "rules": {"long-title": "off", "void-style": "off", "no-trailing-whitespace": "off", "attribute-boolean-style": "off",
              "require-sri": "off", "no-inline-style": "error"},
}


def faults(pages: list[Path]) -> list[str]:
    """A line for each fault of these files."""
    program = TOOLS / "node_modules/.bin/html-validate"
    if not program.exists():
        TOOLS.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--prefix", str(TOOLS), "--no-audit", "--no-fund", "--silent", TOOL], check=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "settings.json"
        settings.write_text(json.dumps(SETTINGS), "utf-8")
        done = subprocess.run([str(program), "--config", str(settings), "--formatter", "json", *map(str, pages)],
                              capture_output=True, text=True, check=False)
        told = json.loads(done.stdout)
    return [f"{one['filePath']}: {fault['message']}" for one in told for fault in one["messages"]]

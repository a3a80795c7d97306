"""`python -m content check ibusuki` lists every fault; `python -m content build ibusuki FILE` writes the catalogue."""

import argparse
import sys
from pathlib import Path

from content.catalogue import load
from content.faults import ContentErrors


def main(arguments: list[str]) -> int:
    """Run one command; 1 when the content has faults."""
    parser = argparse.ArgumentParser(prog="python -m content")
    parser.add_argument("command", choices=["check", "build"])
    parser.add_argument("city")
    parser.add_argument("file", nargs="?", type=Path, help="where `build` writes the catalogue as JSON")
    chosen = parser.parse_args(arguments)
    try:
        catalogue = load(chosen.city)
    except ContentErrors as errors:
        print(errors, file=sys.stderr)
        return 1
    if chosen.command == "build":
        if chosen.file is None:
            parser.error("build には書き出すファイルが要ります。")
        chosen.file.parent.mkdir(parents=True, exist_ok=True)
        chosen.file.write_text(catalogue.model_dump_json(), "utf-8")
    print(f"{catalogue.city.name}: 証明書{len(catalogue.certificates)} 手続き{len(catalogue.procedures)} "
          f"庁舎{len(catalogue.offices)} 手数料{len(catalogue.fees)} 誤り0")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

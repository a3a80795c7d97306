"""What officers and builds ask of the content: `python -m content COMMAND CITY [FILE]`.

check      lists every fault
build      writes the checked catalogue to FILE
decisions  writes the table of all answers of the navigator to FILE
changes    says which answers differ from the table in FILE
review     lists the facts that were checked more than 180 days ago
languages  brings the files of phrases up to date, for translators
"""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from content import languages
from content.catalogue import Catalogue, load
from content.faults import ContentErrors
from content.rules.decisions import changes, decisions, read, table
from content.rules.opening import JAPAN
from content.rules.review import old, samples


def main(arguments: list[str]) -> int:
    """Run one command; 1 when the content has faults."""
    parser = argparse.ArgumentParser(prog="python -m content")
    parser.add_argument("command", choices=["check", "build", "decisions", "changes", "review", "languages"])
    parser.add_argument("city")
    parser.add_argument("file", nargs="?", type=Path, help="what build and decisions write, and changes compares with")
    chosen = parser.parse_args(arguments)
    try:
        catalogue = load(chosen.city)
        if chosen.command == "check":
            languages.in_every_language(catalogue)
    except ContentErrors as errors:
        print(errors, file=sys.stderr)
        return 1
    if chosen.command in ("build", "decisions", "changes") and chosen.file is None:
        parser.error(f"{chosen.command} にはファイルが要ります。")
    match chosen.command:
        case "build":
            _write(chosen.file, catalogue.model_dump_json())
        case "decisions":
            _write(chosen.file, table(decisions(catalogue)))
        case "changes":
            return _tell_changes(catalogue, chosen.file)
        case "languages":
            print(f"訳を待っている文：{languages.update(catalogue)}件")
            return 0
        case "review":
            return _tell_old(catalogue)
    print(f"{catalogue.city.name}: 証明書{len(catalogue.certificates)} 手続き{len(catalogue.procedures)} "
          f"庁舎{len(catalogue.offices)} 手数料{len(catalogue.fees)} 誤り0")
    return 0


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def _tell_old(catalogue: Catalogue) -> int:
    today = datetime.now(JAPAN).date()  # noqa: TID251 - the command is a composition root
    found = list(old(catalogue, today))
    for sentence in found:
        print(sentence)
    print(f"180日より前に確かめたもの：{len(found)}件　見本のもの：{samples(catalogue)}件")
    return 0


def _tell_changes(catalogue: Catalogue, file: Path) -> int:
    found = list(changes(read(file.read_text("utf-8")), decisions(catalogue)))
    for sentence in found:
        print(sentence)
    print(f"{sum(1 for _ in decisions(catalogue))}通りの答え方のうち、{len(found)}通りが変わります。")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

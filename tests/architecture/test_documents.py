"""The documents tell the truth: what can be generated is, and nothing names a computer or a registry."""

import re
import subprocess

import pytest

from tests.conftest import ROOT
from tests.fakes.world import ibusuki


def tracked() -> list[str]:
    """Every file of the repository, new ones too."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_the_drawn_state_machine_is_the_table() -> None:
    from docs.draw import state_machine

    assert (ROOT / "docs/state-machine.md").read_text("utf-8") == state_machine(), "run `make docs`"


def test_the_drawn_page_about_retention_is_what_the_procedures_say() -> None:
    from docs.draw import retention

    assert (ROOT / "docs/retention.md").read_text("utf-8") == retention(ibusuki()), "run `make docs`"


def test_no_procedure_erases_before_somebody_could_answer_the_notice() -> None:
    assert [one.id for one in ibusuki().procedures if one.retention_days < 30] == []


def test_the_glossary_has_every_word_of_the_vocabulary() -> None:
    from docs.draw import vocabulary_words

    glossary = (ROOT / "docs/glossary.md").read_text("utf-8")
    missing = [word for word in vocabulary_words() if f"`{word}`" not in glossary]
    assert missing == []


@pytest.mark.parametrize("lock", ["requirements.lock", "package-lock.json", "functions/requirements.txt"])
def test_lock_files_pin_by_hash_and_name_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert "sha" in text


def test_nothing_names_a_path_of_one_computer() -> None:
    private = re.compile(r"(?<![\w.])/(work|farm|root)/")
    found = [name for name in tracked() if not name.endswith((".png", ".ico", ".woff2", ".lock"))
             and private.search((ROOT / name).read_text("utf-8", "ignore"))
             and name != "tests/architecture/test_documents.py"]
    assert found == []


def test_every_relative_link_of_the_documents_leads_somewhere() -> None:
    broken = []
    for name in tracked():
        if not name.endswith(".md") or name.startswith("content/"):
            continue
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", (ROOT / name).read_text("utf-8")):
            if "://" not in target and not target.startswith("mailto:") and not ((ROOT / name).parent / target).exists():
                broken.append(f"{name} → {target}")
    assert broken == []


def test_the_readme_gives_the_two_commands() -> None:
    for name in ("README.md", "README.ja.md"):
        text = (ROOT / name).read_text("utf-8")
        assert "make up" in text
        assert "make test" in text

"""What the documents and the install files say is what the program reads, and nothing of a person can be dumped or swapped."""

import configparser
import json
import re
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import ROOT

KIOSK = ROOT / "infra/kiosk"
SETTING = re.compile(r"\bMADONAVI_[A-Z_]+\b")
UNITS = ("madonavi-kiosk.service", "madonavi-kiosk-screen.service")
SCRIPTS = ("install.sh", "build.sh", "screen.sh")


def source() -> dict[Path, str]:
    """Every module of the agent."""
    return {file: file.read_text("utf-8") for file in sorted((ROOT / "kiosk_agent").rglob("*.py"))}


def settings_of_the_code() -> set[str]:
    """The settings that the agent names."""
    return {name for text in source().values() for name in SETTING.findall(text)}


def test_every_setting_that_the_agent_knows_is_explained_and_every_explained_one_exists() -> None:
    explained = {name for line in (ROOT / "docs/kiosk.md").read_text("utf-8").splitlines() if line.startswith("| `MADONAVI_")
                 for name in SETTING.findall(line.split("|")[1])}
    assert explained == settings_of_the_code()


@pytest.mark.parametrize("name", ["madonavi-kiosk.env.example", "madonavi-kiosk.service", "madonavi-kiosk-screen.service",
                                  "screen.sh", "install.sh", "build.sh", "windows/madonavi-kiosk.xml", "windows/install.ps1"])
def test_an_install_file_sets_only_settings_that_exist(name: str) -> None:
    assert set(SETTING.findall((KIOSK / name).read_text("utf-8"))) <= settings_of_the_code()


@pytest.mark.parametrize(("library", "file"), [("smartcard", "kiosk_agent/transport/pcsc.py"),
                                               ("reportlab", "kiosk_agent/paper/render.py")])
def test_reader_and_pdf_libraries_are_touched_in_one_file_each(library: str, file: str) -> None:
    imports = re.compile(rf"^\s*(from|import)\s+{library}\b", re.MULTILINE)
    assert [str(path.relative_to(ROOT)) for path, text in source().items() if imports.search(text)] == [file]


def unit(name: str) -> configparser.SectionProxy:
    """The [Service] part of a unit; of a repeated line the last one."""
    read = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    read.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names are not lower case
    read.read_string((KIOSK / name).read_text("utf-8"))
    return read["Service"]


@pytest.mark.parametrize("name", UNITS)
def test_neither_agent_nor_browser_can_leave_a_person_in_a_core_dump_or_in_swap(name: str) -> None:
    service = unit(name)
    assert (service["LimitCORE"], service["MemorySwapMax"], service["UMask"]) == ("0", "0", "0077")
    assert service["User"].startswith("madonavi-")


def test_the_agent_may_write_into_its_own_folder_only() -> None:
    service = unit("madonavi-kiosk.service")
    assert (service["ProtectSystem"], service["ProtectHome"], service["NoNewPrivileges"]) == ("strict", "yes", "yes")
    assert (service["PrivateTmp"], service["PrivateDevices"], service["CapabilityBoundingSet"]) == ("yes", "yes", "")
    assert service["StateDirectory"] == "madonavi-kiosk"
    assert "MADONAVI_KIOSK_DATA=/var/lib/madonavi-kiosk" in service["Environment"]
    assert "ReadWritePaths" not in service


def test_agent_and_browser_together_leave_a_quarter_of_four_gigabytes_to_the_system() -> None:
    units = {"M": 1, "G": 1024}
    most = sum(int(unit(name)["MemoryMax"][:-1]) * units[unit(name)["MemoryMax"][-1]] for name in UNITS)
    assert most <= 3 * 1024


def test_the_counter_never_runs_as_the_demonstration() -> None:
    assert "MADONAVI_STAGE=production" in unit("madonavi-kiosk.service")["Environment"]
    xml = ElementTree.parse(KIOSK / "windows/madonavi-kiosk.xml")  # noqa: S314 - our own file
    assert xml.find("env[@name='MADONAVI_STAGE']").get("value") == "production"  # type: ignore[union-attr]  # None fails too


def test_the_browser_opens_our_address_and_nothing_else() -> None:
    policy = json.loads((KIOSK / "browser-policy.json").read_text("utf-8"))
    assert policy["URLBlocklist"] == ["*"]
    assert policy["URLAllowlist"] == ["http://127.0.0.1:8086"]
    screen = (KIOSK / "screen.sh").read_text("utf-8")
    assert "--incognito" in screen
    assert "--user-data-dir=${memory}" in screen
    assert "--disk-cache-dir=${memory}" in screen


def pins(file: Path) -> dict[str, str]:
    """Package → the lines that pin it, hashes and all."""
    blocks = re.split(r"\n(?=\S)", file.read_text("utf-8").strip())
    return {block.split("==")[0]: block for block in blocks}


def test_the_kiosk_installs_what_the_lock_file_pins_and_nothing_more() -> None:
    lock, kiosk = pins(ROOT / "requirements.lock"), pins(KIOSK / "requirements.txt")
    hashes = re.compile(r"sha256:[0-9a-f]{64}")
    for package, lines in kiosk.items():
        assert lines.split()[0] == lock[package].split()[0]
        assert set(hashes.findall(lines)) == set(hashes.findall(lock[package])) != set(), package
    assert not {"pytest", "boto3", "chalice", "mkdocs"} & set(kiosk)


def test_the_kiosk_installs_every_package_that_it_asks_for() -> None:
    """Every package of its group and of the floor: `make lock` after a change in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = {re.split(r"[\[<>=~!; ]", each)[0].lower() for each in
             (*project["project"]["dependencies"], *project["dependency-groups"]["kiosk"])}
    assert {"pyscard", "reportlab", "cryptography", "waitress"} <= asked
    assert asked - set(pins(KIOSK / "requirements.txt")) == set()


def test_the_kiosks_lock_file_names_no_address() -> None:
    assert "://" not in (KIOSK / "requirements.txt").read_text("utf-8")


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_well_written(name: str) -> None:
    assert (KIOSK / name).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(KIOSK / name)], check=True)
    subprocess.run(["shellcheck", str(KIOSK / name)], check=True)


@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_every_line_of_a_unit(name: str) -> None:
    told = subprocess.run(["systemd-analyze", "verify", str(KIOSK / name)], capture_output=True, text=True, check=False)
    said = [line for line in told.stderr.splitlines() if name in line and "is not executable" not in line]  # not installed here
    assert said == []


def test_the_japanese_page_names_every_trouble_of_the_queue() -> None:
    page = (ROOT / "docs/kiosk.ja.md").read_text("utf-8")
    for code in ("unreadable", "conflict", "unknown-version"):
        assert code in page

"""`python -m infra.package FOLDER` makes the zip for AWS Lambda and refuses one that would not run there.

Why it looks inside: chalice leaves a local package out without a word, and where no fitting wheel exists it compiles one
against this computer's libraries, which then crashes on Lambda (platform.md §3).
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from infra.local import keys
from infra.local.addresses import Addresses
from infra.local.stack import BINARIES, CITY, ROOT, Stack

FUNCTIONS = ROOT / "functions"
VENDOR = FUNCTIONS / "vendor"
NEEDED = ("app.py", "chalice/app.py", "chalicelib/compose.py", "chalicelib/pages/templates/base.html",
          "content/__init__.py", "content/catalogue.py", "content/vocabulary/__init__.py", "catalogue.json",
          "PIL/Image.py", "pypdfium2/__init__.py")
NEVER = (".pem", ".key", "jwks.json", "conftest.py", ".env")
"""Keys and tests: the first are read when a function starts (docs/deploy.md)."""
CERTIFICATES = ("certifi/cacert.pem", "botocore/cacert.pem")
"""The public roots that HTTPS stands on."""
ROLE_OF = {"APIHandler": ("ApiHandlerRole", "policy-api.json"), "EveryMinute": ("EveryMinuteRole", "policy-every-minute.json")}
LAMBDA_MOST_BYTES = 250 * 1024 * 1024
"""What AWS Lambda accepts unpacked."""


class Unfit(Exception):
    """The zip would not run on Lambda; says what is wrong."""


def fill_vendor() -> None:
    """Put content's Python and the checked catalogue where chalice packs them. Copies, since a link breaks on Windows."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    shutil.copytree(ROOT / "content", VENDOR / "content",
                    ignore=lambda folder, names: [name for name in names if not _is_python(Path(folder) / name)])
    for folder in sorted((VENDOR / "content").rglob("*"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    _run([sys.executable, "-m", "content", "build", CITY, str(VENDOR / "catalogue.json")], ROOT, os.environ)


def _is_python(path: Path) -> bool:
    return path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")


def pack(into: Path, told: Mapping[str, str]) -> Path:
    """Run `chalice package`, which imports the application for that; returns the zip."""
    told = {**told, "MADONAVI_CATALOGUE": str(VENDOR / "catalogue.json")}
    _run([str(BINARIES / "chalice"), "package", "--stage", "production", "--template-format", "yaml",
          "--merge-template", str(ROOT / "infra/cloud/functions.yml"), str(into.resolve())], FUNCTIONS, told)
    return into / "deployment.zip"


def start_from(zip_file: Path, told: Mapping[str, str]) -> None:
    """Import the application from the unpacked zip and nothing else, as a cold start does."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(zip_file) as packed:
            packed.extractall(folder)
        told = {**told, "PYTHONPATH": folder, "MADONAVI_CATALOGUE": f"{folder}/catalogue.json"}
        # -S: without the packages of .venv. The decoders are named, since the application imports them at their first use.
        _run([sys.executable, "-S", "-c", "import app, PIL._imaging, pypdfium2.raw"], Path(folder), told)


def _run(command: list[str], folder: Path, told: Mapping[str, str]) -> None:
    subprocess.run(command, cwd=folder, env=dict(told), check=True)  # noqa: S603 - our own commands


def faults(zip_file: Path) -> Iterator[str]:
    """What is wrong with the zip, in sentences; nothing when it is fit."""
    with zipfile.ZipFile(zip_file) as packed:
        names = set(packed.namelist())
        for name in NEEDED:
            if name not in names:
                yield f"{name} is missing"
        for name in sorted(names):
            if name.endswith(".dist-info/WHEEL"):
                tags = [line for line in packed.read(name).decode().splitlines() if line.startswith("Tag:")]
                if any("-linux_" in tag or "-win" in tag or "-macosx" in tag for tag in tags):
                    yield f"{name.split('.dist-info')[0]} was built for this computer, not for Lambda ({'; '.join(tags)})"
            if name.endswith((".yml", ".yaml")):
                yield f"{name} is not needed: the catalogue is packed as JSON"
            if (name.endswith(NEVER) and name not in CERTIFICATES) or name.startswith(("tests/", "infra/")):
                yield f"{name} has no business on Lambda"
        unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > LAMBDA_MOST_BYTES:
            yield f"{unpacked:,} bytes unpacked; Lambda takes {LAMBDA_MOST_BYTES:,}"


def template_faults(template: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the description of the functions, in sentences: its rights and what must not be kept."""
    made = template["Resources"]
    functions = {name for name, one in made.items() if one["Type"] == "AWS::Serverless::Function"}
    for name in sorted(functions - set(ROLE_OF)):
        yield f"{name} has no policy of its own in functions/.chalice"
    for name, (role, file) in ROLE_OF.items():
        written = json.loads((FUNCTIONS / ".chalice" / file).read_text("utf-8"))
        policies = [one["PolicyDocument"] for one in made.get(role, {}).get("Properties", {}).get("Policies", ())]
        if made.get(name, {}).get("Properties", {}).get("Role") != {"Fn::GetAtt": [role, "Arn"]} or policies != [written]:
            yield f"{name} does not run under {file}"
        if not made.get(name, {}).get("Properties", {}).get("FunctionName"):
            yield f"{name} has no name, by which alarms and logs know it: infra/cloud/functions.yml was not merged"
    if made["RestAPI"]["Properties"].get("TracingEnabled") is not False:
        yield "RestAPI traces requests, and a trace keeps the addresses of secret links"


def linted(template: Path) -> Iterator[str]:
    """What AWS's own linter says."""
    told = subprocess.run([str(BINARIES / "cfn-lint"), str(template)], capture_output=True, text=True, check=False)  # noqa: S603
    if told.returncode:
        yield told.stdout.strip() or told.stderr.strip()


@contextmanager
def throw_away_settings() -> Iterator[dict[str, str]]:
    """What the application must be told to be imported: the settings of a local copy whose keys nobody keeps."""
    with tempfile.TemporaryDirectory() as folder:
        at = Addresses(gateway=8080)
        told = Stack(Path(folder), at, keys.prepare(Path(folder), at)).environment()
        yield told | {"PATH": f"{BINARIES}{os.pathsep}{told['PATH']}"}


def main(into: Path) -> int:
    """Make the package; 1 when it is unfit."""
    try:
        fill_vendor()
        with throw_away_settings() as told:
            zip_file = pack(into, told)
            template = into / "sam.yaml"
            found = [*faults(zip_file), *template_faults(yaml.safe_load(template.read_text("utf-8"))), *linted(template)]
            if not found and platform.machine() == "x86_64":  # what the zip is made for
                start_from(zip_file, told)
    except subprocess.CalledProcessError as error:
        found = [f"{' '.join(map(str, error.cmd[:3]))} failed ({error.returncode})"]
    for fault in found:
        sys.stderr.write(f"unfit: {fault}\n")
    if found:
        return 1
    sys.stdout.write(f"{zip_file}: {zip_file.stat().st_size / 1e6:.1f} MB, fit for Lambda\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""A package that would not run on Lambda is refused, with what is wrong in a sentence."""

import copy
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra import package


def zip_of(file: Path, holds: dict[str, str]) -> Path:
    """A package that holds these files."""
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in holds.items():
            packed.writestr(name, text)
    return file


FIT = {**dict.fromkeys(package.NEEDED, ""), "cryptography-50.dist-info/WHEEL": "Tag: cp311-abi3-manylinux_2_17_x86_64\n"}


def test_a_package_with_all_that_lambda_needs_is_fit(tmp_path: Path) -> None:
    assert list(package.faults(zip_of(tmp_path / "a.zip", FIT))) == []


def test_a_package_without_the_content_is_unfit(tmp_path: Path) -> None:
    without = {name: text for name, text in FIT.items() if not name.startswith("content/catalogue")}
    assert list(package.faults(zip_of(tmp_path / "a.zip", without))) == ["content/catalogue.py is missing"]


def test_a_package_with_a_library_compiled_for_this_computer_is_unfit(tmp_path: Path) -> None:
    compiled = {**FIT, "pillow-13.0.dist-info/WHEEL": "Root-Is-Purelib: false\nTag: cp311-cp311-linux_x86_64\n"}
    fault, = package.faults(zip_of(tmp_path / "a.zip", compiled))
    assert "pillow-13.0 was built for this computer" in fault


@pytest.mark.parametrize("name", ["content/ibusuki/fees.yml", "tests/conftest.py", "infra/package.py", "keys/staff.pem",
                                  "staff.jwks.json"])
def test_tests_texts_and_keys_do_not_go_along(name: str, tmp_path: Path) -> None:
    fault, *_ = package.faults(zip_of(tmp_path / "a.zip", {**FIT, name: ""}))
    assert name in fault


def test_the_roots_that_https_stands_on_go_along(tmp_path: Path) -> None:
    assert list(package.faults(zip_of(tmp_path / "a.zip", {**FIT, "certifi/cacert.pem": ""}))) == []


def described() -> dict[str, Any]:
    """A description of the functions as chalice and infra/cloud/functions.yml make it, in short."""
    made: dict[str, Any] = {"RestAPI": {"Type": "AWS::Serverless::Api", "Properties": {"TracingEnabled": False}}}
    for name, (role, file) in package.ROLE_OF.items():
        rights = json.loads((package.FUNCTIONS / ".chalice" / file).read_text("utf-8"))
        told = {"Role": {"Fn::GetAtt": [role, "Arn"]}, "FunctionName": name}
        made[name] = {"Type": "AWS::Serverless::Function", "Properties": told}
        made[role] = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": rights}]}}
    return {"Resources": made}


def test_a_description_with_a_policy_for_each_function_is_fit() -> None:
    assert list(package.template_faults(described())) == []


@pytest.mark.parametrize(("where", "what", "says"), [
    (("APIHandler", "Properties", "Role"), {"Fn::GetAtt": ["EveryMinuteRole", "Arn"]}, "does not run under policy-api.json"),
    (("EveryMinuteRole", "Properties", "Policies"), [], "does not run under policy-every-minute.json"),
    (("EveryMinute", "Properties", "FunctionName"), "", "has no name"),
    (("RestAPI", "Properties", "TracingEnabled"), True, "secret links"),
    (("Nightly",), {"Type": "AWS::Serverless::Function", "Properties": {}}, "Nightly has no policy of its own"),
])
def test_a_description_with_other_rights_or_a_trace_of_addresses_is_unfit(where: tuple[str, ...], what: Any, says: str) -> None:
    spoilt = copy.deepcopy(described())
    at = spoilt["Resources"]
    for step in where[:-1]:
        at = at[step]
    at[where[-1]] = what
    assert any(says in fault for fault in package.template_faults(spoilt))

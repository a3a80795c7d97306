"""What is declared for the cloud is what the functions use, and keeps what must be kept."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.adapters.create_tables import TABLES
from chalicelib.adapters.table import KeyRow, Row
from infra import package
from tests.conftest import ROOT

CLOUD = ROOT / "infra" / "cloud"


class _Reader(yaml.SafeLoader):
    """YAML with CloudFormation's short functions: `!Ref x` is {"Ref": "x"}, `!Sub y` is {"Fn::Sub": "y"}."""


def _function(loader: Any, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix == "Ref" else f"Fn::{suffix}": value}


_Reader.add_multi_constructor("!", _function)


def template() -> dict[str, Any]:
    """The declaration."""
    read: dict[str, Any] = yaml.load((CLOUD / "main.yml").read_text("utf-8"), _Reader)  # noqa: S506 - a SafeLoader
    return read


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The resources of one type, by name."""
    return {name: one for name, one in template()["Resources"].items() if one["Type"] == kind}


def table_of(name: str) -> dict[str, Any]:
    """A declared table's properties, by the table's own name."""
    return next(one["Properties"] for one in resources("AWS::DynamoDB::Table").values() if one["Properties"]["TableName"] == name)


def keys(schema: list[dict[str, str]]) -> set[tuple[str, str]]:
    """(attribute, HASH or RANGE) of a key schema."""
    return {(part["AttributeName"], part["KeyType"]) for part in schema}


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_each_table_has_the_keys_and_indexes_the_functions_use(model: Any) -> None:
    declared, used = table_of(model.Meta.table_name), model._get_schema()
    assert keys(declared["KeySchema"]) == keys(used["key_schema"])
    attributes = {(one["AttributeName"], one["AttributeType"]) for one in declared["AttributeDefinitions"]}
    assert attributes == {(one["AttributeName"], one["AttributeType"]) for one in used["attribute_definitions"]}
    indexes = {one["IndexName"]: (keys(one["KeySchema"]), one["Projection"]) for one in declared.get("GlobalSecondaryIndexes", [])}
    assert indexes == {one["index_name"]: (keys(one["key_schema"]), one["projection"])
                       for one in used["global_secondary_indexes"]}


def test_cases_can_be_brought_back_and_their_keys_never_can() -> None:
    cases, wrapped = table_of(Row.Meta.table_name), table_of(KeyRow.Meta.table_name)
    assert cases["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert wrapped["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is False
    assert cases["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_files_of_residents_are_nobodys_but_the_functions_and_leave_no_copies() -> None:
    buckets = resources("AWS::S3::Bucket")
    for name in ("QuarantineBucket", "CleanBucket"):
        declared = buckets[name]["Properties"]
        assert set(declared["PublicAccessBlockConfiguration"].values()) == {True}
        assert "VersioningConfiguration" not in declared
    rule, = buckets["QuarantineBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == 3
    assert "LifecycleConfiguration" not in buckets["CleanBucket"]["Properties"]  # how long is kept, each procedure says


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket"])
def test_removing_the_stack_removes_no_data(kind: str) -> None:
    for name, one in resources(kind).items():
        assert (one.get("DeletionPolicy"), one.get("UpdateReplacePolicy")) == ("Retain", "Retain"), name


def test_the_same_paths_lead_to_the_functions_as_in_the_local_gateway() -> None:
    front = template()["Resources"]["Front"]["Properties"]["DistributionConfig"]
    routes = {one["PathPattern"] for one in front["CacheBehaviors"]["Fn::If"][1]}
    assert routes == {"/apply*", "/status*", "/office*", "/api*", "/webhooks*"}
    assert "Logging" not in front  # it would keep the addresses of secret links


def _named(thing: Any) -> Iterator[str]:
    """Every name that a Ref, GetAtt or Sub asks for."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            if key == "Ref":
                yield value
            elif key == "Fn::GetAtt":
                yield value.split(".")[0]
            elif key == "Fn::Sub":
                yield from (part.split("}")[0].split(".")[0] for part in value.split("${")[1:])
            else:
                yield from _named(value)
    elif isinstance(thing, list):
        for one in thing:
            yield from _named(one)


def test_nothing_asks_for_what_is_not_declared() -> None:
    read = template()
    known = set(read["Parameters"]) | set(read["Resources"])
    assert {name for name in _named(read) if not name.startswith("AWS::")} - known == set()
    for one in read["Resources"].values():
        assert one.get("Condition") in (None, *read["Conditions"])


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_each_stage_decides_what_has_no_default_and_nothing_unknown(stage: str) -> None:
    given = {row["ParameterKey"]: row["ParameterValue"] for row in json.loads((CLOUD / f"parameters/{stage}.json").read_text())}
    wanted = template()["Parameters"]
    assert set(given) <= set(wanted)
    assert {name for name, one in wanted.items() if "Default" not in one} <= set(given)
    assert given["Stage"] == stage


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

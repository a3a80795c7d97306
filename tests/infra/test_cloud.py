"""What is declared for the cloud is what the functions use, and keeps what must be kept."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.adapters.create_tables import TABLES
from chalicelib.adapters.table import KeyRow, Row
from tests.conftest import ROOT

CLOUD = ROOT / "infra" / "cloud"
FUNCTIONS = ("APIHandler", "EveryMinute", "MailCameBack")
STACKS = ("watch", "data", "files", "mail", "shield", "front")
"""Whole templates. `functions` is merged into the one chalice writes; `make package` looks at the result."""


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


def template(stack: str) -> dict[str, Any]:
    """One declaration."""
    read: dict[str, Any] = yaml.load((CLOUD / f"{stack}.yml").read_text("utf-8"), _Reader)  # noqa: S506 - a SafeLoader
    return read


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The resources of one type in all stacks, by name."""
    return {name: one for stack in STACKS for name, one in template(stack)["Resources"].items() if one["Type"] == kind}


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


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket"])
def test_removing_the_stack_removes_no_data(kind: str) -> None:
    for name, one in resources(kind).items():
        assert (one.get("DeletionPolicy"), one.get("UpdateReplacePolicy")) == ("Retain", "Retain"), name


def test_the_declarations_hold_before_the_linter_of_aws() -> None:
    lint = subprocess.run([str(Path(sys.executable).parent / "cfn-lint"), "--include-checks", "I", "--",
                           *(str(CLOUD / f"{stack}.yml") for stack in STACKS)], capture_output=True, text=True, check=False)
    assert (lint.returncode, lint.stdout) == (0, "")


def test_the_linter_would_have_found_a_fault(tmp_path: Path) -> None:
    spoilt = (CLOUD / "data.yml").read_text("utf-8").replace("BillingMode: PAY_PER_REQUEST", "BillingMode: FOR_FREE")
    (tmp_path / "data.yml").write_text(spoilt, "utf-8")
    lint = subprocess.run([str(Path(sys.executable).parent / "cfn-lint"), str(tmp_path / "data.yml")], capture_output=True,
                          text=True, check=False)
    assert lint.returncode != 0
    assert "FOR_FREE" in lint.stdout


def front() -> dict[str, Any]:
    """What CloudFront is told."""
    told: dict[str, Any] = template("front")["Resources"]["Front"]["Properties"]["DistributionConfig"]
    return told


def test_the_same_paths_lead_to_the_functions_as_in_the_local_gateway() -> None:
    assert {one["PathPattern"] for one in front()["CacheBehaviors"]} == {
        "/apply*", "/status*", "/office*", "/tablet*", "/api*", "/webhooks*"}


def test_no_page_of_the_functions_is_kept_or_compressed_on_its_way() -> None:
    for one in front()["CacheBehaviors"]:
        assert (one["TargetOriginId"], one["CachePolicyId"], one["Compress"]) == ("functions", {"Ref": "NoCaching"}, False)
    policy = template("front")["Resources"]["NoCaching"]["Properties"]["CachePolicyConfig"]
    assert (policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]) == (0, 0, 0)


def test_nobody_on_the_way_keeps_the_addresses_of_secret_links() -> None:
    assert "Logging" not in front()
    shield = template("shield")["Resources"]
    visible = [one["VisibilityConfig"] for one in (shield["Shield"]["Properties"], *shield["Shield"]["Properties"]["Rules"])]
    assert not any(one["SampledRequestsEnabled"] for one in visible)
    assert not resources("AWS::WAFv2::LoggingConfiguration")
    api = template("functions")["Resources"]["RestAPI"]["Properties"]
    assert api["TracingEnabled"] is False  # X-Ray would keep the whole address
    assert not {"AccessLogSetting"} & set(api)
    assert all(one["LoggingLevel"] == "OFF" and one["DataTraceEnabled"] is False for one in api["MethodSettings"])


def test_every_page_comes_with_safe_headers() -> None:
    for name in ("SiteHeaders", "FunctionHeaders"):
        headers = template("front")["Resources"][name]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        assert set(headers) == {"ContentSecurityPolicy", "ContentTypeOptions", "ReferrerPolicy", "StrictTransportSecurity"}
    shown = {one["ResponseHeadersPolicyId"]["Ref"] for one in (front()["DefaultCacheBehavior"], *front()["CacheBehaviors"])}
    assert shown == {"SiteHeaders", "FunctionHeaders"}


def test_the_firewall_slows_floods_but_not_city_hall_nor_the_payment_provider() -> None:
    rules = {one["Name"]: one for one in template("shield")["Resources"]["Shield"]["Properties"]["Rules"]}
    for name in ("too-many-forms", "too-many-requests"):
        assert rules[name]["Action"]["Block"]["CustomResponse"]["ResponseCode"] == 429
        spared = json.dumps(rules[name]["Statement"]["RateBasedStatement"]["ScopeDownStatement"])
        assert '{"NotStatement": {"Statement": {"IPSetReferenceStatement": {"Arn": {"Fn::GetAtt": "City.Arn"}}}}}' in spared
    assert "/webhooks/" in json.dumps(rules["too-many-forms"])


def test_no_bucket_is_open_to_anybody_or_without_encryption_on_the_way() -> None:
    closed = {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}
    policies = {one["Properties"]["Bucket"]["Ref"]: one["Properties"]["PolicyDocument"]["Statement"]
                for one in resources("AWS::S3::BucketPolicy").values()}
    assert set(resources("AWS::S3::Bucket")) == {"Quarantine", "Clean", "Exports", "Packages", "SiteBucket"}
    for name, one in resources("AWS::S3::Bucket").items():
        assert one["Properties"]["PublicAccessBlockConfiguration"] == dict.fromkeys(closed, True), name
        refused = [row for row in policies[name] if row["Effect"] == "Deny"]
        assert [row["Condition"] for row in refused] == [{"Bool": {"aws:SecureTransport": "false"}}], name


def test_a_paper_that_nobody_looked_at_is_gone_after_three_days_and_one_that_was_stays_sealed() -> None:
    buckets = resources("AWS::S3::Bucket")
    rule, = buckets["Quarantine"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 3)
    cors, = buckets["Quarantine"]["Properties"]["CorsConfiguration"]["CorsRules"]
    assert (cors["AllowedOrigins"], cors["AllowedMethods"]) == ([{"Fn::Sub": "https://${PublicDomain}"}], ["POST"])
    assert "VersioningConfiguration" not in buckets["Clean"]["Properties"]  # a removed file is removed
    for name in ("Clean", "Exports"):
        sealed, = buckets[name]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert sealed["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"


def test_the_key_of_the_cases_opens_for_the_functions_only_and_for_one_named_case() -> None:
    key = resources("AWS::KMS::Key")["CasesKey"]["Properties"]
    assert key["EnableKeyRotation"] is True
    keep, use = key["KeyPolicy"]["Statement"]
    assert not {"kms:*", "kms:Decrypt", "kms:Encrypt"} & set(keep["Action"])
    assert "kms:PutKeyPolicy".startswith(tuple(one.rstrip("*") for one in keep["Action"]))  # nobody locks himself out
    assert use["Condition"]["Null"] == {"kms:EncryptionContext:case": "false"}
    assert "role/madonavi-${Stage}-functions-*" in json.dumps(use["Condition"]["ArnLike"])


def test_what_comes_back_of_a_mail_names_no_address() -> None:
    for rule in resources("AWS::Events::Rule").values():
        for target in rule["Properties"]["Targets"]:
            paths = set(target["InputTransformer"]["InputPathsMap"].values())
            assert paths <= {"$.detail.mail.tags.effect[0]", "$.detail.bounce.bounceType", "$.detail-type", "$.time"}
    told = resources("AWS::SES::ConfigurationSetEventDestination")["MailEvents"]["Properties"]["EventDestination"]
    assert {"BOUNCE", "COMPLAINT"} <= set(told["MatchingEventTypes"])
    assert not {"OPEN", "CLICK"} & set(told["MatchingEventTypes"])


def test_every_alarm_wakes_somebody_and_watches_what_is_named_so() -> None:
    alarms = resources("AWS::CloudWatch::Alarm")
    assert all(one["Properties"]["AlarmActions"] for one in alarms.values())
    watched = json.dumps([one["Properties"] for one in alarms.values()])
    named = template("functions")["Resources"]
    for function in ("APIHandler", "EveryMinute"):
        assert f'"{named[function]["Properties"]["FunctionName"]}"' in watched
    metrics = {one["Properties"]["MetricName"] for one in alarms.values() if one["Properties"].get("Namespace") == "Madonavi"}
    filled = {one["Properties"]["MetricTransformations"][0]["MetricName"] for one in resources("AWS::Logs::MetricFilter").values()}
    assert metrics - filled == {"waiting", "seal_faults"}  # written by chalicelib.worker


def test_every_log_of_a_function_ends_some_day() -> None:
    logs = {one["Properties"]["LogGroupName"]: one["Properties"] for one in resources("AWS::Logs::LogGroup").values()}
    named = template("functions")["Resources"]
    assert set(logs) == {f"/aws/lambda/{named[one]['Properties']['FunctionName']}" for one in FUNCTIONS}
    assert all("RetentionInDays" in one for one in logs.values())


def _named(thing: Any) -> Iterator[str]:
    """Every name that a Ref, GetAtt or Sub asks for."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            if key == "Ref":
                yield value
            elif key == "Fn::GetAtt":
                yield value.split(".")[0]
            elif key == "Fn::Sub":
                text, own = (value, {}) if isinstance(value, str) else (value[0], value[1])
                yield from {part.split("}")[0].split(".")[0] for part in text.split("${")[1:]} - set(own)
                yield from _named(own)
            else:
                yield from _named(value)
    elif isinstance(thing, list):
        for one in thing:
            yield from _named(one)


@pytest.mark.parametrize("stack", [*STACKS, "functions"])
def test_nothing_asks_for_what_is_not_declared(stack: str) -> None:
    read = template(stack)
    known = set(read["Parameters"]) | set(read["Resources"])
    assert {name for name in _named(read) if not name.startswith("AWS::")} - known == set()
    for one in read["Resources"].values():
        assert one.get("Condition") in (None, *read.get("Conditions", ()))


def _imported(text: str) -> set[str]:
    return set(re.findall(r'ImportValue"?:? ?(?:!Sub|\{ ?"Fn::Sub":) "(madonavi-\$\{Stage\}-[a-z-]+)"', text))


def test_a_stack_takes_from_another_only_what_that_one_gives_and_none_stands_in_the_other_region() -> None:
    outputs = [one for stack in (*STACKS, "functions") for one in template(stack).get("Outputs", {}).values()]
    given = {one["Export"]["Name"]["Fn::Sub"] for one in outputs if "Export" in one}
    files = (*CLOUD.glob("*.yml"), *(ROOT / "functions/.chalice").glob("policy-*.json"))
    texts = {file.name: file.read_text("utf-8") for file in files}
    taken = {name: _imported(text) for name, text in texts.items()}
    assert set().union(*taken.values()) <= given
    assert all(text.count("ImportValue") == 0 or taken[name] for name, text in texts.items())
    assert (taken["shield.yml"], "Export" in texts["shield.yml"]) == (set(), False)  # us-east-1 sees no exports of Tokyo


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_each_stage_decides_what_has_no_default_and_nothing_unknown(stage: str) -> None:
    given = {row["ParameterKey"]: row["ParameterValue"] for row in json.loads((CLOUD / f"parameters/{stage}.json").read_text())}
    wanted = {name: one for stack in (*STACKS, "functions") for name, one in template(stack)["Parameters"].items()}
    assert set(given) <= set(wanted)
    asked_when_deployed = {"FrontSecret"}
    assert {name for name, one in wanted.items() if "Default" not in one} - asked_when_deployed <= set(given)
    assert given["Stage"] == stage
    assert not asked_when_deployed & set(given)


def test_the_functions_are_told_every_setting_here_or_by_a_parameter_that_the_manual_names() -> None:
    source = (ROOT / "functions/chalicelib/settings.py").read_text("utf-8")
    clients = [f"{prefix}_{part}" for prefix in re.findall(r'client\("(MADONAVI_\w+)"\)', source)
               for part in ("ISSUER", "CLIENT_ID", "KEY_FILE")]
    needed = {*re.findall(r'need\("(MADONAVI_\w+)"\)', source), *clients, "MADONAVI_KMS_KEY", "MADONAVI_FRONT_SECRET"}
    needed -= {name for name in needed if name.startswith("MADONAVI_UPLOADS_")}  # the folder that stands for the buckets locally
    told = set(template("functions")["Globals"]["Function"]["Environment"]["Variables"])
    manual = (ROOT / "docs/deploy.md").read_text("utf-8")
    by_hand = {name for name in needed - told if f"`{name}`" in manual}
    assert needed == (needed & told) | by_hand
    assert not {name for name in told if "SECRET" in name or name.endswith("_FILE")}

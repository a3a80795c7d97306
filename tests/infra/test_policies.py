"""Each function may do what it does and nothing more: its policy against what really leaves it for AWS."""

import io
import json
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib import worker
from chalicelib.adapters.case_keys import CaseKeys, KmsWrapper
from chalicelib.adapters.mail import SesMail
from chalicelib.adapters.parameters import fetch
from chalicelib.adapters.sms import EndUserMessaging
from chalicelib.domain.contents import ApplicationId
from tests.conftest import ROOT
from tests.fakes import cases
from tests.functions.pages.hall import PUBLIC, Hall, apply_and_send, apply_up_to_review
from tests.functions.store_cost import hand_on, on_the_real_store, walk

CHALICE = ROOT / "functions/.chalice"
STACK_OF = {"madonavi": "cases-table", "madonavi-keys": "keys-table"}
RUNTIME = {"logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords", "sqs:SendMessage",
           "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
"""What Lambda itself does under the function's role: log, trace, report a failed run, read the queue that wakes it."""
FILES = {"s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:ListBucket", "kms:GenerateDataKey"}
"""For the two buckets and their key; what the adapter asks of S3 stands in tests/functions/adapters, here files are fakes."""


def policy(function: str) -> list[dict[str, Any]]:
    """The statements of a function's policy, found as chalice finds them."""
    config = json.loads((CHALICE / "config.json").read_text("utf-8"))
    file = config["stages"]["production"]["lambda_functions"][function]["iam_policy_file"]
    statements: list[dict[str, Any]] = json.loads((CHALICE / file).read_text("utf-8"))["Statement"]
    return statements


def resource(one: Any) -> str:
    """A resource of a policy in short: the export it imports, with what follows it, or its ARN."""
    match one:
        case {"Fn::ImportValue": {"Fn::Sub": name}}:
            return str(name).removeprefix("madonavi-${Stage}-")
        case {"Fn::Join": ["", parts]}:
            return "".join(resource(part) for part in parts)
        case {"Fn::Sub": arn}:
            return str(arn)
    return str(one)


def allowed(function: str) -> set[tuple[str, str]]:
    """(action, resource) pairs."""
    return {(action, resource(one)) for statement in policy(function)
            for action in statement["Action"] for one in statement["Resource"]}


@dataclass
class Aws:
    """KMS, SES, End User Messaging and Systems Manager, which note what was asked and answer plainly."""

    asked: set[str] = field(default_factory=set)

    class exceptions:  # noqa: N801 - boto3's name
        """What boto3 hangs on a client."""

        class ClientError(Exception):
            """Never raised here."""

    def encrypt(self, *, KeyId: str, Plaintext: bytes, EncryptionContext: dict[str, str]) -> dict[str, bytes]:  # noqa: N803
        """Turns the key around, for want of a safe."""
        assert EncryptionContext["case"]  # the key policy demands it
        self.asked.add("kms:Encrypt")
        return {"CiphertextBlob": Plaintext[::-1]}

    def decrypt(self, *, KeyId: str, CiphertextBlob: bytes, EncryptionContext: dict[str, str]) -> dict[str, bytes]:  # noqa: N803
        """And back."""
        assert EncryptionContext["case"]
        self.asked.add("kms:Decrypt")
        return {"Plaintext": CiphertextBlob[::-1]}

    def send_email(self, **mail: Any) -> None:
        """Takes any mail."""
        self.asked.add("ses:SendEmail")

    def send_text_message(self, **text: Any) -> None:
        """Takes any SMS."""
        self.asked.add("sms-voice:SendTextMessage")

    def get_paginator(self, name: str) -> "Aws":
        """get_parameters_by_path is ssm:GetParametersByPath."""
        self.asked.add("ssm:" + name.title().replace("_", ""))
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        """Nothing is kept."""
        return []

    def taken(self) -> set[str]:
        """What was asked since the last call."""
        asked, self.asked = self.asked, set()
        return asked


class _NothingRemembered:
    """A clock that leaps, so that every case key is read again, as in a fresh process."""

    def __init__(self) -> None:
        self._at = 0.0

    def __call__(self) -> float:
        self._at += 10_000
        return self._at


@dataclass
class Left:
    """What left a function: operations on tables, and calls of other services."""

    tables: set[tuple[str, str]]
    services: set[str]


@pytest.fixture(scope="module")
def left(store_url: str) -> dict[str, Left]:
    """The main job and the worker's rounds, on the real store."""
    aws = Aws()
    with tempfile.TemporaryDirectory() as folder:
        keys = CaseKeys(KmsWrapper("alias/madonavi-cases", lambda: aws), _NothingRemembered())
        world, counter = on_the_real_store(Path(folder), store_url, keys)
        world.parts = replace(world.parts, mailer=SesMail("madonavi@mail.example", lambda: aws),
                              texts=EndUserMessaging("IBUSUKI", lambda: aws))
        hall = Hall(world)
        walk(hall, hall.transport)
        hand_on(world, hall.transport)
        _one_waits_for_payment(hall)
        apply_up_to_review(hall.browser())  # a draft that runs out
        apply_and_send(hall.browser(), notify="sms", mobile="090-1111-2222")
        apply_and_send(hall.browser(), notify="letter")
        with_pages = Left(counter.asked, aws.taken() | _starts(aws))
        counter.asked = set()
        worker.tick(world.parts, reconcile=True)
        for days in (400, 1, 400, 15):  # runs out, closes, is told of its erasure, is erased
            world.clock.pass_(days=days)
            worker.tick(world.parts, reconcile=True)
        by_the_clock = Left(counter.asked, aws.taken() | _starts(aws))
        counter.asked = set()
        case = _one_was_sent(hall)
        counter.asked, aws.asked = set(), set()
        message = json.dumps({"what": "bounced", "effect": f"{case}_4_0", "sort": "Permanent", "at": "2026-11-20T03:00:00Z"})
        assert worker.mail_came_back(world.parts, [message]) == {"bounced": 1}
        by_the_queue = Left(counter.asked, aws.taken() | _starts(aws))
        return {"api_handler": with_pages, "every_minute": by_the_clock, "mail_came_back": by_the_queue}


def _one_was_sent(hall: Hall) -> str:
    apply_and_send(phone := hall.browser())
    return phone.url.split("/")[5]


def _one_waits_for_payment(hall: Hall) -> None:
    status = f"{PUBLIC}/status/" + apply_and_send(phone := hall.browser())
    case = phone.url.split("/")[5]
    desk = hall.browser()
    desk.get(f"{PUBLIC}/office/").submit("/office/login")
    stored = hall.world.parts.applications.get(ApplicationId(case))
    desk.get(f"{PUBLIC}/office/find?reference={stored.reference}").submit("/claim")
    desk.get(f"{PUBLIC}/office/case/{case}/fee").submit("/fee")
    desk.get(f"{PUBLIC}/office/?queue=mine")
    phone.get(status).submit("/pay")
    assert cases.attempt_key_of(hall.world.parts.applications.get(ApplicationId(case)))


def _starts(aws: Aws) -> set[str]:
    fetch("/madonavi/prod", aws, Path())
    return aws.taken()


@pytest.mark.parametrize("function", ["api_handler", "every_minute", "mail_came_back"])
def test_a_function_may_do_to_the_tables_what_it_does_and_nothing_more(function: str, left: dict[str, Left]) -> None:
    does = set()
    for operation, table in left[function].tables:
        name, _, index = table.partition("/")
        does.add((f"dynamodb:{operation}", STACK_OF[name] + (f"/{index}" if index else "")))
    may = {(action, one) for action, one in allowed(function) if action.startswith("dynamodb:")}
    assert may == does


@pytest.mark.parametrize("function", ["api_handler", "every_minute", "mail_came_back"])
def test_a_function_calls_only_the_services_it_may_and_may_call_only_those(function: str, left: dict[str, Left]) -> None:
    may = {action for action, _ in allowed(function) if not action.startswith("dynamodb:")}
    assert may - RUNTIME - FILES == left[function].services
    assert may - left[function].services <= RUNTIME | FILES


def test_pages_can_only_show_files_and_only_the_worker_keeps_and_removes_them() -> None:
    pages, timer = ({(action, one.partition(":::")[2]) for action, one in allowed(name) if action.startswith("s3:")}
                    for name in ("api_handler", "every_minute"))
    assert {where for action, where in pages if action in ("s3:PutObject", "s3:DeleteObject")} == {"quarantine/*"}
    assert ("s3:PutObject", "clean/*") in timer
    assert ("s3:PutObject", "quarantine/*") not in timer


def test_only_the_worker_sends_mail_and_only_pages_make_keys() -> None:
    pages, timer = ({action for action, _ in allowed(name)} for name in ("api_handler", "every_minute"))
    assert {"ses:SendEmail", "sms-voice:SendTextMessage"} <= timer - pages
    assert "kms:Encrypt" in pages - timer


@pytest.mark.parametrize("function", ["api_handler", "every_minute", "mail_came_back"])
def test_no_right_is_for_everything(function: str) -> None:
    for statement in policy(function):
        assert statement["Effect"] == "Allow"
        assert not [action for action in statement["Action"] if "*" in action]
        if "*" in statement["Resource"]:  # X-Ray knows no resources
            assert {action.partition(":")[0] for action in statement["Action"]} == {"xray"}


def test_every_function_of_the_application_has_a_policy_of_its_own() -> None:
    source = (ROOT / "functions/app.py").read_text("utf-8")
    config = json.loads((CHALICE / "config.json").read_text("utf-8"))
    functions = config["stages"]["production"]["lambda_functions"]
    scheduled = {line.split("(")[0].removeprefix("def ") for line in io.StringIO(source) if line.startswith("def ")}
    assert set(functions) == scheduled | {"api_handler"}
    assert len({one["iam_policy_file"] for one in functions.values()}) == len(functions)
    assert config["autogen_policy"] is False

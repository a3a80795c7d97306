"""SMS leave as AWS's own description of its service wants them, and never twice through the local mailbox."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.stub import Stubber

from chalicelib.adapters.sms import PART_DOLLARS_MOST, EndUserMessaging, LocalTexts
from chalicelib.domain.errors import ProviderDown
from infra.local.mailbox.app import create_app

TEXT = {"id": "case:7:0", "to": "09011112222", "text": "【指宿市】お知らせがあります。\nhttps://navi.example/status/x"}


@pytest.fixture
def stubbed() -> Iterator[tuple[EndUserMessaging, Stubber]]:
    """The adapter over AWS's client, whose answers a test writes; the client checks what is asked by AWS's description."""
    client = boto3.client("pinpoint-sms-voice-v2", region_name="ap-northeast-1", aws_access_key_id="none",
                          aws_secret_access_key="none")
    with Stubber(client) as stub:
        yield EndUserMessaging("MADONAVI", lambda: client), stub
    client.close()


def test_an_sms_goes_to_a_number_in_japan_with_its_effect_and_a_price_it_may_not_pass(
        stubbed: tuple[EndUserMessaging, Stubber]) -> None:
    sms, stub = stubbed
    stub.add_response("send_text_message", {"MessageId": "m-1"}, {
        "DestinationPhoneNumber": "+819011112222", "OriginationIdentity": "MADONAVI", "MessageBody": TEXT["text"],
        "MessageType": "TRANSACTIONAL", "MaxPrice": PART_DOLLARS_MOST, "Context": {"effect": "case:7:0"}})
    sms.send(TEXT["id"], to=TEXT["to"], text=TEXT["text"])
    stub.assert_no_pending_responses()


@pytest.mark.parametrize("error", ["ThrottlingException", "ServiceQuotaExceededException", "ConflictException"])
def test_what_aws_refuses_is_tried_again_later(error: str, stubbed: tuple[EndUserMessaging, Stubber]) -> None:
    sms, stub = stubbed
    stub.add_client_error("send_text_message", error)
    with pytest.raises(ProviderDown):
        sms.send(TEXT["id"], to=TEXT["to"], text=TEXT["text"])


def test_the_local_mailbox_takes_texts(tmp_path: Path) -> None:
    box = create_app(tmp_path / "mailbox.db", lambda: 1_795_143_600.0)
    with httpx.Client(transport=httpx.WSGITransport(app=box)) as http:
        for _ in range(2):
            LocalTexts("http://mailbox", http).send(TEXT["id"], to=TEXT["to"], text=TEXT["text"])
        with pytest.raises(ProviderDown):
            LocalTexts("http://mailbox", http).send("", to=TEXT["to"], text=TEXT["text"])
    assert len(box.test_client().get("/api/texts").get_json()) == 1

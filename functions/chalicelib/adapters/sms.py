"""SMS: the local mailbox, which drops a second text of the same id, and AWS End User Messaging, which cannot."""

from collections.abc import Callable
from typing import Any

import httpx

from chalicelib.domain.errors import ProviderDown

PART_DOLLARS_MOST = "0.15"
"""What one part may cost; a part to Japan cost $0.07451 in May 2026 (integrations.md §3.3). AWS refuses dearer ones."""


class LocalTexts:
    """Hands texts to the mailbox page of the local stack."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self._url = url
        self._http = http

    def send(self, id: str, *, to: str, text: str) -> None:
        """POST /texts."""
        try:
            answer = self._http.post(f"{self._url}/texts", json={"id": id, "to": to, "text": text})
        except httpx.HTTPError:
            raise ProviderDown("sms") from None
        if answer.status_code != 200:
            raise ProviderDown("sms")


class EndUserMessaging:
    """Its SMS v2. It knows no idempotency: a crash between sending and noting it sends twice, so the texts are
    written to be harmless twice. sender: a sender id, a number or a pool, by name or ARN."""

    def __init__(self, sender: str, client: Callable[[], Any]) -> None:
        self._sender = sender
        self._make = client
        self._client: Any = None

    def send(self, id: str, *, to: str, text: str) -> None:
        """SendTextMessage to a number in Japan, with the effect's id as context, by which an event finds its case."""
        if self._client is None:
            self._client = self._make()
        try:
            self._client.send_text_message(
                DestinationPhoneNumber=f"+81{to[1:]}", OriginationIdentity=self._sender, MessageBody=text,
                MessageType="TRANSACTIONAL", MaxPrice=PART_DOLLARS_MOST, Context={"effect": id})
        except self._client.exceptions.ClientError:
            raise ProviderDown("sms") from None

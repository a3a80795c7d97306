"""Mail: the local mailbox, which drops a second mail of the same id, and SES, which cannot (integrations.md §3.1)."""

from collections.abc import Callable
from typing import Any

import httpx

from chalicelib.domain.errors import ProviderDown


class LocalMailbox:
    """Hands mails to the mailbox page of the local stack."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self._url = url
        self._http = http

    def send(self, id: str, *, to: str, subject: str, text: str) -> None:
        """POST /messages."""
        try:
            mail = {"id": id, "to": to, "subject": subject, "text": text}
            answer = self._http.post(f"{self._url}/messages", json=mail)
        except httpx.HTTPError:
            raise ProviderDown("mail") from None
        if answer.status_code != 200:
            raise ProviderDown("mail")


class SesMail:
    """Amazon SES v2. It knows no idempotency: a crash between sending and noting it sends twice, so the mails are
    written to be harmless twice."""

    def __init__(self, sender: str, client: Callable[[], Any]) -> None:
        self._sender = sender
        self._make = client
        self._client: Any = None

    def send(self, id: str, *, to: str, subject: str, text: str) -> None:
        """SendEmail with the effect's id as a tag, by which a bounce finds its case."""
        if self._client is None:
            self._client = self._make()
        content = {"Simple": {"Subject": {"Data": subject, "Charset": "UTF-8"},
                              "Body": {"Text": {"Data": text, "Charset": "UTF-8"}}}}
        try:
            self._client.send_email(FromEmailAddress=self._sender, Destination={"ToAddresses": [to]}, Content=content,
                                    EmailTags=[{"Name": "effect", "Value": id.replace(":", "_")}])
        except self._client.exceptions.ClientError:
            raise ProviderDown("mail") from None

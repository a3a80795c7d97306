"""Uploads over S3: browsers post into the quarantine bucket by a signed policy; only we write the clean one.

POST policy: AWS, Amazon S3 API Reference, "Authenticating Requests in Browser-Based Uploads Using POST". Buckets, their
sweeping and who may do what: infra/cloud/main.yml.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from chalicelib.adapters.upload_keys import right
from chalicelib.domain.errors import NotFound, ProviderDown
from chalicelib.domain.ports import UPLOAD_LONGEST, Clock, UploadForm

_NOT_THERE = ("404", "NoSuchKey", "NotFound")


class S3Uploads:
    """The port over two buckets. client: makes a boto3 client with SigV4; called at the first use."""

    def __init__(self, quarantine: str, clean: str, clock: Clock, client: Callable[[], Any]) -> None:
        self._quarantine = quarantine
        self._clean = clean
        self._clock = clock
        self._make = client
        self._client: Any = None

    def offer(self, key: str, *, most_bytes: int, expires_at: datetime, back_to: str | None) -> UploadForm:
        """Signed on this computer; nothing is asked of the network. Every field that the form sends is in the policy."""
        seconds = int(min(expires_at - self._clock(), UPLOAD_LONGEST).total_seconds())
        answer = {"success_action_status": "204"} if back_to is None else {"success_action_redirect": back_to}
        with self._s3() as s3:
            made = s3.generate_presigned_post(
                self._quarantine, right(key), Fields=dict(answer), ExpiresIn=seconds,
                Conditions=[["content-length-range", 1, most_bytes], *({name: value} for name, value in answer.items())])
        return UploadForm(url=made["url"], fields=made["fields"])

    def arrived(self, key: str) -> int | None:
        """HeadObject."""
        try:
            with self._s3() as s3:
                return int(s3.head_object(Bucket=self._quarantine, Key=right(key))["ContentLength"])
        except NotFound:
            return None

    def take(self, key: str) -> bytes:
        """GetObject."""
        return self._read(self._quarantine, key)

    def drop(self, key: str) -> None:
        """DeleteObject."""
        with self._s3() as s3:
            s3.delete_object(Bucket=self._quarantine, Key=right(key))

    def keep(self, key: str, data: bytes) -> None:
        """PutObject; S3 answers when it is stored in three places."""
        with self._s3() as s3:
            s3.put_object(Bucket=self._clean, Key=right(key), Body=data)

    def open(self, key: str) -> bytes:
        """GetObject."""
        return self._read(self._clean, key)

    def forget(self, key: str) -> None:
        """DeleteObject; the bucket keeps no versions."""
        with self._s3() as s3:
            s3.delete_object(Bucket=self._clean, Key=right(key))

    def _read(self, bucket: str, key: str) -> bytes:
        with self._s3() as s3:
            return bytes(s3.get_object(Bucket=bucket, Key=right(key))["Body"].read())

    @contextmanager
    def _s3(self) -> Iterator[Any]:
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

        if self._client is None:
            self._client = self._make()
        try:
            yield self._client
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_THERE:
                raise NotFound("file") from None
            raise ProviderDown("uploads") from None
        except (BotoCoreError, HTTPClientError):
            raise ProviderDown("uploads") from None

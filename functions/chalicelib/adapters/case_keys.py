"""The data key of each case: made once, wrapped, kept in its own table, and erasable (design D10)."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from pynamodb.exceptions import PutError

from chalicelib.adapters.sealing import seal, unseal
from chalicelib.adapters.table import KeyRow
from chalicelib.domain.errors import NotFound

CACHE_SECONDS = 300
CACHE_MOST = 500
"""A frozen Lambda keeps its memory, so keys in the clear are few and short-lived (integrations.md §6)."""

AT_ONCE = 8
"""Keys that are unwrapped side by side: each asks KMS, which takes some milliseconds to answer."""


class Wrapper(Protocol):
    """Wraps data keys under a key that never leaves its keeper. context: ids only; it may be logged in clear."""

    def wrap(self, key: bytes, context: str) -> bytes:
        """The wrapped key."""

    def unwrap(self, wrapped: bytes, context: str) -> bytes:
        """The key again."""


class FileWrapper:
    """The local keeper: a 32-byte file outside the repository. Refused by the settings of a production stage."""

    def __init__(self, file: Path) -> None:
        self._key = file.read_bytes()
        if len(self._key) != 32:
            raise ValueError("the wrapping key file must hold exactly 32 bytes")

    def wrap(self, key: bytes, context: str) -> bytes:
        """Seal under the file's key."""
        return seal(self._key, key, context)

    def unwrap(self, wrapped: bytes, context: str) -> bytes:
        """Open with the file's key."""
        return unseal(self._key, wrapped, context)


class KmsWrapper:
    """AWS KMS. The client is made at the first use: importing boto3's data costs more than a page."""

    def __init__(self, key_id: str, client: Callable[[], Any]) -> None:
        self._key_id = key_id
        self._make = client
        self._client: Any = None
        self._making = threading.Lock()

    def _kms(self) -> Any:
        with self._making:  # boto3 makes clients one at a time; a client itself may be shared
            if self._client is None:
                self._client = self._make()
        return self._client

    def wrap(self, key: bytes, context: str) -> bytes:
        """KMS Encrypt with the context as encryption context."""
        answer = self._kms().encrypt(KeyId=self._key_id, Plaintext=key, EncryptionContext={"case": context})
        return bytes(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, context: str) -> bytes:
        """KMS Decrypt with the same context."""
        answer = self._kms().decrypt(KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext={"case": context})
        return bytes(answer["Plaintext"])


class CaseKeys:
    """Data keys by case, with a short memory."""

    def __init__(self, wrapper: Wrapper, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._wrapper = wrapper
        self._monotonic = monotonic
        self._cache: dict[str, tuple[bytes, float]] = {}

    def make(self, case: str) -> bytes:
        """The key of a new case; of an existing one the key it has."""
        key = secrets.token_bytes(32)
        try:
            KeyRow(case, wrapped=self._wrapper.wrap(key, case)).save(KeyRow.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return self.get(case)
        return self._remember(case, key)

    def get(self, case: str) -> bytes:
        """The key. Raises NotFound when it was erased or never made."""
        key, until = self._cache.get(case, (b"", 0.0))
        if until > self._monotonic():
            return key
        try:
            row = KeyRow.get(case, consistent_read=True)
        except KeyRow.DoesNotExist:
            raise NotFound(case) from None
        return self._remember(case, self._wrapper.unwrap(row.wrapped, case))

    def several(self, cases: Sequence[str]) -> Mapping[str, bytes]:
        """The keys of up to 100 cases; one that was erased or never made is absent."""
        now = self._monotonic()
        found = {case: self._cache[case][0] for case in cases if self._cache.get(case, (b"", 0.0))[1] > now}
        rows = tuple(KeyRow.batch_get([case for case in cases if case not in found], consistent_read=True))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            opened = list(pool.map(lambda row: self._wrapper.unwrap(row.wrapped, row.pk), rows))
        return found | {row.pk: self._remember(row.pk, key) for row, key in zip(rows, opened, strict=True)}

    def drop(self, case: str) -> None:
        """Forget the key in memory: its row was deleted, so nobody can read any more what the case sealed."""
        self._cache.pop(case, None)

    def _remember(self, case: str, key: bytes) -> bytes:
        if len(self._cache) >= CACHE_MOST:
            self._cache.clear()
        self._cache[case] = (key, self._monotonic() + CACHE_SECONDS)
        return key

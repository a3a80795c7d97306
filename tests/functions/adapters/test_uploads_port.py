"""What a store of uploads must do; the fake, the one on disk and the one over S3 are held to the same sentences.

S3 is among them where MADONAVI_TEST_S3 names the address of a stand-in that checks POST policies (tests/prove/uploads.py
starts one); moto does not check them, so it is none.
"""

import base64
import hmac
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from chalicelib import compose
from chalicelib.adapters.uploads_disk import DiskUploads, quarantine
from chalicelib.adapters.uploads_s3 import S3Uploads
from chalicelib.domain.errors import NotFound, ProviderDown
from chalicelib.domain.ports import UploadForm, Uploads
from infra.local.uploads.store import ObjectStore
from tests.conftest import free_port
from tests.fakes.uploads import FakeUploads
from tests.fakes.world import FakeClock

S3_STAND_IN = os.environ.get("MADONAVI_TEST_S3")
BACK = "http://localhost:8080/apply/a/1/file?sent=1"
TEN_MINUTES = timedelta(minutes=10)


@dataclass(frozen=True)
class Stand:
    """A store, its clock, and a browser that posts forms to it: (status, where to go)."""

    uploads: Uploads
    clock: FakeClock
    posts: Callable[[Mapping[str, str], bytes], tuple[int, str | None]]

    def form(self, key: str = "abc", *, most: int = 1000, back: str | None = None, lives: timedelta = TEN_MINUTES) -> UploadForm:
        """An offered form."""
        return self.uploads.offer(key, most_bytes=most, expires_at=self.clock() + lives, back_to=back)


def over_http(url: str) -> Callable[[Mapping[str, str], bytes], tuple[int, str | None]]:
    """A browser's way of sending a form: fields first, the file last."""
    def posts(fields: Mapping[str, str], data: bytes) -> tuple[int, str | None]:
        answer = httpx.post(url, data=dict(fields), files={"file": ("花子の免許証.jpg", data, "image/jpeg")}, timeout=30)
        return answer.status_code, answer.headers["location"] if answer.status_code == 303 else None
    return posts


@pytest.fixture(params=["memory", "disk", *(["s3"] if S3_STAND_IN else [])])
def stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    """Each store in turn."""
    if request.param == "memory":
        clock = FakeClock()
        fake = FakeUploads(clock)
        yield Stand(fake, clock, fake.posts)
    elif request.param == "disk":
        yield from _on_disk(tmp_path)
    else:
        assert S3_STAND_IN
        yield _over_s3(S3_STAND_IN)


def _on_disk(folder: Path) -> Iterator[Stand]:
    clock, port = FakeClock(), free_port()
    url = f"http://localhost:{port}/"
    server = ObjectStore(port, quarantine(folder), "secret", "http://localhost:8080", lambda: clock().timestamp())
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield Stand(DiskUploads(folder, url, "secret", clock), clock, over_http(url))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _over_s3(url: str) -> Stand:
    import boto3
    from botocore.config import Config

    client = boto3.client("s3", endpoint_url=url, config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
    buckets = [f"madonavi-{name}-{secrets.token_hex(4)}" for name in ("quarantine", "clean")]
    for bucket in buckets:
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    # boto3 signs by the computer's own clock, and so does the stand-in check: this clock is the real one.
    clock = FakeClock(datetime.now(UTC))  # noqa: TID251
    return Stand(S3Uploads(buckets[0], buckets[1], clock, lambda: client), clock, over_http(f"{url}/{buckets[0]}"))


def test_a_file_that_is_posted_lies_in_quarantine_as_it_was_sent(stand: Stand) -> None:
    form = stand.form()
    assert stand.uploads.arrived("abc") is None
    assert stand.posts(form.fields, b"\x00\xffa file\r\n--") == (204, None)
    assert stand.uploads.arrived("abc") == 12
    assert stand.uploads.take("abc") == b"\x00\xffa file\r\n--"


def test_without_javascript_the_browser_is_led_back(stand: Stand) -> None:
    status, back = stand.posts(stand.form(back=BACK).fields, b"a file")
    assert status == 303
    assert back is not None
    assert back.startswith(BACK.partition("?")[0])


@pytest.mark.parametrize("size", [0, 1001])
def test_no_bytes_or_more_than_allowed_are_refused(stand: Stand, size: int) -> None:
    status, _ = stand.posts(stand.form(most=1000).fields, bytes(size))
    assert status == 400
    assert stand.uploads.arrived("abc") is None


def test_the_largest_allowed_file_is_taken(stand: Stand) -> None:
    assert stand.posts(stand.form(most=1000).fields, bytes(1000))[0] == 204
    assert stand.uploads.arrived("abc") == 1000


def test_a_form_is_good_for_its_own_key_only(stand: Stand) -> None:
    form = stand.form()
    assert stand.posts({**form.fields, "key": "other"}, b"a file")[0] == 403
    assert stand.uploads.arrived("other") is None


def test_an_altered_form_is_refused(stand: Stand) -> None:
    form = stand.form(back=BACK)
    # The stand-in for S3 reads the policy and does not check its signature; a test below does.
    unchecked = {"x-amz-signature"} if isinstance(stand.uploads, S3Uploads) else set()
    for name in form.fields.keys() - unchecked:
        assert stand.posts({**form.fields, name: form.fields[name] + "x"}, b"a file")[0] in (400, 403), name
    assert stand.uploads.arrived("abc") is None


def test_a_field_that_was_added_is_refused(stand: Stand) -> None:
    form = stand.form()
    assert stand.posts({**form.fields, "acl": "public-read"}, b"a file")[0] == 403
    assert stand.uploads.arrived("abc") is None


def test_a_form_whose_time_is_over_is_refused(stand: Stand) -> None:
    if isinstance(stand.uploads, S3Uploads):  # the stand-in's clock cannot be moved: the form is made an hour ago
        stand.clock.pass_(hours=1)
        late = stand.form(lives=timedelta(hours=-1))
    else:
        late = stand.form()
        stand.clock.pass_(minutes=10)
    assert stand.posts(late.fields, b"a file")[0] == 403
    assert stand.uploads.arrived("abc") is None


def test_no_form_lives_longer_than_ten_minutes(stand: Stand) -> None:
    form = stand.form(lives=timedelta(days=1))
    if isinstance(stand.uploads, S3Uploads):  # the stand-in's clock cannot be moved
        assert ends(form) - stand.clock() <= TEN_MINUTES + timedelta(seconds=5)
        return
    stand.clock.pass_(minutes=10)
    assert stand.posts(form.fields, b"a file")[0] == 403


def policy_of(form: UploadForm) -> Any:
    """What a form for S3 allows."""
    return json.loads(base64.b64decode(form.fields["policy"]))


def ends(form: UploadForm) -> datetime:
    """When a form for S3 ends."""
    return datetime.fromisoformat(policy_of(form)["expiration"])


def a_form_for_s3() -> UploadForm:
    """Made by the client that the composition root makes, for a day, of which ten minutes remain."""
    now = datetime.now(UTC)  # noqa: TID251 - boto3 signs by the computer's own clock
    return S3Uploads("quarantine", "clean", lambda: now, compose.s3_client).offer(
        "abc", most_bytes=1000, expires_at=now + timedelta(days=1), back_to=BACK)


def test_the_policy_for_s3_binds_key_and_size_and_is_made_without_a_network() -> None:
    form = a_form_for_s3()
    policy = policy_of(form)
    assert form.url == "https://quarantine.s3.ap-northeast-1.amazonaws.com/"
    assert form.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    for bound in (["content-length-range", 1, 1000], {"key": "abc"}, {"bucket": "quarantine"}, {"success_action_redirect": BACK}):
        assert bound in policy["conditions"]


def test_the_policy_for_s3_is_signed_as_aws_says() -> None:
    fields = a_form_for_s3().fields
    _, day, region, service, end = fields["x-amz-credential"].split("/")
    key = b"AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"].encode()
    for part in (day, region, service, end):
        key = hmac.digest(key, part.encode(), "sha256")
    assert fields["x-amz-signature"] == hmac.digest(key, fields["policy"].encode(), "sha256").hex()


def test_what_is_dropped_is_gone_and_dropping_it_again_is_fine(stand: Stand) -> None:
    stand.posts(stand.form().fields, b"a file")
    stand.uploads.drop("abc")
    stand.uploads.drop("abc")
    assert stand.uploads.arrived("abc") is None
    with pytest.raises(NotFound):
        stand.uploads.take("abc")


def test_what_is_kept_comes_back_until_it_is_forgotten(stand: Stand) -> None:
    stand.uploads.keep("case/1", b"first")
    stand.uploads.keep("case/1", b"sealed")
    assert stand.uploads.open("case/1") == b"sealed"
    stand.uploads.forget("case/1")
    stand.uploads.forget("case/1")
    with pytest.raises(NotFound):
        stand.uploads.open("case/1")


def test_quarantine_and_clean_are_two_places(stand: Stand) -> None:
    stand.posts(stand.form("same").fields, b"dirty")
    with pytest.raises(NotFound):
        stand.uploads.open("same")
    stand.uploads.keep("same", b"clean")
    assert stand.uploads.take("same") == b"dirty"


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "/abs", "a//b", "${filename}", "a b", "a.b", "花子", "a" * 201])
def test_no_key_climbs_out_or_lets_the_browser_choose(stand: Stand, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        stand.form(key)
    with pytest.raises(ValueError, match="key"):
        stand.uploads.keep(key, b"x")


def test_a_form_does_not_show_itself_in_a_log(stand: Stand) -> None:
    form = stand.form()
    assert all(value not in repr(form) for value in form.fields.values() if value)


def test_an_s3_that_cannot_be_reached_is_a_provider_that_is_down() -> None:
    import boto3
    from botocore.config import Config

    quick = Config(connect_timeout=0.2, retries={"max_attempts": 0})
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{free_port()}", config=quick)
    uploads = S3Uploads("quarantine", "clean", FakeClock(), lambda: client)
    for ask in (uploads.arrived, uploads.take, uploads.drop, uploads.open, uploads.forget):
        with pytest.raises(ProviderDown):
            ask("abc")

"""What a copy of the product is told about where it runs, and what it refuses."""

import pytest

from chalicelib.settings import BadSettings, read

LOCAL = {
    "MADONAVI_STAGE": "local", "MADONAVI_CATALOGUE": "catalogue.json", "MADONAVI_PUBLIC_URL": "http://localhost:8080/",
    "MADONAVI_WRAPPING_KEY_FILE": "key", "MADONAVI_IDENTITY_ISSUER": "http://localhost:8084/api/realms/main",
    "MADONAVI_IDENTITY_CLIENT_ID": "madonavi-462101", "MADONAVI_IDENTITY_KEY_FILE": "identity.json",
    "MADONAVI_JPKI_CA_FILE": "ca.pem", "MADONAVI_STAFF_ISSUER": "http://localhost:8084/staff",
    "MADONAVI_STAFF_CLIENT_ID": "madonavi-office", "MADONAVI_STAFF_KEY_FILE": "staff.json",
    "MADONAVI_PAYMENT_URL": "http://localhost:8083", "MADONAVI_PAYMENT_SECRET": "hush-hush",
    "MADONAVI_PAYMENT_SIGNING_SECRETS": "new,old", "MADONAVI_MAILBOX_URL": "http://localhost:8085",
    "MADONAVI_UPLOADS_FOLDER": "uploads", "MADONAVI_UPLOADS_URL": "http://localhost:8088", "MADONAVI_UPLOADS_SECRET": "hush-too",
}
PRODUCTION = {**LOCAL, "MADONAVI_STAGE": "production", "MADONAVI_PUBLIC_URL": "https://navi.example",
              "MADONAVI_KMS_KEY": "alias/madonavi-cases", "MADONAVI_WRAPPING_KEY_FILE": "", "MADONAVI_MAILBOX_URL": "",
              "MADONAVI_UPLOADS_FOLDER": "", "MADONAVI_QUARANTINE_BUCKET": "city-quarantine",
              "MADONAVI_CLEAN_BUCKET": "city-clean", "MADONAVI_CLAMD": "clamd.internal:3310"}


def test_a_local_copy_reads_its_settings() -> None:
    settings = read(LOCAL)
    assert settings.public_url == "http://localhost:8080"
    assert settings.payment_signing_secrets == ("new", "old")
    assert not settings.is_production


def test_production_takes_its_key_from_kms_and_its_mail_through_ses() -> None:
    assert read(PRODUCTION).is_production


OPTIONAL = ("MADONAVI_WRAPPING_KEY_FILE", "MADONAVI_MAILBOX_URL", "MADONAVI_UPLOADS_FOLDER")


@pytest.mark.parametrize("name", [name for name in LOCAL if name not in OPTIONAL])
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(BadSettings, match=name):
        read({key: value for key, value in LOCAL.items() if key != name})


@pytest.mark.parametrize("wrong", [{"MADONAVI_WRAPPING_KEY_FILE": "key"}, {"MADONAVI_MAILBOX_URL": "http://localhost:8085"},
                                   {"MADONAVI_PUBLIC_URL": "http://navi.example"}, {"MADONAVI_CLAMD": ""},
                                   {"MADONAVI_UPLOADS_FOLDER": "uploads"}])
def test_production_refuses_what_is_good_enough_for_a_demonstration(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSettings):
        read({**PRODUCTION, **wrong})


@pytest.mark.parametrize("name", ["MADONAVI_QUARANTINE_BUCKET", "MADONAVI_CLEAN_BUCKET"])
def test_without_a_folder_both_buckets_must_be_named(name: str) -> None:
    with pytest.raises(BadSettings, match=name):
        read({**PRODUCTION, name: ""})


def test_secrets_do_not_show_in_a_repr() -> None:
    assert "hush" not in repr(read(LOCAL))

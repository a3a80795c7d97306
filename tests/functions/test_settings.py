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
}
PRODUCTION = {**LOCAL, "MADONAVI_STAGE": "production", "MADONAVI_PUBLIC_URL": "https://navi.example",
              "MADONAVI_KMS_KEY": "alias/madonavi-cases", "MADONAVI_FRONT_SECRET": "only-the-front",
              "MADONAVI_WRAPPING_KEY_FILE": "", "MADONAVI_MAILBOX_URL": ""}


def test_a_local_copy_reads_its_settings() -> None:
    settings = read(LOCAL)
    assert settings.public_url == "http://localhost:8080"
    assert settings.payment_signing_secrets == ("new", "old")
    assert not settings.is_production


def test_production_takes_its_key_from_kms_and_its_mail_through_ses() -> None:
    assert read(PRODUCTION).is_production


@pytest.mark.parametrize("name", [name for name in LOCAL if name not in ("MADONAVI_WRAPPING_KEY_FILE", "MADONAVI_MAILBOX_URL")])
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(BadSettings, match=name):
        read({key: value for key, value in LOCAL.items() if key != name})


@pytest.mark.parametrize("wrong", [{"MADONAVI_WRAPPING_KEY_FILE": "key"}, {"MADONAVI_MAILBOX_URL": "http://localhost:8085"},
                                   {"MADONAVI_MAILBOX_SECRET": "told"},
                                   {"MADONAVI_PUBLIC_URL": "http://navi.example"}, {"MADONAVI_FRONT_SECRET": ""}])
def test_production_refuses_what_is_good_enough_for_a_demonstration(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSettings):
        read({**PRODUCTION, **wrong})


def test_secrets_do_not_show_in_a_repr() -> None:
    assert "hush-hush" not in repr(read(LOCAL))
    assert "only-the-front" not in repr(read(PRODUCTION))


def test_what_is_kept_elsewhere_is_asked_for_only_where_a_place_is_named() -> None:
    without = {name: value for name, value in PRODUCTION.items() if name != "MADONAVI_PAYMENT_SECRET"}
    kept = {"/madonavi/prod": {"MADONAVI_PAYMENT_SECRET": "kept", "MADONAVI_STAFF_KEY_FILE": "fetched"}}
    told = read({**without, "MADONAVI_PARAMETERS": "/madonavi/prod"}, kept.__getitem__)
    assert (told.payment_secret, str(told.staff.key_file)) == ("kept", "fetched")
    assert read(LOCAL, kept.__getitem__).payment_secret == "hush-hush"

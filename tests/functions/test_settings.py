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
              "MADONAVI_KMS_KEY": "alias/madonavi-cases", "MADONAVI_FRONT_SECRET": "only-the-front",
              "MADONAVI_WRAPPING_KEY_FILE": "", "MADONAVI_MAILBOX_URL": "",
              "MADONAVI_IDENTITY_ISSUER": "https://id.example", "MADONAVI_STAFF_ISSUER": "https://staff.example",
              "MADONAVI_PAYMENT_KIND": "stripe", "MADONAVI_PAYMENT_URL": "", "MADONAVI_PAYMENT_SECRET": "rk_live_made_up",
              "MADONAVI_UPLOADS_FOLDER": "", "MADONAVI_QUARANTINE_BUCKET": "city-quarantine",
              "MADONAVI_CLEAN_BUCKET": "city-clean", "MADONAVI_CLAMD": "clamd.internal:3310",
              "MADONAVI_SMS_FROM": "MADONAVI"}


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
                                   {"MADONAVI_MAILBOX_SECRET": "told"}, {"MADONAVI_PRACTICE_REVOKED": "revoked.txt"},
                                   {"MADONAVI_PUBLIC_URL": "http://navi.example"}, {"MADONAVI_CLAMD": ""},
                                   {"MADONAVI_UPLOADS_FOLDER": "uploads"},
                                   {"MADONAVI_PAYMENT_KIND": "simulator", "MADONAVI_PAYMENT_URL": "https://pay.example"},
                                   {"MADONAVI_FRONT_SECRET": ""}, {"MADONAVI_PAYMENT_KIND": ""}, {"MADONAVI_PAYMENT_URL": "http://api.stripe.com"},
                                   {"MADONAVI_PAYMENT_SECRET": "sk_test_made_up"},
                                   {"MADONAVI_IDENTITY_ISSUER": "http://id.example"},
                                   {"MADONAVI_STAFF_ISSUER": "http://staff.example"}])
def test_production_refuses_what_is_good_enough_for_a_demonstration(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSettings):
        read({**PRODUCTION, **wrong})


def test_a_copy_pays_at_the_simulator_until_it_is_told_otherwise() -> None:
    assert read(LOCAL).payment_kind == "simulator"


def test_stripe_has_one_address_and_it_need_not_be_told() -> None:
    assert read(PRODUCTION).payment_url == "https://api.stripe.com"


def test_a_provider_we_do_not_know_stops_the_start() -> None:
    with pytest.raises(BadSettings, match="MADONAVI_PAYMENT_KIND"):
        read({**LOCAL, "MADONAVI_PAYMENT_KIND": "barter"})


@pytest.mark.parametrize("name", ["MADONAVI_QUARANTINE_BUCKET", "MADONAVI_CLEAN_BUCKET"])
def test_without_a_folder_both_buckets_must_be_named(name: str) -> None:
    with pytest.raises(BadSettings, match=name):
        read({**PRODUCTION, name: ""})


def test_who_sms_come_from_is_read_and_may_be_left_out_by_a_copy_that_sends_none() -> None:
    assert read(PRODUCTION).sms_from == "MADONAVI"
    assert read({**PRODUCTION, "MADONAVI_SMS_FROM": ""}).sms_from is None


def test_secrets_do_not_show_in_a_repr() -> None:
    assert "hush" not in repr(read(LOCAL))
    assert "only-the-front" not in repr(read(PRODUCTION))


def test_what_is_kept_elsewhere_is_asked_for_only_where_a_place_is_named() -> None:
    without = {name: value for name, value in PRODUCTION.items() if name != "MADONAVI_PAYMENT_SECRET"}
    kept = {"/madonavi/prod": {"MADONAVI_PAYMENT_SECRET": "rk_live_kept", "MADONAVI_STAFF_KEY_FILE": "fetched"}}
    told = read({**without, "MADONAVI_PARAMETERS": "/madonavi/prod"}, kept.__getitem__)
    assert (told.payment_secret, str(told.staff.key_file)) == ("rk_live_kept", "fetched")
    assert read(LOCAL, kept.__getitem__).payment_secret == "hush-hush"

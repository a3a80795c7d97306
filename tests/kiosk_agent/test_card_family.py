"""What the My Number card says and does: looked at, opened by PIN or 照合番号B, signing with its keys."""

from datetime import date

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kiosk_agent.card import reading
from kiosk_agent.card.facts import CardKind, Part, Secret, SecretKind
from kiosk_agent.errors import CertificateExpired, NoCertificate, PinBlocked, UnknownCard, WrongPin
from kiosk_agent.virtual_card.people import DEMO_OTHER_PIN, DEMO_PASSWORD, PEOPLE, REVOKED_SERIALS, Person
from kiosk_agent.virtual_card.practice_jpki import AUTH, SIGNING, practice_jpki
from tests.kiosk_agent.card_desk import CHALLENGE, PIN, laid, reference_b, who

TODAY = date(2026, 11, 20)
K = SecretKind
FAMILY = [person for person in PEOPLE if person.kind is not None]
WITH_TEXT = [person for person in PEOPLE if person.has_text]


def key_of(certificate: bytes) -> rsa.RSAPublicKey:
    """The RSA key in a certificate."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key


@pytest.mark.parametrize("person", FAMILY, ids=lambda person: person.id)
def test_looking_tells_which_card_it_is_and_presents_no_secret(person: Person) -> None:
    slot, reader = laid(person.id)
    assert reading.look(reader).kind is person.kind
    assert slot.secrets_presented() == []


def test_an_ordinary_card_says_all_that_the_counter_needs_before_anything_is_typed() -> None:
    look = reading.look(laid("hanako")[1])
    assert (look.expires, look.municipality, look.auth_certificate_expires) == (date(2035, 3, 15), "46210", date(2030, 3, 15))
    assert {one.kind: one.tries_left for one in (*look.openings, *look.proofs)} == {
        K.PIN4: 3, K.REFERENCE_B: 10, K.AUTH_PIN: 3, K.SIGNING_PASSWORD: 5}
    assert look.has_auth_certificate
    assert look.has_signing_certificate
    assert (look.is_expired(TODAY), look.is_auth_certificate_expired(TODAY)) == (False, False)
    assert (look.at_last_try, look.may_be_face_only) == ((), False)


def test_nothing_of_the_holder_is_in_a_look() -> None:
    said = repr(reading.look(laid("hanako")[1]))
    assert not any(word in said for word in ("指宿", "花子", "19850315", "十町"))


def test_a_last_try_of_either_number_is_seen_before_anybody_types() -> None:
    assert reading.look(laid("last-try")[1]).at_last_try == (K.PIN4,)
    assert reading.look(laid("auth-last-try")[1]).at_last_try == (K.AUTH_PIN,)


def test_a_card_is_good_through_its_last_day() -> None:
    look = reading.look(laid("expired-card")[1])
    assert not look.is_expired(date(2026, 2, 20))
    assert look.is_expired(date(2026, 2, 21))


def test_an_expired_certificate_on_a_good_card_is_seen_apart() -> None:
    look = reading.look(laid("expired-certificate")[1])
    assert (look.is_expired(TODAY), look.is_auth_certificate_expired(TODAY)) == (False, True)


def test_somebody_under_15_has_no_signing_certificate_and_is_not_asked_for_its_password() -> None:
    slot, reader = laid("minor")
    look = reading.look(reader)
    assert (look.has_signing_certificate, look.tries_left(K.SIGNING_PASSWORD)) == (False, 0)
    with pytest.raises(NoCertificate):
        reading.signing_facts(reader, DEMO_PASSWORD, b"a document")
    assert slot.secrets_presented() == []


def test_a_card_without_any_pin_may_be_a_face_only_one_and_opens_by_the_printed_number() -> None:
    _, reader = laid("face-only")
    assert reading.look(reader).may_be_face_only
    assert not reading.look(laid("blocked")[1]).may_be_face_only
    assert reading.read(reader, CardKind.MY_NUMBER, reference_b("face-only")).name == "二月田　温"


def test_a_licence_on_the_my_number_card_says_whether_it_has_a_number_of_its_own() -> None:
    assert reading.look(laid("my-licence")[1]).licence_pin_set is True
    assert reading.look(laid("hanako")[1]).licence_pin_set is None


def test_another_citys_card_says_which_city() -> None:
    assert reading.look(laid("other-city")[1]).municipality == "46201"


def test_an_old_juki_card_cannot_be_opened() -> None:
    _, reader = laid("juki")
    assert reading.look(reader).openings == ()
    with pytest.raises(UnknownCard):
        reading.read(reader, CardKind.JUKI, PIN)


def test_a_card_of_no_family_is_unknown() -> None:
    with pytest.raises(UnknownCard):
        reading.look(laid("unknown")[1])


@pytest.mark.parametrize("person", WITH_TEXT, ids=lambda person: person.id)
def test_the_facts_are_the_same_by_number_and_by_the_printed_reference(person: Person) -> None:
    _, reader = laid(person.id)
    secrets = [reference_b(person.id), *([PIN] if person.tries else [])]
    for secret in secrets:
        facts = reading.read(reader, person.kind or CardKind.MY_NUMBER, secret)
        assert (facts.kind, facts.name, facts.address, facts.birthdate, facts.sex) == (
            person.kind, person.name, person.address, person.birthdate, person.sex)
        assert facts.missing == ()


def test_a_wrong_printed_reference_costs_one_of_its_own_tries_and_none_of_the_number() -> None:
    _, reader = laid("hanako")
    with pytest.raises(WrongPin) as wrong:
        reading.read(reader, CardKind.MY_NUMBER, Secret(K.REFERENCE_B, "00000000000000"))
    assert (wrong.value.tries_left, wrong.value.kind) == (9, K.REFERENCE_B)
    look = reading.look(reader)
    assert (look.tries_left(K.REFERENCE_B), look.tries_left(K.PIN4), look.tries_left(K.AUTH_PIN)) == (9, 3, 3)


def test_tries_of_the_printed_reference_that_were_used_up_on_the_pictures_are_told_too() -> None:
    _, reader = laid("hanako")
    with pytest.raises(WrongPin) as wrong:
        reading.pictures(reader, "00000000000000")
    assert (wrong.value.tries_left, wrong.value.kind) == (9, K.REFERENCE_B)
    assert reading.look(reader).tries_left(K.REFERENCE_B) == 9
    reading.read(reader, CardKind.MY_NUMBER, reference_b("hanako"))  # the text's own tries are all there
    assert reading.look(reader).tries_left(K.REFERENCE_B) == 9


@pytest.mark.parametrize("reference", ["", "5502172035228", "550217203522855", "55021720352285x", "５５０２１７２０３５２２８５"])
def test_what_is_no_reference_of_fourteen_digits_never_reaches_the_card(reference: str) -> None:
    slot, reader = laid("hanako")
    with pytest.raises(ValueError, match="fourteen"):
        reading.read(reader, CardKind.MY_NUMBER, Secret(K.REFERENCE_B, reference))
    assert slot.secrets_presented() == []


def test_a_challenge_is_signed_by_the_certificate_that_comes_with_it() -> None:
    signed = reading.sign_challenge(laid("hanako")[1], "1234", CHALLENGE)
    key_of(signed.certificate).verify(signed.signature, CHALLENGE, padding.PKCS1v15(), hashes.SHA256())
    certificate = x509.load_der_x509_certificate(signed.certificate)
    certificate.verify_directly_issued_by(practice_jpki().ca(AUTH))
    assert "JPKI-TEST" in certificate.issuer.rfc4514_string()
    assert certificate.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment is False


def test_the_certificate_of_the_key_that_signs_as_a_person_does_not_name_them() -> None:
    certificate = x509.load_der_x509_certificate(reading.sign_challenge(laid("hanako")[1], "1234", CHALLENGE).certificate)
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)


def test_the_revoked_certificate_is_known_by_its_number() -> None:
    signed = reading.sign_challenge(laid("revoked")[1], "1234", CHALLENGE)
    assert x509.load_der_x509_certificate(signed.certificate).serial_number in REVOKED_SERIALS


def test_the_two_numbers_have_tries_of_their_own() -> None:
    _, reader = laid("two-pins")
    with pytest.raises(WrongPin) as wrong:
        reading.sign_challenge(reader, "1234", CHALLENGE)
    assert (wrong.value.tries_left, wrong.value.kind) == (2, K.AUTH_PIN)
    look = reading.look(reader)
    assert (look.tries_left(K.PIN4), look.tries_left(K.AUTH_PIN)) == (3, 2)
    reading.sign_challenge(reader, DEMO_OTHER_PIN, CHALLENGE)
    assert reading.look(reader).tries_left(K.AUTH_PIN) == 3


def test_when_the_first_number_is_wrong_the_second_is_not_presented() -> None:
    slot, reader = laid("hanako")
    with pytest.raises(WrongPin) as wrong:
        reading.read_and_sign(reader, CardKind.MY_NUMBER, Secret(K.PIN4, "0000"), "0000", CHALLENGE)
    assert wrong.value.kind is K.PIN4
    assert len(slot.secrets_presented()) == 1
    assert reading.look(reader).tries_left(K.AUTH_PIN) == 3


def test_facts_and_signature_of_one_step_are_of_one_card() -> None:
    facts, signed = reading.read_and_sign(laid("tsuji")[1], CardKind.MY_NUMBER, PIN, "1234", CHALLENGE, TODAY)
    assert facts.name == who("tsuji").name
    expected = practice_jpki().key(f"tsuji {AUTH}").public_key().public_numbers()
    assert key_of(signed.certificate).public_numbers() == expected


def test_an_expired_certificate_is_told_before_the_number_is_presented() -> None:
    slot, reader = laid("expired-certificate")
    with pytest.raises(CertificateExpired):
        reading.sign_challenge(reader, "1234", CHALLENGE, TODAY)
    assert slot.secrets_presented() == []


def test_a_blocked_number_of_the_key_is_told_by_its_name() -> None:
    with pytest.raises(PinBlocked) as blocked:
        reading.sign_challenge(laid("face-only")[1], "1234", CHALLENGE)
    assert blocked.value.kind is K.AUTH_PIN


def test_the_signing_certificate_tells_the_current_facts() -> None:
    facts, signed = reading.signing_facts(laid("hanako")[1], DEMO_PASSWORD, b"a document")
    hanako = who("hanako")
    assert (facts.name, facts.address, facts.birthdate, facts.sex) == (
        hanako.name, hanako.address, hanako.birthdate, hanako.sex)
    assert facts.doubtful == frozenset()
    key_of(signed.certificate).verify(signed.signature, b"a document", padding.PKCS1v15(), hashes.SHA256())
    x509.load_der_x509_certificate(signed.certificate).verify_directly_issued_by(practice_jpki().ca(SIGNING))


def test_a_character_that_the_certificate_replaced_makes_the_name_doubtful() -> None:
    facts, _ = reading.signing_facts(laid("gaiji")[1], DEMO_PASSWORD, b"a document")
    assert (facts.name, facts.doubtful) == ("山田　次郎", frozenset({Part.NAME}))


def test_a_password_typed_in_small_letters_is_meant_in_capitals() -> None:
    _, reader = laid("hanako")
    assert reading.signing_facts(reader, "abc123", b"a document")[0].name == "指宿　花子"
    assert reading.look(reader).tries_left(K.SIGNING_PASSWORD) == 5


@pytest.mark.parametrize("password", ["", "ABC12", "A" * 17, "ABC 12", "ＡＢＣ１２３"])
def test_what_is_no_password_never_reaches_the_card(password: str) -> None:
    slot, reader = laid("hanako")
    with pytest.raises(ValueError, match="password"):
        reading.signing_facts(reader, password, b"a document")
    assert slot.secrets_presented() == []


def test_the_printed_face_comes_as_pictures_by_the_printed_reference() -> None:
    pictures = reading.pictures(laid("gaiji")[1], who("gaiji").reference_b)
    assert {part: picture.kind for part, picture in pictures.items()} == {
        Part.FACE: "jpeg2000", Part.NAME: "png", Part.ADDRESS: "png"}


def test_two_people_have_two_faces() -> None:
    faces = {reading.face(laid(id)[1], who(id).reference_b).content for id in ("hanako", "tsuji")}
    assert len(faces) == 2

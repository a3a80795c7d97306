"""The identity simulator refuses what マイナアプリ would refuse, and what it grants satisfies the functions' own adapters."""

import base64
import hashlib
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey

from chalicelib.adapters.oidc import RelyingParty
from chalicelib.adapters.resident_identity import MynaIdentity
from chalicelib.adapters.staff_identity import OidcStaff
from chalicelib.domain.contents import Signature, VerifiedIdentity
from chalicelib.domain.errors import IdentityRefused
from chalicelib.domain.ports import LoginStart, StaffClaims
from infra.local import keys
from infra.local.addresses import Addresses
from infra.local.identity.app import RESIDENTS, create_app
from infra.local.keys import RESIDENT_CLIENT, STAFF_CLIENT

AT = Addresses(gateway=8080)
BASE = AT.url(AT.identity)
RETURN = f"{AT.url(AT.gateway)}/apply/identity/return"
FRIDAY_NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {"response_type": "code", "client_id": RESIDENT_CLIENT, "redirect_uri": RETURN, "scope": "openid name address",
         "state": "s1", "nonce": "n1", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
TOKEN = f"{RESIDENTS}/protocol/openid-connect/token"
AUTH = f"{RESIDENTS}/protocol/openid-connect/auth"
DIGEST = hashlib.sha256("住民票の写し 1通".encode()).hexdigest()


class World:
    """The simulator with both clients registered, and a clock that stands at Friday noon until it is moved."""

    def __init__(self, folder: Path) -> None:
        self.at = FRIDAY_NOON.timestamp()
        self.keys = keys.prepare(folder, AT)
        app = create_app(BASE, folder / "identity", self.keys.registrations, lambda: self.at)
        self.client: FlaskClient = app.test_client()
        self.http = httpx.Client(transport=httpx.WSGITransport(app=app))
        self.ca_file = folder / "identity" / "cards" / "ca.pem"

    def moment(self) -> datetime:
        """The time now."""
        return datetime.fromtimestamp(self.at, UTC)

    def assertion(self, **changed: object) -> str:
        """A private_key_jwt of the resident client, with some claims changed."""
        key = ECKey.import_key(json.loads(self.keys.resident_client.read_text("utf-8"))["keys"][0])
        claims = {"iss": RESIDENT_CLIENT, "sub": RESIDENT_CLIENT, "aud": BASE + TOKEN, "jti": secrets.token_hex(8),
                  "iat": int(self.at), "exp": int(self.at) + 60, **changed}
        return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)

    def code(self, person: str = "hanako") -> str:
        """A code for a person who held the card to the phone."""
        answer = self.client.post(AUTH, data={**ASKED, "person": person, "secret": "1234", "answer": "agree"})
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    def redeem(self, code: str, **changed: str) -> tuple[int, dict[str, str]]:
        """Ask the token endpoint."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN, "code_verifier": VERIFIER,
                "client_id": RESIDENT_CLIENT, "client_assertion": self.assertion(),
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", **changed}
        answer = self.client.post(TOKEN, data=form)
        return answer.status_code, answer.get_json()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_the_right_verifier_opens_a_code_once(world: World) -> None:
    code = world.code()
    status, tokens = world.redeem(code)
    assert status == 200
    assert tokens["id_token"]
    assert world.redeem(code) == (400, {"error": "invalid_grant"})


def test_a_wrong_verifier_is_refused_and_the_code_is_used_up(world: World) -> None:
    code = world.code()
    assert world.redeem(code, code_verifier="w" * 43) == (400, {"error": "invalid_grant"})
    assert world.redeem(code) == (400, {"error": "invalid_grant"})


def test_a_code_that_is_a_minute_old_is_refused(world: World) -> None:
    code = world.code()
    world.at += 61
    assert world.redeem(code) == (400, {"error": "invalid_grant"})


def test_a_code_for_another_return_address_is_refused(world: World) -> None:
    assert world.redeem(world.code(), redirect_uri=f"{RETURN}/")[1] == {"error": "invalid_grant"}


def test_a_client_proof_works_once(world: World) -> None:
    proof = world.assertion()
    assert world.redeem(world.code(), client_assertion=proof)[0] == 200
    assert world.redeem(world.code(), client_assertion=proof) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize("wrong", [
    {"aud": "https://other.example/token"}, {"iss": "other"}, {"sub": "other"}, {"exp": int(FRIDAY_NOON.timestamp()) - 1},
    {"exp": int(FRIDAY_NOON.timestamp()) + 3600}, {"jti": None},
])
def test_a_client_proof_that_is_not_for_here_and_now_is_refused(world: World, wrong: dict[str, object]) -> None:
    answer = world.redeem(world.code(), client_assertion=world.assertion(**wrong))
    assert answer == (401, {"error": "invalid_client"})


def test_a_client_proof_that_nobody_signed_is_refused(world: World) -> None:
    header, claims, _ = world.assertion().split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for proof in (f"{unsigned}.{claims}.", f"{header}.{claims}.", "", "x.y.z"):
        assert world.redeem(world.code(), client_assertion=proof) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize("changed", [
    {"redirect_uri": "http://evil.example/"}, {"redirect_uri": f"{RETURN}?x=1"}, {"code_challenge_method": "plain"},
    {"code_challenge": ""}, {"response_type": "token"}, {"scope": "name"}, {"state": ""}, {"nonce": ""},
    {"client_id": STAFF_CLIENT}, {"client_id": "unknown"}, {"scope": "openid sign", "sign_transaction_id": "unknown"},
])
def test_a_request_that_is_not_in_order_shows_no_page_and_sends_nobody_anywhere(world: World, changed: dict[str, str]) -> None:
    answer = world.client.get(f"{AUTH}?{urlencode({**ASKED, **changed})}")
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_who_presses_stop_comes_back_with_a_refusal(world: World) -> None:
    answer = world.client.post(AUTH, data={**ASKED, "answer": "stop"})
    assert answer.headers["Location"] == f"{RETURN}?error=access_denied&state=s1"


@pytest.mark.parametrize(("person", "secret", "says"), [
    ("hanako", "0000", "暗証番号がちがいます"), ("lock", "1234", "ロックされています"),
    ("nobody", "1234", "カードを選んでください"),
])
def test_a_card_that_does_not_open_says_why_and_stays_on_the_page(world: World, person: str, secret: str, says: str) -> None:
    answer = world.client.post(AUTH, data={**ASKED, "person": person, "secret": secret, "answer": "agree"})
    assert answer.status_code == 200
    assert says in answer.get_data(as_text=True)


def test_only_the_items_that_were_asked_for_are_told(world: World) -> None:
    _, tokens = world.redeem(world.code("takashi"))
    told = world.client.get(f"{RESIDENTS}/protocol/openid-connect/userinfo",
                            headers={"Authorization": f"Bearer {tokens['access_token']}"}).get_json()
    assert told.keys() == {"sub", "name", "address"}
    assert told["name"] == "𠮷田　髙志"


def test_a_token_ends_after_five_minutes(world: World) -> None:
    _, tokens = world.redeem(world.code())
    world.at += 301
    answer = world.client.get(f"{RESIDENTS}/protocol/openid-connect/userinfo",
                              headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert answer.status_code == 401


def residents(world: World) -> MynaIdentity:
    """The functions' own adapter, speaking to the simulator."""
    party = RelyingParty(BASE + RESIDENTS, RESIDENT_CLIENT, world.keys.resident_client, http=world.http, redirect_uri=RETURN)
    return MynaIdentity(party, world.ca_file, clock=world.moment, production=False)


def come_back(world: World, started: LoginStart, **chosen: str) -> str:
    """Do on the page what the person does; returns the code."""
    at = urlsplit(started.url)
    shown = world.client.get(f"{at.path}?{at.query}")
    assert shown.status_code == 200
    assert "練習用" in shown.get_data(as_text=True)
    answer = world.client.post(f"{at.path}?{at.query}", data={**chosen, "answer": "agree"})
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert back["state"] == [started.state]
    return back["code"][0]


def log_in(world: World, person: str) -> VerifiedIdentity:
    identity = residents(world)
    started = identity.start()
    return identity.finish(started, code=come_back(world, started, person=person, secret="1234"), now=world.moment())


def sign(world: World, person: str, digest: str = DIGEST) -> tuple[str, Signature]:
    identity = residents(world)
    started = identity.start_signing(digest)
    code = come_back(world, started, person=person, secret="ABC123")
    return identity.finish_signing(started, digest, code=code, now=world.moment())


def test_the_functions_learn_who_a_resident_is(world: World) -> None:
    person = log_in(world, "hanako")
    assert (person.name, person.birthdate, person.gender) == ("指宿　花子", "1985-03-15", "2")


def test_the_functions_verify_a_signature_of_the_same_person(world: World) -> None:
    subject, signature = sign(world, "hanako")
    assert subject == log_in(world, "hanako").subject
    assert signature.digest == DIGEST


def test_a_signature_of_a_revoked_certificate_is_refused(world: World) -> None:
    with pytest.raises(IdentityRefused, match="certificate_revoked"):
        sign(world, "moved")


def test_a_child_without_a_signing_certificate_is_told_so(world: World) -> None:
    started = residents(world).start_signing(DIGEST)
    at = urlsplit(started.url)
    answer = world.client.post(f"{at.path}?{at.query}", data={"person": "ren", "secret": "ABC123", "answer": "agree"})
    assert "署名用の電子証明書が入っていません" in answer.get_data(as_text=True)


def test_a_signature_cannot_be_fetched_with_another_persons_token(world: World) -> None:
    identity = residents(world)
    started = identity.start_signing(DIGEST)
    come_back(world, started, person="hanako", secret="ABC123")
    _, tokens = world.redeem(world.code("takashi"))
    answer = world.client.get(f"/api/sign-transactions/{started.transaction}/result",
                              headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert answer.status_code == 400


def test_the_test_authority_is_refused_in_production(world: World) -> None:
    identity = residents(world)
    strict = MynaIdentity(RelyingParty(BASE + RESIDENTS, RESIDENT_CLIENT, world.keys.resident_client, http=world.http,
                                       redirect_uri=RETURN), world.ca_file, clock=world.moment, production=True)
    for _ in range(2):  # the second person is not let through because the first one's refusal had read the file
        started = identity.start_signing(DIGEST)
        code = come_back(world, started, person="hanako", secret="ABC123")
        with pytest.raises(RuntimeError, match="test CA"):
            strict.finish_signing(started, DIGEST, code=code, now=world.moment())


def test_the_certificate_authority_stays_the_same_after_a_restart(world: World, tmp_path: Path) -> None:
    before = world.client.get("/api/test-ca.pem").get_data()
    again = create_app(BASE, tmp_path / "identity", world.keys.registrations, lambda: world.at)
    assert again.test_client().get("/api/test-ca.pem").get_data() == before == world.ca_file.read_bytes()


def officer(world: World, person: str) -> StaffClaims:
    party = RelyingParty(f"{BASE}/staff", STAFF_CLIENT, world.keys.staff_client, http=world.http,
                         redirect_uri=f"{AT.url(AT.gateway)}/office/login/return")
    staff = OidcStaff(party, back_to=f"{AT.url(AT.gateway)}/office/")
    started = staff.start()
    return staff.finish(started, code=come_back(world, started, person=person), now=world.moment())


def test_the_functions_learn_an_officers_name_roles_and_city(world: World) -> None:
    yamada, visitor = officer(world, "yamada"), officer(world, "tashi")
    assert (yamada.name, yamada.municipality, "reviewer" in yamada.roles) == ("山田 直子", "462101", True)
    assert visitor.municipality == "131016"


def test_after_logging_out_the_browser_goes_back_only_to_a_registered_address(world: World) -> None:
    out = "/staff/protocol/openid-connect/logout"
    home = f"{AT.url(AT.gateway)}/office/"
    answer = world.client.get(f"{out}?{urlencode({'client_id': STAFF_CLIENT, 'post_logout_redirect_uri': home})}")
    assert answer.headers["Location"] == home
    elsewhere = world.client.get(
        f"{out}?{urlencode({'client_id': STAFF_CLIENT, 'post_logout_redirect_uri': 'http://evil.example/'})}")
    assert "ログアウトしました" in elsewhere.get_data(as_text=True)

"""The gateway puts all under one address, keeps secrets out of its log, and speaks Japanese when the functions are away."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from infra.local import gateway
from infra.local.addresses import Addresses
from tests.conftest import free_port, wait_for

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


@dataclass(frozen=True)
class Running:
    """A running gateway with a small site and no functions behind it."""

    data: Path
    http: httpx.Client

    def log(self) -> str:
        """All that it wrote down."""
        return "".join(file.read_text("utf-8") for file in (self.data / "logs").glob("gateway*"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    if NGINX is None:
        pytest.skip("nginx is not installed (make setup installs it)")
    data = tmp_path_factory.mktemp("data with a space")
    at = Addresses(gateway=free_port())
    config = gateway.write(data, at)
    (data / "site" / "places").mkdir()
    for name in ("index.html", "404.html", "places/index.html"):
        (data / "site" / name).write_text(f"<!doctype html><p>{name} " + "指宿市" * 200, "utf-8")
    process = subprocess.Popen([NGINX, "-c", str(config), "-p", str(data), "-e", str(data / "logs/gateway-error.log")])
    try:
        wait_for(at.gateway)
        with httpx.Client(base_url=f"http://localhost:{at.gateway}") as http:
            yield Running(data, http)
    finally:
        process.terminate()
        process.wait()


def test_pages_of_the_site_come_compressed_and_with_safe_headers(running: Running) -> None:
    page = running.http.get("/")
    assert page.status_code == 200
    assert page.headers["content-encoding"] == "gzip"
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["content-type"] == "text/html; charset=utf-8"


def test_a_folder_without_its_slash_leads_to_the_page(running: Running) -> None:
    assert running.http.get("/places").headers["location"] == "/places/"
    assert "places/index.html" in running.http.get("/places/").text


def test_a_page_that_is_not_there_is_the_citys_own_page_with_the_same_safe_headers(running: Running) -> None:
    page = running.http.get("/no-such-page")
    assert page.status_code == 404
    assert "404.html" in page.text
    assert "content-security-policy" in page.headers


def test_what_is_sent_while_the_functions_are_away_gets_the_same_page(running: Running) -> None:
    page = running.http.post("/apply/juminhyo", data={"name": "指宿 花子"})
    assert (page.status_code, "ただいま準備中です" in page.text) == (502, True)


@pytest.mark.parametrize("path", ["/apply/juminhyo", "/status", "/office/", "/tablet", "/api/v1/health", "/webhooks/payment"])
def test_while_the_functions_are_away_their_pages_say_so_in_japanese(running: Running, path: str) -> None:
    page = running.http.get(path)
    assert page.status_code == 502
    assert "ただいま準備中です" in page.text
    assert page.headers["retry-after"] == "5"


def test_a_form_larger_than_any_of_ours_is_refused_in_japanese(running: Running) -> None:
    page = running.http.post("/apply/juminhyo", content=b"x" * 70_000)
    assert page.status_code == 413
    assert "送る内容が大きすぎます" in page.text


@pytest.mark.parametrize("path", [
    "/status/SECRETsecret", "/status/SECRETsecret/pay", "//status/SECRETsecret", "/%73tatus/SECRETsecret",
    "/x/../status/SECRETsecret", "/statsu/SECRETsecret",
    "/apply/resume/SECRETsecret", "/tablet/p/SECRETsecret", "/status?code=SECRETsecret", "/places/?q=SECRETsecret",
])
def test_no_secret_of_a_link_and_no_query_stays_in_a_log(running: Running, path: str) -> None:
    running.http.get(f"{running.http.base_url}".rstrip("/") + path)
    assert running.http.get("/places/").status_code == 200
    assert "SECRET" not in running.log()


def test_the_log_still_tells_which_page_was_asked_for(running: Running) -> None:
    running.http.get("/status/SECRETsecret")
    running.http.get("/apply/resume/SECRETsecret")
    assert " GET /status/- 502 " in running.log()
    assert " GET /apply/resume/- 502 " in running.log()


def test_a_page_of_another_name_that_points_here_gets_nothing(running: Running) -> None:
    assert running.http.get("/", headers={"Host": "evil.example"}).status_code == 421


def test_the_gateway_listens_on_this_computer_only(tmp_path: Path) -> None:
    config = gateway.write(tmp_path, Addresses(gateway=8080)).read_text("utf-8")
    listens = [line.split()[1].rstrip(";") for line in config.replace("{", "\n").splitlines() if line.strip().startswith("listen ")]
    assert set(listens) == {"127.0.0.1:8080"}

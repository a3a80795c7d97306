"""`make prove-uploads`: what we claim about files, one line per claim, over the real object store, scanner and check."""

import io
import os
import re
import resource
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx
from PIL import Image

from chalicelib.adapters.file_check_apart import ApartFileCheck
from chalicelib.adapters.scanner_clamd import ClamdScanner
from chalicelib.adapters.scanner_practice import PracticeScanner
from chalicelib.adapters.uploads_disk import DiskUploads
from chalicelib.domain.errors import ProviderDown
from chalicelib.domain.file import Checked, Refusal, Refused
from chalicelib.domain.ports import Scanner
from chalicelib.services import files as way
from infra.local.addresses import Addresses
from tests.conftest import ROOT, wait_for
from tests.fakes import files
from tests.fakes.cases import a_draft
from tests.fakes.world import World, a_world
from tests.prove.claims import Claims
from tests.prove.clamav import a_clamd
from tests.prove.ministack import a_ministack

FIRST_PORT = 18960
PORT_TESTS = "tests/functions/adapters/test_uploads_port.py"
SECRET = "made-up"


def main() -> int:
    """Measure everything; 1 when a goal was missed."""
    claims = Claims(lambda line: print(line, flush=True))
    with tempfile.TemporaryDirectory() as name, a_clamd() as socket_file:
        folder = Path(name)
        scanner: Scanner = ClamdScanner(socket_file) if socket_file else PracticeScanner()
        claims.told("virus scanner", "real clamd with two signatures of ours" if socket_file else "none here: only EICAR is known")
        world = _world(folder, scanner)
        with _object_store(folder):
            _bad(claims, world)
            _good(claims, world)
        _kills(claims, world, folder)
        _canaries(claims, folder)
    if socket_file:
        _outage(claims, ClamdScanner(socket_file))
    _heaviest(claims)
    _s3(claims)
    return claims.exit_code()


def _world(folder: Path, scanner: Scanner) -> World:
    """A city hall whose files go the real way."""
    world = a_world()
    world.clock.now = world.clock.now.fromtimestamp(time.time(), world.clock.now.tzinfo)  # the object store has the real clock
    at = Addresses(FIRST_PORT)
    uploads = DiskUploads(folder / "uploads", at.url(at.uploads), SECRET, world.clock)
    world.parts = replace(world.parts, uploads=uploads, scanner=scanner, file_check=ApartFileCheck())
    return world


@contextmanager
def _object_store(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    told = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}", "MADONAVI_PORT": str(FIRST_PORT),
            "MADONAVI_UPLOADS_FOLDER": str(folder / "uploads"), "MADONAVI_UPLOADS_SECRET": SECRET,
            "MADONAVI_PUBLIC_URL": "http://localhost:8080"}
    process = subprocess.Popen([sys.executable, "-m", "infra.local.uploads"], cwd=ROOT, env=told)
    try:
        wait_for(Addresses(FIRST_PORT).uploads)
        yield process
    finally:
        process.kill()
        process.wait()


def _post(world: World, upload: str, data: bytes, name: str = "花子の免許証.jpg") -> int:
    form = way.offer(world.parts, upload, back_to=None)
    return httpx.post(form.url, data=dict(form.fields), files={"file": (name, data)}, timeout=60).status_code


def _bad(claims: Claims, world: World) -> None:
    stopped = opened = 0
    for name, (make, code) in files.BAD.items():
        case, upload = a_draft(world), way.new_upload()
        status = _post(world, upload, make())
        if code in (Refusal.EMPTY, Refusal.TOO_LARGE):
            is_stopped = status == 400
        else:
            is_stopped = status == 204 and isinstance(way.look_at(world.parts, case.id, upload), Refused)
        stopped += is_stopped
        if not is_stopped:
            claims.told("  not stopped", f"{name} (answer of the object store: {status})")
        opened += len(list((_folder(world) / "clean").glob("*")))
        way.put_away(world.parts, upload)
    tried = len(files.BAD)
    claims.line("bad uploads stopped / tried", f"{stopped} / {tried}", f"{tried} / {tried}", stopped == tried)
    claims.line("of them, pictures that an officer could open", opened, "0", opened == 0)


def _folder(world: World) -> Path:
    uploads = world.parts.uploads
    assert isinstance(uploads, DiskUploads)
    return uploads.folder


def _good(claims: Claims, world: World) -> None:
    good = {"photo": files.photo((4000, 3000), turned=6), "screenshot": files.screenshot(), "scan": files.scan(20)}
    kept = 0
    for data in good.values():
        case, upload = a_draft(world), way.new_upload()
        _post(world, upload, data)
        found = way.look_at(world.parts, case.id, upload)
        if isinstance(found, way.Kept):
            kept += all(way.page(world.parts, case.id, key).startswith(b"\xff\xd8\xff") for key in found.keys)
        way.put_away(world.parts, upload)
    claims.line("good uploads that reach the officer", f"{kept} of {len(good)}", f"{len(good)}", kept == len(good))


def _kills(claims: Claims, world: World, folder: Path) -> None:
    """Post from four browsers while the object store is killed again and again; whatever was answered 204 must be whole."""
    acknowledged: dict[str, bytes] = {}
    stop = threading.Event()

    def browser() -> None:
        while not stop.is_set():
            upload, data = way.new_upload(), secrets.token_bytes(200_000)
            with suppress(httpx.HTTPError):
                if _post(world, upload, data) == 204:
                    acknowledged[upload] = data

    browsers = [threading.Thread(target=browser) for _ in range(4)]
    for one in browsers:
        one.start()
    kills = 0
    for _ in range(8):
        with _object_store(folder) as process:
            time.sleep(0.7)
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
    stop.set()
    for one in browsers:
        one.join()
    uploads = world.parts.uploads
    lost = sum(uploads.arrived(key) is None or uploads.take(key) != data for key, data in acknowledged.items())
    claims.line(f"of {len(acknowledged)} acknowledged uploads, lost by {kills} times kill -9", lost, "0",
                lost == 0 < len(acknowledged))


def _canaries(claims: Claims, folder: Path) -> None:
    """Neither a file's own name nor what is in its pictures lies anywhere in the clear once it is clean."""
    names = [path.name for path in folder.rglob("*")]
    told = sum("花子" in name or ".jpg" in name for name in names)
    plain = sum(b"JFIF" in path.read_bytes() for path in folder.glob("uploads/clean/*"))
    odd = sum(not re.fullmatch(r"[0-9a-f]{64}(\.[0-9a-f]{16}\.part)?", path.name) for path in folder.glob("uploads/*/*"))
    claims.line("file names on disk that tell something, pictures in clean that are not sealed", f"{told + odd}, {plain}", "0, 0",
                told + odd + plain == 0)


def _outage(claims: Claims, scanner: ClamdScanner) -> None:
    """The daemon is stopped by now."""
    world = a_world()
    world.parts = replace(world.parts, scanner=scanner)
    case, upload = a_draft(world), way.new_upload()
    world.uploads.posts(way.offer(world.parts, upload, back_to=None).fields, files.photo())
    try:
        way.look_at(world.parts, case.id, upload)
        waits = False
    except ProviderDown:
        waits = upload in world.uploads.quarantine and not world.uploads.clean
    claims.line("while the scanner is away, a file waits in quarantine", waits, "True", waits)


def _heaviest(claims: Claims) -> None:
    """The largest files that are taken, in the process with its limits of time and memory."""
    def png() -> bytes:
        out = io.BytesIO()
        Image.new("RGBA", (9_900, 6_000), (10, 20, 30, 128)).save(out, "PNG", compress_level=1)
        return out.getvalue()

    def noise() -> bytes:
        out = io.BytesIO()
        Image.effect_noise((8_000, 6_000), 20).convert("RGB").save(out, "JPEG", quality=60, progressive=True)
        return out.getvalue()

    for name, data in (("PNG of 59 million transparent pixels", png()), ("progressive photo of 48 million pixels", noise()),
                       ("PDF of 20 pages", files.scan(20))):
        began = time.monotonic()
        found = ApartFileCheck().check(data)
        seconds = time.monotonic() - began
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        claims.line(name, f"{type(found).__name__.lower()} in {seconds:.1f} s, at most {most} MB so far", "checked in ≤ 10 s",
                    isinstance(found, Checked) and seconds <= 10)


def _s3(claims: Claims) -> None:
    with a_ministack() as url:
        if url is None:
            claims.line("S3 adapter against a stand-in", "not proved: ministack could not be installed", "all", reached=False)
            return
        told = {**os.environ, "MADONAVI_TEST_S3": url, "PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}"}
        done = subprocess.run([sys.executable, "-m", "pytest", PORT_TESTS], cwd=ROOT, env=told, capture_output=True, text=True,
                              check=False)
    claims.line("port tests over memory, disk and S3 (ministack)", done.stdout.strip().splitlines()[-1], "all pass",
                done.returncode == 0)


if __name__ == "__main__":
    sys.exit(main())

"""A file on its way from the browser to the officer: through quarantine, scanner and check, to sealed pictures."""

import subprocess
import sys
from datetime import timedelta

import pytest

from chalicelib.adapters.sealing import Unsealable
from chalicelib.domain.application import Application
from chalicelib.domain.errors import NotFound, ProviderDown
from chalicelib.domain.file import MOST_BYTES, FileKind, Refusal, Refused
from chalicelib.services import files as way
from tests.fakes import files
from tests.fakes.cases import a_draft
from tests.fakes.world import World, a_world


@pytest.fixture
def world() -> World:
    return a_world()


def sent(world: World, data: bytes) -> tuple[Application, str]:
    """A draft for which a file was posted by a browser."""
    case, upload = a_draft(world), way.new_upload()
    form = way.offer(world.parts, upload, back_to=None)
    assert world.uploads.posts(form.fields, data)[0] == 204
    return case, upload


def kept(world: World, case: Application, upload: str, mark: str | None = None) -> way.Kept:
    """What is kept of a good file."""
    found = way.look_at(world.parts, case.id, upload, mark=mark)
    assert isinstance(found, way.Kept)
    return found


def test_a_good_file_comes_to_the_officer_as_our_own_pictures(world: World) -> None:
    case, upload = sent(world, files.scan(2))
    file = kept(world, case, upload)
    way.put_away(world.parts, upload)
    assert file.kind is FileKind.PDF
    assert [way.page(world.parts, case.id, key)[:3] for key in file.keys] == [b"\xff\xd8\xff"] * 2
    assert not world.uploads.quarantine


def test_what_lies_in_clean_is_sealed_and_under_a_key_the_browser_never_saw(world: World) -> None:
    case, upload = sent(world, files.photo())
    (key,) = kept(world, case, upload).keys
    assert upload not in key
    assert case.id not in key
    assert b"JFIF" not in world.uploads.clean[key]
    assert b"JFIF" in way.page(world.parts, case.id, key)


def test_nothing_is_said_of_a_file_that_has_not_arrived(world: World) -> None:
    assert way.look_at(world.parts, a_draft(world).id, way.new_upload()) is None


@pytest.mark.parametrize("name", [name for name, bad in files.BAD.items() if bad[1] not in (Refusal.EMPTY, Refusal.TOO_LARGE)])
def test_of_a_bad_file_nothing_is_kept(world: World, name: str) -> None:
    make, code = files.BAD[name]
    case, upload = sent(world, make())
    assert way.look_at(world.parts, case.id, upload) == Refused(code)
    assert not world.uploads.clean


def test_a_file_larger_than_its_form_allowed_is_not_even_read(world: World) -> None:
    case, upload = sent(world, b"x")
    world.uploads.quarantine[upload] = bytes(MOST_BYTES + 1)
    assert way.look_at(world.parts, case.id, upload) == Refused(Refusal.TOO_LARGE)


def test_while_the_scanner_is_away_the_file_waits_and_goes_its_way_afterwards(world: World) -> None:
    case, upload = sent(world, files.photo())
    world.scanner.down = True
    with pytest.raises(ProviderDown):
        way.look_at(world.parts, case.id, upload)
    assert not world.uploads.clean
    world.scanner.down = False
    assert kept(world, case, upload).keys


def test_a_second_look_after_a_crash_keeps_the_same_places(world: World) -> None:
    case, upload = sent(world, files.scan(2))
    assert kept(world, case, upload) == kept(world, case, upload)
    assert len(world.uploads.clean) == 2


def test_a_page_opens_only_in_its_own_case_and_place(world: World) -> None:
    case, upload = sent(world, files.scan(2))
    first, second = kept(world, case, upload).keys
    other = a_draft(world)
    with pytest.raises(Unsealable):
        way.page(world.parts, other.id, first)
    world.uploads.clean[second] = world.uploads.clean[first]
    with pytest.raises(Unsealable):
        way.page(world.parts, case.id, second)


def test_when_the_case_is_erased_its_files_are_too(world: World) -> None:
    case, upload = sent(world, files.photo())
    (key,) = kept(world, case, upload).keys
    del world.store.cases[case.id]
    with pytest.raises(NotFound):
        way.page(world.parts, case.id, key)


def test_a_file_can_be_removed_before_its_case(world: World) -> None:
    case, upload = sent(world, files.scan(2))
    way.forget(world.parts, kept(world, case, upload))
    assert not world.uploads.clean


def test_an_identity_document_carries_its_mark_from_the_first_moment(world: World) -> None:
    case, upload = sent(world, files.photo())
    (plain,) = (way.page(world.parts, case.id, key) for key in kept(world, case, upload).keys)
    (marked,) = (way.page(world.parts, case.id, key) for key in kept(world, case, upload, mark="462101 2026-11-21").keys)
    assert plain != marked


def test_a_form_is_good_for_ten_minutes(world: World) -> None:
    form = way.offer(world.parts, way.new_upload(), back_to=None)
    world.clock.now += timedelta(minutes=10)
    assert world.uploads.posts(form.fields, b"late")[0] == 403


def test_no_two_uploads_have_the_same_key() -> None:
    assert len({way.new_upload() for _ in range(1000)}) == 1000


def test_the_pages_of_the_site_do_not_load_the_decoders() -> None:
    asks = "import chalicelib.services.files, sys; print([m for m in sys.modules if m in ('PIL', 'pypdfium2', 'boto3')])"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

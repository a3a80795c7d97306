"""What the counter's tests share: the fonts, derived once, and a table for each test."""

from pathlib import Path

import pytest

from kiosk_agent.paper import fonts
from kiosk_agent.paper.glyphs import Shelf
from tests.kiosk_agent.table import Table


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The fonts of this computer, as the counter prepares them."""
    return Shelf(fonts.prepare(tmp_path_factory.mktemp("fonts")))


@pytest.fixture
def table(tmp_path: Path, shelf: Shelf) -> Table:
    """A counter nobody stands at."""
    return Table(tmp_path, shelf)

"""The system's Chromium, in which tests look at pages as a person does."""

import shutil
from pathlib import Path

import pytest

CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")
_SYSTEM = Path("/etc/os-release")
needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists() and _SYSTEM.exists() and "ID=ubuntu" in _SYSTEM.read_text("utf-8").splitlines(),
    reason="Ubuntu delivers chromium as a snap, which does not run everywhere (infra/local/setup.sh)")
"""Everywhere else `make setup` installs it: where it is missing, the tests fail and do not hide it."""

"""How long a cold import of the functions takes beside a bare chalice application with boto3, side by side in one run."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
BARE = "import boto3, chalice; app = chalice.Chalice(app_name='bare')"
OURS = "import app"
ROUNDS = 9


def ratio(environment: Mapping[str, str]) -> tuple[float, float, float]:
    """(our median ÷ the bare one's, our seconds, the bare one's seconds); processes started in turn, so that both meet the
    same computer. environment: as the functions have it."""
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(ROUNDS):
        bare.append(_seconds(BARE, environment))
        ours.append(_seconds(OURS, environment))
    return statistics.median(ours) / statistics.median(bare), statistics.median(ours), statistics.median(bare)


def _seconds(code: str, environment: Mapping[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT / "functions", env={**os.environ, **environment}, check=True)
    return time.perf_counter() - began

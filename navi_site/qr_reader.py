"""The QR reader that the console runs in the browser: zxing-wasm (MIT; zxing-cpp in it Apache-2.0), as `npm ci` checked it."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "node_modules/zxing-wasm"
FILES = {"reader.js": "dist/iife/reader/index.js", "reader.wasm": "dist/reader/zxing_reader.wasm", "LICENSE.txt": "LICENSE"}
"""The name on our site → the file in the package: its half that reads, and nothing that writes."""


def files() -> dict[str, bytes]:
    """Address on the site → content. Raises FileNotFoundError where the package was not installed."""
    return {f"assets/qr-reader/{name}": (PACKAGE / file).read_bytes() for name, file in FILES.items()}

"""The kiosk's keys on disk: its own signing key, made on first start, and the public key of the one reader."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from kiosk_agent.errors import KioskError
from kiosk_agent.qr import Sender

DEVICE = "device.pem"
DEMO_READER = "demo-reader.pem"
DEMO_READER_PUBLIC = "demo-reader-public.pem"


def sender(folder: Path, recipient: Path | None, *, demo: bool) -> Sender:
    """Both keys. In a demonstration without a recipient's file, a reader's key pair is made beside the kiosk's.

    Raises KioskError when a real counter has no recipient's key.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    device = _own_key(folder)
    if recipient is None:
        if not demo:
            raise KioskError("MADONAVI_KIOSK_RECIPIENT に、読み取る側の公開鍵（PEM）のファイルを書いてください。")
        recipient = _demo_reader(folder)
    public = load_pem_public_key(recipient.read_bytes())
    if not isinstance(public, X25519PublicKey):
        raise KioskError(f"{recipient.name} は X25519 の公開鍵ではありません。")
    return Sender(device=device, recipient=public)


def _own_key(folder: Path) -> Ed25519PrivateKey:
    file = folder / DEVICE
    if not file.exists():
        _write(file, Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key = load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise KioskError(f"{file.name} は Ed25519 の鍵ではありません。")
    return key


def _demo_reader(folder: Path) -> Path:
    private, public = folder / DEMO_READER, folder / DEMO_READER_PUBLIC
    if not public.exists():
        key = X25519PrivateKey.generate()
        _write(private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        _write(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return public


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all, and for nobody else's eyes."""
    part = file.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)

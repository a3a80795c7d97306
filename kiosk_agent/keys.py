"""The kiosk's keys on disk, each for one purpose and for nobody else's eyes: for QR codes, for their reader, for the office.

The key for QR codes is believed by a computer without a network; the key for the office is made anew with each enrolment.
So they are two keys, and withdrawing the office's trust does not make the printed codes unreadable.
"""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
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

from kiosk_agent import own_files
from kiosk_agent.errors import KioskError
from kiosk_agent.qr import Sender

DEVICE = "device.pem"
OFFICE_NEXT = "office-next.pem"
"""The key that is being enrolled; kept until the office has answered, so that asking again asks with the same key."""
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
        own_files.write(file, pem_of(Ed25519PrivateKey.generate()))
    return from_pem(file.read_bytes(), file.name)


def next_office_key(folder: Path) -> Ed25519PrivateKey:
    """The key to be enrolled: a fresh one, or the one of an enrolment whose answer never came."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / OFFICE_NEXT
    if not file.exists():
        own_files.write(file, pem_of(Ed25519PrivateKey.generate()))
    return from_pem(file.read_bytes(), file.name)


def forget_next_office_key(folder: Path) -> None:
    """After the office has answered: it is the office's key now, or it was refused."""
    (folder / OFFICE_NEXT).unlink(missing_ok=True)


def pem_of(key: Ed25519PrivateKey) -> bytes:
    """The private key as PEM; only ever for a file written by `write`."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def from_pem(pem: bytes, name: str) -> Ed25519PrivateKey:
    """An Ed25519 key. Raises KioskError, which tells the file's name, for anything else."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KioskError(f"{name} は Ed25519 の鍵ではありません。")
    return key


def public_of(key: Ed25519PrivateKey) -> bytes:
    """The raw public key, 32 bytes."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _demo_reader(folder: Path) -> Path:
    private, public = folder / DEMO_READER, folder / DEMO_READER_PUBLIC
    if not public.exists():
        key = X25519PrivateKey.generate()
        own_files.write(private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        own_files.write(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return public

"""The keys of the reading computer, and the kiosks it believes; how both are handed over stands in docs/key-ceremony.md.

A private key never leaves this computer. What is carried over is public, and is believed only after two people have compared
its fingerprint: eight groups of four, the same on both screens.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
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
from kiosk_agent.qr import Receiver

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_NAME = re.compile(r"[\w一-鿿ぁ-ゖァ-ヶー-]{1,40}")


class KeyTrouble(KioskError):
    """A key that is missing, foreign or not to be believed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Believed:
    """A kiosk whose codes are taken."""

    name: str
    fingerprint: str


def fingerprint(key: Ed25519PublicKey | X25519PublicKey) -> str:
    """Eight groups of four unmistakable letters and digits: 156 bits of the key's SHA-256, for two people to compare."""
    number = int.from_bytes(hashlib.sha256(key.public_bytes_raw()).digest(), "big")
    letters = []
    for _ in range(32):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return " ".join("".join(letters[n:n + 4]) for n in range(0, 32, 4))


class Keys:
    """The folder of keys. `own-*.pem` are ours, the newest is used; `device-*.pem` are those of kiosks."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder

    def new(self, today: date) -> Path:
        """A new key of our own from today on; gives the file with its public half. The older ones go on reading."""
        number = 1 + len(self._own_files())
        key = X25519PrivateKey.generate()
        name = f"own-{today.isoformat()}-{number:02}"
        _write(self._folder / f"{name}.pem", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        public = self._folder / f"{name}-public.pem"
        _write(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        return public

    def retire(self, keep: int = 1) -> tuple[str, ...]:
        """Delete all own keys but the newest `keep`; codes sealed for them cannot be read by anybody any more."""
        gone = self._own_files()[:-keep] if keep else ()
        for file in gone:
            file.unlink()
            file.with_name(f"{file.stem}-public.pem").unlink(missing_ok=True)
        return tuple(file.stem for file in gone)

    def believe(self, name: str, pem: bytes) -> Believed:
        """Believe a kiosk from now on. Raises KeyTrouble for what is no Ed25519 key, and for a name that is taken by another."""
        if not _NAME.fullmatch(name):
            raise KeyTrouble("名前は、文字と数字と「-」だけ、40文字までにしてください。")
        key = _device(pem)
        file = self._folder / f"device-{name}.pem"
        if file.exists() and _device(file.read_bytes()).public_bytes_raw() != key.public_bytes_raw():
            raise KeyTrouble(f"「{name}」は、別の鍵で登録されています。先に、その登録を消してください。")
        _write(file, key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        return Believed(name, fingerprint(key))

    def disbelieve(self, name: str) -> None:
        """Take no more codes of that kiosk. Raises KeyTrouble when it was not believed."""
        file = self._folder / f"device-{name}.pem"
        if not _NAME.fullmatch(name) or not file.exists():
            raise KeyTrouble(f"「{name}」という端末は、登録されていません。")
        file.unlink()

    def believed(self) -> tuple[Believed, ...]:
        """The kiosks, by name."""
        return tuple(Believed(file.stem.removeprefix("device-"), fingerprint(_device(file.read_bytes())))
                     for file in sorted(self._folder.glob("device-*.pem")))

    def receiver(self) -> Receiver:
        """What codes are read with. Raises KeyTrouble while there is no key of our own, or no kiosk."""
        own = tuple(_own(file) for file in self._own_files())
        devices = tuple(_device(file.read_bytes()) for file in sorted(self._folder.glob("device-*.pem")))
        if not own:
            raise KeyTrouble("まだ鍵がありません。「keys new」で作り、端末に登録してください。")
        if not devices:
            raise KeyTrouble("信用する端末がありません。「keys believe」で登録してください。")
        return Receiver(own[-1], devices, own[:-1])

    def _own_files(self) -> tuple[Path, ...]:
        return tuple(file for file in sorted(self._folder.glob("own-*.pem")) if not file.stem.endswith("-public"))


def _own(file: Path) -> X25519PrivateKey:
    key = load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, X25519PrivateKey):
        raise KeyTrouble(f"{file.name} は X25519 の鍵ではありません。")
    return key


def _device(pem: bytes) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(pem)
    except ValueError:
        raise KeyTrouble("公開鍵（PEM）として読めません。") from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyTrouble("端末の公開鍵（Ed25519）ではありません。")
    return key


def _write(file: Path, content: bytes) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())

"""`python -m kiosk_agent.qr_import`: reads codes on a computer without a network, and keeps its keys.

(nothing)                       scan: one symbol a line, as a hand-held reader types it; files go to --folder
keys new                        make a key of this computer; the older ones go on reading
keys list                       own keys and believed kiosks, with the fingerprints to compare
keys believe NAME FILE          take codes of a kiosk whose public key is in FILE (PEM)
keys disbelieve NAME            take no more codes of it
keys retire                     delete all own keys but the newest
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kiosk_agent.errors import KioskError
from kiosk_agent.qr_import.desk import Desk
from kiosk_agent.qr_import.had import Had
from kiosk_agent.qr_import.trust import Keys, KeyTrouble, fingerprint


def clock() -> datetime:
    """The present moment."""
    return datetime.now(UTC)  # noqa: TID251 - the composition root is where the clock comes from


def main(arguments: list[str]) -> int:
    """Run one command; 1 when something is missing, with a sentence that says what."""
    parser = argparse.ArgumentParser(prog="python -m kiosk_agent.qr_import")
    parser.add_argument("--folder", type=Path, default=Path("qr-import"), help="where files, keys and the list are kept")
    parser.add_argument("what", nargs="*", help="nothing, or: keys new | list | believe NAME FILE | disbelieve NAME | retire")
    chosen = parser.parse_args(arguments)
    keys = Keys(chosen.folder / "keys")
    try:
        match chosen.what:
            case []:
                return _scan(chosen.folder, keys)
            case ["keys", "new"]:
                public = keys.new(clock().date())
                print(f"作りました：{public}\n指紋：{_fingerprint_of(public)}\nこのファイルを端末に登録し、両方の画面の指紋をくらべてください。")
            case ["keys", "list"]:
                _list(chosen.folder / "keys", keys)
            case ["keys", "believe", name, file]:
                believed = keys.believe(name, Path(file).read_bytes())
                print(f"登録しました：{believed.name}\n指紋：{believed.fingerprint}\n"
                      f"端末の画面の指紋とくらべてください。違うときは「keys disbelieve {name}」。")
            case ["keys", "disbelieve", name]:
                keys.disbelieve(name)
                print(f"消しました：{name}")
            case ["keys", "retire"]:
                print("消した鍵：" + ("、".join(keys.retire()) or "ありません"))
            case _:
                parser.error("知らない命令です。")
    except (KioskError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _scan(folder: Path, keys: Keys) -> int:
    receiver = keys.receiver()
    with Had(folder / "had.sqlite") as had:
        had.forget_old(clock())
        desk = Desk(receiver, had, folder / "forms", clock)
        print("QRコードを読んでください（終わるときは、何も入れずに Enter）。", flush=True)
        for line in sys.stdin:
            if not line.strip():
                break
            said = desk.scan(line)
            print(("○ " if said.good else "× " if said.good is False else "… ") + said.text, flush=True)
    return 0


def _list(folder: Path, keys: Keys) -> None:
    for file in sorted(folder.glob("own-*-public.pem")):
        print(f"このパソコン　{file.name}\n　{_fingerprint_of(file)}")
    for one in keys.believed():
        print(f"端末　{one.name}\n　{one.fingerprint}")


def _fingerprint_of(file: Path) -> str:
    key = load_pem_public_key(file.read_bytes())
    if not isinstance(key, X25519PublicKey):
        raise KeyTrouble(f"{file.name} は X25519 の公開鍵ではありません。")
    return fingerprint(key)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

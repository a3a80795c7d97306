"""`python -m kiosk_agent.virtual_card --person tsuji`: lays one virtual card into the vpcd reader until Ctrl-C.

`trust FOLDER` instead writes what a verifier of the practice cards needs: their CAs (cas.pem), and which of them are revoked.
"""

import argparse
import sys
from pathlib import Path
from threading import Event

from kiosk_agent.virtual_card.people import DEMO_PASSWORD, DEMO_PIN, PEOPLE, REVOKED_SERIALS
from kiosk_agent.virtual_card.practice_jpki import PracticeJpki
from kiosk_agent.virtual_card.slot import Accidents, Slot
from kiosk_agent.virtual_card.vpcd import FIRST_PORT, VpcdCard


def main(arguments: list[str]) -> int:
    """Lay the card and keep it there; or tell verifiers whom to trust."""
    if arguments[:1] == ["trust"]:
        return _trust(Path(arguments[1]))
    parser = argparse.ArgumentParser(prog="python -m kiosk_agent.virtual_card", description=__doc__)
    parser.add_argument("--person", choices=[p.id for p in PEOPLE], default=PEOPLE[0].id)
    parser.add_argument("--port", type=int, default=FIRST_PORT, help="where vpcd listens (its second reader: +1)")
    parser.add_argument("--pull-at", type=int, help="pull the card at this command")
    parser.add_argument("--garble-at", type=int, help="answer nonsense from this command on")
    parser.add_argument("--slow", type=float, default=0.0, help="seconds before each answer")
    chosen = parser.parse_args(arguments)
    slot = Slot()
    slot.place(chosen.person, Accidents(chosen.pull_at, chosen.garble_at, chosen.slow))
    card = VpcdCard(slot, chosen.port)
    card.start()
    person = next(one for one in PEOPLE if one.id == chosen.person)
    sys.stdout.write(f"仮想カード「{person.id}」を置きました：{person.says}\n"
                     f"暗証番号 {DEMO_PIN}、照合番号B {person.reference_b or 'なし'}、署名用パスワード {DEMO_PASSWORD}\n"
                     "Ctrl-C で取ります。\n")
    sys.stdout.flush()
    try:
        Event().wait()
    except KeyboardInterrupt:
        card.stop()
    return 0


def _trust(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cas.pem").write_bytes(PracticeJpki(folder).cas_pem())
    revoked = "".join(f"{serial:X}  # 仮想カード revoked\n" for serial in REVOKED_SERIALS)
    (folder / "revoked.txt").write_text(revoked, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

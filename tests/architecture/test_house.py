"""The house: who may import whom, and that every error and every message has its words."""

import re
import string
import subprocess
import sys

from chalicelib.domain import errors
from chalicelib.pages import web
from tests.conftest import ROOT
from tests.fakes.world import ibusuki


def test_every_room_imports_only_what_the_table_allows() -> None:
    lint = subprocess.run([str(ROOT / ".venv/bin/lint-imports")] if (ROOT / ".venv/bin/lint-imports").exists()
                          else [sys.executable, "-m", "importlinter.cli"], cwd=ROOT, capture_output=True, text=True,
                          env={"PYTHONPATH": ".:functions", "PATH": "/usr/bin:/bin"}, check=False)
    assert lint.returncode == 0, lint.stdout + lint.stderr


def codes() -> set[str]:
    """The code of every error of the functions."""
    def below(kind: type[errors.NaviError]) -> set[type[errors.NaviError]]:
        return {kind}.union(*(below(sub) for sub in kind.__subclasses__()))

    return {kind.code for kind in below(errors.NaviError)}


def test_every_error_has_a_status_and_words_for_the_person() -> None:
    shown = codes() - {"forged-notice"}  # answered to a machine, never shown
    for code in shown:
        assert code in web.STATUS_OF or code == "error", code
        assert ibusuki().say(f"error.{code}.title")
        assert ibusuki().say(f"error.{code}.text")


def used_messages() -> set[str]:
    """Every message key that code or templates ask for by its full name."""
    keys: set[str] = set()
    for folder in ("functions", "navi_site", "kiosk_agent"):
        for kind in ("*.py", "*.html"):
            for file in (ROOT / folder).rglob(kind):
                if "vendor" not in file.parts:
                    keys |= set(re.findall(r"""\bsay\(\s*["']([a-z][\w.-]*[\w-])["']\s*[,)]""", file.read_text("utf-8")))
    return keys


def test_every_message_that_is_asked_for_is_written() -> None:
    assert sorted(used_messages() - set(ibusuki().messages)) == []


def test_every_notice_has_a_subject_and_uses_only_words_that_are_filled_in() -> None:
    known = {"reference", "link", "city", "department", "phone", "yen", "due", "code"}
    mails = {key: text for key, text in ibusuki().messages.items() if key.startswith("mail.")}
    templates = {key.split(".")[1] for key in mails} - {"footer"}
    for template in templates:
        assert f"mail.{template}.subject" in mails
        assert f"mail.{template}.text" in mails
    for key, text in mails.items():
        assert {name for _, name, _, _ in string.Formatter().parse(text) if name} <= known, key


def test_every_notice_can_go_by_sms_as_one_short_text_that_names_nobody() -> None:
    messages = ibusuki().messages
    texts = {key.split(".")[1]: text for key, text in messages.items() if key.startswith("sms.")}
    assert set(texts) == {key.split(".")[1] for key in messages if key.startswith("mail.")} - {"footer"}
    filled = {"reference": "ABCD-EFGH-JKMN", "link": f"https://navi.city.example.lg.jp/apply/resume/{'x' * 43}", "city": "南九州市",
              "due": "12月31日（木）", "code": "123456", "host": "navi.city.example.lg.jp"}
    for template, text in texts.items():
        assert {name for _, name, _, _ in string.Formatter().parse(text) if name} <= set(filled), template
        assert len(text.format(**filled)) <= 3 * 67, template  # three parts; the port takes 660
        assert text.count("\n") == 1
        assert "{reference}" in text or template == "code"


def test_every_mail_the_services_send_is_written() -> None:
    asked: set[str] = set()
    for file in (ROOT / "functions/chalicelib/services").glob("*.py"):
        asked |= set(re.findall(r'mail="(\w+)"', file.read_text("utf-8")))
        asked |= set(re.findall(r'mail = .*?"(\w+)"', file.read_text("utf-8")))
    assert {f"mail.{name}.text" for name in asked} <= set(ibusuki().messages)
    assert len(asked) >= 8

"""The counter in five languages: every phrase, readings over the easy ones, and what is missing shows."""

import re

from content.rules.ruby import unread
from content.vocabulary.language import LANGUAGES, OTHERS
from kiosk_agent.speech import faults, phrases, tongues
from tests.fakes.world import ibusuki

PRINTED_SO = {"利用者", "用", "券面", "入力補助用"}
"""The official names of the two numbers, as they stand on the paper that came with the card."""


def test_every_phrase_of_the_screens_is_told_in_every_language() -> None:
    missing = [str(fault) for fault in faults(ibusuki())]
    assert missing == []
    assert len(list(phrases(ibusuki()))) > 200


def test_easy_japanese_leaves_no_character_without_a_reading() -> None:
    easy = tongues(ibusuki())["easy"]
    left = {run for phrase in phrases(ibusuki()) for run in unread(easy.plain(phrase.text), ibusuki().readings)}
    assert left <= PRINTED_SO


def test_no_translation_is_the_japanese_left_as_it_was() -> None:
    for language in OTHERS:
        if language.id in ("easy", "zh"):  # these share characters, and some words, with Japanese
            continue
        plain = tongues(ibusuki())[language.id].plain
        assert [phrase.text for phrase in phrases(ibusuki()) if plain(phrase.text) == phrase.text] == []


def test_a_missing_phrase_falls_back_to_japanese_and_shows_it() -> None:
    said = tongues(ibusuki())["en"].say("まだ訳のない文")
    assert said == '<span lang="ja" class="untold">まだ訳のない文</span>'


def test_what_is_filled_in_is_escaped_in_every_language() -> None:
    for language in LANGUAGES:
        assert "<script>" not in tongues(ibusuki())[language.id].say("{count}通", count="<script>")


def test_english_and_vietnamese_use_kana_only_for_what_is_written_on_the_konbinis_machine() -> None:
    for id in ("en", "vi"):
        plain = tongues(ibusuki())[id].plain
        told = [plain(phrase.text).replace("行政サービス", "").replace("証明書交付サービス", "") for phrase in phrases(ibusuki())]
        assert [text for text in told if re.search(r"[ぁ-んァ-ン]", text)] == []

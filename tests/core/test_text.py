from __future__ import annotations

import pytest

from onepizza.core.errors import InvalidRequest
from onepizza.core.text import bounded, is_blank, visible


class TestVisible:
    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ("Team", "Team"),
            ("  a \t b\r\nc  ", "a b c"),
            ("cafe\u0301", "caf\u00e9"),
            ("a\u202eb\u2066c\u200dd\ufeffe", "abcde"),
            ("a\u0000b\u001bc\u0085d", "abc d"),
            ("\u3164\u2800\u115f", ""),
            ("\U000e0041", ""),
            ("👍🏽 ❤️", "👍🏽 ❤️"),
            ("日本語 العربية", "日本語 العربية"),
            ("שָׁלוֹם ทั้งนี้ हिन्दी བརྒྱུད", "שָׁלוֹם ทั้งนี้ हिन्दी བརྒྱུད"),
            ("Z" + "\u0334" * 60 + "o\u0308" + "\u0489" * 9, "Z" + "\u0334" * 4 + "\u00f6" + "\u0489" * 4),
            ("\u0300\u0301", ""),
            ("a \u0300b", "a b"),
            ("a\u200b\u0308", "\u00e4"),
        ],
    )
    def test_keeps_what_people_see(self, given: str, shown: str) -> None:
        assert visible(given) == shown
        assert visible(shown) == shown


class TestIsBlank:
    @pytest.mark.parametrize("text", ["", " \t\n", "\u200b\u2060\ufeff", "\u3164", "\u202e\u0000", " \u0301"])
    def test_is_what_shows_nothing(self, text: str) -> None:
        assert is_blank(text)

    @pytest.mark.parametrize("text", [".", "\u200b.", "👍", "שלום", "\n<b>"])
    def test_is_nothing_else(self, text: str) -> None:
        assert not is_blank(text)


class TestBounded:
    def test_counts_what_is_visible(self) -> None:
        assert bounded("\u200b" * 50 + "ab", "title", 2) == "ab"
        for text in ("", "\u200b", "abc"):
            with pytest.raises(InvalidRequest, match="title must have 1 to 2 visible characters"):
                bounded(text, "title", 2)

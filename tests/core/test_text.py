from __future__ import annotations

import pytest

from onepizza.core.errors import InvalidRequest
from onepizza.core.text import bounded, visible


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
        ],
    )
    def test_keeps_what_people_see(self, given: str, shown: str) -> None:
        assert visible(given) == shown
        assert visible(shown) == shown


class TestBounded:
    def test_counts_what_is_visible(self) -> None:
        assert bounded("\u200b" * 50 + "ab", "title", 2) == "ab"
        for text in ("", "\u200b", "abc"):
            with pytest.raises(InvalidRequest, match="title must have 1 to 2 visible characters"):
                bounded(text, "title", 2)

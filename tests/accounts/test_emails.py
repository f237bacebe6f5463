from __future__ import annotations

import pytest

from onepizza.accounts.emails import parse_email


class TestParseEmail:
    @pytest.mark.parametrize(
        ("given", "stored"),
        [
            ("you@example.com", "you@example.com"),
            ("  You+Tag@Example.CO.UK ", "you+tag@example.co.uk"),
            ("o'brien@example.com", "o'brien@example.com"),
            ("u\u0308ber@example.com", "\u00fcber@example.com"),
            ("you@xn--bcher-kva.example", "you@xn--bcher-kva.example"),
            ("you@bücher.example", "you@bücher.example"),
            ("x@1.example", "x@1.example"),
        ],
    )
    def test_gives_one_spelling_per_mailbox(self, given: str, stored: str) -> None:
        assert parse_email(given) == stored

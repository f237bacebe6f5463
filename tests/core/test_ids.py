from __future__ import annotations

import re
from collections import Counter

import pytest

from onepizza.core import ids

SHAPES = [
    (ids.new_meeting_id, r"[a-z]{3}-[a-z]{4}-[a-z]{3}"),
    (ids.new_guest_meeting_id, r"[a-z]{6}-[a-z]{3}"),
    (ids.new_participant_id, r"[0-9a-f]{24}"),
    (ids.new_admin_token, r"[0-9a-f]{64}"),
    (ids.new_guest_admin_token, r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    (ids.new_api_key, r"mk_[0-9a-f]{48}"),
    (ids.new_token, r"[A-Za-z0-9_-]{43}"),
    (ids.new_invite_code, r"[A-Za-z]{12}"),
]


class TestNewIds:
    @pytest.mark.parametrize(("make", "shape"), SHAPES, ids=lambda value: getattr(value, "__name__", ""))
    def test_has_the_documented_shape_and_does_not_repeat(self, make, shape: str) -> None:
        made = {make() for _ in range(2_000)}
        assert len(made) == 2_000
        assert all(re.fullmatch(shape, one) for one in made)

    def test_every_letter_comes_up_in_every_place(self) -> None:
        made = [ids.new_meeting_id().replace("-", "") for _ in range(3_000)]
        for place in range(10):
            assert len(Counter(one[place] for one in made)) == 26


class TestSecretHash:
    def test_is_sha256_and_compares_by_value(self) -> None:
        assert ids.secret_hash("abc").hex().startswith("ba7816bf8f01cfea")
        assert ids.same_secret(ids.secret_hash("a"), ids.secret_hash("a"))
        assert not ids.same_secret(ids.secret_hash("a"), ids.secret_hash("b"))

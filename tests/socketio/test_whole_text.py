"""The shortcut for the commonest frame must say what the parser says, or nothing."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import BINARY, CLOSE, CONT, PING, TEXT, Frame, Opcode

from onepizza.socketio.frames import whole_text


def masked(payload: bytes, opcode: Opcode = TEXT, *, fin: bool = True) -> bytes:
    return Frame(opcode, payload, fin).serialize(mask=True)


class TestWholeText:
    @pytest.mark.parametrize("length", [0, 1, 3, 4, 125, 126, 127, 128, 2_000, 65_535])
    def test_unmasks_what_the_library_masked(self, length: int) -> None:
        payload = os.urandom(length)
        assert whole_text(masked(payload), 100_000) == payload

    @pytest.mark.parametrize(
        "data",
        [
            masked(b"x" * 65_536),
            masked(b"part", fin=False),
            masked(b"rest", CONT),
            masked(b"data", BINARY),
            masked(b"", PING),
            masked(b"\x03\xe8", CLOSE),
            Frame(TEXT, b"unmasked").serialize(mask=False),
            masked(b"one") + masked(b"two"),
            masked(b"half a frame")[:-1],
            masked(b"x" * 300)[:5],
            bytes([0xC1]) + masked(b"compressed")[1:],
            b"",
            b"\x81",
        ],
        ids=range(13),
    )
    def test_leaves_everything_else_to_the_parser(self, data: bytes) -> None:
        assert whole_text(data, 100_000) is None

    def test_leaves_what_is_too_big_to_the_parser_which_refuses_it(self) -> None:
        assert whole_text(masked(b"x" * 101), 100) is None
        assert whole_text(masked(b"x" * 100), 100) == b"x" * 100

    @given(st.binary(max_size=300))
    def test_no_bytes_make_it_raise(self, data: bytes) -> None:
        found = whole_text(data, 200)
        assert found is None or len(found) <= 200

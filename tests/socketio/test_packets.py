"""The packet codec: headers by table, and nothing a client can send raises anything but a parse error."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from onepizza.socketio import Server
from onepizza.socketio.packets import (
    Header,
    ParseError,
    decode,
    encode_ack,
    encode_control,
    encode_event,
    fill_placeholders,
    parse_header,
)
from tests.socketio.test_hostile import join

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


class TestParseHeader:
    @pytest.mark.parametrize(
        ("packet", "header"),
        [
            ('2["x"]', Header("2", 0, "/", None, 1)),
            ('212["x"]', Header("2", 0, "/", 12, 3)),
            ('2/a,["x"]', Header("2", 0, "/a", None, 4)),
            ('2/a,12["x"]', Header("2", 0, "/a", 12, 6)),
            ('51-/a,12["x"]', Header("5", 1, "/a", 12, 8)),
            ("0", Header("0", 0, "/", None, 1)),
            ("0/a", Header("0", 0, "/a", None, 3)),
            ("1/a,", Header("1", 0, "/a", None, 4)),
        ],
    )
    def test_reads_what_stands_before_the_json(self, packet: str, header: Header) -> None:
        assert parse_header(packet) == header

    @pytest.mark.parametrize("packet", ["", "x", "7", "-1", '5["x"]', '21-["x"]', "2" + "1" * 17, "٢[]"])
    def test_refuses_what_is_none(self, packet: str) -> None:
        with pytest.raises(ParseError):
            parse_header(packet)


class TestEncode:
    @pytest.mark.parametrize(
        ("message", "packets"),
        [
            (encode_event("/", "x", ()), (b'42["x"]',)),
            (encode_event("/a", "x", (1, None)), (b'42/a,["x",1,null]',)),
            (encode_event("/a", "x", (), 5), (b'42/a,5["x"]',)),
            (encode_event("/", "x", (b"\x01",), 5), (b'451-5["x",{"_placeholder":true,"num":0}]', b"bAQ==")),
            (encode_event("/", "x", (msgspec.Raw(b"[1]"),)), (b'42["x",[1]]',)),
            (encode_ack("/", 0, ()), (b"430[]",)),
            (encode_ack("/a", 7, ("x",)), (b'43/a,7["x"]',)),
            (encode_control("1", "/"), (b"41",)),
            (encode_control("4", "/a", {"message": "m"}), (b'44/a,{"message":"m"}',)),
        ],
    )
    def test_is_what_the_protocol_says(self, message: object, packets: tuple[bytes, ...]) -> None:
        assert message.packets == packets

    @settings(deadline=None)
    @given(st.lists(VALUES, max_size=4))
    def test_comes_back_the_same(self, values: list[object]) -> None:
        text, *attachments = encode_event("/", "x", values).packets
        header = parse_header(text[1:].decode())
        filled = fill_placeholders(decode(text[1 + header.start :].decode()), [_binary(part) for part in attachments])
        assert filled == ["x", *values]
        assert header.attachments == len(attachments)


def _binary(packet: bytes) -> bytes:
    return msgspec.json.decode(b'"' + packet[1:] + b'"', type=bytes)


class TestAnything:
    @settings(deadline=None)
    @given(
        st.text(alphabet='0123456/,-[]{}":\\uaNIn_placeholder1\ud7ff é', max_size=40).map("4".__add__)
        | st.text(max_size=20)
    )
    async def test_a_client_sends_is_handled(self, packet: str) -> None:
        server = Server()
        server.on("a", lambda socket, *args: args)
        server.on_unknown_event(lambda socket, event, args: args)
        (connection,) = join(server, 1)
        connection.data_received(Frame(Opcode.TEXT, packet.encode()).serialize(mask=True))
        connection.data_received(Frame(Opcode.BINARY, b"\x01").serialize(mask=True))
        connection.connection_lost(None)
        assert not list(server.sockets)
        assert not list(server.engine.sessions)

    @settings(deadline=None)
    @given(st.binary(max_size=60))
    async def test_a_client_sends_as_bytes_is_handled(self, data: bytes) -> None:
        server = Server()
        (connection,) = join(server, 1)
        connection.data_received(data)
        connection.connection_lost(None)
        assert not list(server.engine.sessions)

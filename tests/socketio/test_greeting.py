"""What a connect handler emits reaches the client after its acceptance, and not in the same read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from onepizza.socketio import Server
from tests.socketio.serving import Recorder, echo_server, serve
from tests.socketio.unplugged import FakeTransport, join


def greet(socket: Any, auth: dict[str, Any]) -> None:
    socket.emit("first")


async def greet_later(socket: Any, auth: dict[str, Any]) -> None:
    socket.emit("first")


class TestGreeting:
    @pytest.mark.parametrize("handler", [greet, greet_later])
    async def test_follows_in_a_turn_of_its_own_and_before_anything_else(
        self, handler: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server, written = Server(), []
        server.on_connect(handler)
        server.on("second", lambda socket: "third")
        monkeypatch.setattr(FakeTransport, "write", lambda transport, data: written.append(data))
        (connection,) = join(server, 1)
        connection.data_received(Frame(Opcode.TEXT, b'421["second"]').serialize(mask=True))
        turns = [b"".join(written)]
        while not turns[-1].endswith(b'431["third"]'):
            await asyncio.sleep(0)
            turns.append(b"".join(written))
        assert any(b"40{" in turn and b"first" not in turn for turn in turns)
        assert turns[-1].index(b"40{") < turns[-1].index(b'42["first"]') < turns[-1].index(b'431["third"]')

    async def test_is_polled_along_with_the_acceptance(self) -> None:
        async with serve(echo_server()) as served:
            sid = await served.open_polling()
            await served.post(sid, "40")
            assert (await served.get(sid)).text.endswith('}\x1e42["auth",{}]')

    async def test_is_dropped_when_the_client_goes_before(self) -> None:
        server, told = Server(), Recorder()
        server.on_connect(greet)
        server.on_disconnect(told.reason)
        (connection,) = join(server, 1)
        connection.connection_lost(None)
        assert await told.next() == "transport close"
        assert told.is_empty
        assert not list(server.sockets)

    async def test_goes_first_when_the_server_disconnects_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        server, told, written = Server(), Recorder(), []
        server.on_connect(greet)
        server.on_disconnect(told.reason)
        monkeypatch.setattr(FakeTransport, "write", lambda transport, data: written.append(data))
        join(server, 1)
        (socket,) = server.sockets
        socket.disconnect()
        assert await told.next() == "server namespace disconnect"
        packets = b"".join(written)
        assert packets.count(b"40{") == 1
        assert packets.index(b"40{") < packets.index(b'42["first"]')
        assert packets.endswith(b"41")

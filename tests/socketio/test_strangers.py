"""Packets for a namespace the client is not in."""

from __future__ import annotations

import pytest

from onepizza.socketio import ConnectionRefused, Server
from tests.socketio.serving import Recorder, echo_server, serve
from tests.socketio.test_engine_websocket import closing_code

PACKETS = ('42/custom,["message",1]', "43/custom,1[]", "41/custom,")


class TestNeverJoined:
    @pytest.mark.parametrize("packet", [*PACKETS, '42/unknown,["message",1]'])
    async def test_closes_the_connection(self, packet: str) -> None:
        server, told = echo_server(), Recorder()
        server.on_disconnect(told.reason)
        async with serve(server) as served, served.joined() as ws:
            await ws.recv()
            await ws.send(packet)
            assert await closing_code(ws) == 1002
        assert await told.next() == "parse error"

    async def test_closes_it_with_attachments_too(self) -> None:
        async with serve(echo_server()) as served, served.joined() as ws:
            await ws.recv()
            await ws.send('451-/custom,["message",{"_placeholder":true,"num":0}]')
            await ws.send(b"\x01")
            assert await closing_code(ws) == 1002


class TestLeft:
    @pytest.mark.parametrize("packet", PACKETS)
    async def test_may_come_late(self, packet: str) -> None:
        async with serve(echo_server()) as served, served.joined() as ws:
            await ws.recv()
            await ws.send("40/custom,")
            await ws.recv()
            await ws.recv()
            await ws.send("41/custom,")
            await ws.send(packet)
            await ws.send('42["message",2]')
            assert await ws.recv() == '42["message-back",2]'

    async def test_may_come_early_after_a_refusal(self) -> None:
        server = echo_server()

        def refuse(socket, auth):
            raise ConnectionRefused

        server.on_connect(refuse, "/custom")
        async with serve(server) as served, served.joined() as ws:
            await ws.recv()
            await ws.send("40/custom,")
            await ws.send(PACKETS[0])
            assert await ws.recv() == '44/custom,{"message":"Connection refused"}'
            await ws.send('42["message",2]')
            assert await ws.recv() == '42["message-back",2]'

    async def test_may_come_late_when_the_server_ended_it(self) -> None:
        server = Server()
        server.on("message", lambda socket: socket.disconnect(), "/custom")
        server.on("ask", lambda socket: "answer")
        async with serve(server) as served, served.joined() as ws:
            await ws.send("40/custom,")
            await ws.recv()
            await ws.send('42/custom,["message"]')
            await ws.send('42/custom,["message"]')
            await ws.send('421["ask"]')
            assert [await ws.recv(), await ws.recv()] == ["41/custom,", '431["answer"]']

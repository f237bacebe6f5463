"""Binary events and acknowledgements, and the bounds on unfinished ones."""

from __future__ import annotations

import asyncio

import pytest

import onepizza.socketio.server as server_module
from onepizza.socketio import Server
from tests.socketio.serving import Recorder, echo_server, serve

PLACEHOLDERS = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'


class TestBinary:
    async def test_an_event_comes_back(self) -> None:
        async with serve(echo_server()) as served, served.joined() as ws:
            await ws.recv()
            for packet in (f'452-["message",{PLACEHOLDERS}]', b"\x01\x02\x03", b"\x04\x05\x06"):
                await ws.send(packet)
            received = [await ws.recv() for _ in range(3)]
        assert received == [f'452-["message-back",{PLACEHOLDERS}]', b"\x01\x02\x03", b"\x04\x05\x06"]

    async def test_an_acknowledgement_comes_back(self) -> None:
        async with serve(echo_server()) as served, served.joined() as ws:
            await ws.recv()
            for packet in (f'452-789["message-with-ack",{PLACEHOLDERS}]', b"\x01\x02\x03", b"\x04\x05\x06"):
                await ws.send(packet)
            received = [await ws.recv() for _ in range(3)]
        assert received == [f"462-789[{PLACEHOLDERS}]", b"\x01\x02\x03", b"\x04\x05\x06"]

    async def test_works_over_polling_and_in_a_namespace(self) -> None:
        async with serve(echo_server()) as served:
            sid = await served.open_polling()
            await served.post(sid, "40/custom,")
            await served.get(sid)
            await served.post(sid, '451-/custom,["message",{"a":[{"_placeholder":true,"num":0}]}]\x1ebAQID')
            polled = await served.get(sid)
        assert polled.text == '451-/custom,["message-back",{"a":[{"_placeholder":true,"num":0}]}]\x1ebAQID'

    async def test_a_call_is_answered_with_bytes(self) -> None:
        server, told = Server(), Recorder()

        async def ask(socket):
            told(await socket.call("question", {"deep": [b"\x01"]}, timeout=5))

        server.on("ask", ask)
        async with serve(server) as served, served.joined() as ws:
            await ws.send('42["ask"]')
            assert await ws.recv() == '451-0["question",{"deep":[{"_placeholder":true,"num":0}]}]'
            assert await ws.recv() == b"\x01"
            await ws.send('461-0[{"_placeholder":true,"num":0}]')
            await ws.send(b"\x02")
            assert await told.next() == (b"\x02",)


class TestBounds:
    @pytest.mark.parametrize(
        "packets",
        [
            ['450-["message"]'],
            ['4511-["message"]'],
            ['45999999999999-["message"]'],
            ['45["message"]'],
            ['45-1-["message"]'],
            [b"\x01"],
            ['451-["message",{"_placeholder":true,"num":1}]', b"\x01"],
            ['451-["message",{"_placeholder":true,"num":-1}]', b"\x01"],
            ['451-["message",{"_placeholder":true,"num":"0"}]', b"\x01"],
            ['451-["message",{"_placeholder":true}]', b"\x01"],
            ['451-["message"', b"\x01"],
            ['451-["message",1]', '42["message",1]'],
            ['451-["message",1]', "40/custom,"],
            ['452-["message",1]', b"x" * 600, b"x" * 600],
            ['421-["message"]'],
        ],
    )
    async def test_what_breaks_them_is_a_parse_error_of_that_client_alone(self, packets: list[str | bytes]) -> None:
        server, told = echo_server(max_payload=1000), Recorder()
        server.on_disconnect(told.reason)
        async with serve(server) as served, served.joined() as bystander, served.joined() as ws:
            await bystander.recv()
            for packet in packets:
                await ws.send(packet)
            assert await told.next() == "parse error"
            await bystander.send('42["message",1]')
            assert await bystander.recv() == '42["message-back",1]'

    async def test_unfinished_ones_are_given_up_in_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(server_module, "PARTIAL_TIMEOUT_S", 0.02)
        server, told = echo_server(), Recorder()
        server.on_disconnect(told.reason)
        async with serve(server) as served, served.joined() as ws:
            await ws.send(f'452-["message",{PLACEHOLDERS}]')
            await ws.send(b"\x01")
            assert await told.next() == "parse error"

    async def test_finished_ones_are_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(server_module, "PARTIAL_TIMEOUT_S", 0.01)
        async with serve(echo_server(ping_interval=0.05, ping_timeout=1)) as served, served.joined() as ws:
            await ws.recv()
            await ws.send('451-["message",{"_placeholder":true,"num":0}]')
            await ws.send(b"\x01")
            assert [await ws.recv(), await ws.recv()] == ['451-["message-back",{"_placeholder":true,"num":0}]', b"\x01"]
            assert await asyncio.wait_for(ws.recv(), 5) == "2"

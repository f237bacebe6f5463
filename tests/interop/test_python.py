"""The stock Python client (`python-socketio`), with default and with single transports."""

from __future__ import annotations

from typing import Any

import pytest
import socketio

from onepizza.socketio import ConnectionRefused
from tests.socketio.serving import Recorder, echo_server, serve

TRANSPORTS: tuple[list[str] | None, ...] = (None, ["polling"], ["websocket"])


@pytest.mark.parametrize("transports", TRANSPORTS, ids=["default", "polling", "websocket"])
class TestClient:
    async def test_connects_with_auth_echoes_and_disconnects(self, transports: list[str] | None) -> None:
        server, told, reasons = echo_server(), Recorder(), Recorder()
        server.on_disconnect(reasons.reason)
        async with serve(server) as served:
            client = socketio.AsyncClient()
            client.on("auth", told)
            client.on("message-back", told)
            await client.connect(f"http://127.0.0.1:{served.port}", auth={"a": 1}, transports=transports)
            assert await told.next() == ({"a": 1},)
            await client.emit("message", (1, "€", {"3": [b"\x01"]}, b"\x02"))
            assert await told.next() == (1, "€", {"3": [b"\x01"]}, b"\x02")
            assert client.transport() == (transports or ["websocket"])[0]
            await client.disconnect()
            assert await reasons.next() == "client namespace disconnect"

    async def test_acknowledgements_both_ways(self, transports: list[str] | None) -> None:
        server = echo_server()

        async def ask(socket: Any, value: int) -> object:
            return await socket.call("question", value, timeout=5)

        server.on("ask-me", ask)
        async with serve(server) as served:
            client = socketio.AsyncClient()
            client.on("question", lambda value: ("you asked", value, b"\x07"))
            await client.connect(f"http://127.0.0.1:{served.port}", transports=transports)
            assert await client.call("message-with-ack", (1, b"\x01")) == (1, b"\x01")
            assert await client.call("message-with-ack") is None
            assert await client.call("ask-me", 5) == ("you asked", 5, b"\x07")
            await client.disconnect()

    async def test_a_burst_stays_in_order(self, transports: list[str] | None) -> None:
        server, told = echo_server(), Recorder()
        async with serve(server) as served:
            client = socketio.AsyncClient()
            client.on("message-back", told)
            await client.connect(f"http://127.0.0.1:{served.port}", transports=transports)
            for number in range(200):
                await client.emit("message", number)
            assert [(await told.next())[0] for _ in range(200)] == list(range(200))
            await client.disconnect()

    async def test_namespaces(self, transports: list[str] | None) -> None:
        async with serve(echo_server()) as served:
            client = socketio.AsyncClient()
            await client.connect(f"http://127.0.0.1:{served.port}", namespaces=["/", "/custom"], transports=transports)
            assert await client.call("message-with-ack", 1, namespace="/custom") == 1
            assert await client.call("message-with-ack", 2) == 2
            await client.disconnect()

    async def test_a_refusal_reaches_the_client(self, transports: list[str] | None) -> None:
        server, told = echo_server(), Recorder()

        def refuse(socket: Any, auth: dict[str, Any]) -> None:
            raise ConnectionRefused("not you", {"code": 7})

        server.on_connect(refuse)
        async with serve(server) as served:
            client = socketio.AsyncClient(reconnection=False)
            client.on("connect_error", told)
            with pytest.raises(socketio.exceptions.ConnectionError):
                await client.connect(f"http://127.0.0.1:{served.port}", transports=transports)
            assert await told.next() == ({"message": "not you", "data": {"code": 7}},)

    async def test_reconnects_after_the_connection_was_closed(self, transports: list[str] | None) -> None:
        if transports == ["polling"]:
            pytest.skip("over polling this client takes a close packet for its own wish and stays away")
        server, told = echo_server(), Recorder()
        async with serve(server) as served:
            client = socketio.AsyncClient(reconnection_delay=0.01, reconnection_delay_max=0.02)
            client.on("connect", lambda: told("connect"))
            client.on("disconnect", lambda reason: told("disconnect"))
            await client.connect(f"http://127.0.0.1:{served.port}", transports=transports)
            assert await told.next() == ("connect",)
            for session in list(server.engine.sessions):
                session.close()
            assert await told.next() == ("disconnect",)
            assert await told.next() == ("connect",)
            assert await client.call("message-with-ack", "again") == "again"
            await client.disconnect()

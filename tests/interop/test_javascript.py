"""The stock JavaScript client (`socket.io-client` from npm, in Node) with default and with single transports."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from onepizza.socketio import ConnectionRefused
from tests.socketio.serving import Recorder, echo_server, serve

SCRIPT = Path(__file__).with_name("client.mjs")
TRANSPORTS = ("default", "polling", "websocket")

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(shutil.which("node") is None, reason="needs Node"),
    pytest.mark.parametrize("transports", TRANSPORTS),
]


def guard(socket: Any, auth: dict[str, Any]) -> None:
    if auth.get("token") != "right":
        raise ConnectionRefused("not you", {"code": 7})


async def ask(socket: Any, value: int) -> object:
    return await socket.call("question", value, timeout=5)


def cut_upgrading(socket: Any, auth: dict[str, Any]) -> None:
    if socket.session.has_probed:
        socket.session.close()
    else:
        asyncio.get_running_loop().call_soon(cut_upgrading, socket, auth)


async def run(scenario: str, transports: str, **options: Any) -> tuple[Any, Recorder]:
    """Run a scenario of the script; return what it saw, and the reasons the server was told."""
    server, told = echo_server(ping_interval=0.1, ping_timeout=5, **options), Recorder()
    server.on_disconnect(told.reason)
    server.on_connect(guard, "/guarded")
    server.on("ask-me", ask)
    server.on("cut-me", lambda socket: socket.session.close())
    server.on_connect(cut_upgrading, "/cut-upgrading")
    server.on("leave-me", lambda socket: socket.close_after_flush())
    async with serve(server) as served:
        process = await asyncio.create_subprocess_exec(
            "node", str(SCRIPT), scenario, f"http://127.0.0.1:{served.port}", transports, stdout=asyncio.subprocess.PIPE
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), 20)
        finally:
            if process.returncode is None:
                process.kill()
    assert process.returncode == 0
    return json.loads(output), told


class TestClient:
    async def test_echo(self, transports: str) -> None:
        seen, told = await run("echo", transports)
        assert seen == {
            "auth": {"token": "abc"},
            "transport": "websocket" if transports == "default" else transports,
            "args": [1, "€ 😀", {"3": [True, None]}],
            "hasId": True,
        }
        assert await told.next() == "client namespace disconnect"

    async def test_binary(self, transports: str) -> None:
        seen, _ = await run("binary", transports)
        assert seen == {"first": [1, 2, 3], "deep": [4, 5], "acked": [9]}

    async def test_binary_without_binary_frames(self, transports: str) -> None:
        seen, _ = await run("base64", transports)
        assert seen == {"acked": [9]}

    async def test_acknowledgements_both_ways(self, transports: str) -> None:
        seen, _ = await run("acks", transports)
        assert seen["several"] == [1, "2"]
        assert seen["asked"] == "you asked"

    async def test_namespaces(self, transports: str) -> None:
        seen, _ = await run("namespaces", transports)
        assert seen == {"auth": {"n": 1}, "error": "Invalid namespace", "answer": "still here"}

    async def test_a_refusal_carries_message_and_data(self, transports: str) -> None:
        seen, _ = await run("refused", transports)
        assert seen == {"message": "not you", "data": {"code": 7}}

    async def test_reconnects_after_the_connection_was_closed(self, transports: str) -> None:
        seen, told = await run("reconnects", transports)
        assert seen == {"reason": "transport close", "isOther": True, "answer": "again"}
        assert await told.next() == "server namespace disconnect"

    async def test_hears_of_its_end_while_it_upgrades(self, transports: str) -> None:
        if transports != "default":
            pytest.skip("upgrades nothing")
        seen, _ = await run("cutWhileUpgrading", transports)
        assert seen == {"reason": "transport close"}

    async def test_stays_away_when_the_server_disconnects_it(self, transports: str) -> None:
        seen, _ = await run("disconnected", transports)
        assert seen == {"reason": "io server disconnect", "active": False}

    async def test_a_burst_stays_in_order(self, transports: str) -> None:
        seen, _ = await run("burst", transports)
        assert seen == {"inOrder": True}

    async def test_heartbeats(self, transports: str) -> None:
        seen, _ = await run("heartbeat", transports)
        assert seen == {"connected": True}

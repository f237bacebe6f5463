"""Under a real `uvicorn.Server`: every HTTP parser and event loop, lifespan, and a polite stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
import uvloop
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from onepizza.socketio import Engine, Server
from tests.socketio.serving import Recorder, echo_server, serve


@contextlib.asynccontextmanager
async def running(server: Server, app: Any = None, **options: Any) -> AsyncIterator[tuple[uvicorn.Server, int]]:
    """Run uvicorn in this loop until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        server.wrap(app) if app else server.asgi,
        ws=server.websocket_protocol,
        log_config=None,
        proxy_headers=False,
        **options,
    )
    program = uvicorn.Server(config)
    program.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]
    serving = asyncio.create_task(program.serve([listener]))
    while not program.started:
        await asyncio.sleep(0)
    try:
        yield program, listener.getsockname()[1]
    finally:
        program.should_exit = True
        await asyncio.wait_for(serving, 10)


async def talk(http: str) -> None:
    """Echo over both transports."""
    async with serve(echo_server(), http=http) as served:
        async with served.joined() as ws:
            assert await ws.recv() == '42["auth",{}]'
            await ws.send('42["message","€"]')
            assert await ws.recv() == '42["message-back","€"]'
        sid = await served.open_polling()
        await served.post(sid, '40\x1e42["message",1]')
        assert (await served.get(sid)).text.endswith('42["message-back",1]')


class TestCombinations:
    @pytest.mark.parametrize("http", ["httptools", "h11"])
    @pytest.mark.parametrize("factory", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
    def test_all_work(self, http: str, factory: Any) -> None:
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(talk(http))

    @pytest.mark.parametrize("factory", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
    def test_a_slow_reader_is_cut_in_both_loops(self, factory: Any) -> None:
        async def run() -> None:
            server, told = Server(max_buffered_bytes=200_000), Recorder()
            server.on_disconnect(told.reason)
            async with serve(server) as served, served.joined() as ws:
                (slow,) = server.sockets
                ws.transport.pause_reading()
                while told.is_empty:
                    slow.emit("x", "y" * 50_000)
                    await asyncio.sleep(0)
                assert await told.next() == "slow consumer"

        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(run())


class TestSeveralServers:
    async def test_live_in_one_process(self) -> None:
        one, two = echo_server(), Engine()
        two.on_message(lambda session, data: session.send("two"))
        assert one.websocket_protocol is not two.websocket_protocol
        async with (
            serve(one) as first,
            serve(one) as again,
            serve(two) as second,
            first.joined() as ws,
            again.joined() as ws_again,
            second.opened() as ws_two,
        ):
            assert await ws.recv() == await ws_again.recv() == '42["auth",{}]'
            await ws_two.send("4x")
            assert await ws_two.recv() == "4two"


class TestStop:
    async def test_closes_sockets_politely_and_tells_the_handlers(self) -> None:
        server, told = Server(), Recorder()
        server.on_disconnect(told.reason)
        async with running(server) as (program, port):
            url = f"127.0.0.1:{port}/socket.io/?EIO=4&transport="
            async with connect(f"ws://{url}websocket", proxy=None) as ws, httpx.AsyncClient(trust_env=False) as http:
                await ws.recv()
                await ws.send("40")
                await ws.recv()
                greeting = await http.get(f"http://{url}polling")
                sid = greeting.text.split('"')[3]
                poll = asyncio.create_task(http.get(f"http://{url}polling&sid={sid}"))
                while not any(session.poll for session in server.engine.sessions):
                    await asyncio.sleep(0)
                program.should_exit = True
                with pytest.raises(ConnectionClosed) as closed:
                    await ws.recv()
                polled = await poll
        assert closed.value.rcvd.code == 1001
        assert polled.text == "1"
        assert await told.next() == "server shutting down"

    @pytest.mark.parametrize("lifespan", ["on", "off"])
    async def test_the_next_uvicorn_serves_again(self, lifespan: str) -> None:
        server = Server()
        for _ in range(2):
            async with contextlib.AsyncExitStack() as opened:
                _, port = await opened.enter_async_context(running(server, lifespan=lifespan))
                url = f"127.0.0.1:{port}/socket.io/?EIO=4&transport="
                ws = await connect(f"ws://{url}websocket", proxy=None)
                assert str(await ws.recv()).startswith("0")
                async with httpx.AsyncClient(trust_env=False) as http:
                    assert (await http.get(f"http://{url}polling")).status_code == 200

    async def test_one_that_stops_takes_nobody_new(self) -> None:
        server = Server()
        async with serve(server) as served, served.opened():
            (connection,) = served.state.connections
            connection.shutdown()
            with pytest.raises(InvalidStatus) as refused:
                await served.ws()
        assert refused.value.response.status_code == 503

    async def test_lets_pending_polls_go_when_it_is_asked_first(self) -> None:
        server = Server()
        async with running(server) as (program, port), httpx.AsyncClient(trust_env=False) as http:
            url = f"http://127.0.0.1:{port}/socket.io/?EIO=4&transport=polling"
            sid = (await http.get(url)).text.split('"')[3]
            poll = asyncio.create_task(http.get(f"{url}&sid={sid}"))
            while not any(session.poll for session in server.engine.sessions):
                await asyncio.sleep(0)
            await server.shutdown()
            assert (await poll).text == "1"
            assert (await http.get(url)).status_code == 503
            program.should_exit = True

    async def test_does_not_wait_for_a_client_that_answers_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("onepizza.socketio.engine.CLOSE_TIMEOUT_S", 0.05)
        server = Server()
        async with (
            running(server) as (program, port),
            connect(f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket", proxy=None, close_timeout=0.1) as ws,
        ):
            await ws.recv()
            ws.transport.pause_reading()
            program.should_exit = True
            while program.server_state.connections:
                await asyncio.sleep(0)


class TestLifespan:
    async def test_reaches_the_wrapped_application(self) -> None:
        seen = []

        async def app(scope, receive, send):
            assert scope["type"] == "lifespan"
            while True:
                kind = (await receive())["type"]
                seen.append(kind)
                await send({"type": f"{kind}.complete"})
                if kind == "lifespan.shutdown":
                    return

        async with running(Server(), app, lifespan="on"):
            assert seen == ["lifespan.startup"]
        assert seen == ["lifespan.startup", "lifespan.shutdown"]

    async def test_works_without_one(self) -> None:
        async with running(Server(), lifespan="on"):
            pass

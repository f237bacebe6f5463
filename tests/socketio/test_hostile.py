"""What a hostile client tries, and what it costs the others: nothing."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode

from onepizza.socketio import Engine, Server, Socket
from onepizza.socketio.packets import RESERVED_EVENTS
from tests.socketio.serving import Recorder, Served, echo_server, serve
from tests.socketio.unplugged import join
from tests.support.watchdog import longest_turn


class TestReservedNames:
    @pytest.mark.parametrize("name", sorted(RESERVED_EVENTS))
    async def test_run_nothing_and_close_nothing(self, name: str) -> None:
        server, told = echo_server(), Recorder()
        server.on_connect(lambda socket, auth: told("connect"))
        server.on_disconnect(lambda socket, reason: told("disconnect"))
        server.on_unknown_event(lambda socket, event, args: told("unknown"))
        async with serve(server) as served, served.joined() as ws:
            assert await told.next() == ("connect",)
            await ws.send(f'421["{name}",{{}}]')
            await ws.send(f'42["\\u00{ord(name[0]):02x}{name[1:]}"]')
            await ws.send('422["message-with-ack"]')
            assert await ws.recv() == "432[]"
            assert told.is_empty


class TestMalformed:
    @pytest.mark.parametrize(
        "packet",
        [
            "4abc",
            "42{}",
            "42",
            "42[]",
            "42null",
            '42abc["message-with-ack",1,"2",{"3":[false]}]',
            '42-1["message"]',
            '421.5["message"]',
            '4299999999999999999999["message-with-ack"]',
            '42²["message"]',
            "47",
            "42[1]",
            '42[["message"]]',
            '42[{"toString":1}]',
            "42[null]",
            '42["message",NaN]',
            '42["message",Infinity]',
            '42["message",-Infinity]',
            '42["message",1e999]',
            '42["message",{"a":NaN}]',
            '42["nobody",NaN]',
            '42["message"',
            '42["message"]]',
            '42["message",]',
            '42["message","\t"]',
            '42["message",' + "[" * 100_000 + "]" * 100_000 + "]",
            '42["message",' + "[" * 100_000,
            "42" + '{"a":' * 50_000,
            "42/" + "n" * 300 + ',["message"]',
            "40" + "[" * 100_000,
        ],
        ids=lambda packet: packet[:30],
    )
    async def test_is_a_parse_error_of_that_client_alone(self, packet: str) -> None:
        server, told = echo_server(), Recorder()
        server.on_disconnect(told.reason)
        async with serve(server) as served, served.joined() as bystander, served.joined() as ws:
            await bystander.recv()
            await ws.send(packet)
            assert await told.next() == "parse error"
            await bystander.send('42["message",1]')
            assert await bystander.recv() == '42["message-back",1]'

    @pytest.mark.parametrize("name", ["__proto__", "constructor", "__class__", "handler", "", "a" * 10_000])
    async def test_strange_names_are_merely_unknown(self, name: str) -> None:
        async with serve(echo_server()) as served, served.joined() as ws:
            await ws.recv()
            await ws.send("421" + json.dumps([name, {"__proto__": {"x": 1}}]))
            await ws.send('42["message",1]')
            assert await ws.recv() == '42["message-back",1]'

    async def test_the_disconnect_handler_runs_at_once_even_amid_a_slow_handler(self) -> None:
        server, told, may_go_on = Server(), Recorder(), asyncio.Event()

        async def slow(socket):
            told("started")
            await may_go_on.wait()

        server.on("slow", slow)
        server.on_disconnect(told.reason)
        async with serve(server) as served, served.joined() as ws:
            await ws.send('42["slow"]')
            assert await told.next() == ("started",)
            await ws.send("4abc")
            assert await told.next() == "parse error"
            may_go_on.set()


async def reading_stopped(server: Server | Engine, send: Any, told: Recorder) -> str:
    """Send until told of the end; return its reason."""
    for _ in range(100_000):
        send()
        await asyncio.sleep(0)
        if not told.is_empty:
            return await told.next()
    raise AssertionError("never cut")


class TestSlowReader:
    @pytest.mark.parametrize("options", [{"max_buffered_bytes": 100_000}, {"max_buffered_packets": 50}])
    async def test_is_cut_over_websocket(self, options: dict[str, int]) -> None:
        server, told = Server(**options), Recorder()
        server.on_disconnect(told.reason)
        async with serve(server) as served, served.joined() as ws:
            (socket,) = server.sockets
            ws.transport.pause_reading()
            reason = await reading_stopped(server, lambda: socket.emit("x", "y" * 10_000), told)
            assert reason == "slow consumer"
            while served.state.connections:
                await asyncio.sleep(0)

    @pytest.mark.parametrize("options", [{"max_buffered_bytes": 100_000}, {"max_buffered_packets": 50}])
    async def test_is_cut_over_polling(self, options: dict[str, int]) -> None:
        server, told = Server(**options), Recorder()
        server.on_disconnect(told.reason)
        async with serve(server) as served:
            sid = await served.open_polling()
            await served.post(sid, "40")
            (socket,) = server.sockets
            sent = 0

            def send() -> None:
                nonlocal sent
                sent += 1
                socket.emit("x", "y" * 10_000)

            assert await reading_stopped(server, send, told) == "slow consumer"
            assert sent <= 51
            assert (await served.get(sid)).status_code == 400

    async def test_is_cut_by_a_broadcast_without_a_handler_running_inside_it(self) -> None:
        server, told = Server(max_buffered_bytes=100_000), Recorder()
        members = set()
        server.on_connect(lambda socket, auth: members.add(socket))
        server.on_disconnect(lambda socket, reason: (members.remove(socket), told(reason)))
        async with serve(server) as served, served.joined() as one, served.joined() as two:
            one.transport.pause_reading()
            two.transport.pause_reading()
            for _ in range(100_000):
                server.broadcast(members, "x", "y" * 50_000)
                await asyncio.sleep(0)
                if not members:
                    break
            assert await told.next() == ("slow consumer",)

    async def test_that_floods_pings_is_cut_too(self) -> None:
        engine, told = Engine(max_buffered_bytes=100_000), Recorder()
        engine.on_close(told.reason)
        ping = Frame(Opcode.PING, b"p" * 125).serialize(mask=True) * 500
        async with serve(engine) as served, served.opened() as ws:
            ws.transport.pause_reading()
            assert await reading_stopped(engine, lambda: ws.transport.write(ping), told) == "slow consumer"

    async def test_that_closes_only_its_side_is_let_go(self, monkeypatch: pytest.MonkeyPatch) -> None:
        engine, told = Engine(), Recorder()
        engine.on_close(told.reason)
        async with serve(engine) as served, served.opened() as ws:
            ws.transport.write_eof()
            assert await told.next() == "transport close"


def settled_clock() -> float:
    """Return the CPU time spent, once the garbage that joining thousands made is collected."""
    gc.collect()
    return time.thread_time()


class TestMassDisconnect:
    async def test_of_eight_thousand_stalls_the_loop_less_than_a_quarter_second(self) -> None:
        server, told = Server(), []
        server.on_disconnect(lambda socket, reason: told.append(reason))
        connections = join(server, 8000)
        started = settled_clock()
        for connection in connections:
            connection.connection_lost(None)
        elapsed = time.thread_time() - started
        assert told == ["transport close"] * 8000
        assert not list(server.sockets)
        assert elapsed < 0.25

    async def test_of_two_thousand_that_leave_politely_takes_a_quarter_of_that(self) -> None:
        server, told = Server(), []
        server.on_disconnect(lambda socket, reason: told.append(reason))
        connections = join(server, 2000)
        goodbye = Frame(Opcode.TEXT, b"41").serialize(mask=True)
        started = settled_clock()
        for connection in connections:
            connection.data_received(goodbye)
        elapsed = time.thread_time() - started
        assert told == ["client namespace disconnect"] * 2000
        assert elapsed < 0.25 / 4

    async def test_by_a_shutdown_of_two_thousand_does_too(self) -> None:
        server, told = Server(), []
        server.on_disconnect(lambda socket, reason: told.append(reason))
        join(server, 2000)
        started = settled_clock()
        await server.shutdown()
        elapsed = time.thread_time() - started
        assert told == ["server shutting down"] * 2000
        assert elapsed < 0.25 / 4


class TestFloods:
    async def test_tiny_frames_leave_the_loop_to_others(self) -> None:
        engine = Engine()
        flood = Frame(Opcode.TEXT, b"6").serialize(mask=True) * 60_000
        async with serve(engine) as served, served.opened() as ws:
            ws.transport.write(flood + Frame(Opcode.TEXT, b"1").serialize(mask=True))
            assert await longest_turn(lambda: not list(engine.sessions)) < 0.1

    async def test_a_payload_of_tiny_packets_leaves_the_loop_to_others(self) -> None:
        async with serve(Engine()) as served:
            sid = await served.open_polling()
            post = asyncio.create_task(served.post(sid, "\x1e".join(["6"] * 400_000)))
            assert await longest_turn(post.done) < 0.1
            assert (await post).status_code == 200


class TestIdleSessions:
    """A session without a socket passes no door, so those of one address are counted where they open."""

    @pytest.fixture
    def server(self) -> Server:
        server = Server(max_idle_per_address=2, address_key=lambda _address: "one house")

        def leave(socket: Socket) -> None:
            socket.disconnect()

        server.on("leave", leave)
        return server

    async def _refusal(self, served: Served) -> tuple[int, Any]:
        with pytest.raises(InvalidStatus) as refused:
            async with served.ws():
                pass
        answer = await served.http.get(served.url(EIO="4", transport="polling"))
        assert answer.json() == json.loads(refused.value.response.body or b"")
        assert answer.status_code == refused.value.response.status_code
        return answer.status_code, answer.json()

    async def test_one_too_many_of_an_address_is_refused(self, server: Server) -> None:
        async with serve(server) as served, served.opened():
            await served.open_polling()
            assert await self._refusal(served) == (429, {"code": 3, "message": "Too many connections"})

    async def test_those_that_joined_or_went_count_no_longer(self, server: Server) -> None:
        async with serve(server) as served, served.joined(), served.joined(), served.opened() as first:
            sid = await served.open_polling()
            await first.send("40")
            assert str(await first.recv()).startswith("40")
            await served.post(sid, "1")
            async with served.opened(), served.opened():
                assert (await self._refusal(served))[0] == 429

    async def test_who_left_its_namespaces_counts_again(self, server: Server) -> None:
        async with serve(server) as served, served.opened(), served.joined() as ws:
            await ws.send('42["leave"]')
            assert await ws.recv() == "41"
            assert (await self._refusal(served))[0] == 429

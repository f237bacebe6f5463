"""Engine.IO over WebSocket, the upgrade from polling, and the heartbeat."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode

from onepizza.socketio import Engine
from tests.socketio.serving import Recorder, echo_engine, serve


async def closing_code(ws) -> int | None:
    """Read until the server closes; return the close code."""
    try:
        while True:
            await asyncio.wait_for(ws.recv(), 5)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


class TestHandshake:
    async def test_opens_a_session(self) -> None:
        async with serve(echo_engine(ping_interval=0.3, ping_timeout=0.2)) as served, served.ws() as ws:
            packet = str(await ws.recv())
        greeting = msgspec.json.decode(packet[1:])
        assert packet[0] == "0"
        assert greeting == {
            "sid": greeting["sid"],
            "upgrades": [],
            "pingInterval": 300,
            "pingTimeout": 200,
            "maxPayload": 1_000_000,
        }

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/engine.io/?transport=websocket", 400),
            ("/engine.io/?EIO=abc&transport=websocket", 400),
            ("/engine.io/?EIO=4", 400),
            ("/engine.io/?EIO=4&transport=abc", 400),
            ("/engine.io/?EIO=4&transport=polling", 400),
            ("/engine.io/?EIO=4&transport=websocket&sid=unknown", 400),
            ("/other/?EIO=4&transport=websocket", 404),
        ],
    )
    async def test_refuses_what_is_not_its_own(self, path: str, status: int) -> None:
        async with serve(Engine()) as served:
            with pytest.raises(InvalidStatus) as refused:
                async with served.ws(path=path):
                    pass
        assert refused.value.response.status_code == status
        assert refused.value.response.headers["x-content-type-options"] == "nosniff"

    async def test_compression_is_not_negotiated(self) -> None:
        async with serve(echo_engine()) as served, served.ws(compression="deflate") as ws:
            assert "sec-websocket-extensions" not in ws.response.headers

    async def test_the_peer_and_the_request_reach_the_handler(self) -> None:
        engine, opened = Engine(), Recorder()
        engine.on_open(opened)
        async with serve(engine) as served, served.opened(additional_headers={"X-Thing": "a", "Cookie": "b=c"}):
            (session,) = await opened.next()
        assert session.handshake.remote_address == "127.0.0.1"
        assert session.handshake.headers["x-thing"] == "a"
        assert session.handshake.headers["cookie"] == "b=c"
        assert session.handshake.query == {"EIO": "4", "transport": "websocket"}
        assert session.handshake.url == "/engine.io/?EIO=4&transport=websocket"
        assert session.handshake.secure is False


class TestClientAddress:
    async def test_is_what_the_application_makes_of_headers_and_peer(self) -> None:
        engine, opened = Engine(client_address=lambda headers, peer: f"{headers['x-for']} by {peer}"), Recorder()
        engine.on_open(opened)
        async with serve(engine) as served:
            async with served.opened(additional_headers={"X-For": "10.0.0.1"}):
                (over_websocket,) = await opened.next()
            await served.http.get(served.url(EIO="4", transport="polling"), headers={"X-For": "10.0.0.2"})
            (over_polling,) = await opened.next()
        assert over_websocket.handshake.remote_address == "10.0.0.1 by 127.0.0.1"
        assert over_polling.handshake.remote_address == "10.0.0.2 by 127.0.0.1"


class TestMessage:
    @pytest.mark.parametrize(
        "message", ["hello", "€ 😀", "x" * 200, "x" * 70_000, b"\x01\x02", b"x" * 200, b"x" * 70_000]
    )
    async def test_is_sent_and_received(self, message: str | bytes) -> None:
        async with serve(echo_engine()) as served, served.opened() as ws:
            await ws.send("4" + message if isinstance(message, str) else message)
            received = await ws.recv()
        assert received == ("4" + message if isinstance(message, str) else message)

    async def test_a_client_without_binary_frames_sends_base64(self) -> None:
        """`forceBase64` of the JavaScript client."""
        async with serve(echo_engine()) as served, served.opened() as ws:
            await ws.send("bAQIDBA==")
            assert await ws.recv() == b"\x01\x02\x03\x04"

    @pytest.mark.parametrize("message", [bytearray(b"\x01"), memoryview(b"\x01")])
    async def test_is_sent_from_any_kind_of_bytes(self, message: bytearray | memoryview) -> None:
        engine = Engine()
        engine.on_open(lambda session: session.send(message))
        async with serve(engine) as served, served.opened() as ws:
            assert await ws.recv() == b"\x01"

    @pytest.mark.parametrize("message", [5, None, ["x"]])
    async def test_is_text_or_bytes_and_nothing_else(self, message: object) -> None:
        engine, opened = Engine(), Recorder()
        engine.on_open(opened)
        async with serve(engine) as served, served.opened():
            (session,) = await opened.next()
            with pytest.raises(TypeError):
                session.send(message)

    async def test_fragments_are_put_together(self) -> None:
        async with serve(echo_engine()) as served, served.opened() as ws:
            await ws.send(["4", "he", "", "llo €"])
            text = await ws.recv()
            await ws.send([b"\x01", b"", b"\x02"])
            binary = await ws.recv()
        assert (text, binary) == ("4hello €", b"\x01\x02")

    async def test_many_in_one_read_all_arrive_in_order(self) -> None:
        frames = b"".join(Frame(Opcode.TEXT, b"4%d" % number).serialize(mask=True) for number in range(9000))
        async with serve(echo_engine(max_buffered_packets=10_000)) as served, served.opened() as ws:
            ws.transport.write(frames)
            received = [await ws.recv() for _ in range(9000)]
        assert received == [f"4{number}" for number in range(9000)]

    @pytest.mark.parametrize("packet", ["abc", "b***", "", "7", "0", "2", "2probe", "3x", "1x"])
    async def test_an_invalid_packet_closes_the_session(self, packet: str) -> None:
        engine, closed = Engine(), Recorder()
        engine.on_close(closed.reason)
        async with serve(engine) as served, served.opened() as ws:
            await ws.send(packet)
            reason = await closed.next()
            code = await closing_code(ws)
        assert reason in ("parse error", "transport error")
        assert code == 1002

    async def test_one_over_the_bound_closes_with_1009(self) -> None:
        engine, closed = Engine(max_payload=1000), Recorder()
        engine.on_close(closed.reason)
        async with serve(engine) as served, served.opened() as ws:
            await ws.send("4" + "x" * 1000)
            code = await closing_code(ws)
            reason = await closed.next()
        assert (code, reason) == (1009, "transport error")

    async def test_fragments_over_the_bound_close_with_1009(self) -> None:
        async with serve(Engine(max_payload=1000)) as served, served.opened() as ws:
            with pytest.raises(ConnectionClosed) as closed:
                await ws.send(["4" + "x" * 400] * 5)
                await ws.recv()
        assert closed.value.rcvd.code == 1009


class TestFrames:
    @pytest.mark.parametrize(
        ("frame", "code"),
        [
            (b"\x83\x80\x00\x00\x00\x00", 1002),
            (b"\x81\x02hi", 1002),
            (Frame(Opcode.TEXT, b"4x", rsv1=True), 1002),
            (b"\x80\x80\x00\x00\x00\x00", 1002),
            (Frame(Opcode.TEXT, b"4\xff\xfe"), 1007),
        ],
        ids=["unknown opcode", "unmasked", "compressed", "stray continuation", "invalid UTF-8"],
    )
    async def test_a_malformed_one_closes_the_session_at_once(self, frame: bytes | Frame, code: int) -> None:
        if isinstance(frame, Frame):
            frame.check = lambda: None
            frame = frame.serialize(mask=True)
        engine, closed = Engine(), Recorder()
        engine.on_close(closed.reason)
        async with serve(engine) as served, served.opened() as ws:
            ws.transport.write(frame)
            reason = await closed.next()
            assert await closing_code(ws) == code
        assert reason == "transport error"

    async def test_those_before_a_malformed_one_are_handled(self) -> None:
        engine, told = Engine(), Recorder()
        engine.on_message(lambda session, data: told(data))
        async with serve(engine) as served, served.opened() as ws:
            ws.transport.write(Frame(Opcode.TEXT, b"4good").serialize(mask=True) + b"\x83\x80\x00\x00\x00\x00")
            assert await told.next() == ("good",)

    async def test_pings_are_answered(self) -> None:
        async with serve(Engine()) as served, served.opened() as ws:
            pong = await ws.ping(b"are you there")
            await asyncio.wait_for(pong, 5)


class TestClose:
    async def test_by_a_close_packet(self) -> None:
        engine, closed = Engine(), Recorder()
        engine.on_close(closed.reason)
        async with serve(engine) as served, served.opened() as ws:
            await ws.send("1")
            code = await closing_code(ws)
        assert (code, await closed.next()) == (1000, "transport close")

    @pytest.mark.parametrize(
        ("frame", "reason"),
        [
            (b"\x03\xe8", "client close"),
            (b"\x03\xe8bye", "client close"),
            (b"\x03\xe9", "transport close"),
            (b"\x0f\xa0", "transport close"),
            (b"", "transport close"),
        ],
        ids=["1000", "1000 with a reason", "1001, a reloaded page", "4000", "no code, as JavaScript does"],
    )
    async def test_by_a_close_frame(self, frame: bytes, reason: str) -> None:
        engine, closed = Engine(), Recorder()
        engine.on_close(closed.reason)
        async with serve(engine) as served, served.opened() as ws:
            ws.transport.write(Frame(Opcode.CLOSE, frame).serialize(mask=True))
            assert await closed.next() == reason
            await ws.wait_closed()
            assert not served.state.connections

    async def test_by_a_lost_connection(self) -> None:
        engine, closed = Engine(), Recorder()
        engine.on_close(closed.reason)
        async with serve(engine) as served, served.opened() as ws:
            ws.transport.abort()
            assert await closed.next() == "transport close"

    async def test_by_the_server_delivers_what_was_sent_first(self) -> None:
        engine, closed = Engine(), Recorder()
        engine.on_message(lambda session, data: (session.send("bye"), session.close(), session.send("lost")))
        engine.on_close(closed.reason)
        async with serve(engine) as served, served.opened() as ws:
            await ws.send("4x")
            received = await ws.recv()
            code = await closing_code(ws)
        assert (received, code, await closed.next()) == ("4bye", 1000, "forced close")

    async def test_in_the_open_handler(self) -> None:
        engine, closed = Engine(), Recorder()
        engine.on_open(lambda session: session.close())
        engine.on_close(closed.reason)
        async with serve(engine) as served, served.ws() as ws:
            assert await closing_code(ws) == 1000
        assert await closed.next() == "forced close"

    async def test_tells_the_handler_once(self) -> None:
        engine, closed = Engine(), Recorder()
        engine.on_message(lambda session, data: (session.close(), session.close()))
        engine.on_close(closed.reason)
        async with serve(engine) as served, served.opened() as ws:
            await ws.send("4x")
            await closing_code(ws)
            await ws.wait_closed()
        assert await closed.next() == "forced close"
        assert closed.is_empty


class TestHeartbeat:
    async def test_pings_as_long_as_pongs_come(self) -> None:
        async with serve(Engine(ping_interval=0.02, ping_timeout=1)) as served, served.opened() as ws:
            for _ in range(3):
                assert await ws.recv() == "2"
                await ws.send("3")

    async def test_polling_gets_pings_too(self) -> None:
        async with serve(Engine(ping_interval=0.02, ping_timeout=1)) as served:
            sid = await served.open_polling()
            for _ in range(3):
                assert (await served.get(sid)).text == "2"
                assert (await served.post(sid, "3")).status_code == 200

    async def test_a_missing_pong_closes_the_session(self) -> None:
        engine, closed = Engine(ping_interval=0.02, ping_timeout=0.02), Recorder()
        engine.on_close(closed.reason)
        async with serve(engine) as served, served.opened() as ws:
            await closing_code(ws)
        assert await closed.next() == "ping timeout"

    async def test_a_pong_nobody_asked_for_puts_nothing_off(self) -> None:
        engine, closed = Engine(ping_interval=0.05, ping_timeout=0.02), Recorder()
        engine.on_close(closed.reason)
        async with serve(engine) as served, served.opened() as ws:
            started = asyncio.get_running_loop().time()
            await ws.send("3")
            assert await closed.next() == "ping timeout"
        assert asyncio.get_running_loop().time() - started < 2


class TestUpgrade:
    async def test_goes_from_polling_to_websocket(self) -> None:
        async with serve(echo_engine()) as served:
            sid = await served.open_polling()
            async with served.ws(sid) as ws:
                await ws.send("2probe")
                assert await ws.recv() == "3probe"
                polled = await served.get(sid)
                await ws.send("5")
                await ws.send("4hello")
                assert await ws.recv() == "4hello"
        assert (polled.status_code, polled.text) == (200, "6")

    async def test_the_probe_lets_a_pending_poll_go(self) -> None:
        engine, opened = Engine(), Recorder()
        engine.on_open(opened)
        async with serve(engine) as served:
            sid = await served.open_polling()
            (session,) = await opened.next()
            poll = asyncio.create_task(served.get(sid))
            while session.poll is None:
                await asyncio.sleep(0)
            async with served.ws(sid) as ws:
                await ws.send("2probe")
                assert await ws.recv() == "3probe"
                assert (await poll).text == "6"

    async def test_what_was_not_polled_follows_over_the_websocket(self) -> None:
        engine, opened = Engine(), Recorder()
        engine.on_open(opened)
        async with serve(engine) as served:
            sid = await served.open_polling()
            (session,) = await opened.next()
            async with served.ws(sid) as ws:
                await ws.send("2probe")
                await ws.recv()
                session.send("queued")
                session.send(b"\x01")
                await ws.send("5")
                assert await ws.recv() == "4queued"
                assert await ws.recv() == b"\x01"

    async def test_requests_over_polling_are_refused_afterwards(self) -> None:
        async with serve(echo_engine()) as served:
            sid = await served.open_polling()
            async with served.ws(sid) as ws:
                await ws.send("2probe")
                await ws.recv()
                await ws.send("5")
                await ws.send("4ready")
                await ws.recv()
                polled, pushed = await served.get(sid), await served.post(sid, "4x")
                await ws.send("4hello")
                assert await ws.recv() == "4hello"
        assert (polled.status_code, pushed.status_code) == (400, 400)

    @pytest.mark.parametrize("is_complete", [True, False])
    async def test_a_second_websocket_with_the_same_sid_is_accepted_and_closed(self, is_complete: bool) -> None:
        async with serve(echo_engine()) as served:
            sid = await served.open_polling()
            async with served.ws(sid) as ws:
                await ws.send("2probe")
                await ws.recv()
                if is_complete:
                    await ws.send("5")
                    await ws.send("4ready")
                    await ws.recv()
                async with served.ws(sid) as second:
                    assert await closing_code(second) == 1008
                if not is_complete:
                    await ws.send("5")
                await ws.send("4hello")
                assert await ws.recv() == "4hello"

    @pytest.mark.parametrize("packets", [["4x"], ["5"], ["2"], [b"\x01"], ["2probe", "4x"]])
    async def test_a_probe_that_goes_wrong_leaves_the_session_on_polling(self, packets: list[str]) -> None:
        async with serve(echo_engine()) as served:
            sid = await served.open_polling()
            async with served.ws(sid) as ws:
                for packet in packets:
                    await ws.send(packet)
                await closing_code(ws)
            await served.post(sid, "4still here")
            assert (await served.get(sid)).text == "4still here"

    async def test_a_probe_that_is_lost_may_be_tried_again(self) -> None:
        engine, opened = echo_engine(), Recorder()
        engine.on_open(opened)
        async with serve(engine) as served:
            sid = await served.open_polling()
            (session,) = await opened.next()
            async with served.ws(sid) as ws:
                await ws.send("2probe")
                await ws.recv()
                ws.transport.abort()
            while session.probe is not None:
                await asyncio.sleep(0)
            async with served.ws(sid) as ws:
                await ws.send("2probe")
                assert await ws.recv() == "3probe"

    async def test_a_polite_close_waits_for_a_client_that_polls_no_more(self) -> None:
        """After `3probe` the client may wait for nothing but the chance to upgrade."""
        engine, opened, closed = Engine(), Recorder(), Recorder()
        engine.on_open(opened)
        engine.on_close(closed.reason)
        async with serve(engine) as served:
            sid = await served.open_polling()
            (session,) = await opened.next()
            async with served.ws(sid) as ws:
                await ws.send("2probe")
                assert await ws.recv() == "3probe"
                session.send("bye")
                session.close()
                assert await closed.next() == "forced close"
                await ws.send("5")
                assert await ws.recv() == "4bye"
                assert await closing_code(ws) == 1000
            assert (await served.get(sid)).status_code == 400
        assert closed.is_empty

    async def test_a_polite_close_reaches_a_client_that_still_polls(self) -> None:
        engine, opened = Engine(), Recorder()
        engine.on_open(opened)
        async with serve(engine) as served:
            sid = await served.open_polling()
            (session,) = await opened.next()
            async with served.ws(sid) as ws:
                await ws.send("2probe")
                assert await ws.recv() == "3probe"
                session.close()
                assert (await served.get(sid)).text == "1"
                assert await closing_code(ws) == 1000

    async def test_a_polite_close_does_not_wait_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("onepizza.socketio.engine.FAREWELL_TIMEOUT_S", 0.02)
        engine, opened = Engine(), Recorder()
        engine.on_open(opened)
        async with serve(engine) as served:
            sid = await served.open_polling()
            (session,) = await opened.next()
            async with served.ws(sid) as ws:
                await ws.send("2probe")
                assert await ws.recv() == "3probe"
                session.close()
                assert await closing_code(ws) == 1000
            assert (await served.get(sid)).text == "1"

    async def test_a_session_that_closes_takes_its_probe_along(self) -> None:
        async with serve(Engine()) as served:
            sid = await served.open_polling()
            async with served.ws(sid) as ws:
                await served.post(sid, "1")
                assert await closing_code(ws) == 1000

"""Engine.IO over HTTP long-polling, as the protocol document describes it."""

from __future__ import annotations

import asyncio
import logging

import msgspec
import pytest

from onepizza.socketio import Engine
from tests.socketio.serving import Recorder, echo_engine, serve


class TestHandshake:
    async def test_opens_a_session(self) -> None:
        async with serve(echo_engine(ping_interval=0.3, ping_timeout=0.2)) as served:
            response = await served.http.get(served.url(EIO="4", transport="polling"))
            greeting = msgspec.json.decode(response.text[1:])
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/plain; charset=UTF-8"
        assert response.text[0] == "0"
        assert greeting == {
            "sid": greeting["sid"],
            "upgrades": ["websocket"],
            "pingInterval": 300,
            "pingTimeout": 200,
            "maxPayload": 1_000_000,
        }

    @pytest.mark.parametrize(
        ("method", "query"), [("GET", "EIO=4&transport=polling"), ("GET", "EIO=3"), ("OPTIONS", "")]
    )
    async def test_no_answer_is_taken_for_another_type(self, method: str, query: str) -> None:
        """Packets hold what clients wrote: a browser that guesses types could take them for a page."""
        async with serve(echo_engine()) as served:
            response = await served.http.request(method, f"/engine.io/?{query}")
        assert response.headers["x-content-type-options"] == "nosniff"

    async def test_is_answered_with_nothing_else(self) -> None:
        """Clients that speak plain HTTP take the whole answer for the greeting."""
        engine = Engine()
        engine.on_open(lambda session: session.send("first"))
        async with serve(engine) as served:
            sid = await served.open_polling()
            assert (await served.get(sid)).text == "4first"

    async def test_answers_without_the_slash_too(self) -> None:
        async with serve(echo_engine()) as served:
            response = await served.http.get("/engine.io?EIO=4&transport=polling")
        assert response.status_code == 200

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("transport=polling", 5),
            ("EIO=abc&transport=polling", 5),
            ("EIO=3&transport=polling", 5),
            ("EIO=4", 0),
            ("EIO=4&transport=abc", 0),
            ("EIO=4&transport=__proto__", 0),
            ("EIO=4&transport=websocket", 3),
            ("EIO=4&transport=polling&j=0", 3),
            ("EIO=4&transport=polling&sid=unknown", 1),
        ],
    )
    async def test_refuses_a_bad_query(self, query: str, code: int) -> None:
        async with serve(echo_engine()) as served:
            response = await served.http.get(f"/engine.io/?{query}")
        assert response.status_code == 400
        assert response.json()["code"] == code

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD"])
    async def test_refuses_other_methods(self, method: str) -> None:
        async with serve(echo_engine()) as served:
            response = await served.http.request(method, served.url(EIO="4", transport="polling"))
        assert response.status_code == 400

    async def test_a_transport_that_is_not_offered_is_refused(self) -> None:
        async with serve(echo_engine(transports=("websocket",))) as served:
            response = await served.http.get(served.url(EIO="4", transport="polling"))
        assert response.status_code == 400

    async def test_offers_no_upgrade_when_there_is_none(self) -> None:
        async with serve(echo_engine(transports=("polling",))) as served:
            response = await served.http.get(served.url(EIO="4", transport="polling"))
        assert msgspec.json.decode(response.text[1:])["upgrades"] == []


class TestPayload:
    @pytest.mark.parametrize(
        "payload",
        ["4hello", "4test1\x1e4test2\x1e4test3", "4hello\x1ebAQIDBA==", "4€ 😀", "4"],
    )
    async def test_is_sent_and_received(self, payload: str) -> None:
        async with serve(echo_engine()) as served:
            sid = await served.open_polling()
            pushed = await served.post(sid, payload)
            polled = await served.get(sid)
        assert (pushed.status_code, pushed.text) == (200, "ok")
        assert (polled.status_code, polled.text) == (200, payload)

    async def test_more_than_sixteen_packets_are_all_handled(self) -> None:
        payload = "\x1e".join(f"4{number}" for number in range(700))
        async with serve(echo_engine()) as served:
            sid = await served.open_polling()
            await served.post(sid, payload)
            polled = await served.get(sid)
        assert polled.text == payload

    async def test_python_engineio_gets_no_more_packets_at_once_than_it_takes(self) -> None:
        """It drops a payload of more than sixteen; nobody else sends seconds with decimals as `t`."""
        engine = echo_engine()
        engine.on_open(lambda session: [session.send(str(number)) for number in range(20)])
        async with serve(engine) as served:
            sid = await served.open_polling()
            await served.post(sid, "\x1e".join(f"4{number}" for number in range(20, 50)))
            payloads = []
            while sum(map(len, payloads)) < 50:
                polled = await served.http.get(served.url(EIO="4", transport="polling", sid=sid, t="1700000000.5"))
                payloads.append(polled.text.split("\x1e"))
        assert [packet for payload in payloads for packet in payload] == [f"4{number}" for number in range(50)]
        assert [len(payload) for payload in payloads] == [16, 16, 16, 2]

    @pytest.mark.parametrize("payload", ["abc", "", "4a\x1e", "7", "0", "b***", "bAQI", "2", b"4\xff\xfe"])
    async def test_an_invalid_one_closes_the_session(self, payload: str | bytes) -> None:
        engine, closed = echo_engine(), Recorder()
        engine.on_close(closed.reason)
        async with serve(engine) as served:
            sid = await served.open_polling()
            pushed = await served.post(sid, payload)
            reason = await closed.next()
            polled = await served.get(sid)
        assert pushed.status_code == 400
        assert polled.status_code == 400
        assert reason in ("parse error", "transport error")

    async def test_one_over_the_bound_is_refused_and_closes_the_session(self) -> None:
        engine, closed = echo_engine(max_payload=1000), Recorder()
        engine.on_close(closed.reason)
        async with serve(engine) as served:
            sid = await served.open_polling()
            pushed = await served.post(sid, "4" + "x" * 1000)
            reason = await closed.next()
            polled = await served.get(sid)
        assert (pushed.status_code, polled.status_code, reason) == (413, 400, "transport error")

    async def test_a_chunked_one_over_the_bound_is_refused(self) -> None:
        async def chunks():
            for _ in range(11):
                yield b"4" + b"x" * 99

        async with serve(echo_engine(max_payload=1000)) as served:
            sid = await served.open_polling()
            pushed = await served.http.post(served.url(EIO="4", transport="polling", sid=sid), content=chunks())
        assert pushed.status_code == 413

    async def test_one_of_exactly_the_bound_is_taken(self) -> None:
        async with serve(echo_engine(max_payload=1000)) as served:
            sid = await served.open_polling()
            pushed = await served.post(sid, "4" + "x" * 999)
        assert pushed.status_code == 200


class TestPoll:
    async def test_waits_for_a_packet(self) -> None:
        engine, opened = Engine(), Recorder()
        engine.on_open(opened)
        async with serve(engine) as served:
            sid = await served.open_polling()
            (session,) = await opened.next()
            poll = asyncio.create_task(served.get(sid))
            while session.poll is None:
                await asyncio.sleep(0)
            session.send("late")
            response = await poll
        assert response.text == "4late"

    async def test_a_second_one_closes_the_session_and_the_first_is_answered(self) -> None:
        engine, opened, closed = Engine(), Recorder(), Recorder()
        engine.on_open(opened)
        engine.on_close(closed.reason)
        async with serve(engine) as served:
            sid = await served.open_polling()
            (session,) = await opened.next()
            first = asyncio.create_task(served.get(sid))
            while session.poll is None:
                await asyncio.sleep(0)
            second = await served.get(sid)
            answered = await first
            third = await served.get(sid)
        assert (answered.status_code, answered.text) == (200, "1")
        assert (second.status_code, third.status_code) == (400, 400)
        assert await closed.next() == "transport error"

    async def test_a_cancelled_one_closes_the_session(self) -> None:
        engine, opened, closed = Engine(), Recorder(), Recorder()
        engine.on_open(opened)
        engine.on_close(closed.reason)
        async with serve(engine) as served:
            sid = await served.open_polling()
            (session,) = await opened.next()
            poll = asyncio.create_task(served.get(sid))
            while session.poll is None:
                await asyncio.sleep(0)
            poll.cancel()
            reason = await closed.next()
            response = await served.get(sid)
        assert (reason, response.status_code) == ("transport close", 400)


class TestClose:
    async def test_by_the_client_lets_the_poll_go(self) -> None:
        engine, opened, closed = Engine(), Recorder(), Recorder()
        engine.on_open(opened)
        engine.on_close(closed.reason)
        async with serve(engine) as served:
            sid = await served.open_polling()
            (session,) = await opened.next()
            poll = asyncio.create_task(served.get(sid))
            while session.poll is None:
                await asyncio.sleep(0)
            pushed = await served.post(sid, "1")
            polled = await poll
            after = await served.get(sid)
        assert (pushed.status_code, polled.status_code, polled.text, after.status_code) == (200, 200, "6", 400)
        assert await closed.next() == "transport close"

    async def test_by_the_server_still_delivers_what_was_sent(self) -> None:
        engine, closed = Engine(), Recorder()
        engine.on_message(lambda session, data: (session.send("bye"), session.close()))
        engine.on_close(closed.reason)
        async with serve(engine) as served:
            sid = await served.open_polling()
            pushed = await served.post(sid, "4x")
            assert await closed.next() == "forced close"
            polled = await served.get(sid)
            again = await served.get(sid)
            after = await served.get(sid)
        assert (pushed.status_code, polled.text, again.text, after.status_code) == (200, "4bye", "1", 400)

    async def test_a_client_that_vanishes_is_closed_by_the_heartbeat(self) -> None:
        engine, closed = Engine(ping_interval=0.02, ping_timeout=0.02), Recorder()
        engine.on_close(closed.reason)
        async with serve(engine) as served:
            await served.open_polling()
            reason = await closed.next()
        assert reason == "ping timeout"
        assert not list(engine.sessions)

    async def test_a_pong_that_is_due_is_missed_though_no_timer_said_so_yet(self) -> None:
        engine, opened, closed = Engine(ping_interval=0.01, ping_timeout=60), Recorder(), Recorder()
        engine.on_open(opened)
        engine.on_close(closed.reason)
        async with serve(engine) as served:
            sid = await served.open_polling()
            (session,) = await opened.next()
            assert (await served.get(sid)).text == "2"
            session.heartbeat_due -= 60
            polled = await served.get(sid)
            assert (polled.status_code, await closed.next()) == (400, "ping timeout")


class TestPost:
    async def test_a_second_one_at_the_same_time_closes_the_session(self) -> None:
        engine, opened = Engine(), Recorder()
        engine.on_open(opened)
        started, may_go_on = asyncio.Event(), asyncio.Event()

        async def slow_body():
            yield b"4a"
            started.set()
            await may_go_on.wait()
            yield b"b"

        async with serve(engine) as served:
            sid = await served.open_polling()
            (session,) = await opened.next()
            url = served.url(EIO="4", transport="polling", sid=sid)
            first = asyncio.create_task(served.http.post(url, content=slow_body()))
            await started.wait()
            while not session.is_posting:
                await asyncio.sleep(0)
            second = await served.post(sid, "4c")
            may_go_on.set()
            await first
        assert second.status_code == 400
        assert session.is_closed

    async def test_a_handler_that_raises_is_logged_and_harms_nobody(self, caplog: pytest.LogCaptureFixture) -> None:
        engine = Engine()

        def handler(session, data):
            if data == "bad":
                raise RuntimeError("handler")
            session.send(data)

        engine.on_message(handler)
        with caplog.at_level(logging.ERROR):
            async with serve(engine) as served:
                sid = await served.open_polling()
                pushed = await served.post(sid, "4bad\x1e4good")
                polled = await served.get(sid)
        assert (pushed.status_code, polled.text) == (200, "4good")
        assert "handler" in caplog.text


class TestOtherPaths:
    async def test_alone_it_answers_404(self) -> None:
        async with serve(Engine()) as served:
            response = await served.http.get("/other")
        assert response.status_code == 404

    async def test_a_path_that_merely_begins_alike_is_not_its_own(self) -> None:
        async with serve(Engine()) as served:
            response = await served.http.get("/engine.iox/?EIO=4&transport=polling")
        assert response.status_code == 404

    async def test_wrapped_applications_get_everything_else(self) -> None:
        seen = []

        async def app(scope, receive, send):
            seen.append((scope["type"], scope["path"]))
            await send({"type": "http.response.start", "status": 201, "headers": [(b"x-app", b"1")]})
            await send({"type": "http.response.body", "body": b"app"})

        async with serve(Engine(), app=app) as served:
            response = await served.http.post("/other?x=1")
            sid = await served.open_polling()
        assert (response.status_code, response.text, response.headers["x-app"]) == (201, "app", "1")
        assert seen == [("http", "/other")]
        assert sid

    async def test_lifespan_reaches_the_wrapped_application(self) -> None:
        seen = []

        async def app(scope, receive, send):
            seen.append(scope["type"])
            seen.append((await receive())["type"])

        async def receive():
            return {"type": "lifespan.startup"}

        await Engine().wrap(app)({"type": "lifespan"}, receive, None)
        assert seen == ["lifespan", "lifespan.startup"]

"""Socket.IO: joining and leaving namespaces, events, acknowledgements, as the protocol document describes them."""

from __future__ import annotations

import asyncio
import logging

import msgspec
import pytest

import onepizza.socketio.server as server_module
from onepizza.socketio import ConnectionRefused, Server
from onepizza.socketio.packets import encode_event
from tests.socketio.serving import Recorder, echo_server, serve
from tests.socketio.test_engine_websocket import closing_code


class TestConnect:
    @pytest.mark.parametrize(
        ("packet", "prefix", "event"),
        [
            ("40", "40", '42["auth",{}]'),
            ('40{"token":"123"}', "40", '42["auth",{"token":"123"}]'),
            ("40/custom,", "40/custom,", '42/custom,["auth",{}]'),
            ("40/custom", "40/custom,", '42/custom,["auth",{}]'),
            ('40/custom,{"token":"abc"}', "40/custom,", '42/custom,["auth",{"token":"abc"}]'),
        ],
    )
    async def test_joins_a_namespace(self, packet: str, prefix: str, event: str) -> None:
        async with serve(echo_server()) as served, served.opened() as ws:
            await ws.send(packet)
            answer, told = str(await ws.recv()), await ws.recv()
        assert answer.startswith(prefix)
        payload = msgspec.json.decode(answer[len(prefix) :])
        assert list(payload) == ["sid"]
        assert isinstance(payload["sid"], str)
        assert told == event

    async def test_an_unknown_namespace_is_refused_and_the_others_live(self) -> None:
        async with serve(echo_server()) as served, served.opened() as ws:
            await ws.send("40/random")
            assert await ws.recv() == '44/random,{"message":"Invalid namespace"}'
            await ws.send("40")
            assert str(await ws.recv()).startswith("40{")

    @pytest.mark.parametrize(
        "packet", ["4abc", "40[]", '40"x"', "401", "40{bad", "44", '44{"message":"x"}', '42["early"]']
    )
    async def test_an_invalid_first_packet_closes_the_connection(self, packet: str) -> None:
        async with serve(echo_server()) as served, served.opened() as ws:
            await ws.send(packet)
            assert await closing_code(ws) == 1002

    async def test_joining_twice_closes_the_connection(self) -> None:
        async with serve(Server()) as served, served.joined() as ws:
            await ws.send("40")
            assert await closing_code(ws) == 1002

    async def test_a_client_that_joins_nothing_is_closed(self) -> None:
        async with serve(Server(connect_timeout=0.02)) as served, served.opened() as ws:
            assert await closing_code(ws) == 1000

    async def test_a_client_that_left_everything_is_closed(self) -> None:
        async with serve(Server(connect_timeout=0.05)) as served, served.joined() as ws:
            await ws.send("41")
            assert await closing_code(ws) == 1000

    async def test_a_client_that_joined_stays(self) -> None:
        async with serve(Server(connect_timeout=1.0, ping_interval=1.2)) as served, served.joined() as ws:
            assert await ws.recv() == "2"

    @pytest.mark.parametrize("is_async", [False, True])
    async def test_a_handler_refuses_with_message_and_data(self, is_async: bool) -> None:
        server, told = Server(), Recorder()

        def refuse(socket, auth):
            socket.emit("never seen")
            raise ConnectionRefused("not you", {"code": 7})

        async def refuse_later(socket, auth):
            await asyncio.sleep(0)
            refuse(socket, auth)

        server.on_connect(refuse_later if is_async else refuse)
        server.on_disconnect(told)
        async with serve(server) as served, served.opened() as ws:
            await ws.send("40")
            assert await ws.recv() == '44{"message":"not you","data":{"code":7}}'
            assert not list(server.sockets)
            await ws.send("40")
            assert await ws.recv() == '44{"message":"not you","data":{"code":7}}'
        assert told.is_empty

    async def test_a_handler_that_raises_refuses_without_telling_why(self, caplog: pytest.LogCaptureFixture) -> None:
        server = Server()

        def handler(socket, auth):
            raise RuntimeError("secret detail")

        server.on_connect(handler)
        with caplog.at_level(logging.ERROR):
            async with serve(server) as served, served.opened() as ws:
                await ws.send("40")
                assert await ws.recv() == '44{"message":"Internal server error"}'
        assert "secret detail" in caplog.text

    async def test_events_wait_for_a_slow_connect_handler(self) -> None:
        server, may_go_on = echo_server(), asyncio.Event()

        async def handler(socket, auth):
            await may_go_on.wait()
            socket.emit("first")

        server.on_connect(handler)
        async with serve(server) as served, served.opened() as ws:
            await ws.send("40")
            await ws.send('42["message",1]')
            await ws.send("40/custom,")
            assert str(await ws.recv()).startswith("40/custom,")
            await ws.recv()
            may_go_on.set()
            assert str(await ws.recv()).startswith("40{")
            assert await ws.recv() == '42["first"]'
            assert await ws.recv() == '42["message-back",1]'

    async def test_the_end_waits_for_a_slow_connect_handler(self) -> None:
        server, may_go_on, order = Server(), asyncio.Event(), Recorder()

        async def handler(socket, auth):
            order("connecting")
            await may_go_on.wait()
            order("connected")

        server.on_connect(handler)
        server.on_disconnect(lambda socket, reason: order(reason))
        async with serve(server) as served, served.opened() as ws:
            await ws.send("40")
            assert await order.next() == ("connecting",)
            ws.transport.abort()
            await ws.wait_closed()
            while list(server.sockets):
                await asyncio.sleep(0)
            assert order.is_empty
            may_go_on.set()
            assert await order.next() == ("connected",)
            assert await order.next() == ("transport close",)

    async def test_a_handler_may_call_the_client(self) -> None:
        server, told = Server(), Recorder()

        async def handler(socket, auth):
            told(await socket.call("who", timeout=5))

        server.on_connect(handler)
        async with serve(server) as served, served.joined() as ws:
            assert await ws.recv() == '420["who"]'
            await ws.send('430["me"]')
            assert await told.next() == ("me",)

    async def test_a_handler_may_disconnect(self) -> None:
        server, told = Server(), Recorder()
        server.on_connect(lambda socket, auth: socket.disconnect())
        server.on_disconnect(told.reason)
        async with serve(server) as served, served.joined() as ws:
            assert await ws.recv() == "41"
            assert await told.next() == "server namespace disconnect"

    async def test_namespaces_have_sockets_of_their_own(self) -> None:
        server = echo_server()
        async with serve(server) as served, served.joined() as ws:
            await ws.recv()
            await ws.send("40/custom")
            await ws.recv()
            main, custom = sorted(server.sockets, key=lambda socket: socket.namespace)
            assert (main.namespace, custom.namespace) == ("/", "/custom")
            assert main.id != custom.id
            assert server.get(main.id) is main
            assert main.id not in [session.id for session in server.engine.sessions]


class TestDisconnect:
    async def test_from_the_main_namespace_leaves_the_connection_open(self) -> None:
        async with serve(echo_server(ping_interval=0.05)) as served, served.joined() as ws:
            await ws.recv()
            await ws.send("41")
            assert await ws.recv() == "2"

    async def test_from_one_namespace_keeps_the_others(self) -> None:
        server, told = echo_server(), Recorder()
        server.on_disconnect(lambda socket, reason: told(socket.namespace, reason), "/custom")
        async with serve(server) as served, served.joined() as ws:
            await ws.recv()
            await ws.send("40/custom")
            await ws.recv()
            await ws.recv()
            await ws.send("41/custom")
            await ws.send('42["message","message to main namespace"]')
            assert await ws.recv() == '42["message-back","message to main namespace"]'
        assert await told.next() == ("/custom", "client namespace disconnect")

    async def test_a_late_event_to_a_left_namespace_is_ignored(self) -> None:
        async with serve(echo_server()) as served, served.joined() as ws:
            await ws.recv()
            await ws.send("40/custom")
            await ws.recv()
            await ws.recv()
            await ws.send("41/custom")
            await ws.send('42/custom,["message",1]')
            await ws.send('42["message",2]')
            assert await ws.recv() == '42["message-back",2]'

    async def test_by_the_server_leaves_the_connection_open(self) -> None:
        server, told = echo_server(), Recorder()

        def leave(socket):
            socket.disconnect()
            socket.emit("lost")
            told(socket.connected)

        server.on("leave", leave)
        server.on_disconnect(told.reason)
        async with serve(server) as served, served.joined() as ws:
            await ws.recv()
            await ws.send('42["leave"]')
            assert await ws.recv() == "41"
            assert await told.next() == (False,)
            assert await told.next() == "server namespace disconnect"
            await ws.send("40")
            assert str(await ws.recv()).startswith("40{")

    async def test_close_after_flush_delivers_and_closes(self) -> None:
        server, told = Server(), Recorder()
        server.on("leave", lambda socket: (socket.emit("bye"), socket.close_after_flush()))
        server.on_disconnect(told.reason)
        async with serve(server) as served, served.joined() as ws:
            await ws.send('42["leave"]')
            assert [await ws.recv(), await ws.recv()] == ['42["bye"]', "41"]
            assert await closing_code(ws) == 1000
        assert await told.next() == "server namespace disconnect"
        assert told.is_empty

    async def test_never_runs_inside_the_call_that_disconnects(self) -> None:
        server, order = Server(), Recorder()

        def leave(socket):
            socket.disconnect()
            order("after disconnect")

        server.on("leave", leave)
        server.on_disconnect(lambda socket, reason: order("handler"))
        async with serve(server) as served, served.joined() as ws:
            await ws.send('42["leave"]')
            assert await order.next() == ("after disconnect",)
            assert await order.next() == ("handler",)

    async def test_a_polite_leave_is_known_even_when_the_line_is_cut_at_once(self) -> None:
        server, told, may_go_on = Server(), Recorder(), asyncio.Event()

        async def slow(socket):
            told("started")
            await may_go_on.wait()

        server.on("slow", slow)
        server.on_disconnect(told.reason)
        async with serve(server) as served, served.joined() as ws:
            await ws.send('42["slow"]')
            assert await told.next() == ("started",)
            await ws.send("41")
            await ws.close()
            assert await told.next() == "client namespace disconnect"
            may_go_on.set()
        assert told.is_empty

    @pytest.mark.parametrize("packet", ["41{}", "41["])
    async def test_with_a_payload_is_a_parse_error(self, packet: str) -> None:
        server, told = Server(), Recorder()
        server.on_disconnect(told.reason)
        async with serve(server) as served, served.joined() as ws:
            await ws.send(packet)
            assert await told.next() == "parse error"

    async def test_an_async_handler_is_awaited(self) -> None:
        server, told = Server(), Recorder()

        async def handler(socket, reason):
            await asyncio.sleep(0)
            told(reason)

        server.on_disconnect(handler)
        async with serve(server) as served:
            async with served.joined():
                pass
            assert await told.next() == ("client namespace disconnect",)


class TestEvent:
    async def test_is_sent_and_received(self) -> None:
        async with serve(echo_server()) as served, served.joined() as ws:
            await ws.recv()
            await ws.send('42["message",1,"2",{"3":[true]}]')
            assert await ws.recv() == '42["message-back",1,"2",{"3":[true]}]'

    async def test_unknown_ones_are_ignored(self) -> None:
        async with serve(echo_server()) as served, served.joined() as ws:
            await ws.recv()
            await ws.send('421["nobody",1]')
            await ws.send('42["message",1]')
            assert await ws.recv() == '42["message-back",1]'

    async def test_unknown_ones_go_to_their_handler(self) -> None:
        server = Server()
        server.on_unknown_event(lambda socket, event, args: (event, args))
        async with serve(server) as served, served.joined() as ws:
            await ws.send('421["nobody",1]')
            assert await ws.recv() == '431["nobody",[1]]'

    async def test_a_name_with_escapes_is_the_same_name(self) -> None:
        async with serve(echo_server()) as served, served.joined() as ws:
            await ws.recv()
            await ws.send('42["mess\\u0061ge",1]')
            assert await ws.recv() == '42["message-back",1]'

    async def test_half_an_emoji_costs_nobody_the_connection(self) -> None:
        async with serve(echo_server()) as served, served.joined() as ws:
            await ws.recv()
            await ws.send('42["message","a\\ud83d","\\ud83d\\ude00","\\\\ud83d"]')
            assert await ws.recv() == '42["message-back","a\ufffd","😀","\\\\ud83d"]'

    async def test_a_handler_that_raises_is_logged_and_the_socket_stays(self, caplog: pytest.LogCaptureFixture) -> None:
        server = echo_server()

        async def fails_later(socket):
            raise RuntimeError("later")

        server.on("fails", lambda socket: 1 / 0)
        server.on("fails-later", fails_later)
        with caplog.at_level(logging.ERROR):
            async with serve(server) as served, served.joined() as ws:
                await ws.recv()
                await ws.send('421["fails"]')
                await ws.send('422["fails-later"]')
                await ws.send('423["message-with-ack"]')
                assert await ws.recv() == "433[]"
        assert "ZeroDivisionError" in caplog.text
        assert "later" in caplog.text

    async def test_reserved_names_cannot_be_handled(self) -> None:
        with pytest.raises(ValueError, match="reserved"):
            Server().on("disconnect", print)


class Chat(msgspec.Struct):
    text: str
    size: int = 0


class TestPayloadType:
    @pytest.fixture
    def server(self) -> Server:
        server = Server()
        server.on("chat", lambda socket, chat: (type(chat).__name__, chat.text), payload=Chat)
        server.on("leave", lambda socket, payload: payload, payload=dict[str, int])
        server.on_invalid(lambda socket, event, error: {"event": event, "error": str(error)})
        return server

    @pytest.mark.parametrize(
        ("packet", "answer"),
        [
            ('421["chat",{"text":"hi"}]', '431["Chat","hi"]'),
            ('421["chat",{"text":"hi","more":[1,{}]},"extra"]', '431["Chat","hi"]'),
            ('421["chat",{"text":"a\\ud83d"}]', '431["Chat","a\ufffd"]'),
            ('421["ch\\u0061t",{"text":"hi"}]', '431["Chat","hi"]'),
            ('421["leave"]', "431[{}]"),
            ('421["leave",null]', "431[{}]"),
            ('421["chat",{"text":1}]', '431[{"event":"chat","error":"Expected `str`, got `int` - at `$.text`"}]'),
            ('421["chat"]', '431[{"event":"chat","error":"Object missing required field `text`"}]'),
            ('421["chat",5]', '431[{"event":"chat","error":"Expected `object`, got `int`"}]'),
        ],
    )
    async def test_is_decoded_or_answered_by_the_invalid_handler(
        self, server: Server, packet: str, answer: str
    ) -> None:
        async with serve(server) as served, served.joined() as ws:
            await ws.send(packet)
            assert await ws.recv() == answer

    @pytest.mark.parametrize(
        "packet", ['42["chat",{"text":1,"x":NaN}]', '42["chat",{"text":"a","x":NaN}]', '42["chat",{"text":1}']
    )
    async def test_malformed_json_is_a_parse_error_all_the_same(self, server: Server, packet: str) -> None:
        async with serve(server) as served, served.joined() as ws:
            await ws.send(packet)
            assert await closing_code(ws) == 1002


class TestAck:
    @pytest.mark.parametrize(
        ("result", "packet"),
        [(None, "4312[]"), ((1, "2"), '4312[1,"2"]'), ([1], "4312[[1]]"), ({"a": 1}, '4312[{"a":1}]'), ((), "4312[]")],
    )
    async def test_is_the_handlers_result(self, result: object, packet: str) -> None:
        server = Server()
        server.on("ask", lambda socket: result)
        async with serve(server) as served, served.joined() as ws:
            await ws.send('4212["ask"]')
            assert await ws.recv() == packet

    async def test_in_a_namespace(self) -> None:
        async with serve(echo_server()) as served, served.joined("40/custom,") as ws:
            await ws.recv()
            await ws.send('42/custom,456["message-with-ack",1,"2",{"3":[false]}]')
            assert await ws.recv() == '43/custom,456[1,"2",{"3":[false]}]'

    async def test_a_result_that_cannot_be_encoded_is_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        server = echo_server()
        server.on("ask", lambda socket: object())
        async with serve(server) as served, served.joined() as ws:
            await ws.recv()
            await ws.send('421["ask"]')
            await ws.send('422["message-with-ack"]')
            assert await ws.recv() == "432[]"
        assert "cannot be encoded" in caplog.text


class TestCall:
    @pytest.mark.parametrize(("answer", "result"), [("[]", None), ("[1]", 1), ('[1,"2"]', (1, "2")), ("[[1]]", [1])])
    async def test_returns_what_the_client_acknowledges(self, answer: str, result: object) -> None:
        server, told = Server(), Recorder()

        async def ask(socket):
            told(await socket.call("question", 1, timeout=5))

        server.on("ask", ask)
        async with serve(server) as served, served.joined() as ws:
            await ws.send('42["ask"]')
            assert await ws.recv() == '420["question",1]'
            await ws.send("430" + answer)
            assert await told.next() == (result,)

    async def test_raises_when_no_answer_comes(self) -> None:
        server, told = Server(), Recorder()

        async def ask(socket):
            with pytest.raises(TimeoutError):
                await socket.call("question", timeout=0.01)
            told("timed out")

        server.on("ask", ask)
        async with serve(server) as served, served.joined() as ws:
            await ws.send('42["ask"]')
            assert await told.next() == ("timed out",)
            await ws.send('430["too late"]')
            await ws.send('42["ask"]')
            assert await told.next() == ("timed out",)

    async def test_raises_when_the_client_goes(self) -> None:
        server, told = Server(), Recorder()

        async def ask(socket):
            with pytest.raises(ConnectionError):
                await socket.call("question", timeout=5)
            with pytest.raises(ConnectionError):
                await socket.call("question", timeout=5)
            told("gone")

        server.on("ask", ask)
        async with serve(server) as served, served.joined() as ws:
            await ws.send('42["ask"]')
            await ws.recv()
            await ws.close()
            assert await told.next() == ("gone",)

    @pytest.mark.parametrize("packet", ["43[]", "43999[]", "430{}", '430["x"'])
    async def test_strange_acknowledgements_reach_nobody(self, packet: str) -> None:
        server, told = Server(), Recorder()
        server.on_disconnect(told.reason)
        async with serve(server) as served, served.joined() as ws:
            await ws.send(packet)
            await ws.send("41")
            assert await told.next() in ("parse error", "client namespace disconnect")


class TestBroadcast:
    async def test_reaches_all_and_over_both_transports(self) -> None:
        server = Server()
        server.on("all", lambda socket, value: server.broadcast(server.sockets, "told", value, b"\x01"), "/")
        server.on_connect(lambda socket, auth: None, "/custom")
        async with (
            serve(server) as served,
            served.joined() as one,
            served.joined("40/custom,") as two,
        ):
            sid = await served.open_polling()
            await served.post(sid, "40")
            await served.get(sid)
            await one.send('42["all",5]')
            placeholder = '{"_placeholder":true,"num":0}'
            assert [await one.recv(), await one.recv()] == [f'451-["told",5,{placeholder}]', b"\x01"]
            assert [await two.recv(), await two.recv()] == [f'451-/custom,["told",5,{placeholder}]', b"\x01"]
            assert (await served.get(sid)).text == f'451-["told",5,{placeholder}]\x1ebAQ=='

    async def test_encodes_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        encoded = Recorder()

        def counting(*args):
            encoded(args)
            return encode_event(*args)

        monkeypatch.setattr(server_module, "encode_event", counting)
        server = Server()
        async with serve(server) as served, served.joined() as one, served.joined() as two:
            server.broadcast(list(server.sockets), "told", Chat("x"))
            assert await one.recv() == await two.recv() == '42["told",{"text":"x","size":0}]'
        assert await encoded.next() == (("/", "told", (Chat("x"),)),)
        assert encoded.is_empty

    async def test_skips_those_who_left(self) -> None:
        server = Server()
        async with serve(server) as served, served.joined() as one, served.joined() as two:
            gone, stays = server.sockets
            gone.disconnect()
            server.broadcast([gone, stays], "told")
            assert await one.recv() == "41"
            assert await two.recv() == '42["told"]'


class TestOrder:
    async def test_a_slow_handler_delays_only_its_own_socket(self) -> None:
        server, may_go_on = Server(), asyncio.Event()

        async def slow(socket):
            await may_go_on.wait()
            socket.emit("slow done")

        server.on("slow", slow)
        server.on("quick", lambda socket, number: socket.emit("quick done", number))
        async with serve(server) as served, served.joined() as one, served.joined() as two:
            await one.send('42["slow"]')
            await one.send('42["quick",1]')
            await one.send('42["quick",2]')
            await two.send('42["quick",3]')
            assert await two.recv() == '42["quick done",3]'
            may_go_on.set()
            assert [await one.recv() for _ in range(3)] == [
                '42["slow done"]',
                '42["quick done",1]',
                '42["quick done",2]',
            ]

    async def test_holds_for_a_thousand_async_events(self) -> None:
        server, seen = Server(), []

        async def handler(socket, number):
            await asyncio.sleep(0)
            seen.append(number)
            return number

        server.on("n", handler)
        async with serve(server) as served, served.joined() as ws:
            for number in range(1000):
                await ws.send(f'42{number}["n",{number}]')
            answers = [await ws.recv() for _ in range(1000)]
        assert seen == list(range(1000))
        assert answers == [f"43{number}[{number}]" for number in range(1000)]

    async def test_a_flood_behind_a_slow_handler_is_not_read(self) -> None:
        server, may_go_on, seen = Server(), asyncio.Event(), Recorder()

        async def slow(socket, number):
            await may_go_on.wait()
            seen(number)

        server.on("n", slow)
        async with serve(server) as served, served.joined() as ws:
            (session,) = server.engine.sessions
            for number in range(5000):
                await ws.send(f'42["n",{number}]')
                await asyncio.sleep(0)
                if session.websocket._is_held:
                    break
            assert number < 3000
            may_go_on.set()
            assert [(await seen.next())[0] for _ in range(number + 1)] == list(range(number + 1))
            await ws.send('42["n",-1]')
            assert await seen.next() == (-1,)

    async def test_a_polling_post_waits_for_its_handlers(self) -> None:
        server, may_go_on, seen = Server(), asyncio.Event(), []

        async def slow(socket, number):
            await may_go_on.wait()
            seen.append(number)

        server.on("n", slow)
        async with serve(server) as served:
            sid = await served.open_polling()
            await served.post(sid, "40")
            payload = "\x1e".join(f'42["n",{number}]' for number in range(500))
            post = asyncio.create_task(served.post(sid, payload))
            (session,) = server.engine.sessions
            while not session._is_held:
                await asyncio.sleep(0)
            assert not post.done()
            may_go_on.set()
            assert (await post).status_code == 200
            while len(seen) < 500:
                await asyncio.sleep(0)
        assert seen == list(range(500))

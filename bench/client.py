"""The load: one process that speaks to one server, told what to do by lines of JSON on its standard input.

Every load is a closed loop of a fixed size, so that it stops by itself: a room sends its next chat when all of its
sockets have the last one, a pair its next offer when the last one arrived, an HTTP connection its next request when it
has the answer. The same client drives every server; its own CPU time is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Any, NoReturn

import msgspec
import uvloop

from bench import wire
from bench.posts import PostLoop, post_request
from bench.sockets import Socket

HOST = "127.0.0.1"
TIMEOUT_S = 60.0
CONNECTING_AT_ONCE = 50

TEXTS = (
    "Sounds good, let us take the second point first.",
    "+1",
    "Könnt ihr mich hören? I think my microphone was muted for the last two sentences, sorry about that.",
    "https://example.org/agenda/2026-11-24#item-3 has the numbers, please have a look before we decide 👍",
)
SDP = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" + "".join(
    f"a=candidate:{number} 1 udp 2122260223 192.0.2.{number} 56{number:03} typ host generation 0\r\n"
    for number in range(1, 28)
)

_CHAT = b'42["chat:message"'
_OFFER = b'42["signal:offer"'
_JOINED = b'42["joined"'
_ERROR = b'42["error"'


class LoadFailed(Exception):
    """The server refused, closed or did not do all of the work: the numbers would mean nothing."""


class Room:
    """The sockets of one meeting, and how many of them still miss the chat that is on its way."""

    def __init__(self, meeting_id: str) -> None:
        self.meeting_id = meeting_id
        self.sockets: list[Socket] = []
        self.missing = 0
        self.turn = 0


class Load:
    """All that one client process does to the server on one port of the loopback interface."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._loop = asyncio.get_running_loop()
        self._room_of: dict[Socket, Room] = {}
        self._offers: dict[Socket, bytes] = {}
        self._idle: list[Socket] = []
        self._chats = [wire.event_frame("chat:message", {"text": text}) for text in TEXTS]
        self._unsent = self._awaited = 0
        self._finished: asyncio.Future[None] = self._loop.create_future()
        self._failed: asyncio.Future[NoReturn] = self._loop.create_future()

    async def join(self, meetings: list[str], per_room: int) -> int:
        """Fill each meeting with sockets and return how many there are."""
        limit = asyncio.Semaphore(CONNECTING_AT_ONCE)
        self._rooms = [Room(meeting_id) for meeting_id in meetings]
        await asyncio.gather(*(self._fill(room, per_room, limit) for room in self._rooms))
        return len(self._room_of)

    async def chat(self, count: int) -> int:
        """Send `count` chats, one at a time in each room, and return the number of copies received."""
        deliveries = count * len(self._rooms[0].sockets)
        self._start(count, deliveries)
        for room in self._rooms:
            self._next_chat(room)
        await self._wait(self._finished)
        return deliveries

    async def offer(self, count: int) -> int:
        """Relay `count` offers of 2 kB, one at a time in one pair of each room."""
        self._start(count, count)
        for room in self._rooms:
            self._next_offer(room.sockets[0])
        await self._wait(self._finished)
        return count

    async def echo(self, count: int) -> int:
        """Send `count` small events that the server sends back, one at a time from one socket of each room."""
        self._start(count, count)
        self._echo = wire.event_frame("echo", {"text": TEXTS[0]})
        for room in self._rooms:
            self._next_echo(room.sockets[0])
        await self._wait(self._finished)
        return count

    async def idle(self, count: int) -> int:
        """Open `count` more sockets that connect and then only answer pings."""
        limit = asyncio.Semaphore(CONNECTING_AT_ONCE)
        self._idle += await asyncio.gather(*(self._connect(limit) for _ in range(count)))
        return count

    async def post(self, count: int, connections: int, path: str, headers: dict[str, str], body: Any) -> int:
        """POST the same body `count` times over `connections` connections; every answer must be 201."""
        self._start(count, count)
        request = post_request(HOST, self._port, path, headers, msgspec.json.encode(body))
        loops = [
            (
                await self._loop.create_connection(
                    lambda: PostLoop(request, self._answered, self._fail), HOST, self._port
                )
            )[1]
            for _ in range(connections)
        ]
        for loop in loops:
            self._next_post(loop)
        await self._wait(self._finished)
        for loop in loops:
            loop.close()
        return count

    async def _connect(self, limit: asyncio.Semaphore) -> Socket:
        async with limit:
            _, socket = await self._loop.create_connection(lambda: Socket(self._receive, self._fail), HOST, self._port)
            await self._wait(socket.connected)
        return socket

    async def _fill(self, room: Room, per_room: int, limit: asyncio.Semaphore) -> None:
        ids: list[str] = []
        for number in range(per_room):
            socket = await self._connect(limit)
            ask = {"meetingId": room.meeting_id, "name": f"Guest {number}"}
            socket.send(wire.event_frame("join-meeting", ask))
            await self._wait(socket.joined)
            _, answer = msgspec.json.decode(socket.joined.result()[2:])
            ids.append(answer["participantId"])
            room.sockets.append(socket)
            self._room_of[socket] = room
        for socket, other in zip(room.sockets[:2], ids[1::-1], strict=True):
            description = {"to": other, "offer": {"type": "offer", "sdp": SDP}}
            self._offers[socket] = wire.event_frame("signal:offer", description)

    def _start(self, count: int, awaited: int) -> None:
        self._unsent, self._awaited = count, awaited
        self._finished = self._loop.create_future()

    async def _wait(self, future: asyncio.Future[Any]) -> None:
        """Wait for the server to do something.

        Raises:
            LoadFailed: it did something else, or nothing in time.
        """
        await asyncio.wait((future, self._failed), timeout=TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)
        if self._failed.done():
            self._failed.result()
        if not future.done():
            raise LoadFailed(f"no answer in {TIMEOUT_S:.0f} s; {self._unsent} unsent, {self._awaited} awaited")

    def _fail(self, reason: str) -> None:
        if not self._failed.done():
            self._failed.set_exception(LoadFailed(reason))

    def _receive(self, socket: Socket, payload: bytes) -> None:
        if payload.startswith(_CHAT):
            room = self._room_of[socket]
            room.missing -= 1
            self._count()
            if room.missing == 0:
                self._next_chat(room)
        elif payload.startswith(_OFFER):
            self._count()
            self._next_offer(socket)
        elif payload.startswith(b'42["echo"'):
            self._count()
            self._next_echo(socket)
        elif payload.startswith(_JOINED):
            socket.joined.set_result(payload)
        elif payload.startswith(_ERROR):
            self._fail(payload.decode(errors="replace"))

    def _count(self) -> None:
        self._awaited -= 1
        if self._awaited == 0:
            self._finished.set_result(None)

    def _next_chat(self, room: Room) -> None:
        if self._unsent > 0:
            self._unsent -= 1
            room.missing = len(room.sockets)
            room.turn += 1
            room.sockets[room.turn % len(room.sockets)].send(self._chats[room.turn % len(self._chats)])

    def _next_offer(self, socket: Socket) -> None:
        if self._unsent > 0:
            self._unsent -= 1
            socket.send(self._offers[socket])

    def _next_echo(self, socket: Socket) -> None:
        if self._unsent > 0:
            self._unsent -= 1
            socket.send(self._echo)

    def _answered(self, loop: PostLoop, answer: bytes) -> None:
        if not answer.startswith(b"HTTP/1.1 201"):
            self._fail(answer.decode(errors="replace"))
            return
        self._count()
        self._next_post(loop)

    def _next_post(self, loop: PostLoop) -> None:
        if self._unsent > 0:
            self._unsent -= 1
            loop.post()


async def obey(port: int) -> None:
    """Run the commands of standard input, `{"op": …, …}` a line; answer each with `{"units": …}` or `{"error": …}`."""
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    load = Load(port)
    operations = {name: getattr(load, name) for name in ("join", "chat", "offer", "echo", "idle", "post")}
    while line := await commands.readline():
        command = msgspec.json.decode(line)
        try:
            answer = {"units": await operations[command.pop("op")](**command)}
        except (LoadFailed, OSError) as error:
            answer = {"error": str(error)}
        print(msgspec.json.encode(answer).decode(), flush=True)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("port", type=int)
    uvloop.run(obey(arguments.parse_args().port))

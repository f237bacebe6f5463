"""The Socket.IO package with nothing around it: `bench/peer/bare.mjs` in Python."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import Any

import msgspec
import uvicorn

from onepizza.socketio import Server
from onepizza.socketio.sockets import Socket

server = Server(ping_interval=10.0, ping_timeout=10.0, transports=("websocket",))
rooms: defaultdict[str, list[Socket]] = defaultdict(list)


class Offer(msgspec.Struct):
    """A relay reads whom it is for and passes the rest on as it came."""

    to: str
    offer: msgspec.Raw


def join(socket: Socket, payload: dict[str, Any]) -> None:
    """Put the socket into the room."""
    room = rooms[payload["meetingId"]]
    room.append(socket)
    socket.data["room"] = room
    socket.emit("joined", {"participantId": socket.id})


def chat(socket: Socket, payload: Any) -> None:
    """Send the payload to everybody in the room."""
    server.broadcast(socket.data["room"], "chat:message", payload)


def offer(socket: Socket, payload: Offer) -> None:
    """Send the description to one socket."""
    target = server.get(payload.to)
    assert target is not None
    target.emit("signal:offer", {"from": socket.id, "offer": payload.offer})


def echo(socket: Socket, payload: Any) -> None:
    """Send the payload back."""
    socket.emit("echo", payload)


async def not_found(scope: Any, receive: Any, send: Any) -> None:
    """Answer everything that is not Socket.IO."""
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def main() -> None:
    """Serve until SIGTERM."""
    server.on("join-meeting", join)
    server.on("chat:message", chat)
    server.on("signal:offer", offer, payload=Offer)
    server.on("echo", echo)
    uvicorn.run(
        server.wrap(not_found),
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        ws=server.websocket_protocol,
        loop="uvloop",
        lifespan="off",
        log_level="warning",
    )


if __name__ == "__main__":
    main()

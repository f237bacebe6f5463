"""WebSocket clients without a network: what the server does with thousands of them is all that is measured."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from onepizza.socketio import Server


class FakeTransport:
    """Takes everything and calls nothing back."""

    def __init__(self) -> None:
        self.is_open = True

    def write(self, data: bytes) -> None:
        pass

    def close(self) -> None:
        self.is_open = False

    abort = write_eof = close

    def is_closing(self) -> bool:
        return not self.is_open

    def can_write_eof(self) -> bool:
        return True

    def get_extra_info(self, name: str) -> Any:
        return ("192.0.2.1", 1) if name == "peername" else None

    def set_write_buffer_limits(self, high: int) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None:
        pass

    resume_reading = pause_reading


def join(server: Server, count: int) -> list[Any]:
    """Join `count` clients over WebSocket without a network; return their connections."""
    protocol = server.websocket_protocol
    state = SimpleNamespace(connections=set())
    client = ClientProtocol(parse_uri("ws://host/socket.io/?EIO=4&transport=websocket"))
    client.send_request(client.connect())
    (request,) = client.data_to_send()
    connect = Frame(Opcode.TEXT, b"40").serialize(mask=True)
    connections = []
    for _ in range(count):
        connection = protocol(config=None, server_state=state, app_state={})
        connection.connection_made(FakeTransport())
        connection.data_received(request)
        connection.data_received(connect)
        connections.append(connection)
    return connections

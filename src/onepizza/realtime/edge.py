"""Wires the Socket.IO server to the rooms: who may connect, what each event does, what a lost connection means."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import msgspec

from onepizza.core.addresses import address_key, forwarded_address
from onepizza.core.clock import Clock
from onepizza.core.limits import MovingWindow, Quota
from onepizza.core.settings import Settings
from onepizza.realtime import handlers
from onepizza.realtime.attempts import FailedLookups
from onepizza.realtime.buckets import rates
from onepizza.realtime.desk import Desk
from onepizza.realtime.goodbyes import Goodbyes
from onepizza.realtime.joining import JOINS_OF_ADDRESS, JOINS_OF_SOCKET
from onepizza.realtime.outbox import SocketOutbox
from onepizza.realtime.parsing import Builders
from onepizza.realtime.ports import MeetingService
from onepizza.realtime.refusals import UnknownEvent
from onepizza.realtime.seats import Seats, Visit
from onepizza.realtime.table import TABLE
from onepizza.rooms.commands import Disconnected, Leave
from onepizza.rooms.directory import Directory
from onepizza.rooms.errors import NotJoined
from onepizza.rooms.events import Event
from onepizza.rooms.waiting_commands import StopWaiting
from onepizza.socketio import ConnectionRefused, Server, Socket

POLITE_GOODBYE = "client namespace disconnect"
"""The reason of a disconnect that the client asked for; every other one is a lost connection."""
SILENCE = "ping timeout"
"""The reason where a ping was not answered in time."""


class ServerRestarting(Event, frozen=True):
    """The server goes down; come back after this many milliseconds (extension)."""

    event: ClassVar[str] = "server:restarting"

    retry_after_ms: int = msgspec.field(name="retryAfterMs")


def build_server(settings: Settings) -> Server:
    """Return the Socket.IO server as the product runs it (CONTRACT 2)."""
    limits = settings.limits

    def client_address(headers: Mapping[str, str], peer: str) -> str:
        return forwarded_address(peer, headers.get("x-forwarded-for", ""), settings.trusted_proxies)

    return Server(
        ping_interval=limits.ping_interval_seconds,
        ping_timeout=limits.ping_timeout_seconds,
        max_payload=limits.socket_message_bytes,
        allowed_origins="*" if "*" in settings.allowed_origins else list(settings.allowed_origins),
        max_buffered_bytes=limits.send_queue_bytes,
        max_buffered_packets=limits.send_queue_packets,
        client_address=client_address,
        # Together with the sockets that have not joined: whoever only opened connections would pass that limit, and a
        # stock client tries again after a refused handshake, but never after a refused socket.
        max_idle_per_address=limits.unjoined_sockets_per_address,
        address_key=address_key,
    )


class Realtime:
    """The edge of one process. Made before the directory, which needs its `outbox`; then `mount` joins the two."""

    def __init__(self, server: Server, settings: Settings, clock: Clock) -> None:
        self._server = server
        self._limits = settings.limits
        self._clock = clock
        self._seats = Seats()
        server.also_idle = self._seats.unjoined_from
        self._goodbyes: Goodbyes | None = None
        self._origin_secret = settings.session_secret.encode() or secrets.token_bytes(32)
        self.outbox = SocketOutbox(server, self._seats, clock.now)

    def mount(
        self,
        directory: Directory,
        meetings: MeetingService,
        ice_servers: Callable[[], Sequence[Any]] = tuple,
    ) -> None:
        """Register every handler; `ice_servers` returns what `GET /api/config/ice-servers` does, for `joined`."""
        limits, now = self._limits, self._clock.now
        desk = Desk(
            directory=directory,
            meetings=meetings,
            seats=self._seats,
            failures=FailedLookups(limits.failed_lookups_per_10_minutes, now),
            limits=limits,
            now=now,
            origin_key=self._origin_key,
            ice_servers=lambda: msgspec.Raw(msgspec.json.encode(ice_servers())),
        )
        window = MovingWindow(
            self._clock,
            {
                JOINS_OF_SOCKET: Quota(limits.joins_per_socket_per_minute, 60),
                JOINS_OF_ADDRESS: Quota(limits.joins_per_address_per_minute, 60),
            },
        )
        builders = Builders(limits)
        special = handlers.use_cases(desk, builders, window)
        rate_of = rates(limits)
        for row in TABLE:
            rate = rate_of[row.kind]
            if row.special is None:
                handler = handlers.room_handler(desk, builders, row, rate)
            else:
                handler = handlers.special_handler(desk, row, rate, special[row.special])
            self._server.on(row.event, handler, payload=row.payload)
        self._server.on_invalid(partial(handlers.refuse_unreadable, desk, rate_of))
        self._goodbyes = Goodbyes(directory)
        self._server.on_connect(self._connected)
        self._server.on_disconnect(self._disconnected)
        self._server.on_unknown_event(partial(self._unknown_event, desk))

    def sweep(self) -> None:
        """Close sockets that have held no seat for too long; meant to be called once a second."""
        for visit in self._seats.loitering(self._clock.now() - self._limits.unjoined_socket_seconds):
            visit.socket.close_after_flush()

    def announce_restart(self, retry_after_ms: int) -> None:
        """Tell everybody that the server goes down and when to come back."""
        notice = ServerRestarting(retry_after_ms)
        self._server.broadcast(self._seats.sockets(), notice.event, notice)

    def _origin_key(self, text: str) -> str:
        return hmac.new(self._origin_secret, text.encode(), hashlib.sha256).hexdigest()[:32]

    def _connected(self, socket: Socket, _auth: object) -> None:
        """Let a socket in unless its address has too many that sit nowhere."""
        address = address_key(socket.handshake.remote_address)
        if self._seats.unjoined_from(address) >= self._limits.unjoined_sockets_per_address:
            raise ConnectionRefused("Too many connections from this address", {"code": "rate_limited"})
        self._seats.arrive(Visit(socket, address, self._clock.now()))

    def _disconnected(self, socket: Socket, reason: str) -> None:
        """Give the seat up after a polite goodbye, else have the room hold it (CONTRACT 1.7); nobody waits on."""
        visit = self._seats.depart(socket.id)
        if visit is None or self._goodbyes is None:
            return
        if visit.waiting_at is not None:
            self._goodbyes.add(visit.waiting_at, StopWaiting(socket.id))
        if visit.meeting_id is not None:
            silent_s = self._limits.ping_timeout_seconds if reason == SILENCE else 0.0
            goodbye = Leave(socket.id) if reason == POLITE_GOODBYE else Disconnected(socket.id, silent_s)
            self._goodbyes.add(visit.meeting_id, goodbye)

    def _unknown_event(self, desk: Desk, socket: Socket, _event: str, _args: object) -> Any:  # noqa: ANN401 (an ack)
        """Refuse what is not in the table; who goes on with it is disconnected (CONTRACT 2)."""
        visit = self._seats.get(socket.id)
        if visit is None:
            return None
        visit.unknown_events += 1
        if visit.unknown_events > self._limits.unknown_events:
            socket.close_after_flush()
            return None
        return desk.refuse(visit, UnknownEvent() if visit.meeting_id else NotJoined())

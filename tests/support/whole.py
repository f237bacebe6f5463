"""The whole program in a test's own loop, REST and sockets over a real port, with a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx

from onepizza.app import Application
from onepizza.core.bus import Bus
from onepizza.core.clock import FakeClock
from onepizza.core.db import Database
from onepizza.core.settings import Limits, Settings
from onepizza.realtime.edge import Realtime
from onepizza.rooms.directory import Directory
from tests.socketio.serving import Served, serve


class Whole:
    """The program; `http` has no key yet."""

    def __init__(self, application: Application, served: Served, clock: FakeClock) -> None:
        self.served = served
        self.clock = clock
        self.directory: Directory = application.directory
        self.realtime: Realtime = application._realtime
        self.http: httpx.AsyncClient = served.http

    def advance(self, seconds: float) -> None:
        """Let time pass in the rooms and for sockets without a seat, as the program does once a second."""
        self.clock.advance(seconds)
        self.directory.tick()
        self.realtime.sweep()


@asynccontextmanager
async def whole(dsn: str, limits: Limits, **settings: Any) -> AsyncIterator[Whole]:
    """Run it on a migrated database; addresses are taken from `X-Forwarded-For`."""
    values: dict[str, Any] = {
        "onepizza_data_dir": Path("unused"),
        "limits": limits,
        "allowed_origins": ("*",),
        "trusted_proxies": (ip_network("127.0.0.0/8"),),
        **settings,
    }
    bus, clock = Bus(), FakeClock()
    database = await Database.open(dsn, bus)
    application = Application(Settings(**values), database, bus, clock)
    try:
        async with serve(application._server, app=application.asgi) as served:
            yield Whole(application, served, clock)
    finally:
        await application.stop()
        await database.close()

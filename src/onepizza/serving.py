"""One run of the program: database, migrations, application, socket, signals, and the order in which they stop."""

from __future__ import annotations

import errno
import gc
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from importlib import metadata
from types import FrameType

import msgspec
import structlog
import uvicorn

from onepizza.accounts.seed import seed_admin
from onepizza.app import Application
from onepizza.billing.wallet import Wallet
from onepizza.core.bus import Bus
from onepizza.core.clock import SteadyClock
from onepizza.core.db import Database
from onepizza.core.environment import ConfigurationError
from onepizza.core.http_connection import http_protocol
from onepizza.core.local_secrets import load_or_create_secrets
from onepizza.core.migrate import migrate
from onepizza.core.settings import Settings
from onepizza.core.sole import sole_server
from onepizza.postgres.server import EmbeddedPostgres

Say = Callable[[str], None]

_BACKLOG = 2048

_log = structlog.get_logger(__name__)


async def serve(settings: Settings, say: Say) -> None:
    """Run until a signal asks to stop.

    The port is bound first, so that a taken one is told before anything else happens; it answers nothing until the
    database is there and the application is ready.

    Args:
        settings: as read; secrets that development left out are made here.
        say: prints a line for whoever started the program.

    Raises:
        ConfigurationError: the address cannot be listened on, or the data directory cannot be written.
        OnePizzaError: the database is not to be had.
        AlreadyServed: another program serves it.
    """
    try:
        secrets = load_or_create_secrets(settings)
    except OSError as error:
        raise ConfigurationError(f"ONEPIZZA_DATA_DIR cannot be written: {error.strerror}") from error
    settings = secrets.settings
    listener = _listen(settings.host, settings.port)
    settings = _at_port(settings, listener.getsockname()[1])
    async with AsyncExitStack() as stack:
        stack.callback(listener.close)
        dsn = settings.database_public_url
        where = "DATABASE_PUBLIC_URL"
        if dsn is None:
            embedded = EmbeddedPostgres(settings.onepizza_data_dir, binaries=settings.onepizza_pg_bin, on_progress=say)
            await stack.enter_async_context(embedded)
            dsn, where = embedded.dsn, f"embedded PostgreSQL in {settings.onepizza_data_dir}"
        patience_s = settings.limits.shutdown_total_seconds
        await stack.enter_async_context(sole_server(dsn, patience_s=patience_s, say=say))
        await migrate(dsn)
        bus = Bus()
        database = await Database.open(dsn, bus)
        stack.push_async_callback(database.close)
        await seed_admin(database, settings.admin_email, settings.admin_password, Wallet(settings.signup_credit_usd))
        application = Application(settings, database, bus, SteadyClock())
        server = _Server(application, settings)
        stack.enter_context(server.capture_signals())  # from here on: what starts and stops beside requests included
        await application.start()
        stack.push_async_callback(application.stop)
        _calm_collector()
        listener.listen(_BACKLOG)  # before the address is printed: who waits for that line connects at once

        say(f"onepizza {metadata.version('onepizza')}")
        say(f"  address   {settings.app_url}")
        say(f"  database  {where}")
        if secrets.new_admin_password is not None:
            say(f"  admin     {settings.admin_email} with password {secrets.new_admin_password} (shown only this once)")
        await server.serve(sockets=[listener])


_YOUNG_OBJECTS = 20_000


def _calm_collector() -> None:
    """Let the garbage collector run less often, and never over what is there for good.

    By default it looks at all young objects after every 700 that are new, dozens of times a second in a busy meeting,
    and finds nothing: what is made for an event is freed by its count of references as soon as the event is done.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 10, 10)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        remedy = "; set PORT to another one, or to 0 for any that is free" if error.errno == errno.EADDRINUSE else ""
        raise ConfigurationError(f"cannot listen on {host}, PORT {port}: {error.strerror}{remedy}") from error
    listener.setblocking(False)
    return listener


def _at_port(settings: Settings, port: int) -> Settings:
    """Return the settings with the port that the system chose for PORT=0, in the address and the origins too."""
    if settings.port == port:
        return settings
    own = tuple(f"http://{host}:{port}" for host in ("localhost", "127.0.0.1"))
    return msgspec.structs.replace(
        settings, port=port, app_url=own[0], allowed_origins=(*settings.allowed_origins, *own)
    )


class _Server(uvicorn.Server):
    """uvicorn, with a word to the clients before their connections are closed."""

    def __init__(self, application: Application, settings: Settings) -> None:
        super().__init__(
            uvicorn.Config(
                application.asgi,
                loop="none",
                http=http_protocol(settings.limits.http_request_seconds),
                ws=application.websocket_protocol,
                lifespan="off",
                access_log=False,
                log_config=None,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=int(settings.limits.shutdown_drain_seconds),
                backlog=_BACKLOG,
            )
        )
        self._application = application

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ask for the end, and no more: uvicorn raises the signal again when its part is done.

        SIGTERM would then end the process before ours is: rooms would not be kept, jobs not be drained.
        """
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell everybody to come back in a moment, then close as uvicorn does."""
        _log.info("stopping")
        self._application.announce_restart()
        await self._application.disconnect_all()
        await super().shutdown(sockets)

"""The `onepizza` command: parses arguments, reads the settings, calls one function."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Coroutine
from importlib import metadata
from typing import Any, NoReturn

import click
import uvloop

from onepizza.core.environment import ConfigurationError
from onepizza.core.errors import OnePizzaError
from onepizza.core.logs import configure_logs
from onepizza.core.migrate import MigrationError, migrate
from onepizza.core.settings import Settings
from onepizza.postgres.errors import EmbeddedPostgresError
from onepizza.postgres.server import EmbeddedPostgres
from onepizza.serving import serve as serve_until_stopped

EXIT_CONFIGURATION = 2
EXIT_UNAVAILABLE = 3


@click.group()
def main() -> None:
    """Run and look after a onepizza service."""


@main.command()
def serve() -> None:
    """Start the service; the settings come from the environment (docs/operating.md)."""
    _run(lambda settings: serve_until_stopped(settings, click.echo))


@main.command("migrate")
def migrate_database() -> None:
    """Bring the database to this version's schema and exit."""
    _run(_migrate)


@main.command()
def version() -> None:
    """Print the version."""
    click.echo(metadata.version("onepizza"))


async def _migrate(settings: Settings) -> None:
    if settings.database_public_url is not None:
        has_changed = await migrate(settings.database_public_url)
    else:
        async with EmbeddedPostgres(
            settings.onepizza_data_dir, binaries=settings.onepizza_pg_bin, on_progress=click.echo
        ) as embedded:
            has_changed = await migrate(embedded.dsn)
    click.echo("The database has been migrated." if has_changed else "The database is up to date.")


def _run(command: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Read the settings and run; what stands in the way of the whole program becomes one line and a status."""
    try:
        settings = Settings.from_env(os.environ)
        configure_logs(settings)
        uvloop.run(command(settings))
    except ConfigurationError as error:
        _fail(error, EXIT_CONFIGURATION)
    except (OnePizzaError, MigrationError, EmbeddedPostgresError) as error:
        _fail(error, EXIT_UNAVAILABLE)
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(message: object, status: int) -> NoReturn:
    click.echo(f"onepizza: {message}", err=True)
    sys.exit(status)

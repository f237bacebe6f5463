"""The `onepizza` command: parses arguments, reads the settings, calls one function."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Coroutine
from importlib import metadata
from typing import Any, NoReturn

import click
import uvloop

from onepizza.app import Application
from onepizza.core.bus import Bus
from onepizza.core.clock import SteadyClock
from onepizza.core.db import Database
from onepizza.core.environment import ConfigurationError
from onepizza.core.errors import OnePizzaError
from onepizza.core.logs import configure_logs
from onepizza.core.migrate import MigrationError, migrate
from onepizza.core.openapi import document
from onepizza.core.settings import Settings
from onepizza.core.sole import AlreadyServed
from onepizza.doctor import examine
from onepizza.postgres.errors import EmbeddedPostgresError
from onepizza.postgres.server import EmbeddedPostgres
from onepizza.realtime import asyncapi
from onepizza.serving import serve as serve_until_stopped

EXIT_CONFIGURATION = 2
EXIT_UNAVAILABLE = 3


@click.group()
def main() -> None:
    """Run and look after a onepizza service. Its settings are environment variables: docs/operating.md."""


@main.command(short_help="Start the service.")
def serve() -> None:
    """Start the service; the settings come from the environment (docs/operating.md)."""
    _run(lambda settings: serve_until_stopped(settings, click.echo))


@main.command("migrate", short_help="Bring the database to this version's schema.")
def migrate_database() -> None:
    """Bring the database to this version's schema and exit."""
    _run(_migrate)


@main.command(short_help="Check the settings and say what to mend.")
def doctor() -> None:
    """Check the settings and what they name, and say what to mend; the status is 1 if the service could not run."""
    _run(_doctor)


@main.command(short_help="Print the OpenAPI document.")
def openapi() -> None:
    """Print the OpenAPI document; needs no database."""
    _run(_openapi)


@main.command("asyncapi", short_help="Print the AsyncAPI document.")
def print_asyncapi() -> None:
    """Print the AsyncAPI document of the socket events; needs no database."""
    _run(_asyncapi)


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


async def _doctor(settings: Settings) -> None:
    findings = await examine(settings)
    for finding in findings:
        click.echo(f"{finding.verdict:<5} {finding.subject:<11} {finding.text}")
    if any(finding.verdict == "fail" for finding in findings):
        sys.exit(1)


async def _openapi(settings: Settings) -> None:
    bus = Bus()
    application = Application(settings, Database.unconnected(bus), bus, SteadyClock())
    click.echo(json.dumps(document(application.litestar), indent=2, ensure_ascii=False))


async def _asyncapi(settings: Settings) -> None:
    described = asyncapi.document(settings, metadata.version("onepizza"))
    click.echo(json.dumps(described, indent=2, ensure_ascii=False))


def _run(command: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Read the settings and run; what stands in the way of the whole program becomes one line and a status."""
    try:
        settings = Settings.from_env(os.environ)
        configure_logs(settings)
        uvloop.run(command(settings))
    except ConfigurationError as error:
        _fail(error, EXIT_CONFIGURATION)
    except (OnePizzaError, AlreadyServed, MigrationError, EmbeddedPostgresError) as error:
        _fail(error, EXIT_UNAVAILABLE)
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(message: object, status: int) -> NoReturn:
    click.echo(f"onepizza: {message}", err=True)
    sys.exit(status)

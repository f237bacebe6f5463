"""`onepizza doctor`: looks at what a service would start with and says what is wrong or missing, before users do."""

from __future__ import annotations

import os
import socket
from typing import Literal

import msgspec

from onepizza.core.bus import Bus
from onepizza.core.db import Database
from onepizza.core.errors import ServiceUnavailable
from onepizza.core.migrate import MigrationError, is_current
from onepizza.core.settings import Settings
from onepizza.postgres.binaries import find_binaries
from onepizza.postgres.errors import EmbeddedPostgresError
from onepizza.web import STATIC_DIR

Verdict = Literal["ok", "warn", "fail"]


class Finding(msgspec.Struct, frozen=True):
    """One line of the report: `fail` keeps the service from running, `warn` keeps a feature from working."""

    verdict: Verdict
    subject: str
    text: str


async def examine(settings: Settings) -> list[Finding]:
    """Return the findings in the order a start would meet them; changes nothing and starts nothing."""
    return [
        Finding("ok", "settings", f"read for {settings.node_env}"),
        _data_dir(settings),
        _port(settings),
        await _database(settings),
        _web_client(),
        _turn(settings),
        _mail(settings),
    ]


def _data_dir(settings: Settings) -> Finding:
    folder = settings.onepizza_data_dir
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if os.access(existing, os.W_OK):
        return Finding("ok", "data", str(folder))
    return Finding("fail", "data", f"{folder} cannot be written: set ONEPIZZA_DATA_DIR to a folder of this user")


def _port(settings: Settings) -> Finding:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return Finding("fail", "port", f"{settings.host}:{settings.port} cannot be listened on: {error.strerror}")
    return Finding("ok", "port", f"{settings.host}:{settings.port} is free")


async def _database(settings: Settings) -> Finding:
    if settings.database_public_url is None:
        return _embedded(settings)
    try:
        database = await Database.open(settings.database_public_url, Bus())
    except ServiceUnavailable as error:
        return Finding("fail", "database", error.text)
    try:
        if not await database.ping():
            return Finding("fail", "database", "PostgreSQL does not answer")
        if not await is_current(settings.database_public_url):
            return Finding("warn", "database", "reachable; its schema is older, the next start migrates it")
    except MigrationError as error:
        return Finding("fail", "database", str(error))
    finally:
        await database.close()
    return Finding("ok", "database", "reachable, schema up to date")


def _embedded(settings: Settings) -> Finding:
    try:
        binaries = find_binaries(settings.onepizza_pg_bin, None)
    except EmbeddedPostgresError as error:
        return Finding("fail", "database", str(error))
    return Finding("ok", "database", f"embedded PostgreSQL from {binaries.folder}")


def _web_client() -> Finding:
    if (STATIC_DIR / "index.html").is_file():
        return Finding("ok", "web client", "built")
    return Finding("warn", "web client", "not built: run `make setup`; the API works without it")


def _turn(settings: Settings) -> Finding:
    if not settings.turn_urls:
        return Finding("warn", "turn", "no TURN server: people behind strict networks will not be seen (TURN_URLS)")
    if settings.turn_secret is None and not (settings.turn_username and settings.turn_credential):
        return Finding("warn", "turn", "TURN_URLS without TURN_SECRET or TURN_USERNAME and TURN_CREDENTIAL")
    return Finding("ok", "turn", ", ".join(settings.turn_urls))


def _mail(settings: Settings) -> Finding:
    if settings.resend_api_key is not None:
        return Finding("ok", "mail", "by Resend")
    if settings.smtp_url is not None:
        return Finding("ok", "mail", "by SMTP")
    where = "nobody gets any" if settings.is_production else "mails are written to the log"
    return Finding("warn", "mail", f"no mail service, {where} (RESEND_API_KEY or SMTP_URL)")

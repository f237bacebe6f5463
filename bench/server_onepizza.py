"""The real product as a server under test: `onepizza serve` in production mode, its limits lifted by their settings."""

from __future__ import annotations

import secrets
from pathlib import Path

import httpx

from bench.programs import HOST, BenchBroken, Program, Running, module

MANY = str(1_000_000)
OFTEN = str(100_000)

# One client on one address does the work of thousands; each limit still runs, it only never says no.
LIFTED = {
    "LIMIT_API_REQUESTS_PER_15_MINUTES": MANY,
    "LIMIT_AUTH_REQUESTS_PER_15_MINUTES": MANY,
    "LIMIT_ACTIVE_MEETINGS_PER_PAYER": MANY,
    "LIMIT_CHAT_BURST": MANY,
    "LIMIT_CHATS_PER_SECOND": OFTEN,
    "LIMIT_SIGNAL_BURST": MANY,
    "LIMIT_SIGNALS_PER_SECOND": OFTEN,
    "LIMIT_JOINS_PER_ADDRESS_PER_MINUTE": MANY,
    "LIMIT_JOINED_SOCKETS_PER_ADDRESS": MANY,
    "LIMIT_UNJOINED_SOCKETS_PER_ADDRESS": MANY,
    "LIMIT_UNJOINED_SOCKET_SECONDS": "3600",
    "SIGNUP_CREDIT_USD": "10000",
}


def product(database_url: str, data_dir: Path, profile: Path | None = None) -> Program:
    """Return the product on a database of its own; `data_dir` is a folder that is thrown away afterwards."""
    env = {
        **LIFTED,
        "NODE_ENV": "production",
        "HOST": HOST,
        "LOG_LEVEL": "warning",
        "APP_URL": "http://localhost",
        "ALLOWED_ORIGINS": "http://localhost",
        "DATABASE_PUBLIC_URL": database_url,
        "ONEPIZZA_DATA_DIR": str(data_dir),
        "SESSION_SECRET": secrets.token_urlsafe(32),
        "ADMIN_EMAIL": "admin@bench.example",
        "ADMIN_PASSWORD": secrets.token_urlsafe(16),
    }
    program = module("onepizza", env, profile)
    return Program("onepizza", [*program.command, "serve"], env, ready_path="/readyz")


def register(side: Running) -> str:
    """Make an account with enough credit and return its API key."""
    email = f"{secrets.token_hex(8)}@bench.example"
    body = {"email": email, "password": secrets.token_urlsafe(16)}
    return _post(side, "/api/auth/register", body, {})["apiKey"]


def create_meetings(side: Running, api_key: str, count: int) -> list[str]:
    """Create meetings and return their ids."""
    return [_post(side, "/api/meetings", {}, {"x-api-key": api_key})["meetingId"] for _ in range(count)]


def _post(side: Running, path: str, body: dict[str, str], headers: dict[str, str]) -> dict[str, str]:
    answer = httpx.post(f"http://{HOST}:{side.port}{path}", json=body, headers=headers, timeout=30)
    if answer.status_code != 201:
        raise BenchBroken(f"POST {path}: {answer.status_code} {answer.text}")
    return answer.json()

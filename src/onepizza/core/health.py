"""Is the program alive, and can it serve: for load balancers and supervisors (CONTRACT 6)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec
from litestar import Router, get

from onepizza.core.errors import ServiceUnavailable
from onepizza.core.openapi import refusals


class Health(msgspec.Struct, frozen=True):
    """The answer of both checks."""

    status: Literal["ok"] = "ok"


def routes(is_ready: Callable[[], Awaitable[bool]]) -> Router:
    """Return the checks; `is_ready` says whether meetings are recovered and the database answers."""

    @get("/healthz", summary="Alive", operation_id="healthz")
    async def healthz() -> Health:
        """Answer 200 for as long as the process lives."""
        return Health()

    @get("/readyz", summary="Ready", operation_id="readyz", responses=refusals())
    async def readyz() -> Health:
        """Answer 200 once meetings are recovered and the database answers, else 503."""
        if not await is_ready():
            raise ServiceUnavailable
        return Health()

    return Router("/", route_handlers=[healthz, readyz], tags=["service"])

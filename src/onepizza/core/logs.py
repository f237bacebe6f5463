"""Where log lines go: readable in development, JSON in production; the libraries' own logs take the same way.

What may not be in a log (CONTRACT 5): secrets, chat text, SDP, addresses of participants.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor

from onepizza.core.settings import Settings


def configure_logs(settings: Settings) -> None:
    """Send everything from `LOG_LEVEL` up to standard error; called once, before anything else logs."""
    level = getattr(logging, settings.log_level.upper())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    renderers: list[Processor] = (
        [_tracebacks_without_locals(), structlog.processors.JSONRenderer()]
        if settings.is_production
        else [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("uvicorn.error", "uvicorn.access", "httpx", "httpcore", "asyncio", "alembic"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))


def _tracebacks_without_locals() -> Processor:
    """structlog's own processor, and its pretty console, would print every local variable: passwords, tokens."""
    transformer = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return structlog.processors.ExceptionRenderer(transformer)

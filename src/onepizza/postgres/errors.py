"""What can go wrong with the embedded PostgreSQL."""

from __future__ import annotations


class EmbeddedPostgresError(Exception):
    """The server cannot be started; one line that says why and what to do."""

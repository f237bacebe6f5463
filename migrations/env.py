"""Alembic's entry: runs the revisions on the connection that `onepizza.core.migrate` opened and locked."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection


def run(connection: Connection) -> None:
    # All revisions in the one transaction that is open already: a failing one leaves the database as it was.
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])

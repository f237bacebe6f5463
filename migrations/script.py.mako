"""${message}"""

from __future__ import annotations

from alembic import op

revision = "${up_revision}"
down_revision = "${down_revision}"


def upgrade() -> None:
    # One statement in each op.execute, every constraint with a name. Adding a NOT NULL column needs a default; an index
    # on a large table blocks its writers while it is built. The lock timeout is set by onepizza.core.migrate.
    op.execute("""
    """)

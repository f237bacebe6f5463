"""Two hosts change the same thing at once: the record and the live room agree on who was last."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager

import pytest

from onepizza.core.db import Database, Transaction
from onepizza.core.errors import ServiceUnavailable
from onepizza.core.ids import secret_hash
from onepizza.meetings.meeting import SettingsChange
from onepizza.rooms.commands import Join
from tests.support.rest import Rest, open_rest

ENOUGH_S = 0.3
"""For the second change to overtake the first where nothing stops it."""


class LateReturn(Database):
    """Lets the caller of one transaction go on only at the gate, long after its commit, as a busy loop might."""

    gate: asyncio.Event | None
    committed: asyncio.Event

    @asynccontextmanager
    async def transaction(self, *, timeout_s: float | None = None) -> AsyncGenerator[Transaction]:
        async with super().transaction(timeout_s=timeout_s) as tx:
            yield tx
        gate, self.__dict__["gate"] = self.__dict__.get("gate"), None
        if gate is not None:
            self.committed.set()
            await gate.wait()


@asynccontextmanager
async def overtaken(rest: Rest, first: Awaitable[object], second: Awaitable[object]) -> AsyncGenerator[None]:
    """Commit `first`, give `second` the time to pass it, then let both finish."""
    assert isinstance(rest.db, LateReturn)
    rest.db.committed = asyncio.Event()
    gate = rest.db.gate = asyncio.Event()
    one = asyncio.ensure_future(first)
    await rest.db.committed.wait()
    other = asyncio.ensure_future(second)
    await asyncio.wait({other}, timeout=ENOUGH_S)
    yield
    gate.set()
    await asyncio.gather(one, other, return_exceptions=True)


class TestChangesAtOnce:
    async def test_settings(self, database_url: str) -> None:
        async with open_rest(database_url, database_type=LateReturn) as rest:
            meeting_id, _ = await rest.meeting(await rest.register())
            await rest.join(meeting_id, "c1", "a1")
            change = rest.meetings.update_settings
            async with overtaken(
                rest,
                change(meeting_id, SettingsChange(max_participants=10)),
                change(meeting_id, SettingsChange(max_participants=20)),
            ):
                pass
            view = await rest.meetings.view(meeting_id)
            assert view is not None
            [row] = await rest.rows("SELECT max_participants FROM meetings")
            assert (row["max_participants"], view.settings.max_participants) == (20, 20)

    async def test_admin_tokens(self, database_url: str) -> None:
        async with open_rest(database_url, database_type=LateReturn) as rest:
            you = await rest.register()
            meeting_id, _ = await rest.meeting(you)
            await rest.join(meeting_id, "c1", "a1")
            tokens: list[str] = []

            async def replace() -> None:
                tokens.append(await rest.meetings.replace_admin_token(meeting_id))

            async with overtaken(rest, replace(), replace()):
                pass
            [row] = await rest.rows("SELECT admin_token_hash FROM meetings")
            [valid] = [token for token in tokens if secret_hash(token) == row["admin_token_hash"]]
            host = Join(
                connection="c2",
                participant_id="b2",
                new_resume_token="resume-c2",
                wants_admin=True,
                admin_token_hash=secret_hash(valid),
            )
            assert (await rest.directory.call(meeting_id, host)).is_admin

    async def test_whoever_waits_too_long_may_come_again(self, database_url: str) -> None:
        async with open_rest(database_url, database_type=LateReturn) as rest:
            meeting_id, _ = await rest.meeting(await rest.register())
            change = rest.meetings.update_settings
            second = asyncio.ensure_future(asyncio.sleep(0))
            async with overtaken(rest, change(meeting_id, SettingsChange(max_participants=10)), second):
                with pytest.raises(ServiceUnavailable):
                    await change(meeting_id, SettingsChange(max_participants=20))
            assert await rest.rows("SELECT max_participants FROM meetings") == [{"max_participants": 10}]

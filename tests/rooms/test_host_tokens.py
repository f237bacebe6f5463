"""Tokens of host links: one join as host each, for a while, until the admin token is replaced (CONTRACT 4)."""

from __future__ import annotations

import pytest

from onepizza.rooms import errors
from onepizza.rooms.commands import AddHostToken, Disconnected, SetAdminToken, UpdateSettings
from tests.rooms.table import START, Table

LINK = b"l" * 32


def linked() -> Table:
    table = Table()
    table.tell(AddHostToken(LINK, START + 600))
    return table


def comes(table: Table, connection: str, **fields: object) -> bool:
    """Join with the link's token; say whether it made a host."""
    return table.join(connection, wants_admin=True, admin_token_hash=LINK, **fields).is_admin


class TestHostToken:
    def test_makes_one_host(self) -> None:
        table = linked()
        assert comes(table, "ada") is True
        with pytest.raises(errors.BadAdminToken):
            comes(table, "eve")

    def test_passes_the_lock_and_the_waiting_room_as_the_admin_token_does(self) -> None:
        table = linked()
        table.tell(UpdateSettings(locked=True, waiting_room=True))
        assert comes(table, "ada") is True

    def test_is_not_used_up_by_a_join_that_failed(self) -> None:
        table = linked()
        table.join("bob")
        table.tell(UpdateSettings(max_participants=1))
        with pytest.raises(errors.RoomFull):
            comes(table, "ada")
        table.tell(UpdateSettings(max_participants=2))
        assert comes(table, "ada") is True

    def test_without_asking_for_the_role_it_is_neither_used_nor_good_for_anything(self) -> None:
        table = linked()
        assert table.join("bob", admin_token_hash=LINK).is_admin is False
        assert comes(table, "ada") is True

    def test_makes_whoever_resumes_host_and_is_used_up(self) -> None:
        table = linked()
        table.join("bob")
        assert comes(table, "bob2", resume_token=table.token_of("bob")) is True
        with pytest.raises(errors.BadAdminToken):
            comes(table, "eve")

    def test_its_host_resumes_with_it_after_it_was_used(self) -> None:
        table = linked()
        comes(table, "ada")
        token = table.token_of("ada")
        table.tell(Disconnected("ada"))
        table.advance(20)
        assert comes(table, "ada2", resume_token=token) is True

    def test_expires(self) -> None:
        table = linked()
        table.now += 600
        with pytest.raises(errors.BadAdminToken):
            comes(table, "ada")

    def test_dies_with_the_admin_token(self) -> None:
        table = linked()
        table.tell(SetAdminToken(b"n" * 32))
        with pytest.raises(errors.BadAdminToken):
            comes(table, "ada")

    def test_there_are_at_most_fifty_and_expired_ones_make_room(self) -> None:
        table = Table()
        for number in range(50):
            table.tell(AddHostToken(b"%032d" % number, START + 10))
        with pytest.raises(errors.TooManyHostLinks):
            table.tell(AddHostToken(LINK, START + 600))
        table.now += 10
        table.tell(AddHostToken(LINK, START + 600))
        assert comes(table, "ada") is True

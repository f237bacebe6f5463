"""`docs/protocol.md` says what the code does: the same events, fields, codes and limits."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from onepizza.core import errors as core_errors
from onepizza.core.errors import OnePizzaError
from onepizza.core.settings import Limits
from onepizza.meetings import errors as meeting_errors
from onepizza.realtime import refusals
from onepizza.realtime.buckets import Kind, rates
from onepizza.realtime.edge import ServerRestarting
from onepizza.realtime.table import TABLE
from onepizza.rooms import errors as room_errors
from onepizza.rooms.events import EVENTS

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
LIMIT_NAMES = {Kind.DOOR: "join"}
NOT_ON_SOCKETS = {
    "unauthenticated", "forbidden", "not_found", "conflict", "too_many_meetings", "guest_meetings_full",
    "too_many_host_links",
}  # fmt: skip


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def fields(cell: str) -> set[str]:
    """The words of a payload cell that are field names."""
    return set(re.findall(r"[a-zA-Z]+", cell))


class TestClientEvents:
    def test_the_same_in_the_same_order(self) -> None:
        assert [row[0].strip("`") for row in rows("Client → server")] == [row.event for row in TABLE]

    @pytest.mark.parametrize("row", TABLE, ids=lambda row: row.event)
    def test_every_field_and_the_limit_are_named(self, row: object) -> None:
        documented = {cells[0].strip("`"): cells for cells in rows("Client → server")}[row.event]  # type: ignore[attr-defined]
        names = {field.encode_name for field in msgspec.structs.fields(row.payload)}  # type: ignore[attr-defined]
        assert names <= fields(documented[1])
        assert documented[3] == LIMIT_NAMES.get(row.kind, row.kind.name.lower())  # type: ignore[attr-defined]


class TestServerEvents:
    def test_the_same(self) -> None:
        assert {row[0].strip("`") for row in rows("Server → client")} == {
            event.event for event in (*EVENTS, ServerRestarting)
        }

    @pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.event)
    def test_every_field_is_named(self, event: type[msgspec.Struct]) -> None:
        documented = {cells[0].strip("`"): cells for cells in rows("Server → client")}[event.event]  # type: ignore[attr-defined]
        assert {field.encode_name for field in msgspec.structs.fields(event)} <= fields(documented[1])


class TestCodes:
    def test_every_refusal_is_listed_and_nothing_else(self) -> None:
        classes = {
            value
            for module in (core_errors, meeting_errors, room_errors, refusals)
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, OnePizzaError)
        }
        codes = {kind.code for kind in classes} | {"replaced"}
        assert {row[0].strip("`") for row in rows("Codes")} == codes - NOT_ON_SOCKETS


class TestLimits:
    def test_the_buckets_are_the_defaults(self) -> None:
        documented = {row[0]: (float(row[1]), float(row[2])) for row in rows("Limits") if row[0] != "join"}
        by_kind = dict(zip(Kind, rates(Limits()), strict=True))
        assert documented == {
            kind.name.lower(): (rate.burst, rate.per_s) for kind, rate in by_kind.items() if kind is not Kind.DOOR
        }

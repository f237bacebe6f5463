"""The rows that have targets: the whole product against its Node peers."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.programs import OUTPUT, ROOT, Program, Running, peer, running
from bench.scenarios import PER_ROOM, ROOMS, Load, Plan, both, cpu_row, idle_row, interleave
from bench.server_onepizza import create_meetings, product, register
from bench.table import Row

CHAT = Load("chat in 100 rooms of 8, per delivery", "chat", 4000, target=0.75)
OFFER = Load("relayed 2 kB offer", "offer", 10_000, target=0.6)
CREATE = Load("create-meeting request", "post", 1000, target=1.2)
IDLE_NAME, IDLE_TARGET = "memory of an idle socket", 1.0

HTTP_CONNECTIONS = 16
MEETING = {"title": "Team Standup", "muteOnJoin": True, "maxParticipants": 20}


@dataclass(frozen=True)
class Place:
    """Where the product keeps its things during a run."""

    database_url: str
    data_dir: Path

    def product(self, profile: Path | None = None) -> Program:
        """Return the product of this run."""
        return product(self.database_url, self.data_dir, profile)


def room_rows(place: Place, plan: Plan) -> list[Row]:
    """Compare chat and offers; the meetings are created over REST, as an application would."""
    with ExitStack() as stack:
        ours, peers = both(stack, (place.product(), peer("rooms")))
        _fill(ours)
        peers.load("join", meetings=[f"room-{number}" for number in range(ROOMS)], per_room=PER_ROOM)
        return [cpu_row(load, (ours, peers), plan) for load in (CHAT, OFFER)]


def idle_rows(place: Place, plan: Plan) -> list[Row]:
    """Compare the memory of sockets that have joined nothing."""
    return [idle_row(IDLE_NAME, (place.product(), peer("rooms")), plan, IDLE_TARGET)]


def create_rows(place: Place, plan: Plan) -> list[Row]:
    """Compare POST /api/meetings on one database.

    Each round has an account of its own: the INSERT counts the account's open meetings, and a round must not find
    those of the rounds before.
    """
    with ExitStack() as stack:
        ours = stack.enter_context(running(place.product()))
        peers = stack.enter_context(running(peer("meetings", {"DATABASE_PUBLIC_URL": place.database_url})))

        def measure(side: Running) -> float:
            return side.cpu_us_per_unit(CREATE.op, count=CREATE.count, **_post_arguments(register(ours)))

        taken = interleave((ours, peers), plan, measure)
        return [Row(CREATE.name, "µs", *taken, CREATE.target)]


def with_profile(row: Row, place: Place) -> Row:
    """Return a missed row with a note that names the profile of our server under the same load.

    The profiler slows Python's own functions down more than compiled ones: it shows where the time goes, not how much.
    """
    load = next((load for load in (CHAT, OFFER, CREATE) if load.name == row.name), None)
    if load is None:
        return row
    target = OUTPUT / f"{load.op}.profile.txt"
    with running(place.product(target)) as side:
        arguments: dict[str, Any] = {}
        if load is CREATE:
            arguments = _post_arguments(register(side))
        else:
            _fill(side)
        side.start_profile()
        side.load(load.op, count=load.count, **arguments)
    return replace(row, note=f"profile in {target.relative_to(ROOT)}")


def _fill(side: Running) -> None:
    meetings = create_meetings(side, register(side), ROOMS)
    side.load("join", meetings=meetings, per_room=PER_ROOM)


def _post_arguments(api_key: str) -> dict[str, Any]:
    return {
        "connections": HTTP_CONNECTIONS,
        "path": "/api/meetings",
        "headers": {"x-api-key": api_key},
        "body": MEETING,
    }

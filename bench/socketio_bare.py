"""The Socket.IO package against Node's socket.io with nothing around either: the product's rows less these are its own.

Run alone with `python -m bench.socketio_bare`; part of `python -m bench`.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

from bench.programs import module, peer
from bench.scenarios import PER_ROOM, ROOMS, Load, Plan, both, cpu_row, idle_row
from bench.table import Row, render

LOADS = (
    Load("bare: broadcast to a room of 8, per delivery", "chat", 2000),
    Load("bare: 2 kB offer to one socket", "offer", 3000),
    Load("bare: echo of a small event", "echo", 4000),
)


def rows(plan: Plan) -> list[Row]:
    """Measure all loads and the memory of an idle socket."""
    programs = module("bench.server_bare"), peer("bare")
    with ExitStack() as stack:
        sides = both(stack, programs)
        for side in sides:
            side.load("join", meetings=[f"room-{number}" for number in range(ROOMS)], per_room=PER_ROOM)
        measured = [cpu_row(load, sides, plan) for load in LOADS]
    return [*measured, idle_row("bare: memory of an idle socket", programs, replace(plan, memory_rounds=1))]


if __name__ == "__main__":
    print(render(rows(Plan())))

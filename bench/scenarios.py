"""What is measured: each scenario loads two running servers in turn and returns one row of the table."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from bench.programs import Program, Running, running
from bench.table import Row

PER_ROOM = 8
ROOMS = 100
_MIN_ROUNDS = 3


@dataclass(frozen=True)
class Load:
    """A load of which the server's CPU time per unit is measured.

    Attributes:
        name: of the row.
        op: what the client is told to do (a method of `bench.client.Load`).
        count: how often, in one round.
        target: ratio not to be passed, or None.
    """

    name: str
    op: str
    count: int
    target: float | None = None


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes:
        rounds: counted rounds of each side, if the time allows.
        row_s: after so long no further round begins, on a machine that is busy with other things; three are needed.
        warm_up_rounds: rounds before them; Express is still getting faster after 4,000 requests.
        memory_rounds: fresh processes of each side whose memory is measured.
        idle_sockets: opened in each of them.
        settle_s: waited before memory is read.
    """

    rounds: int = 7
    row_s: float = 20.0
    warm_up_rounds: int = 4
    memory_rounds: int = 2
    idle_sockets: int = 2000
    settle_s: float = 3.0


def interleave(sides: tuple[Running, Running], plan: Plan, measure: Callable[[Running], float]) -> list[list[float]]:
    """Return what `measure` gave in each counted round for each side, ours first.

    The rounds before are where V8 compiles its hot functions and where buffers and pools grow to size.
    """
    taken: list[list[float]] = [[], []]
    deadline = time.monotonic() + plan.row_s
    for number in range(-plan.warm_up_rounds, plan.rounds):
        if number >= _MIN_ROUNDS and time.monotonic() > deadline:
            break
        for side, values in zip(sides, taken, strict=True):
            value = measure(side)
            if number >= 0:
                values.append(value)
    return taken


def cpu_row(load: Load, sides: tuple[Running, Running], plan: Plan, **arguments: Any) -> Row:
    """Compare the CPU time of one unit; further arguments go to the client's operation."""
    ours, peers = interleave(sides, plan, lambda side: side.cpu_us_per_unit(load.op, count=load.count, **arguments))
    return Row(load.name, "µs", ours, peers, load.target)


def idle_row(name: str, programs: tuple[Program, Program], plan: Plan, target: float | None = None) -> Row:
    """Compare the memory that one more idle socket takes, in fresh processes, since heaps seldom shrink.

    The first sockets warm up what is made once: code, pools, tables.
    """
    taken: list[list[float]] = [[], []]
    for _ in range(plan.memory_rounds):
        for program, values in zip(programs, taken, strict=True):
            with running(program) as side:
                side.load("idle", count=plan.idle_sockets // 10)
                before = _settled_bytes(side, plan)
                side.load("idle", count=plan.idle_sockets)
                values.append((_settled_bytes(side, plan) - before) / plan.idle_sockets / 1024)
    return Row(name, "kB", *taken, target)


def _settled_bytes(side: Running, plan: Plan) -> int:
    side.collect_garbage()
    time.sleep(plan.settle_s)
    return side.own_bytes()


def both(stack: ExitStack, programs: tuple[Program, Program]) -> tuple[Running, Running]:
    """Start both servers for as long as the stack lives."""
    ours, peers = programs
    return stack.enter_context(running(ours)), stack.enter_context(running(peers))

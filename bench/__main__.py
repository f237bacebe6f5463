"""`python -m bench`: prints one table of what onepizza costs against Node, measured now, side by side."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import machine, product, socketio_bare
from bench.database import database
from bench.programs import BenchBroken
from bench.scenarios import Plan
from bench.table import Row, render

PARTS = ("rooms", "idle", "create", "bare")
_PRODUCT_PARTS = {"rooms": product.room_rows, "idle": product.idle_rows, "create": product.create_rows}


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; exits with a message when they are wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"what to measure: {', '.join(PARTS)} (default all)")
    parser.add_argument("--rounds", type=int, default=Plan.rounds, help="counted rounds of each side")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--no-profile", action="store_true", help="do not profile what missed its target")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    options.parts = options.parts or list(PARTS)
    return options


def measure(parts: Sequence[str], plan: Plan, is_profiled: bool) -> Iterator[Row]:
    """Run the parts one after another.

    Raises:
        BenchBroken: a part could not be measured; the rows of those before it have been given.
    """
    product_parts = [part for part in parts if part in _PRODUCT_PARTS]
    if product_parts:
        with database() as address, tempfile.TemporaryDirectory(prefix="onepizza-bench-") as data_dir:
            place = product.Place(address, Path(data_dir))
            for part in product_parts:
                _tell(f"measuring {part}")
                for row in _PRODUCT_PARTS[part](place, plan):
                    yield product.with_profile(row, place) if is_profiled and row.is_missed else row
    if "bare" in parts:
        _tell("measuring bare")
        yield from socketio_bare.rows(plan)


def _tell(progress: str) -> None:
    print(f"bench: {progress}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and return the exit status: 0, also with misses unless --strict; 1 when something broke."""
    options = parse_arguments(arguments)
    started, before = time.monotonic(), machine.read_cpu_times()
    print(machine.versions())
    print(f"before: {machine.load()}; one send of 200 bytes takes the kernel {machine.send_us():.1f} µs", flush=True)
    rows: list[Row] = []
    is_broken = False
    try:
        for row in measure(options.parts, Plan(rounds=options.rounds), not options.no_profile):
            rows.append(row)
            _tell(f"{row.name}: {row.ratio:.2f}")
    except BenchBroken as error:
        is_broken = True
        print(f"bench: {error}", file=sys.stderr)
    stolen = machine.stolen_percent(before, machine.read_cpu_times())
    print(f"after:  {machine.load()}; {stolen:.0f} % stolen; took {time.monotonic() - started:.0f} s\n")
    print(render(rows))
    return int(is_broken or (options.strict and any(row.is_missed for row in rows)))


if __name__ == "__main__":
    # So that the servers and the database end with us, whoever ends us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(sys.argv[1:]))

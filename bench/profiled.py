"""Runs a server under cProfile: `python -m bench.profiled <file> <module> …` ends with its hottest functions."""

from __future__ import annotations

import cProfile
import pstats
import runpy
import signal
import sys
import time
from pathlib import Path
from types import FrameType

_SHOWN = 40


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def main() -> None:
    """Run the module until SIGTERM, and profile it from SIGUSR1 on, which leaves its start out.

    The timer is CPU time, like everything the benchmarks count. uvicorn raises SIGTERM again once it has stopped, and
    that is what ends up in our handler.
    """
    target, name = Path(sys.argv[1]), sys.argv[2]
    sys.argv = [name, *sys.argv[3:]]
    profile = cProfile.Profile(time.process_time)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGUSR1, lambda *_: profile.enable())
    try:
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    finally:
        profile.disable()
        with target.open("w") as output:
            stats = pstats.Stats(profile, stream=output)
            stats.sort_stats("tottime").print_stats(_SHOWN)
            stats.sort_stats("cumulative").print_stats(_SHOWN)


if __name__ == "__main__":
    main()

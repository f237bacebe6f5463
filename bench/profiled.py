"""Runs a server under cProfile: `python -m bench.profiled <file> <module> …` ends with its hottest functions."""

from __future__ import annotations

import cProfile
import pstats
import runpy
import signal
import sys
from pathlib import Path
from types import FrameType

_SHOWN = 40


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def main() -> None:
    """Profile the module until SIGTERM; uvicorn raises the signal again once it has stopped, which ends up here."""
    target, name = Path(sys.argv[1]), sys.argv[2]
    sys.argv = [name, *sys.argv[3:]]
    signal.signal(signal.SIGTERM, _leave)
    profile = cProfile.Profile()
    try:
        profile.runcall(runpy.run_module, name, run_name="__main__", alter_sys=True)
    finally:
        with target.open("w") as output:
            stats = pstats.Stats(profile, stream=output)
            stats.sort_stats("tottime").print_stats(_SHOWN)
            stats.sort_stats("cumulative").print_stats(_SHOWN)


if __name__ == "__main__":
    main()

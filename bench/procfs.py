"""What Linux knows about a running process: the CPU time it used and the memory that is its own."""

from __future__ import annotations

import time
from pathlib import Path

_CPUCLOCK_SCHED = 2


def cpu_clock_id(pid: int) -> int:
    """Return the id of a process's CPU clock, as glibc's clock_getcpuclockid(3) makes it.

    The clock counts user and system time of all threads, those that ended included: the sum that /proc/<pid>/stat
    shows as utime + stime, but in nanoseconds instead of ticks of 10 ms.
    """
    return (~pid << 3) | _CPUCLOCK_SCHED


def cpu_seconds(pid: int) -> float:
    """Return the CPU time a process has used so far, in seconds.

    Raises:
        OSError: there is no such process.
    """
    return time.clock_gettime(cpu_clock_id(pid))


def parse_stat_seconds(stat: str, ticks_per_second: int) -> float:
    """Return utime + stime of the text of /proc/<pid>/stat, in seconds.

    The second field is the command in brackets and may itself hold blanks and brackets, so fields are counted from
    the last closing one.
    """
    fields = stat[stat.rindex(")") + 2 :].split()
    utime, stime = int(fields[11]), int(fields[12])
    return (utime + stime) / ticks_per_second


def parse_own_bytes(smaps_rollup: str) -> int:
    """Return the anonymous memory of the text of /proc/<pid>/smaps_rollup, in bytes, swapped pages included.

    Plain PSS or RSS would also count the pages of the interpreter's file, which two processes share: their share
    changes whenever some other Node or Python on the machine starts or stops.
    """
    kilobytes = {}
    for line in smaps_rollup.splitlines():
        name, _, rest = line.partition(":")
        if rest.endswith(" kB"):
            kilobytes[name] = int(rest.removesuffix(" kB"))
    return (kilobytes["Pss_Anon"] + kilobytes.get("SwapPss", 0)) * 1024


def own_bytes(pid: int) -> int:
    """Return the anonymous memory of a process, in bytes."""
    return parse_own_bytes(Path(f"/proc/{pid}/smaps_rollup").read_text())

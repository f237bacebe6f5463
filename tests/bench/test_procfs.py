import os
import time

import pytest

from bench import procfs

STAT = (
    "4242 (node (v20) x) S 1 4242 4242 0 -1 4194560 9000 0 3 0 1234 266 7 8 20 0 11 0 555 999 333 "
    "18446744073709551615 1 1 0 0 0 0 0 4096 16898 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0"
)
SMAPS_ROLLUP = """55d0c0000000-7ffd5a5f2000 ---p 00000000 00:00 0                          [rollup]
Rss:               61234 kB
Pss:               40000 kB
Pss_Anon:          12000 kB
Pss_File:          28000 kB
Private_Dirty:     12345 kB
SwapPss:             300 kB
Locked:                0 kB
"""


class TestParseStatSeconds:
    def test_adds_user_and_system_time_and_leaves_the_children_out(self):
        assert procfs.parse_stat_seconds(STAT, ticks_per_second=100) == 15.0


class TestParseOwnBytes:
    def test_counts_anonymous_and_swapped_pages_and_no_files(self):
        assert procfs.parse_own_bytes(SMAPS_ROLLUP) == 12_300 * 1024

    def test_a_kernel_that_does_not_tell_is_an_error_not_a_zero(self):
        with pytest.raises(KeyError):
            procfs.parse_own_bytes("Rss:  61234 kB\n")


class TestCpuSeconds:
    def test_agrees_with_what_proc_stat_counts_in_ticks(self):
        ticks = os.sysconf("SC_CLK_TCK")
        started = procfs.cpu_seconds(os.getpid())
        while procfs.cpu_seconds(os.getpid()) - started < 0.05:
            time.process_time()
        with open("/proc/self/stat") as stat:
            coarse = procfs.parse_stat_seconds(stat.read(), ticks)
        assert procfs.cpu_seconds(os.getpid()) == pytest.approx(coarse, abs=0.1)

    def test_a_process_that_is_gone_raises(self):
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        with pytest.raises(OSError, match="Invalid"):
            procfs.cpu_seconds(child)


class TestOwnBytes:
    def test_grows_with_what_the_process_allocates(self):
        before = procfs.own_bytes(os.getpid())
        block = bytearray(b"x") * (32 * 1024 * 1024)
        assert procfs.own_bytes(os.getpid()) - before > len(block) * 0.9

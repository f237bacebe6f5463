"""What the numbers were taken on: versions, load, stolen time, and what the kernel alone asks for one send."""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.programs import ROOT

_PYTHON_PACKAGES = ("uvicorn", "uvloop", "websockets", "litestar", "asyncpg", "msgspec")
_NODE_PACKAGES = ("socket.io", "express", "pg")
_FRAME = bytes(200)


@dataclass(frozen=True)
class CpuTimes:
    """Ticks of all processors since the machine started."""

    total: int
    stolen: int


def parse_cpu_times(stat: str) -> CpuTimes:
    """Return the first line of /proc/stat; guest time is part of user time and not counted twice."""
    fields = [int(field) for field in stat.splitlines()[0].split()[1:9]]
    return CpuTimes(sum(fields), fields[7])


def read_cpu_times() -> CpuTimes:
    """Return the processors' times now."""
    return parse_cpu_times(Path("/proc/stat").read_text())


def stolen_percent(before: CpuTimes, after: CpuTimes) -> float:
    """Return how much of the time between two readings the host gave to other machines, in percent."""
    return 100 * (after.stolen - before.stolen) / max(1, after.total - before.total)


def versions() -> str:
    """Return the versions of what takes part, in two lines."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    python_packages = ", ".join(f"{name} {version(name)}" for name in _PYTHON_PACKAGES)
    node_packages = ", ".join(f"{name} {_node_version(name)}" for name in _NODE_PACKAGES)
    return f"Python {platform.python_version()}: {python_packages}\nNode {node}: {node_packages}"


def _node_version(name: str) -> str:
    return json.loads((ROOT / "node_modules" / name / "package.json").read_text())["version"]


def load() -> str:
    """Return the load averages of 1, 5 and 15 minutes and the number of processors."""
    return f"load {' '.join(f'{value:.2f}' for value in os.getloadavg())} on {os.cpu_count()} processors"


def send_us() -> float:
    """Return the CPU time of one send of 200 bytes over the loopback interface, in µs.

    A delivery is one send to one socket, in Python as in Node: no server can be cheaper than this, and the dearer it
    is on a machine, the nearer to 1 it draws the ratio of two servers.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as sender:
        sender.connect(listener.getsockname())
        sender.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        receiver, _ = listener.accept()
        with receiver:
            return median(_send_round_us(sender, receiver) for _ in range(200))


def _send_round_us(sender: socket.socket, receiver: socket.socket, sends: int = 50) -> float:
    before = time.thread_time()
    for _ in range(sends):
        sender.send(_FRAME)
    spent = time.thread_time() - before
    missing = sends * len(_FRAME)
    while missing:
        missing -= len(receiver.recv(missing))
    return spent / sends * 1e6

"""Starts a server under test and the client that loads it, and asks both for what is to be measured."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec

from bench import procfs

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "build" / "bench"
HOST = "127.0.0.1"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0


class BenchBroken(Exception):
    """A server did not start, or a client could not do its load: there is nothing to compare."""


@dataclass(frozen=True)
class Program:
    """How to start a server; it listens on the port in the environment variable PORT.

    Attributes:
        name: for the log file and for messages.
        command: what to run, from the root of the repository.
        env: added to the environment.
        ready_path: answers 200 once the program is ready; None if listening is enough.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready_path: str | None = None


def peer(script: str, env: Mapping[str, str] | None = None) -> Program:
    """Return the Node program `bench/peer/<script>.mjs`; gc is exposed for the measurement of memory alone."""
    settings = {"NODE_ENV": "production", **(env or {})}
    return Program(f"node-{script}", ["node", "--expose-gc", f"bench/peer/{script}.mjs"], settings)


def module(name: str, env: Mapping[str, str] | None = None, profile: Path | None = None) -> Program:
    """Return the Python program `python -m <name>`, under cProfile if `profile` names where to write it."""
    command = [sys.executable, "-m", name]
    if profile is not None:
        command = [sys.executable, "-m", "bench.profiled", str(profile), name]
    return Program(name, command, env or {})


def free_port() -> int:
    """Return a port of the loopback interface that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


class Running:
    """A server that listens, and the client process that loads it."""

    def __init__(self, name: str, port: int, server: subprocess.Popen[bytes], client: subprocess.Popen[bytes]) -> None:
        self.name = name
        self.port = port
        self._server = server
        self._client = client

    def load(self, op: str, **arguments: Any) -> int:
        """Let the client do one load to its end and return its number of units.

        Raises:
            BenchBroken: the server did not do all of the work.
        """
        assert self._client.stdin is not None and self._client.stdout is not None
        try:
            self._client.stdin.write(msgspec.json.encode({"op": op, **arguments}) + b"\n")
            self._client.stdin.flush()
            answer = msgspec.json.decode(self._client.stdout.readline() or b'{"error": "the client died"}')
        except BrokenPipeError:
            answer = {"error": "the client died"}
        if "error" in answer:
            raise BenchBroken(f"{self.name}, {op}: {answer['error']}")
        return answer["units"]

    def cpu_us_per_unit(self, op: str, **arguments: Any) -> float:
        """Return the CPU time the server used for one unit of a load, in µs."""
        before = procfs.cpu_seconds(self._server.pid)
        units = self.load(op, **arguments)
        return (procfs.cpu_seconds(self._server.pid) - before) / units * 1e6

    def own_bytes(self) -> int:
        """Return the server's own memory, in bytes."""
        return procfs.own_bytes(self._server.pid)

    def start_profile(self) -> None:
        """Let a program started with `profile` count from now on."""
        self._server.send_signal(signal.SIGUSR1)

    def collect_garbage(self) -> None:
        """Let a Node peer run its garbage collector (it waits for a need otherwise); Python frees as it goes."""
        if self.name.startswith("node-"):
            self._server.send_signal(signal.SIGUSR2)


@contextmanager
def running(program: Program) -> Iterator[Running]:
    """Start a server and its client, and stop both at the end.

    Raises:
        BenchBroken: the server ended or did not listen in time; its output is in the log the message names.
    """
    port = free_port()
    OUTPUT.mkdir(parents=True, exist_ok=True)
    log = OUTPUT / f"{program.name}.log"
    env = {**os.environ, **program.env, "PORT": str(port)}
    with log.open("wb") as output:
        server = subprocess.Popen(program.command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT)
    try:
        if not _becomes_ready(server, port, program.ready_path):
            raise BenchBroken(f"{program.name} did not start, see {log.relative_to(ROOT)}")
        command = [sys.executable, "-m", "bench.client", str(port)]
        client = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            yield Running(program.name, port, server, client)
        finally:
            client.kill()
            client.wait()
    finally:
        _stop(server)


def _becomes_ready(server: subprocess.Popen[bytes], port: int, path: str | None) -> bool:
    deadline = time.monotonic() + START_TIMEOUT_S
    while server.poll() is None and time.monotonic() < deadline:
        if _is_ready(port, path):
            return True
        time.sleep(0.02)
    return False


def _is_ready(port: int, path: str | None) -> bool:
    try:
        if path is None:
            socket.create_connection((HOST, port), timeout=1).close()
            return True
        return httpx.get(f"http://{HOST}:{port}{path}", timeout=2).status_code == 200
    except (OSError, httpx.HTTPError):
        return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()

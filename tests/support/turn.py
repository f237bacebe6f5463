"""A real coturn on loopback, with time-limited credentials by a shared secret."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

TURNSERVER = Path("/usr/bin/turnserver")
START_TIMEOUT_S = 10
RELAY_PORTS = 200


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free for UDP and TCP now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(one.getsockname())
        return one.getsockname()[1]


def addresses(port: int) -> str:
    """Return `TURN_URLS` for a relay on this port: over UDP, and over TCP for networks that let no UDP through."""
    return f"turn:127.0.0.1:{port}?transport=udp,turn:127.0.0.1:{port}?transport=tcp"


@asynccontextmanager
async def coturn(port: int, secret: str) -> AsyncIterator[None]:
    """Run a relay for the length of a block; it answers before the block begins."""
    assert TURNSERVER.exists(), "coturn is missing: tools/debian_packages.sh installs it"
    with TemporaryDirectory(prefix="coturn-") as folder:
        first = 20_000 + (os.getpid() * RELAY_PORTS) % 10_000
        process = await asyncio.create_subprocess_exec(
            *(TURNSERVER, "-n", "--no-tls", "--no-dtls", "--no-cli", "--fingerprint"),
            *("--listening-ip=127.0.0.1", f"--listening-port={port}", "--relay-ip=127.0.0.1"),
            *("--allow-loopback-peers", f"--min-port={first}", f"--max-port={first + RELAY_PORTS - 1}"),
            *("--use-auth-secret", f"--static-auth-secret={secret}", "--realm=onepizza.test"),
            *(f"--userdb={folder}/turndb", f"--pidfile={folder}/pid", "--log-file=stdout", "--simple-log"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                while not await asyncio.to_thread(_answers, port):
                    assert process.returncode is None, f"coturn ended with status {process.returncode}"
            yield
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


def _answers(port: int) -> bool:
    """Whether a STUN binding request (RFC 8489 §5) is answered."""
    transaction = os.urandom(12)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.1)
        try:
            client.connect(("127.0.0.1", port))
            client.send(struct.pack("!HHI", 0x0001, 0, 0x2112A442) + transaction)
            return client.recv(1500)[8:20] == transaction
        except OSError:
            return False

"""The real program as a process of its own, the way `make run` starts it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 20

#: Limits that stand in the way of many short tests from one address.
LIFTED = {
    "LIMIT_GUEST_MEETINGS_PER_HOUR": "10000",
    "LIMIT_AUTH_REQUESTS_PER_15_MINUTES": "10000",
    "LIMIT_API_REQUESTS_PER_15_MINUTES": "100000",
    "LIMIT_JOINS_PER_ADDRESS_PER_MINUTE": "10000",
}


@dataclass
class Service:
    """A started program; `output` grows while it runs."""

    process: asyncio.subprocess.Process
    address: str
    output: list[str] = field(default_factory=list)
    _reader: asyncio.Task[None] | None = None

    async def kill(self) -> None:
        """Kill -9, as a crash would."""
        self.process.kill()
        await self._gone()

    async def stop(self) -> int:
        """Stop politely and return the exit status."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self._gone()

    async def _gone(self) -> int:
        status = await asyncio.wait_for(self.process.wait(), STOP_TIMEOUT_S)
        if self._reader is not None:
            await self._reader
        return status


async def start_service(data_dir: Path, environment: Mapping[str, str] | None = None, *, port: int = 0) -> Service:
    """Start the program and wait until it has printed its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "onepizza",
        "serve",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("LIMIT_", "DATABASE_"))},
            "PORT": str(port),
            "ONEPIZZA_DATA_DIR": str(data_dir),
            "PYTHONUNBUFFERED": "1",
            **LIFTED,
            **(environment or {}),
        },
    )
    service = Service(process, "")
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            service.address = await _address(service)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise AssertionError(f"the program did not start in time:\n{''.join(service.output)}") from None
    service._reader = asyncio.create_task(_drain(service))
    return service


@contextlib.asynccontextmanager
async def running_service(data_dir: Path, environment: Mapping[str, str] | None = None) -> AsyncIterator[Service]:
    """Run the program for the length of a block."""
    service = await start_service(data_dir, environment)
    try:
        yield service
    finally:
        if service.process.returncode is None:
            await service.stop()


async def _address(service: Service) -> str:
    assert service.process.stdout is not None
    while line := (await service.process.stdout.readline()).decode():
        service.output.append(line)
        if found := re.search(r"address\s+(http://\S+)", line):
            return found[1].replace("localhost", "127.0.0.1")
    status = await service.process.wait()
    raise AssertionError(f"the program ended with status {status}:\n{''.join(service.output)}")


async def _drain(service: Service) -> None:
    assert service.process.stdout is not None
    async for line in service.process.stdout:
        service.output.append(line.decode(errors="replace"))

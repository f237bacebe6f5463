"""Another machine on a cable that can be pulled: a network namespace with one link to this one (Linux, root)."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


def why_not() -> str:
    """Return why this machine cannot make network namespaces, "" when it can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    name = f"onepizza-try-{os.getpid()}"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        return f"network namespaces are not permitted here: {tried.stderr.strip()}"
    subprocess.run(["ip", "netns", "delete", name], check=True)
    return ""


class Cable:
    """The link between this machine (`here`) and the other one (`there`)."""

    def __init__(self, name: str, folder: Path) -> None:
        number = os.getpid() % 250
        self.name = name
        self.here = f"10.213.{number}.1"
        #: The other machine's address now, and the one that it takes by `move`.
        self.there = f"10.213.{number}.2"
        self._elsewhere = f"10.213.{number}.3"
        self._near = f"op{os.getpid()}"
        self._folder = folder

    def program(self, path: Path) -> Path:
        """Return a program that runs `path` on the other machine."""
        wrapper = self._folder / path.name
        wrapper.write_text(f'#!/bin/sh\nexec ip netns exec {self.name} {path} "$@"\n')
        wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
        return wrapper

    async def lay(self) -> None:
        await _ip("netns", "add", self.name)
        await _ip("link", "add", self._near, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        await _ip("address", "add", f"{self.here}/29", "dev", self._near)
        await _ip("link", "set", self._near, "up")
        await _ip("-n", self.name, "address", "add", f"{self.there}/29", "dev", "eth0")
        await _ip("-n", self.name, "link", "set", "lo", "up")
        await self.mend()

    async def cut(self) -> None:
        """Take the other machine's interface down: its routes go, and so does everything in flight."""
        await _ip("-n", self.name, "link", "set", "eth0", "down")

    async def mend(self) -> None:
        await _ip("-n", self.name, "link", "set", "eth0", "up")
        await _ip("-n", self.name, "route", "add", "default", "via", self.here)

    async def move(self) -> None:
        """Take the other machine to another network: its address is a new one, and the old one is gone."""
        await _ip("-n", self.name, "address", "delete", f"{self.there}/29", "dev", "eth0")
        await _ip("-n", self.name, "address", "add", f"{self._elsewhere}/29", "dev", "eth0")
        await _ip("-n", self.name, "route", "add", "default", "via", self.here)
        self.there, self._elsewhere = self._elsewhere, self.there

    async def remove(self) -> None:
        # With the namespace it would go too, but some time later.
        await _ip("link", "delete", self._near)
        await _ip("netns", "delete", self.name)


@asynccontextmanager
async def cable() -> AsyncIterator[Cable]:
    """Lay a cable to another machine for the length of a block."""
    with TemporaryDirectory(prefix="netns-") as folder:
        laid = Cable(f"onepizza-{os.getpid()}", Path(folder))
        await laid.lay()
        try:
            yield laid
        finally:
            await laid.remove()


async def _ip(*arguments: str) -> None:
    process = await asyncio.create_subprocess_exec("ip", *arguments, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    assert process.returncode == 0, f"ip {' '.join(arguments)}: {said.decode()}"

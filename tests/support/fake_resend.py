"""A stand-in for Resend: keeps the mails it is sent and answers what it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

_SILENT = 0


@dataclass
class Sent:
    """One request: its headers in lower case and the mail."""

    path: str
    headers: dict[str, str]
    mail: dict[str, Any]


@dataclass
class FakeResend:
    """`answers` are statuses for the next requests, 200 when they run out; 0 reads the request and says nothing."""

    address: str = ""
    answers: list[int] = field(default_factory=list)
    extra_headers: str = ""
    sent: list[Sent] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        request, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.sent.append(Sent(" ".join(request.split()[:2]), headers, json.loads(body)))
        self.arrived.set()
        status = self.answers.pop(0) if self.answers else 200
        if status == _SILENT:
            await reader.read()
        else:
            answer = b'{"id":"1"}' if status == 200 else b'{"message":"token=s3cret"}'
            writer.write(
                f"HTTP/1.1 {status} Whatever\r\ncontent-length: {len(answer)}\r\n{self.extra_headers}\r\n".encode()
                + answer
            )
            await writer.drain()
        writer.close()


@asynccontextmanager
async def fake_resend(*answers: int, extra_headers: str = "") -> AsyncIterator[FakeResend]:
    """Run one at `address`."""
    fake = FakeResend(answers=list(answers), extra_headers=extra_headers)
    server = await asyncio.start_server(fake.handle, "127.0.0.1", 0)
    fake.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        server.close()

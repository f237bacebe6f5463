"""A program that is asked to stop does, with everything that belongs to it, and says that all is well."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.support.databases import until
from tests.support.embedded import processes_of
from tests.support.service import running_service


@pytest.mark.slow
class TestPoliteStop:
    @pytest.mark.parametrize("is_in_use", [True, False], ids=["in use", "just started"])
    async def test_ends_with_status_0_and_leaves_nothing_running(self, tmp_path: Path, is_in_use: bool) -> None:
        async with running_service(tmp_path) as service:
            if is_in_use:
                async with httpx.AsyncClient(base_url=service.address) as http:
                    sent = {"email": "you@example.com", "password": "secret123"}
                    assert (await http.post("/api/auth/register", json=sent)).status_code == 201
            assert await service.stop() == 0
            await until(lambda: not processes_of(tmp_path), "the embedded PostgreSQL has ended")
            assert "Traceback" not in "".join(service.output)

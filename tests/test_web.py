"""The page shells: what their content security policy lets run."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar

from onepizza import web

SCRIPT = "(()=>{new WebSocket(`ws://here`)})();"
JOIN = f'<!doctype html><script>{SCRIPT}</script><script type="module" src="/assets/join.js"></script>'
OTHER = '<!doctype html><script type="module" src="/assets/index.js"></script>'


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return the folder of a built client."""
    for name, html in {"index.html": OTHER, "join.html": JOIN, "docs.html": OTHER}.items():
        (tmp_path / name).write_text(html, encoding="utf-8")
    (tmp_path / "assets").mkdir()
    return tmp_path


async def policy_of(static_dir: Path, path: str) -> str:
    """Return a page's `Content-Security-Policy`."""
    app = Litestar(web.routes("https://meet.example.com", static_dir))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(cast("Any", app)), base_url="http://test") as client:
        return (await client.get(path)).headers["content-security-policy"]


class TestPolicy:
    async def test_the_join_page_may_run_the_script_that_stands_in_it(self, built: Path) -> None:
        digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
        policy = await policy_of(built, "/join/abcdef-abc")
        assert f"script-src 'self' 'wasm-unsafe-eval' 'sha256-{digest}';" in policy
        assert "unsafe-inline" not in policy
        assert "connect-src 'self' wss://meet.example.com;" in policy

    @pytest.mark.parametrize("path", ["/", "/dashboard", "/join/abcdef-abc"])
    async def test_other_pages_may_run_none(self, built: Path, path: str) -> None:
        (built / "join.html").write_text(OTHER, encoding="utf-8")
        assert "script-src 'self' 'wasm-unsafe-eval';" in await policy_of(built, path)

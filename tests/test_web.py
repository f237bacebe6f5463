"""The page shells, what their content security policy lets run, and the files that they name."""

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
    assets = tmp_path / "assets"
    assets.mkdir()
    (assets / "join-1a.js").write_bytes(b"plain")
    (assets / "join-1a.js.br").write_bytes(b"small")
    (assets / "inter-1a.woff2").write_bytes(b"font")
    return tmp_path


async def answer(static_dir: Path, path: str, accept_encoding: str = "") -> httpx.Response:
    """Return what is sent for a path; a body whose encoding httpx would undo is read raw."""
    app = Litestar(web.routes("https://meet.example.com", static_dir))
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(cast("Any", app)), base_url="http://test") as client,
        client.stream("GET", path, headers={"Accept-Encoding": accept_encoding}) as opened,
    ):
        body = b"".join([part async for part in opened.aiter_raw()])
        headers = [(name, value) for name, value in opened.headers.items() if name != "content-encoding"]
        coding = opened.headers.get("content-encoding", "")
        return httpx.Response(opened.status_code, headers=[*headers, ("x-coding", coding)], content=body)


async def policy_of(static_dir: Path, path: str) -> str:
    """Return a page's `Content-Security-Policy`."""
    return (await answer(static_dir, path)).headers["content-security-policy"]


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


class TestAssets:
    @pytest.mark.parametrize("accepted", ["br", "gzip, deflate, br, zstd", "gzip;q=0.5, BR ; q=0.8"])
    async def test_who_takes_brotli_gets_the_copy_made_with_the_build(self, built: Path, accepted: str) -> None:
        sent = await answer(built, "/assets/join-1a.js", accepted)
        assert sent.content == b"small"
        assert sent.headers["x-coding"] == "br"
        assert sent.headers["vary"] == "Accept-Encoding"
        assert sent.headers["content-type"] == "text/javascript; charset=utf-8"

    @pytest.mark.parametrize("accepted", ["", "gzip", "gzip, br;q=0", "br; q=0.000", "*", "brotli"])
    async def test_everybody_else_gets_the_file(self, built: Path, accepted: str) -> None:
        sent = await answer(built, "/assets/join-1a.js", accepted)
        assert sent.content == b"plain"
        assert sent.headers["x-coding"] == ""
        assert sent.headers["vary"] == "Accept-Encoding"

    async def test_a_file_without_a_copy_does_not_vary(self, built: Path) -> None:
        sent = await answer(built, "/assets/inter-1a.woff2", "br")
        assert sent.content == b"font"
        assert sent.headers["content-type"] == "font/woff2"
        assert "vary" not in sent.headers

    async def test_a_browser_keeps_them(self, built: Path) -> None:
        sent = await answer(built, "/assets/join-1a.js")
        assert sent.headers["cache-control"] == "max-age=31536000, public, immutable"

    @pytest.mark.parametrize(
        "name", ["join-2b.js", "join-1a.js.br", "..%2Fjoin.html", "%2E%2E", "..%2F..%2Fetc%2Fpasswd"]
    )
    async def test_nothing_else_is_there(self, built: Path, name: str) -> None:
        assert (await answer(built, f"/assets/{name}", "br")).status_code == 404

"""The edge that every answer passes: ids, limits, headers, CORS, and one shape for every refusal."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import delete, get, post
from litestar.params import JSONBody
from msgspec import Struct
from msgspec.structs import replace

from onepizza.core.edge import Edge
from onepizza.core.errors import ServiceUnavailable
from onepizza.core.http import build_litestar
from onepizza.core.settings import Limits, Settings
from tests.support.rest import Rest, body, error


class Anything(Struct):
    value: Any = None


@get("/api/bug")
async def bug() -> Anything:
    raise RuntimeError("a detail that nobody may see")


@get("/api/away")
async def away() -> Anything:
    raise ServiceUnavailable(retry_after_s=7)


@post("/api/echo", status_code=200)
async def echo(data: JSONBody[Anything]) -> Anything:
    return data


@get("/api/many")
async def read_many() -> Anything:
    return Anything()


@post("/api/many")
async def add_to_many() -> Anything:
    return Anything()


@delete("/api/many", status_code=200)
async def delete_many() -> Anything:
    return Anything()


HANDLERS = (bug, away, echo, read_many, add_to_many, delete_many)


def client(settings: Settings, not_found_page: str | None = None) -> httpx.AsyncClient:
    app = Edge(build_litestar(HANDLERS, settings, version="1", not_found_page=not_found_page), settings)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://onepizza.test"
    )


@pytest.fixture
async def http(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client(settings) as opened:
        yield opened


def changed(settings: Settings, **changes: Any) -> Settings:
    return replace(settings, **changes)


PAGE = "<!doctype html><p>No such page"
AS_BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


class TestUnknownPage:
    @pytest.fixture
    async def http(self, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
        async with client(settings, not_found_page=PAGE) as opened:
            yield opened

    async def test_a_browser_is_shown_a_page(self, http: httpx.AsyncClient) -> None:
        answer = await http.get("/nowhere", headers=AS_BROWSER)
        assert (answer.status_code, answer.text) == (404, PAGE)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"
        assert "content-security-policy" in answer.headers

    @pytest.mark.parametrize(
        ("method", "path", "accept"),
        [
            ("GET", "/nowhere", "*/*"),
            ("GET", "/nowhere", "application/json"),
            ("POST", "/nowhere", "text/html"),
            ("GET", "/api/nowhere", "text/html"),
            ("GET", "/admin/api/nowhere", "text/html"),
        ],
    )
    async def test_a_program_and_the_api_get_json(
        self, http: httpx.AsyncClient, method: str, path: str, accept: str
    ) -> None:
        answer = await http.request(method, path, headers={"accept": accept})
        assert answer.status_code == 404
        assert body(answer) == error("not_found", "Not found")


class TestErrors:
    @pytest.mark.parametrize(
        ("method", "path", "status", "expected"),
        [
            ("GET", "/nowhere", 404, error("not_found", "Not found")),
            ("PUT", "/api/bug", 405, error("method_not_allowed", "This method is not allowed here")),
            ("GET", "/api/bug", 500, error("internal_error", "Internal server error")),
            ("GET", "/api/away", 503,
             error("service_unavailable", "The service is not available right now, please try again")),
        ],
    )  # fmt: skip
    async def test_have_one_shape(
        self, http: httpx.AsyncClient, method: str, path: str, status: int, expected: dict[str, Any]
    ) -> None:
        answer = await http.request(method, path)
        assert (answer.status_code, body(answer)) == (status, expected)
        assert answer.headers["content-type"] == "application/json"

    async def test_say_when_to_come_back_and_what_is_allowed(self, http: httpx.AsyncClient) -> None:
        assert (await http.get("/api/away")).headers["retry-after"] == "7"
        assert (await http.put("/api/bug")).headers["allow"] == "GET, HEAD, OPTIONS"

    async def test_a_wrong_method_is_told_all_methods_of_the_path(self, http: httpx.AsyncClient) -> None:
        answer = await http.put("/api/many")
        assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, HEAD, OPTIONS, POST")


class TestOptions:
    @pytest.mark.parametrize(
        ("path", "allowed"),
        [
            ("/api/bug", "GET, HEAD, OPTIONS"),
            ("/api/echo", "OPTIONS, POST"),
            ("/api/many", "DELETE, GET, HEAD, OPTIONS, POST"),
        ],
    )
    async def test_name_every_method_of_the_path(self, http: httpx.AsyncClient, path: str, allowed: str) -> None:
        answer = await http.options(path)
        assert (answer.status_code, answer.headers["allow"], answer.content) == (204, allowed, b"")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert {"content-type", "content-length"}.isdisjoint(answer.headers)

    async def test_of_no_path_are_none(self, http: httpx.AsyncClient) -> None:
        answer = await http.options("/nowhere")
        assert (answer.status_code, body(answer)) == (404, error("not_found", "Not found"))


class TestRequestId:
    async def test_a_sane_one_is_kept(self, http: httpx.AsyncClient) -> None:
        answer = await http.get("/nowhere", headers={"x-request-id": "abc-123_4.5"})
        assert answer.headers["x-request-id"] == answer.json()["requestId"] == "abc-123_4.5"

    @pytest.mark.parametrize("given", ["", "short", "x" * 65, "has space!", "<script>alert(1)"])
    async def test_another_is_replaced(self, http: httpx.AsyncClient, given: str) -> None:
        answer = await http.get("/nowhere", headers={"x-request-id": given})
        assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])


class TestSizes:
    async def test_a_declared_body(self, http: httpx.AsyncClient) -> None:
        fits = await http.post("/api/echo", json={"value": "x" * 65_000})
        assert fits.status_code == 200
        answer = await http.post("/api/echo", json={"value": "x" * 66_000})
        assert (answer.status_code, body(answer)) == (413, error("body_too_large", "The request body is too large"))

    async def test_a_body_of_undeclared_length(self, http: httpx.AsyncClient) -> None:
        async def endless() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b"[" * 1024

        answer = await http.post("/api/echo", content=endless(), headers={"content-type": "application/json"})
        assert (answer.status_code, body(answer)) == (413, error("body_too_large", "The request body is too large"))

    async def test_headers_and_url(self, http: httpx.AsyncClient) -> None:
        answer = await http.get("/api/away", headers={"x-long": "x" * 17_000})
        assert (answer.status_code, body(answer)["code"]) == (431, "headers_too_large")
        answer = await http.get("/api/away?" + "x" * 5_000)
        assert (answer.status_code, body(answer)["code"]) == (414, "url_too_long")

    @pytest.mark.parametrize(("depth", "status"), [(31, 200), (32, 400), (20_000, 400)])
    async def test_the_depth_of_json(self, http: httpx.AsyncClient, depth: int, status: int) -> None:
        content = b'{"value":' + b"[" * depth + b"]" * depth + b"}"
        answer = await http.post("/api/echo", content=content, headers={"content-type": "application/json"})
        assert answer.status_code == status

    async def test_a_hostile_string_is_read_once(self, http: httpx.AsyncClient) -> None:
        """Sixty thousand bytes of escaped quotes behind five brackets took minutes with a careless pattern."""
        content = b"[[[[[" + b'\\"' * 30_000
        answer = await http.post("/api/echo", content=content, headers={"content-type": "application/json"})
        assert answer.status_code == 400

    async def test_the_limits_are_settings(self, settings: Settings) -> None:
        async with client(changed(settings, limits=Limits(http_body_bytes=1024, json_depth=4))) as http:
            assert (await http.post("/api/echo", json={"value": "x" * 2000})).status_code == 413
            assert (await http.post("/api/echo", json={"value": [[[[[]]]]]})).status_code == 400


class TestContentType:
    @pytest.mark.parametrize(
        ("media_type", "status"),
        [
            ("application/json", 200),
            ("application/json; charset=utf-8", 200),
            ('Application/JSON;charset="UTF-8"', 200),
            ("application/json; charset=utf-16", 415),
            ("text/plain", 415),
            ("application/x-www-form-urlencoded", 415),
            ("", 415),
        ],
    )
    async def test_only_json_is_read(self, http: httpx.AsyncClient, media_type: str, status: int) -> None:
        answer = await http.post("/api/echo", content=b"{}", headers={"content-type": media_type})
        assert answer.status_code == status


class TestHeaders:
    async def test_every_answer_carries_them(self, http: httpx.AsyncClient) -> None:
        for path in ("/nowhere", "/api/bug", "/openapi.json"):
            headers = (await http.get(path)).headers
            policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
            assert policy["default-src"] == "'self'"
            assert policy["connect-src"] == "'self' ws://localhost:3000"
            assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
            assert policy["frame-ancestors"] == "'none'"
            assert "unsafe-inline" not in headers["content-security-policy"]
            assert headers["permissions-policy"] == "camera=(self), microphone=(self), display-capture=(self)"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-content-type-options"] == "nosniff"
            assert "strict-transport-security" not in headers

    async def test_https_is_made_to_stay(self, settings: Settings) -> None:
        async with client(changed(settings, app_url="https://meet.example.com")) as http:
            headers = (await http.get("/nowhere")).headers
            assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
            assert "connect-src 'self' wss://meet.example.com" in headers["content-security-policy"]

    async def test_api_answers_are_not_stored(self, http: httpx.AsyncClient) -> None:
        assert (await http.post("/api/echo", json={})).headers["cache-control"] == "no-store"
        assert "cache-control" not in (await http.get("/openapi.json")).headers

    async def test_head_is_get_without_a_body(self, rest: Rest) -> None:
        answer = await rest.http.head("/healthz")
        assert (answer.status_code, answer.content) == (200, b"")


class TestCors:
    async def test_a_listed_origin_may_read(self, settings: Settings) -> None:
        async with client(changed(settings, allowed_origins=("https://a.example",))) as http:
            answer = await http.get("/api/away", headers={"origin": "https://a.example"})
            assert answer.headers["access-control-allow-origin"] == "https://a.example"
            assert answer.headers["access-control-allow-credentials"] == "true"
            assert answer.headers["vary"] == "Origin"
            preflight = await http.options(
                "/api/echo", headers={"origin": "https://a.example", "access-control-request-method": "POST"}
            )
            assert preflight.status_code == 204
            assert "POST" in preflight.headers["access-control-allow-methods"]
            assert "X-Api-Key" in preflight.headers["access-control-allow-headers"]

    async def test_another_may_not(self, http: httpx.AsyncClient) -> None:
        asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
        for answer in (await http.get("/api/away", headers=asked), await http.options("/api/echo", headers=asked)):
            assert "access-control-allow-origin" not in answer.headers
            assert "access-control-allow-methods" not in answer.headers


class TestHealth:
    async def test_alive_and_ready_are_two_things(self, rest: Rest) -> None:
        assert (await rest.http.get("/healthz")).json() == {"status": "ok"}
        assert (await rest.http.get("/readyz")).json() == {"status": "ok"}
        rest.is_ready = False
        assert (await rest.http.get("/healthz")).status_code == 200
        assert (await rest.http.get("/readyz")).status_code == 503

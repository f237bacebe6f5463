"""Which pages may connect, over both transports, and what their browsers are told."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus

from onepizza.socketio import Engine
from tests.socketio.serving import serve

PAGE = "https://example.org"


class TestListedOrigins:
    @pytest.mark.parametrize(
        ("origin", "status"), [(PAGE, 200), (None, 200), ("https://evil.example", 403), ("null", 403)]
    )
    async def test_over_polling(self, origin: str | None, status: int) -> None:
        async with serve(Engine(allowed_origins=[PAGE + "/"])) as served:
            headers = {"Origin": origin} if origin else {}
            response = await served.http.get(served.url(EIO="4", transport="polling"), headers=headers)
        assert response.status_code == status
        allowed = origin == PAGE
        assert response.headers.get("access-control-allow-origin") == (PAGE if allowed else None)
        assert response.headers.get("access-control-allow-credentials") == ("true" if allowed else None)
        assert response.headers["vary"] == "Origin"

    @pytest.mark.parametrize("origin", [PAGE, None])
    async def test_over_websocket(self, origin: str | None) -> None:
        async with serve(Engine(allowed_origins=[PAGE])) as served, served.opened(origin=origin):
            pass

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", PAGE + ".evil.example"])
    async def test_others_are_refused_over_websocket(self, origin: str) -> None:
        async with serve(Engine(allowed_origins=[PAGE])) as served:
            with pytest.raises(InvalidStatus) as refused:
                async with served.ws(origin=origin):
                    pass
        assert refused.value.response.status_code == 403

    async def test_others_cannot_use_a_session_either(self) -> None:
        async with serve(Engine(allowed_origins=[PAGE])) as served:
            sid = await served.open_polling()
            assert (await served.get(sid, Origin="https://evil.example")).status_code == 403

    async def test_a_preflight_is_answered(self) -> None:
        async with serve(Engine(allowed_origins=[PAGE])) as served:
            response = await served.http.options(
                "/engine.io/",
                headers={
                    "Origin": PAGE,
                    "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "content-type,x-mine",
                },
            )
        assert response.status_code == 204
        assert response.headers["access-control-allow-origin"] == PAGE
        assert response.headers["access-control-allow-credentials"] == "true"
        assert response.headers["access-control-allow-methods"] == "GET,HEAD,PUT,PATCH,POST,DELETE"
        assert response.headers["access-control-allow-headers"] == "content-type,x-mine"


class TestEveryOrigin:
    async def test_is_let_in_without_credentials(self) -> None:
        async with serve(Engine()) as served, served.opened(origin="https://any.example"):
            response = await served.http.get(served.url(EIO="4", transport="polling"), headers={"Origin": PAGE})
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers

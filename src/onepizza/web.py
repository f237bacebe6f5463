"""Serves the built web client: hashed assets, and one page shell for every address that the client's router knows.

And what tells programs about this server beside OpenAPI: `/asyncapi.json` and `/llms.txt`.

The shell is the same for known and unknown meetings (CONTRACT 5, Pages): only the socket's door tells them apart.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.datastructures import CacheControlHeader, State
from litestar.exceptions import NotFoundException
from litestar.handlers.http_handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import File

from onepizza.core.edge import content_security_policy
from onepizza.core.settings import Settings
from onepizza.realtime import asyncapi

STATIC_DIR = Path(__file__).with_name("static")

#: Pages that begin with the door of a meeting; the shell names its files, so that they come in one step.
JOIN_PATH = "/join/{meeting_id:str}"

#: Addresses of the client's own router (`web/src/router.ts`); at any other, browsers get the same shell with a 404.
PAGE_PATHS = (
    "/",
    JOIN_PATH,
    "/sign-up",
    "/sign-in",
    "/forgot-password",
    "/reset-password",
    "/dashboard",
    "/dashboard/{section:str}",
    "/dashboard/meetings/{meeting_id:str}",
)

_NOT_BUILT = """<!doctype html><html lang="en"><title>onepizza</title>
<p>The web client has not been built. Run <code>make setup</code>, then start the service again.</p></html>"""


def routes(app_url: str, static_dir: Path = STATIC_DIR) -> list[HTTPRouteHandler]:
    """Return the handlers for the pages and their files; without a build the pages say how to make one."""
    if not (static_dir / "index.html").is_file():
        return [_shell(PAGE_PATHS, _NOT_BUILT, app_url)]
    pages = [
        _shell([path for path in PAGE_PATHS if path != JOIN_PATH], _read(static_dir, "index.html"), app_url),
        _shell([JOIN_PATH], _read(static_dir, "join.html"), app_url),
    ]
    reference = _read(static_dir, "docs.html")

    @get("/docs", media_type=MediaType.HTML, include_in_schema=False, sync_to_thread=False)
    def api_reference() -> Response[str]:
        return Response(reference, media_type=MediaType.HTML)

    files = [_file(f"/{entry.name}", entry) for entry in sorted(static_dir.iterdir()) if _is_public_file(entry)]
    return [*pages, api_reference, _assets(static_dir / "assets"), *files]


def not_found_page(static_dir: Path = STATIC_DIR) -> str | None:
    """Return the page for an address that nothing has: the client's shell, whose router says so in words."""
    shell = static_dir / "index.html"
    return shell.read_text("utf-8") if shell.is_file() else None


def descriptions(settings: Settings, version: str) -> list[HTTPRouteHandler]:
    """Return the handlers of what describes this server to programs; each is made when it is first asked for."""
    events: list[bytes] = []

    @get("/asyncapi.json", media_type=MediaType.JSON, include_in_schema=False, sync_to_thread=False)
    def event_document() -> Response[bytes]:
        if not events:
            events.append(msgspec.json.encode(asyncapi.document(settings, version)))
        return Response(events[0], media_type=MediaType.JSON)

    @get("/llms.txt", media_type=MediaType.TEXT, include_in_schema=False, sync_to_thread=False)
    def guide() -> Response[str]:
        text = Path(__file__).with_name("llms.txt").read_text(encoding="utf-8")
        return Response(text.replace("{APP_URL}", settings.app_url), media_type=MediaType.TEXT)

    return [event_document, guide]


def _read(static_dir: Path, name: str) -> str:
    return (static_dir / name).read_text(encoding="utf-8")


#: A script that stands in the page itself: the join page opens its socket so (`web/src/protocol/early.ts`).
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def _script_hashes(html: str) -> list[str]:
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(html))
    return [f"sha256-{base64.b64encode(digest).decode()}" for digest in digests]


def _shell(paths: Sequence[str], html: str, app_url: str) -> HTTPRouteHandler:
    policy = content_security_policy(app_url, _script_hashes(html))

    @get(
        list(paths),
        media_type=MediaType.HTML,
        include_in_schema=False,
        cache_control=CacheControlHeader(no_cache=True),
        sync_to_thread=False,
    )
    def page() -> Response[str]:
        return Response(html, media_type=MediaType.HTML, headers={"Content-Security-Policy": policy})

    return page


def _is_public_file(entry: Path) -> bool:
    return entry.is_file() and entry.suffix != ".html" and not entry.name.startswith(".")


_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}

#: Beside a file: the same, compressed when the client was built (`web/tools/compressed.ts`).
_COMPRESSED = ".br"


def _assets(folder: Path) -> HTTPRouteHandler:
    """Return the handler of the files that are named by their content: what a browser has of them is good for ever."""
    known = {entry.name: entry for entry in folder.iterdir() if entry.suffix != _COMPRESSED}
    compressed = {name: copy for name in known if (copy := folder / f"{name}{_COMPRESSED}").is_file()}

    @get(
        "/assets/{name:str}",
        include_in_schema=False,
        cache_control=CacheControlHeader(max_age=31_536_000, public=True, immutable=True),
        sync_to_thread=False,
    )
    def asset(request: Request[object, object, State], name: FromPath[str]) -> File:
        if name not in known:
            raise NotFoundException
        media_type = _MEDIA_TYPES.get(known[name].suffix, "application/octet-stream")
        vary = {"Vary": "Accept-Encoding"} if name in compressed else {}
        if vary and _takes_brotli(request.headers.get("accept-encoding", "")):
            headers = {"Content-Encoding": "br", **vary}
            return File(
                compressed[name],
                filename=name,
                content_disposition_type="inline",
                media_type=media_type,
                headers=headers,
            )
        return File(known[name], filename=name, content_disposition_type="inline", media_type=media_type, headers=vary)

    return asset


def _takes_brotli(accept_encoding: str) -> bool:
    """Return whether RFC 9110 (12.5.3) allows `br`; a wildcard alone does not make us choose it."""
    for offer in accept_encoding.split(","):
        coding, _, weight = offer.partition(";")
        if coding.strip().lower() == "br":
            return weight.replace(" ", "").lower() not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _file(path: str, source: Path) -> HTTPRouteHandler:
    body = source.read_bytes()
    media_type = _MEDIA_TYPES.get(source.suffix, "application/octet-stream")

    @get(
        path,
        media_type=media_type,
        include_in_schema=False,
        cache_control=CacheControlHeader(max_age=3600, public=True),
        sync_to_thread=False,
    )
    def public_file() -> Response[bytes]:
        return Response(body, media_type=media_type)

    return public_file

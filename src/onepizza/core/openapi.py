"""The description of the REST API at `/openapi.json`, generated from the routes; what all of them share stands here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, get
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Operation, Parameter, Schema, SecurityScheme, Tag
from litestar.openapi.spec.enums import OpenAPIType

from onepizza.core.answers import ErrorBody

_METHODS = ("get", "post", "put", "patch", "delete")

API_KEY = "apiKey"
ADMIN_TOKEN = "adminToken"  # noqa: S105 - the name of a scheme
BEARER = "bearer"
SESSION = "session"
SESSION_COOKIE = "onepizza_session"

SIGNED_IN: list[dict[str, list[str]]] = [{SESSION: []}]
"""Security of a route of the dashboard."""
OWNER: list[dict[str, list[str]]] = [{API_KEY: []}, {BEARER: []}, {SESSION: []}]
"""Security of a route that wants an API key, or the session of the same account."""
OWNER_AND_HOST: list[dict[str, list[str]]] = [
    {API_KEY: [], ADMIN_TOKEN: []},
    {BEARER: [], ADMIN_TOKEN: []},
    {SESSION: [], ADMIN_TOKEN: []},
    {SESSION: []},
    {ADMIN_TOKEN: []},
]
"""Key and admin token; the owner's session alone; the token alone for a guest meeting."""
READER: list[dict[str, list[str]]] = [*OWNER, {ADMIN_TOKEN: []}]
"""Key or session of the owner; the admin token alone for a guest meeting."""
HOST: list[dict[str, list[str]]] = [{ADMIN_TOKEN: []}, {API_KEY: [], ADMIN_TOKEN: []}, {SESSION: []}]
"""The admin token, with a key if one likes; or the owner's session."""

_CAUSES: Mapping[int, str] = {
    400: "The request does not fit: a missing, unknown or malformed field; `details` names it.",
    401: "Missing or invalid API key, or not logged in.",
    402: "Insufficient credits to start a meeting.",
    403: "Missing or invalid admin token, not the owner, or a page of an origin that is not listed.",
    404: "No such meeting, participant or resource of yours.",
    409: "The current state refuses it.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not declared as application/json.",
    422: "The Idempotency-Key was used with another request.",
    429: "Rate limit exceeded; `Retry-After` says when to come back.",
    503: "A part the answer needs is away; `Retry-After` says when to try again.",
}

_DESCRIPTION = """Video meetings over HTTP and Socket.IO.

REST calls take an API key in `x-api-key` (or `Authorization: Bearer mk_…`); host actions take the admin token that the
creation of the meeting answered, in `x-admin-token`. Guest meetings need no account. Calls of the dashboard take the
session cookie that log-in and sign-up set; with it, a call that changes something is refused to pages of origins that
are not listed, and a body must be JSON.

Errors have one shape: `{error, code, requestId, details?}`. Every answer carries `X-Request-Id`.

The Socket.IO events are in [/asyncapi.json](/asyncapi.json), a first tour is in [/llms.txt](/llms.txt)."""


def refusals(*statuses: int) -> dict[int, ResponseSpec]:
    """Return the documentation of error answers for a route; 500 and 503 come with every route."""
    return {
        status: ResponseSpec(ErrorBody, generate_examples=False, description=_CAUSES[status])
        for status in (*statuses, 503)
    }


@dataclass
class Repeatable(Operation):
    """The operation class of a route that takes an `Idempotency-Key` (see `core.idempotency`)."""

    def __post_init__(self) -> None:
        """Add the header."""
        self.parameters = [
            *(self.parameters or ()),
            Parameter(
                name="Idempotency-Key",
                param_in="header",
                description="1 to 255 visible characters. Sent again within 24 hours, the same request gets the same "
                "answer and is not done twice; another request under the same key is refused with 422.",
                schema=Schema(type=OpenAPIType.STRING, min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$"),
            ),
        ]


def openapi_config(version: str, webhooks: Mapping[str, Any] | None = None) -> OpenAPIConfig:
    """Return the frame of the document; paths are added by Litestar from the routes."""
    return OpenAPIConfig(
        title="onepizza API",
        version=version,
        description=_DESCRIPTION,
        use_handler_docstrings=True,
        path="/openapi",
        render_plugins=[_FinishedJson(path="/")],
        tags=[
            Tag("accounts", "Sign up, log in, passwords."),
            Tag("API keys", "Keys for the REST API."),
            Tag("companies", "Workspaces that share one balance."),
            Tag("billing", "Balance and transactions."),
            Tag("meetings", "Create, list, read and end meetings."),
            Tag("host controls", "Settings, lock, invites and participants of a meeting."),
            Tag("media", "What a client needs to connect."),
            Tag("service", "Is the service up."),
        ],
        webhooks=dict(webhooks) if webhooks else None,
        components=Components(
            security_schemes={
                API_KEY: SecurityScheme(type="apiKey", name="x-api-key", security_scheme_in="header"),
                BEARER: SecurityScheme(type="http", scheme="bearer", description="The API key as a bearer token."),
                ADMIN_TOKEN: SecurityScheme(
                    type="apiKey",
                    name="x-admin-token",
                    security_scheme_in="header",
                    description="Answered once, when the meeting is created.",
                ),
                SESSION: SecurityScheme(
                    type="apiKey",
                    name=SESSION_COOKIE,
                    security_scheme_in="cookie",
                    description="Set by log-in and sign-up.",
                ),
            }
        ),
    )


def document(app: Litestar) -> dict[str, Any]:
    """Return the finished description of an application's routes, as `/openapi.json` shows it."""
    return _finished(app.openapi_schema.to_schema())


def _finished(described: dict[str, Any]) -> dict[str, Any]:
    """Make Litestar's document true for what `core.http` does differently.

    Refusals of the framework itself have our shape; bodies refuse unknown fields; an optional body may be missing, but
    `null` is no body.
    """
    schemas = described["components"]["schemas"]
    for item in described["paths"].values():
        for operation in (item[method] for method in _METHODS if method in item):
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    response["description"] = _CAUSES.get(int(status), response["description"])
                    response["content"] = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}}
                else:
                    response["description"] = HTTPStatus(int(status)).phrase
            if body := operation.get("requestBody"):
                _finish_body(body, schemas)
    return described


def _finish_body(body: dict[str, Any], schemas: dict[str, Any]) -> None:
    for media in body["content"].values():
        choices = [choice for choice in media["schema"].get("oneOf", ()) if choice.get("type") != "null"]
        if choices:
            media["schema"] = choices[0]
            body["required"] = False
        name = media["schema"]["$ref"].rpartition("/")[2]
        schemas[name]["additionalProperties"] = False


class _FinishedJson(JsonRenderPlugin):
    """Litestar insists on serving its document under a path of its own; this makes it the same one."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Encode the finished document."""
        return msgspec.json.encode(_finished(openapi_schema))


@get("/openapi.json", media_type=MediaType.JSON, include_in_schema=False, sync_to_thread=False)
def document_handler(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Answer this description, which takes a while to make and is made once."""
    state = request.app.state
    if "openapi_document" not in state:
        state["openapi_document"] = document(request.app)
    return state["openapi_document"]

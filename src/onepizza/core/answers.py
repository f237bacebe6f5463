"""The shape of every refusal over HTTP: `{error, code, requestId, details?}`, status and headers (CONTRACT 1.30)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

import msgspec
import structlog
from litestar.exceptions import HTTPException, ValidationException
from msgspec import UNSET, Meta, UnsetType

from onepizza.core.errors import (
    ErrorDetail,
    InvalidRequest,
    OnePizzaError,
    RateLimited,
    ServiceUnavailable,
    Unauthenticated,
)

_log = structlog.get_logger(__name__)
_encode = msgspec.json.Encoder().encode

Headers = list[tuple[bytes, bytes]]


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True):
    """Every error answer."""

    error: Annotated[str, Meta(description="A sentence for people.", examples=["Meeting not found"])]
    code: Annotated[str, Meta(description="Stable, for programs.", examples=["meeting_not_found"])]
    request_id: str = msgspec.field(name="requestId")
    details: tuple[ErrorDetail, ...] | UnsetType = UNSET


class BodyTooLarge(OnePizzaError):
    """The body is longer than this route reads."""

    status = 413
    code = "body_too_large"
    message = "The request body is too large"


class UnsupportedMediaType(OnePizzaError):
    """The body is not declared as JSON."""

    status = 415
    code = "unsupported_media_type"
    message = "The request body must be JSON, with the header Content-Type: application/json"


class UrlTooLong(OnePizzaError):
    """Path and query together are longer than we read."""

    status = 414
    code = "url_too_long"
    message = "The URL is too long"


class HeadersTooLarge(OnePizzaError):
    """The request headers together are longer than we read."""

    status = 431
    code = "headers_too_large"
    message = "The request headers are too large"


_TYPE_NAMES = {"`int`": "an integer", "`float`": "a number", "`str`": "a string", "`bool`": "true or false"}
_missing_parameter = re.compile(r"Missing required \w+ parameter '(?P<name>[\w-]+)'").match

_FRAMEWORK: Mapping[int, tuple[str, str]] = {
    404: ("not_found", "Not found"),
    405: ("method_not_allowed", "This method is not allowed here"),
    413: (BodyTooLarge.code, BodyTooLarge.message),
    415: (UnsupportedMediaType.code, UnsupportedMediaType.message),
}


def plain(message: str) -> str:
    """Return a sentence of msgspec's (`Expected `int`, got `str``) as part of one of ours."""
    for name, words in _TYPE_NAMES.items():
        message = message.replace(name, words)
    message = message.replace("`", "")
    return message[:1].lower() + message[1:]


def error_answer(error: Exception, request_id: str) -> tuple[int, Headers, bytes]:
    """Return status, headers and body for any exception; one that is nobody's refusal is logged and hidden."""
    status, headers, body = _shape(error, request_id)
    encoded = _encode(body)
    headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(encoded))]
    return status, headers, encoded


def _shape(error: Exception, request_id: str) -> tuple[int, Headers, ErrorBody]:
    match error:
        case OnePizzaError():
            body = ErrorBody(
                error=error.text,
                code=error.code,
                request_id=request_id,
                details=(error.details or UNSET) if isinstance(error, InvalidRequest) else UNSET,
            )
            return error.status, _headers_of(error), body
        case HTTPException() if error.status_code < 500:
            return _framework_refusal(error, request_id)
        case _:
            _log.error("request_failed", request_id=request_id, exc_info=error)
            return 500, [], ErrorBody(error=OnePizzaError.message, code=OnePizzaError.code, request_id=request_id)


def _headers_of(error: OnePizzaError) -> Headers:
    match error:
        case RateLimited() | ServiceUnavailable():
            return [(b"retry-after", b"%d" % error.retry_after_s)]
        case Unauthenticated():
            return [(b"www-authenticate", b'Bearer realm="onepizza"')]
        case BodyTooLarge():
            return [(b"connection", b"close")]
        case _:
            return []


def _framework_refusal(error: HTTPException, request_id: str) -> tuple[int, Headers, ErrorBody]:
    """Shape what Litestar itself refuses: unknown path, wrong method, a query parameter that does not fit."""
    headers = [(name.encode("latin-1"), _header_value(name, value)) for name, value in (error.headers or {}).items()]
    if error.status_code in _FRAMEWORK:
        code, message = _FRAMEWORK[error.status_code]
        return error.status_code, headers, ErrorBody(error=message, code=code, request_id=request_id)
    details = _parameter_details(error)
    sentence = ": ".join(filter(None, (details[0].field, details[0].message))) if details else InvalidRequest.message
    body = ErrorBody(
        error=sentence, code=InvalidRequest.code, request_id=request_id, details=details if details else UNSET
    )
    return 400, headers, body


def _header_value(name: str, value: str) -> bytes:
    if name.lower() == "allow":
        methods = set(value.split(", "))
        value = ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))  # HEAD: `core.edge` answers it
    return value.encode("latin-1")


def _parameter_details(error: HTTPException) -> tuple[ErrorDetail, ...]:
    if missing := _missing_parameter(error.detail):
        return (ErrorDetail(missing["name"], "required parameter is missing"),)
    extra = error.extra if isinstance(error, ValidationException) and isinstance(error.extra, list) else []
    found: list[ErrorDetail] = []
    for item in extra:
        key, message = str(item.get("key", "")), str(item.get("message", ""))
        if key == "data":
            found.append(ErrorDetail("", "A JSON body is required"))
        else:
            found.append(ErrorDetail(key, plain(message.partition(" - at")[0])))
    return tuple(found)

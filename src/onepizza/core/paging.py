"""Paged lists: the parameters that ask for a page, and cursors (CONTRACT 4).

A cursor is the place after the last row that was shown, opaque to the caller.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import Annotated

from litestar.params import QueryParameter

from onepizza.core.errors import ErrorDetail, InvalidRequest

MAX_PAGE = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MAX_CURSOR_LENGTH = 128
_MAX_NUMBER_LENGTH = len(str(2**63))

Limit = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE, description="Most rows in the answer.")]
Cursor = Annotated[
    str | None, QueryParameter(description="`nextCursor` of the page before.", max_length=_MAX_CURSOR_LENGTH)
]


def encode_cursor(moment: datetime, row_id: str) -> str:
    """Return the cursor behind the row with this sort time and id."""
    text = f"{(moment - _EPOCH) // _MICROSECOND}:{row_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, str]:
    """Return the sort time and id of the row that a cursor stands behind.

    Raises:
        InvalidRequest: it was not made here.
    """
    try:
        if not cursor.isascii() or len(cursor) > _MAX_CURSOR_LENGTH:
            raise ValueError
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        microseconds, separator, row_id = text.partition(":")
        if not separator or not row_id.isprintable():
            raise ValueError
        return _EPOCH + int(microseconds) * _MICROSECOND, row_id
    except (ValueError, OverflowError, binascii.Error):
        raise _refused() from None


def decode_numbered_cursor(cursor: str) -> tuple[datetime, int]:
    """Return the same as `decode_cursor` for a list whose rows have numbers for ids.

    Raises:
        InvalidRequest: it was not made here.
    """
    moment, row_id = decode_cursor(cursor)
    if not (row_id.isascii() and row_id.isdigit() and len(row_id) < _MAX_NUMBER_LENGTH):
        raise _refused()
    return moment, int(row_id)


def _refused() -> InvalidRequest:
    message = "is not a cursor of this list"
    return InvalidRequest(f"cursor {message}", (ErrorDetail("cursor", message),))

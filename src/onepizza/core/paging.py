"""Cursors of paged lists: the place after the last row that was shown, opaque to the caller (CONTRACT 4)."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta

from onepizza.core.errors import ErrorDetail, InvalidRequest

MAX_PAGE = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MAX_CURSOR_LENGTH = 128


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
        message = "is not a cursor of this list"
        raise InvalidRequest(f"cursor {message}", (ErrorDetail("cursor", message),)) from None

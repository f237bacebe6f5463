"""When a meeting may start: RFC 3339, far enough ahead and not too far (CONTRACT 2)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from onepizza.core.errors import ErrorDetail, InvalidRequest

_rfc3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII).fullmatch


def parse_scheduled_at(text: str, now: datetime, min_ahead: timedelta, max_ahead: timedelta) -> datetime:
    """Return the moment in UTC, cut to milliseconds.

    Raises:
        InvalidRequest: not RFC 3339 with a zone, no such date, or outside the bounds.
    """
    match = _rfc3339(text)
    if match is None:
        raise _refused("must be an RFC 3339 time with Z or an offset, such as 2026-04-01T14:00:00Z")
    date, time, fraction, zone = match.groups()
    milliseconds = (fraction or ".")[1:4].ljust(3, "0")
    try:
        moment = datetime.fromisoformat(f"{date}T{time}.{milliseconds}{zone.upper()}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise _refused("is not a time that exists") from None
    if moment < now + min_ahead:
        raise _refused(f"must be in the future, at least {min_ahead.total_seconds():.0f} seconds from now")
    if moment > now + max_ahead:
        raise _refused(f"must be at most {max_ahead.days} days from now")
    return moment


def _refused(message: str) -> InvalidRequest:
    return InvalidRequest(f"scheduledAt {message}", (ErrorDetail("scheduledAt", message),))

"""A meeting as a calendar file (RFC 5545), for calendars that people import it into."""

from __future__ import annotations

from datetime import UTC, datetime

from onepizza.meetings.meeting import Meeting, join_url

_LINE_OCTETS = 75
# When a meeting will be over is not booked; without an end calendars show a moment, which people miss.
_SHOWN_LENGTH = "PT1H"


def calendar_file(meeting: Meeting, app_url: str, now: datetime) -> bytes:
    """Return the file; importing a later one replaces the entry, as the UID stays and the SEQUENCE grows.

    Args:
        meeting: in whatever state; a cancelled one takes the entry back.
        app_url: where the join link leads to, without a slash at the end.
        now: when this file is made.
    """
    starts_at = meeting.scheduled_at or meeting.activated_at or meeting.created_at
    link = f"{app_url}{join_url(meeting.id)}"
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//onepizza//Meetings//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{meeting.id}@onepizza",
        f"DTSTAMP:{_utc(now)}",
        f"CREATED:{_utc(meeting.created_at)}",
        f"DTSTART:{_utc(starts_at)}",
        f"DURATION:{_SHOWN_LENGTH}",
        f"SEQUENCE:{meeting.calendar_revision}",
        f"STATUS:{'CANCELLED' if meeting.status == 'cancelled' else 'CONFIRMED'}",
        f"SUMMARY:{_text(meeting.title)}",
        f"LOCATION:{_text(link)}",
        f"DESCRIPTION:{_text(f'Join the meeting: {link}')}",
        f"URL:{link}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(_folded(line) for line in lines)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """Return a TEXT value; what ends a line or a list in the format is escaped (RFC 5545, 3.3.11)."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(escaped.splitlines())


def _folded(line: str) -> bytes:
    """Return a content line cut into pieces of at most 75 octets, never within a character (RFC 5545, 3.1)."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > _LINE_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"

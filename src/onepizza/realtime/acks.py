"""What acknowledgements hold, as types for the AsyncAPI document; a test compares them with real ones.

The handlers answer plain dictionaries: building a struct for each of them would cost more than the answer.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType, field


class Done(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """It was done."""

    ok: bool


class ChatSent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The line was sent under this id."""

    ok: bool
    message_id: str = field(name="messageId")


class Seated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """There is a seat; `joined` tells the rest."""

    ok: bool
    participant_id: str = field(name="participantId")
    is_resumed: bool = field(name="isResumed")


class Queued(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """There is no seat yet: wait for `waiting-room:admitted`, or go on to `join-meeting` if nobody has to wait."""

    ok: bool
    is_waiting: bool = field(name="isWaiting")


class Admitted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many were let in."""

    ok: bool
    admitted: int


class Invited(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A one-use invite, shown here only."""

    ok: bool
    invite_token: str = field(name="inviteToken")
    join_url: str = field(name="joinUrl")


class Refused(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """It was not done; the `error` event says the same."""

    error: str
    code: str
    scheduled_at: str | UnsetType = field(name="scheduledAt", default=UNSET)
    retry_after: int | UnsetType = field(name="retryAfter", default=UNSET)

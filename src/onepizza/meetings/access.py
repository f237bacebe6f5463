"""Who may act on a meeting: key first (401), then whose it is (404), then the admin token (403); CONTRACT 1.9.

Where a key is wanted, the session of the same account does as well (CONTRACT 4). And where the admin token is wanted
and none is sent, the owner's session stands for it: the dashboard runs in browsers that never saw the token, which is
shown once, and an owner could replace it anyway. A key without a token is refused as ever, and so is a wrong token.

Guest meetings have no key: the admin token alone decides, and an id of their form that is nobody's (any more) is 404.
What has the form of no id at all is asked for a key first: mostly the creation was refused for that very key before,
and that is what its caller has to hear. Without a key nothing tells a foreign meeting from an own one, so there 404 is
only for a meeting that does not exist. Whoever guesses ids or tokens of them is counted as a caller without a key is;
whoever has the token is not.
"""

from __future__ import annotations

from onepizza.accounts.session_auth import OwnerAuth
from onepizza.core.db import Transaction
from onepizza.core.http import StrictRequest
from onepizza.core.ids import same_secret, secret_hash
from onepizza.meetings import session_store
from onepizza.meetings.errors import BadAdminToken, MeetingNotFound
from onepizza.meetings.guests import GuestMeeting, could_be_guest_meeting
from onepizza.meetings.meeting import Meeting
from onepizza.meetings.service import MeetingService


class MeetingAccess:
    """Checks a request against the meeting it names."""

    def __init__(self, auth: OwnerAuth, meetings: MeetingService) -> None:
        self._auth = auth
        self._meetings = meetings

    async def owned(self, tx: Transaction, request: StrictRequest, meeting_id: str) -> Meeting | GuestMeeting:
        """Return an open meeting of the caller's account; for a guest meeting the admin token stands for the account.

        Raises:
            Unauthenticated, MeetingNotFound, BadAdminToken: see the module.
        """
        guest = self._meetings.guests.find(meeting_id)
        if guest is not None:
            await self._check_token(request, guest)
            return guest
        if could_be_guest_meeting(meeting_id):
            await self._auth.count_stranger(request)
            raise MeetingNotFound
        principal = await self._auth.require(tx, request)
        meeting = await self._meetings.find_open(tx, meeting_id)
        if meeting.owner_id != principal.user_id:
            raise MeetingNotFound
        return meeting

    async def recorded(self, tx: Transaction, request: StrictRequest, meeting_id: str) -> Meeting:
        """Return a meeting of the caller's account in whatever state; of guest meetings there is no record.

        Raises:
            Unauthenticated, MeetingNotFound: see the module.
        """
        principal = await self._auth.require(tx, request)
        meeting = await self._meetings.find_recorded(tx, meeting_id)
        if meeting.owner_id != principal.user_id:
            raise MeetingNotFound
        return meeting

    async def hosted(
        self, tx: Transaction, request: StrictRequest, meeting_id: str, *, needs_key: bool
    ) -> Meeting | GuestMeeting:
        """Return an open meeting whose admin token the caller has, or which the session of its owner asks for.

        Args:
            needs_key: True for API §7 and DELETE. For §6 a key may be left out, but one that is sent must own the
                meeting.
        """
        is_by_owner = _sent_token(request) is None and self._auth.is_by_session(request)
        if needs_key or is_by_owner:
            meeting = await self.owned(tx, request, meeting_id)
        else:
            meeting = await self._hosted_without_key(tx, request, meeting_id)
        if not (is_by_owner and isinstance(meeting, Meeting)):
            await self._check_token(request, meeting)
        return meeting

    async def watched(self, tx: Transaction, request: StrictRequest, meeting_id: str) -> tuple[Meeting, int]:
        """Return a meeting in whatever state that who is logged in may look at, and that account's id.

        That is its owner, and whoever finds it in their history: members of the company that paid for it.

        Raises:
            Unauthenticated, MeetingNotFound: see the module.
        """
        principal = await self._auth.require_watching(tx, request)
        meeting = await self._meetings.find_recorded(tx, meeting_id)
        is_owner = meeting.owner_id == principal.user_id
        if not is_owner and await session_store.find_history(tx, principal.user_id, meeting_id) is None:
            raise MeetingNotFound
        return meeting, principal.user_id

    async def _hosted_without_key(
        self, tx: Transaction, request: StrictRequest, meeting_id: str
    ) -> Meeting | GuestMeeting:
        guest = self._meetings.guests.find(meeting_id)
        if guest is not None:
            return guest
        principal = await self._auth.find_by_key(tx, request)
        meeting = await self._meetings.find_open(tx, meeting_id)
        if principal is not None and meeting.owner_id != principal.user_id:
            raise MeetingNotFound
        return meeting

    async def _check_token(self, request: StrictRequest, meeting: Meeting | GuestMeeting) -> None:
        token = _sent_token(request)
        if token is not None and same_secret(secret_hash(token), meeting.admin_token_hash):
            return
        if isinstance(meeting, GuestMeeting):
            await self._auth.count_stranger(request)
        raise BadAdminToken


def _sent_token(request: StrictRequest) -> str | None:
    return request.header(b"x-admin-token")

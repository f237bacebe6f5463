"""Who gets a seat, who gets its seat back, and who is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from onepizza.core.errors import OnePizzaError
from onepizza.core.facts import ParticipantJoined
from onepizza.rooms import errors
from onepizza.rooms.commands import (
    AddInvite,
    Disconnected,
    Kick,
    Leave,
    Queued,
    RoomSettings,
    SetAdminToken,
    SetHand,
    SetMuted,
    UpdateSettings,
)
from tests.rooms.table import ADMIN, MEETING, START, Table

SETTINGS = {
    "muteOnJoin": False, "videoOffOnJoin": False, "maxParticipants": 50, "locked": False, "waitingRoom": False,
}  # fmt: skip


def view(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "participantId": f"p-{name}",
        "name": name.title(),
        "isMuted": False,
        "isVideoOff": False,
        "isScreenSharing": False,
        "isHandRaised": False,
        "isAdmin": False,
        "joinedAt": int(START * 1000),
    } | changes


class TestJoin:
    def test_the_newcomer_gets_the_others_and_the_others_get_the_newcomer(self) -> None:
        table = Table()
        table.join("ada", host=True)
        table.clear()
        seated = table.join("bob", ice_servers=msgspec.Raw(b'[{"urls":"stun:x"}]'))
        assert (seated.participant_id, seated.is_admin, seated.is_resumed) == ("p-bob", False, False)
        assert table.sent == [
            (
                "bob",
                "joined",
                {
                    "participantId": "p-bob",
                    "participants": [view("ada", isAdmin=True)],
                    "settings": SETTINGS,
                    "title": "Standup",
                    "isAdmin": False,
                    "resumeToken": "token-2",
                    "isResumed": False,
                    "isRecording": False,
                    "spotlight": None,
                    "self": view("bob"),
                    "iceServers": [{"urls": "stun:x"}],
                },
            ),
            ("ada", "participant:joined", view("bob")),
        ]
        assert table.facts == [
            ParticipantJoined(
                at=START, meeting_id=MEETING, owner_id=7, participant_id="p-bob", name="Bob", is_admin=False,
                participant_count=2,
            )
        ]  # fmt: skip

    def test_the_same_connection_twice_is_refused(self) -> None:
        table = Table()
        table.join("ada")
        with pytest.raises(errors.AlreadyJoined):
            table.join("ada")
        assert table.roster() == ["p-ada"]

    def test_mute_on_join_applies_to_guests_and_spares_hosts(self) -> None:
        table = Table(settings=RoomSettings(mute_on_join=True, video_off_on_join=True))
        table.join("ada", host=True)
        table.join("bob")
        states = [(p.is_muted, p.is_video_off) for p in table.describe().participants]
        assert states == [(False, False), (True, True)]

    def test_a_seat_may_start_muted_and_dark(self) -> None:
        table = Table()
        table.join("ada", is_muted=True, is_video_off=True)
        assert table.events("ada", "joined")[0]["self"] == view("ada", isMuted=True, isVideoOff=True)

    @pytest.mark.parametrize("token", [None, b"b" * 32, b""], ids=["missing", "wrong", "empty"])
    def test_host_rights_with_a_bad_token_are_refused(self, token: bytes | None) -> None:
        table = Table()
        with pytest.raises(errors.BadAdminToken):
            table.join("eve", wants_admin=True, admin_token_hash=token)
        assert table.roster() == []

    def test_a_token_without_asking_makes_no_host(self) -> None:
        table = Table()
        assert table.join("ada", admin_token_hash=ADMIN).is_admin is False

    def test_a_rotated_token_opens_nothing_and_the_new_one_does(self) -> None:
        table = Table()
        table.tell(SetAdminToken(b"n" * 32))
        with pytest.raises(errors.BadAdminToken):
            table.join("ada", host=True)
        assert table.join("bob", wants_admin=True, admin_token_hash=b"n" * 32).is_admin is True


class TestRefusals:
    """The order of the checks: kicked, token, lock, invite, full (CONTRACT 3)."""

    def full_locked(self) -> Table:
        table = Table(settings=RoomSettings(max_participants=2))
        table.join("ada", host=True)
        table.join("eve", origins=("address:1",))
        table.tell(Kick("p-eve"))
        table.join("bob")
        table.tell(UpdateSettings(locked=True))
        return table

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"origins": ("address:1",), "wants_admin": True, "invite_token_hash": b"bad"}, errors.BadAdminToken),
            ({"origins": ("address:1",), "invite_token_hash": b"bad"}, errors.RoomLocked),
            ({"resume_token": "token-2", "host": True}, errors.RoomLocked),
            ({"wants_admin": True, "invite_token_hash": b"bad"}, errors.BadAdminToken),
            ({"invite_token_hash": b"bad"}, errors.RoomLocked),
            ({}, errors.RoomLocked),
            ({"host": True}, errors.RoomFull),
            ({"resume_token": "no such token"}, errors.RoomLocked),
        ],
    )
    def test_the_first_check_that_fails_answers(self, fields: dict[str, Any], expected: type[OnePizzaError]) -> None:
        table = self.full_locked()
        before = table.describe()
        table.clear()
        with pytest.raises(expected):
            table.join("new", **fields)
        assert table.describe() == before
        assert (table.sent, table.released, table.facts) == ([], [], [])

    def test_invite_comes_before_full(self) -> None:
        table = self.full_locked()
        table.tell(UpdateSettings(locked=False))
        with pytest.raises(errors.BadInvite):
            table.join("new", invite_token_hash=b"bad")
        with pytest.raises(errors.RoomFull):
            table.join("new")

    def test_a_seat_that_is_held_counts_for_the_cap(self) -> None:
        table = Table(settings=RoomSettings(max_participants=1))
        table.join("ada")
        table.tell(Disconnected("ada"))
        with pytest.raises(errors.RoomFull):
            table.join("bob")
        table.advance(15)
        assert table.join("bob").participant_id == "p-bob"

    def test_two_hundred_at_once_fill_ten_seats(self) -> None:
        table = Table(settings=RoomSettings(max_participants=10))
        refused = 0
        for number in range(200):
            try:
                table.join(f"c{number}")
            except errors.RoomFull:
                refused += 1
        assert (len(table.roster()), refused) == (10, 190)


class TestInvite:
    def invited(self) -> Table:
        table = Table()
        table.tell(AddInvite(b"i" * 32, "Bob", START + 86_400))
        return table

    def test_lets_in_once(self) -> None:
        table = self.invited()
        table.join("bob", invite_token_hash=b"i" * 32)
        with pytest.raises(errors.BadInvite):
            table.join("eve", invite_token_hash=b"i" * 32)

    def test_is_not_consumed_by_a_join_that_failed(self) -> None:
        table = self.invited()
        table.tell(UpdateSettings(locked=True))
        with pytest.raises(errors.RoomLocked):
            table.join("bob", invite_token_hash=b"i" * 32)
        table.tell(UpdateSettings(locked=False))
        assert table.join("bob", invite_token_hash=b"i" * 32).participant_id == "p-bob"

    def test_expires_after_its_time(self) -> None:
        table = self.invited()
        table.now += 86_400
        with pytest.raises(errors.BadInvite):
            table.join("bob", invite_token_hash=b"i" * 32)

    def test_there_are_at_most_200_live_ones_and_expired_ones_make_room(self) -> None:
        table = Table()
        for number in range(200):
            table.tell(AddInvite(b"%032d" % number, None, START + 10 + number))
        with pytest.raises(errors.TooManyInvites):
            table.tell(AddInvite(b"x" * 32, None, START + 1000))
        table.now += 11
        table.tell(AddInvite(b"x" * 32, None, START + 1000))
        table.join("bob", invite_token_hash=b"x" * 32)


class TestResume:
    def test_within_the_hold_nobody_sees_anyone_leave(self) -> None:
        table = Table()
        table.join("ada", host=True)
        table.join("bob")
        table.tell(SetMuted("ada", True))
        table.tell(SetHand("ada", True))
        token = table.token_of("ada")
        table.tell(Disconnected("ada"))
        table.advance(14)
        table.clear()
        seated = table.join("ada2", resume_token=token)
        assert (seated.participant_id, seated.is_admin, seated.is_resumed) == ("p-ada", True, True)
        joined = table.events("ada2", "joined")[0]
        own = view("ada", isMuted=True, isHandRaised=True, isAdmin=True)
        assert (joined["self"], joined["isAdmin"], joined["resumeToken"]) == (own, True, token)
        assert [p["participantId"] for p in joined["participants"]] == ["p-bob"]
        assert table.events("bob") == [{"participantId": "p-ada", "isReconnecting": False}]
        assert table.facts == []
        table.advance(60)
        assert table.roster() == ["p-ada", "p-bob"]

    def test_after_the_hold_and_within_the_window_the_same_participant_joins_again(self) -> None:
        table = Table()
        table.join("ada", host=True)
        table.join("bob")
        token = table.token_of("ada")
        table.tell(SetMuted("ada", True))
        table.tell(Disconnected("ada"))
        table.advance(59)
        assert table.roster() == ["p-bob"]
        table.clear()
        seated = table.join("ada2", resume_token=token)
        assert (seated.participant_id, seated.is_admin, seated.is_resumed) == ("p-ada", True, True)
        joined_at = int((START + 59) * 1000)
        assert table.events("bob") == [view("ada", isMuted=True, isAdmin=True, joinedAt=joined_at)]
        assert table.fact_names() == ["ParticipantJoined"]

    def test_after_the_window_it_is_a_newcomer(self) -> None:
        table = Table()
        table.join("ada")
        table.join("bob")
        token = table.token_of("ada")
        table.tell(Disconnected("ada"))
        table.advance(60)
        seated = table.join("ada2", resume_token=token)
        assert (seated.participant_id, seated.is_resumed) == ("p-ada2", False)

    def test_a_newer_tab_takes_over_and_the_older_one_is_told(self) -> None:
        table = Table()
        table.join("ada")
        table.join("bob")
        token = table.token_of("ada")
        table.clear()
        table.join("ada2", resume_token=token)
        assert table.events("ada") == [{"message": "You joined this meeting from another window", "code": "replaced"}]
        assert table.released == [("ada", True)]
        table.clear()
        table.tell(Disconnected("ada"))
        assert table.sent == []
        assert table.roster() == ["p-ada", "p-bob"]

    def test_passes_lock_and_cap_while_held(self) -> None:
        table = Table(settings=RoomSettings(max_participants=2))
        table.join("ada")
        table.join("bob")
        table.tell(UpdateSettings(locked=True))
        token = table.token_of("ada")
        table.tell(Disconnected("ada"))
        assert table.join("ada2", resume_token=token).is_resumed is True

    def test_after_the_hold_it_passes_the_lock_but_not_the_cap(self) -> None:
        table = Table(settings=RoomSettings(max_participants=2))
        table.join("ada")
        table.join("bob")
        token = table.token_of("ada")
        table.tell(Disconnected("ada"))
        table.advance(16)
        table.join("cyd")
        table.tell(UpdateSettings(locked=True))
        with pytest.raises(errors.RoomFull):
            table.join("ada2", resume_token=token)
        table.tell(Leave("cyd"))
        assert table.join("ada2", resume_token=token).participant_id == "p-ada"

    def test_a_polite_leave_kills_the_token(self) -> None:
        table = Table()
        table.join("ada")
        table.join("bob")
        token = table.token_of("ada")
        table.tell(Leave("ada"))
        assert table.join("ada2", resume_token=token).is_resumed is False

    def test_a_guest_cannot_become_host_on_the_way_with_a_bad_token(self) -> None:
        table = Table()
        table.join("bob")
        token = table.token_of("bob")
        with pytest.raises(errors.BadAdminToken):
            table.join("bob2", resume_token=token, wants_admin=True, admin_token_hash=b"x" * 32)
        assert table.join("bob2", resume_token=token).is_admin is False

    def test_a_good_token_makes_the_resumed_one_host_and_tells_the_others(self) -> None:
        table = Table()
        table.join("ada")
        table.join("bob")
        token = table.token_of("bob")
        table.clear()
        assert table.join("bob2", resume_token=token, host=True).is_admin is True
        assert table.events("ada") == [{"participantId": "p-bob", "isReconnecting": False, "isAdmin": True}]

    def test_a_host_resumes_with_a_token_that_was_rotated_meanwhile(self) -> None:
        table = Table()
        table.join("ada", host=True)
        token = table.token_of("ada")
        table.tell(SetAdminToken(b"n" * 32))
        assert table.join("ada2", resume_token=token, host=True).is_admin is True

    def test_a_newcomer_hears_who_is_away(self) -> None:
        table = Table()
        table.join("ada")
        table.tell(Disconnected("ada"))
        table.join("bob")
        assert table.events("bob", "participant:updated") == [{"participantId": "p-ada", "isReconnecting": True}]


class TestKicked:
    """A removed person gets no further than the waiting room, whichever way it tries (CONTRACT 1.16)."""

    def kicked(self, *, was_host: bool = False) -> Table:
        table = Table()
        table.join("ada", host=True)
        table.join("eve", origins=("address:1", "device:1"), host=was_host)
        table.tell(Kick("p-eve"))
        table.tell(AddInvite(b"i" * 32, None, START + 1000))
        return table

    @pytest.mark.parametrize(
        "way",
        [
            {"resume_token": "token-2"},
            {"origins": ("address:1",)},
            {"origins": ("address:2", "device:1")},
            {"origins": ("address:1", "device:2")},
            {"origins": ("address:1",), "name": "Somebody Else"},
            {"origins": ("address:1",), "invite_token_hash": b"i" * 32},
            {"origins": ("address:1",), "resume_token": "made up"},
            {"resume_token": "token-2", "host": True},
        ],
    )
    def test_no_way_back(self, way: dict[str, Any]) -> None:
        table = self.kicked()
        assert table.join("eve2", **way) == Queued(True)
        assert table.roster() == ["p-ada"]
        assert table.events("ada", "waiting-room:participant-waiting") == [
            {
                "socketId": "w3",
                "name": way.get("name", "Eve2"),
                "count": 1,
                "wasRemoved": True,
                "waitingSince": int(START * 1000),
            }
        ]

    def test_a_removed_host_does_not_come_back_with_the_token(self) -> None:
        assert self.kicked(was_host=True).join("eve2", origins=("address:1",), host=True) == Queued(True)

    def test_the_hosts_neighbour_was_removed_and_the_host_still_gets_in(self) -> None:
        assert self.kicked().join("ada2", origins=("address:1",), host=True).is_admin is True

    def test_a_neighbour_who_is_in_resumes(self) -> None:
        table = Table()
        table.join("bob", origins=("address:1",))
        table.join("eve", origins=("address:1",))
        table.tell(Kick("p-eve"))
        token = table.token_of("bob")
        table.tell(Disconnected("bob"))
        assert table.join("bob2", resume_token=token, origins=("address:1",)).participant_id == "p-bob"

    def test_a_second_seat_that_lapsed_is_no_way_back(self) -> None:
        table = Table()
        table.join("ada")
        table.join("eve", origins=("address:1",))
        table.join("eve-tab", origins=("address:1",))
        token = table.token_of("eve-tab")
        table.tell(Disconnected("eve-tab"))
        table.advance(16)
        table.tell(Kick("p-eve"))
        assert table.join("eve2", resume_token=token, origins=("address:1",)) == Queued(True)

    def test_the_addresses_of_a_resumed_seat_are_all_remembered(self) -> None:
        table = Table()
        table.join("eve", origins=("address:1",))
        table.join("eve2", resume_token=table.token_of("eve"), origins=("address:2",))
        table.tell(Kick("p-eve"))
        for origin in ("address:1", "address:2"):
            assert table.join(f"eve-{origin}", origins=(origin,)) == Queued(True)

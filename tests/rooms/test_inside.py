"""What participants and hosts do in a room: signalling, switches, talk, controls."""

from __future__ import annotations

from typing import Any, Union

import msgspec
import pytest

from onepizza.core.facts import FeatureUsed
from onepizza.rooms import commands, errors, snapshot, waiting_commands
from onepizza.rooms.commands import IceCandidate, SessionDescription
from onepizza.rooms.room import RULES
from tests.rooms.table import MEETING, START, Table

OFFER = SessionDescription("offer", "v=0")
ANSWER = SessionDescription("answer", "v=0")


def three() -> Table:
    table = Table()
    table.join("ada", host=True)
    table.join("bob")
    table.join("cyd")
    table.clear()
    return table


def to_all(event: str, payload: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(connection, event, payload) for connection in ("ada", "bob", "cyd")]


class TestRules:
    def test_every_command_has_one(self) -> None:
        modules = (commands, waiting_commands, snapshot)
        classes = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
        assert set(RULES) == {kind for kind in classes if issubclass(kind, commands.Command)} - {commands.Command}

    @pytest.mark.parametrize("kind", list(RULES))
    def test_every_command_survives_serialising(self, kind: type[commands.Command[Any]]) -> None:
        samples: dict[Any, Any] = {
            "connection": "ada", "by": "ada", "to": "p-bob", "participant_id": "p-bob", "offer": OFFER,
            "answer": ANSWER, "candidate": IceCandidate("x"), "is_muted": True, "is_video_off": True, "emoji": "👍",
            "is_screen_sharing": True, "is_hand_raised": True, "text": "hi", "message_id": "m", "is_final": True,
            "lang": "en", "token_hash": b"x" * 32, "name": "Bob", "expires_at": 5.0, "reason": "r",
            "new_resume_token": "t", "waiter_id": "w",
        }  # fmt: skip
        fields = [field.name for field in msgspec.structs.fields(kind) if field.name in samples]
        command = kind(**{name: samples[name] for name in fields})
        decoded = msgspec.json.decode(msgspec.json.encode(command), type=Union[tuple(RULES)])  # noqa: UP007
        assert type(decoded) is kind
        assert msgspec.json.encode(decoded) == msgspec.json.encode(command)


class TestRelay:
    @pytest.mark.parametrize(
        ("command", "event", "payload"),
        [
            (commands.RelayOffer("ada", "p-bob", OFFER), "signal:offer", {"offer": {"type": "offer", "sdp": "v=0"}}),
            (
                commands.RelayAnswer("ada", "p-bob", ANSWER),
                "signal:answer",
                {"answer": {"type": "answer", "sdp": "v=0"}},
            ),
            (
                commands.RelayCandidate("ada", "p-bob", IceCandidate("c", sdp_mid="0", sdp_m_line_index=0)),
                "signal:ice-candidate",
                {"candidate": {"candidate": "c", "sdpMid": "0", "sdpMLineIndex": 0}},
            ),
            (commands.RelayCandidate("ada", "p-bob", None), "signal:ice-candidate", {"candidate": None}),
        ],
    )
    def test_reaches_the_receiver_alone_from_the_real_sender(
        self, command: Any, event: str, payload: dict[str, Any]
    ) -> None:
        table = three()
        table.tell(command)
        assert table.sent == [("bob", event, {"from": "p-ada"} | payload)]

    @pytest.mark.parametrize(
        ("to", "expected"),
        [
            ("p-ada", errors.ParticipantNotFound),
            ("p-nobody", errors.ParticipantNotFound),
            ("bob", errors.ParticipantNotFound),
            (MEETING, errors.ParticipantNotFound),
            ("", errors.ParticipantNotFound),
            ("p-cyd", errors.ParticipantUnreachable),
        ],
        ids=["oneself", "nobody", "a connection", "a room name", "empty", "reconnecting"],
    )
    def test_nobody_hears_what_is_not_for_another_participant(self, to: str, expected: type) -> None:
        table = three()
        table.tell(commands.Disconnected("cyd"))
        table.clear()
        for command in (
            commands.RelayOffer("ada", to, OFFER),
            commands.RelayAnswer("ada", to, ANSWER),
            commands.RelayCandidate("ada", to, None),
        ):
            with pytest.raises(expected):
                table.tell(command)
        assert table.sent == []


class TestOutsider:
    """No command of a connection without a seat does anything (CONTRACT 5, one door)."""

    @pytest.mark.parametrize("connection", ["nobody", "p-ada", MEETING, ""])
    def test_is_refused(self, connection: str) -> None:
        table = three()
        before = table.describe()
        for command in (
            commands.Leave(connection),
            commands.RelayOffer(connection, "p-ada", OFFER),
            commands.RelayAnswer(connection, "p-ada", ANSWER),
            commands.RelayCandidate(connection, "p-ada", None),
            commands.SetMuted(connection, True),
            commands.SetVideoOff(connection, True),
            commands.SetScreenShare(connection, True),
            commands.SetHand(connection, True),
            commands.React(connection, "👍"),
            commands.Chat(connection, "m1", "hi"),
            commands.ChatReact(connection, "m1", "👍"),
            commands.Caption(connection, "hi", True, "en"),
            commands.CheckHost(connection),
            commands.ForceMute("p-bob", by=connection),
            commands.AskUnmute("p-bob", by=connection),
            commands.Kick("p-bob", by=connection),
            commands.MuteAll(by=connection),
            commands.UpdateSettings(locked=True, by=connection),
            commands.AddInvite(b"i", None, START + 9, by=connection),
        ):
            with pytest.raises(errors.NotJoined):
                table.tell(command)
        assert (table.sent, table.facts, table.describe()) == ([], [], before)


class TestSwitches:
    @pytest.mark.parametrize(
        ("command", "key"),
        [
            (commands.SetMuted, "isMuted"),
            (commands.SetVideoOff, "isVideoOff"),
            (commands.SetScreenShare, "isScreenSharing"),
            (commands.SetHand, "isHandRaised"),
        ],
    )
    def test_a_change_is_told_to_all_and_the_same_state_to_nobody(self, command: Any, key: str) -> None:
        table = three()
        for state in (True, False):
            table.clear()
            table.tell(command("bob", state))
            assert table.sent == to_all("participant:updated", {"participantId": "p-bob", key: state})
            table.clear()
            table.tell(command("bob", state))
            assert (table.sent, table.facts) == ([], [])

    @pytest.mark.parametrize(
        ("command", "feature", "metas"),
        [
            (commands.SetScreenShare, "screen_share", [{"action": "start"}, {"action": "stop"}]),
            (commands.SetHand, "hand_raise", [{"raised": True}, {"raised": False}]),
        ],
    )
    def test_tracked_ones_leave_a_fact(self, command: Any, feature: Any, metas: list[dict[str, Any]]) -> None:
        table = three()
        table.tell(command("bob", True))
        table.tell(command("bob", False))
        assert table.facts == [
            FeatureUsed(at=START, meeting_id=MEETING, owner_id=7, feature=feature, participant_id="p-bob", meta=meta)
            for meta in metas
        ]


class TestTalk:
    def test_chat_reaches_all_with_the_servers_name_and_time(self) -> None:
        table = three()
        assert table.tell(commands.Chat("bob", "m1", "hi <b>")) == "m1"
        line = {"from": "p-bob", "name": "Bob", "text": "hi <b>", "timestamp": int(START * 1000), "messageId": "m1"}
        assert table.sent == to_all("chat:message", line)
        assert [(fact.feature, fact.meta) for fact in table.facts] == [("chat", {"length": 6})]  # type: ignore[attr-defined]

    def test_a_chat_reaction_needs_a_message_of_this_room(self) -> None:
        table = three()
        with pytest.raises(errors.MessageNotFound):
            table.tell(commands.ChatReact("ada", "m1", "👍"))
        assert table.sent == []
        table.tell(commands.Chat("bob", "m1", "hi"))
        table.clear()
        table.tell(commands.ChatReact("ada", "m1", "👍"))
        assert table.sent == to_all("chat:reaction", {"messageId": "m1", "participantId": "p-ada", "emoji": "👍"})

    def test_only_the_last_thousand_messages_are_remembered(self) -> None:
        table = three()
        for number in range(1_001):
            table.tell(commands.Chat("bob", f"m{number}", "hi"))
        with pytest.raises(errors.MessageNotFound):
            table.tell(commands.ChatReact("ada", "m0", "👍"))
        table.tell(commands.ChatReact("ada", "m1", "👍"))

    def test_a_reaction_reaches_all(self) -> None:
        table = three()
        table.tell(commands.React("bob", "🎉"))
        assert table.sent == to_all("react", {"participantId": "p-bob", "emoji": "🎉"})

    def test_captions_reach_all_and_count_once(self) -> None:
        table = three()
        table.tell(commands.Caption("bob", "hel", False, "en"))
        table.tell(commands.Caption("bob", "hello", True, "en"))
        piece = {"participantId": "p-bob", "name": "Bob", "text": "hello", "isFinal": True, "lang": "en"}
        assert table.sent[3:] == to_all("caption", piece)
        assert [fact.feature for fact in table.facts] == ["captions"]  # type: ignore[attr-defined]


class TestHostControls:
    def test_force_mute_is_state_and_told_to_all(self) -> None:
        table = three()
        table.tell(commands.ForceMute("p-bob", by="ada"))
        update = {"participantId": "p-bob", "isMuted": True, "isMutedByHost": True}
        assert table.sent == [("bob", "admin:mute", {}), *to_all("participant:updated", update)]
        assert table.describe().participants[1].is_muted is True

    def test_force_mute_again_reminds_the_muted_one_alone(self) -> None:
        table = three()
        table.tell(commands.ForceMute("p-bob"))
        table.clear()
        table.tell(commands.ForceMute("p-bob"))
        assert table.sent == [("bob", "admin:mute", {})]

    def test_whoever_was_muted_by_force_may_unmute_itself(self) -> None:
        table = three()
        table.tell(commands.ForceMute("p-bob"))
        table.clear()
        table.tell(commands.SetMuted("bob", False))
        assert table.sent == to_all("participant:updated", {"participantId": "p-bob", "isMuted": False})

    def test_force_mute_survives_a_reconnect(self) -> None:
        table = three()
        token = "token-2"
        table.tell(commands.ForceMute("p-bob"))
        table.tell(commands.Disconnected("bob"))
        table.join("bob2", resume_token=token)
        assert table.events("bob2", "joined")[0]["self"]["isMuted"] is True

    def test_unmute_asks_and_changes_nothing(self) -> None:
        table = three()
        table.tell(commands.ForceMute("p-bob"))
        table.clear()
        table.tell(commands.AskUnmute("p-bob", by="ada"))
        assert table.sent == [("bob", "admin:unmute", {})]
        assert table.describe().participants[1].is_muted is True

    def test_unmute_cannot_ask_who_is_away(self) -> None:
        table = three()
        table.tell(commands.Disconnected("bob"))
        with pytest.raises(errors.ParticipantUnreachable):
            table.tell(commands.AskUnmute("p-bob"))

    def test_mute_all_spares_hosts_and_is_one_broadcast(self) -> None:
        table = three()
        table.tell(commands.MuteAll(by="ada"))
        assert table.sent == to_all("meeting:all-muted", {})
        assert [p.is_muted for p in table.describe().participants] == [False, True, True]

    def test_settings_are_broadcast_once_with_the_title(self) -> None:
        table = three()
        reply = table.tell(commands.UpdateSettings(title="Retro", locked=True, max_participants=2, by="ada"))
        told = {
            "muteOnJoin": False, "videoOffOnJoin": False, "maxParticipants": 2, "locked": True, "waitingRoom": False,
            "title": "Retro",
        }  # fmt: skip
        assert table.sent == to_all("meeting:settings-updated", told)
        assert (reply.title, reply.settings.locked) == ("Retro", True)
        assert len(table.roster()) == 3

    def test_settings_that_are_so_already_are_silent(self) -> None:
        table = three()
        table.tell(commands.UpdateSettings(locked=False, title="Standup"))
        assert table.sent == []

    @pytest.mark.parametrize(
        "command",
        [
            commands.CheckHost("bob"),
            commands.ForceMute("p-ada", by="bob"),
            commands.AskUnmute("p-ada", by="bob"),
            commands.MuteAll(by="bob"),
            commands.UpdateSettings(locked=True, by="bob"),
            commands.AddInvite(b"i", None, START + 9, by="bob"),
        ],
        ids=lambda command: type(command).__name__,
    )
    def test_a_guest_may_not(self, command: commands.Command[Any]) -> None:
        table = three()
        before = table.describe()
        with pytest.raises(errors.NotHost):
            table.tell(command)
        assert (table.sent, table.describe()) == ([], before)

    def test_check_host_answers_the_host(self) -> None:
        assert three().tell(commands.CheckHost("ada")) == "p-ada"

"""A walk through everything that changes who is in: after each step all views of the roster are the same.

Compared are what `Describe` says (REST), what each connected client makes of what it was sent, and who receives a chat.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from onepizza.core.errors import OnePizzaError
from onepizza.rooms import commands
from onepizza.rooms.commands import RoomSettings
from tests.rooms.table import Table

MAX_SEATS = 4
STATE_KEYS = ("isMuted", "isVideoOff", "isScreenSharing", "isHandRaised")


class Client:
    """A client that knows only what it was sent."""

    def __init__(self) -> None:
        self.people: dict[str, dict[str, Any]] = {}
        self.own_id = ""
        self.is_in = False

    def hear(self, event: str, payload: dict[str, Any]) -> None:
        if event == "joined":
            self.own_id = payload["participantId"]
            self.people = {person["participantId"]: dict(person) for person in payload["participants"]}
            self.people[self.own_id] = dict(payload["self"])
            self.is_in = True
        elif event == "participant:joined":
            assert payload["participantId"] not in self.people, "joined twice"
            self.people[payload["participantId"]] = dict(payload)
        elif event == "participant:left":
            del self.people[payload["participantId"]]
        elif event == "participant:updated":
            known = {key: value for key, value in payload.items() if key in (*STATE_KEYS, "isAdmin")}
            self.people[payload["participantId"]].update(known)
        elif event == "meeting:all-muted":
            for person in self.people.values():
                person["isMuted"] = person["isMuted"] or not person["isAdmin"]


class RosterWalk(RuleBasedStateMachine):
    """Connections come and go by number; each is used once, as Socket.IO ids are."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table(settings=RoomSettings(max_participants=MAX_SEATS))
        self.clients: dict[str, Client] = {}
        self.tokens: list[str] = []
        self.heard = 0
        self.count = 0
        self.balance: Counter[str] = Counter()

    def try_to(self, command: commands.Command[Any]) -> None:
        with contextlib.suppress(OnePizzaError):
            self.table.tell(command)
        self.listen()

    def listen(self) -> None:
        table = self.table
        for connection, event, payload in table.sent[self.heard :]:
            self.clients[connection].hear(event, payload)
            if event == "joined":
                self.tokens.append(payload["resumeToken"])
        self.heard = len(table.sent)
        for connection, _ in table.released:
            self.clients[connection].is_in = False
        table.released.clear()
        for fact in table.facts:
            if type(fact).__name__ in ("ParticipantJoined", "ParticipantLeft"):
                step = 1 if type(fact).__name__ == "ParticipantJoined" else -1
                self.balance[fact.participant_id] += step  # type: ignore[attr-defined]
        table.facts.clear()

    def new_connection(self) -> str:
        self.count += 1
        connection = f"c{self.count}"
        self.clients[connection] = Client()
        return connection

    def inside(self) -> list[str]:
        return [connection for connection, client in self.clients.items() if client.is_in]

    @rule(host=st.booleans(), origin=st.sampled_from(["address:1", "address:2", "address:3"]))
    def join(self, host: bool, origin: str) -> None:
        connection = self.new_connection()
        with contextlib.suppress(OnePizzaError):
            self.table.join(connection, host=host, origins=(origin,))
        self.listen()

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        token = data.draw(st.sampled_from(self.tokens[-6:]))
        connection = self.new_connection()
        with contextlib.suppress(OnePizzaError):
            self.table.join(connection, resume_token=token, origins=("address:4",))
        self.listen()

    @precondition(lambda self: self.inside())
    @rule(data=st.data(), polite=st.booleans())
    def go(self, data: st.DataObject, polite: bool) -> None:
        connection = data.draw(st.sampled_from(self.inside()))
        self.try_to(commands.Leave(connection) if polite else commands.Disconnected(connection))

    @precondition(lambda self: self.table.roster())
    @rule(data=st.data())
    def kick(self, data: st.DataObject) -> None:
        self.try_to(commands.Kick(data.draw(st.sampled_from(self.table.roster()))))

    @precondition(lambda self: self.inside())
    @rule(data=st.data(), state=st.booleans())
    def switch(self, data: st.DataObject, state: bool) -> None:
        kinds = [commands.SetMuted, commands.SetVideoOff, commands.SetScreenShare, commands.SetHand]
        kind = data.draw(st.sampled_from(kinds))
        self.try_to(kind(data.draw(st.sampled_from(self.inside())), state))

    @precondition(lambda self: self.table.roster())
    @rule(data=st.data(), everyone=st.booleans())
    def mute(self, data: st.DataObject, everyone: bool) -> None:
        target = data.draw(st.sampled_from(self.table.roster()))
        self.try_to(commands.MuteAll() if everyone else commands.ForceMute(target))

    @rule(locked=st.booleans(), cap=st.integers(1, MAX_SEATS))
    def settings(self, locked: bool, cap: int) -> None:
        self.try_to(commands.UpdateSettings(locked=locked, max_participants=cap))

    @rule(seconds=st.sampled_from([1, 4, 14, 16, 50]))
    def wait(self, seconds: int) -> None:
        self.table.advance(seconds)
        self.listen()

    @invariant()
    def every_view_is_the_same(self) -> None:
        table = self.table
        described = {
            person.participant_id: (
                person.is_muted, person.is_video_off, person.is_screen_sharing, person.is_hand_raised, person.is_admin,
            )
            for person in table.describe().participants
        }  # fmt: skip
        inside = self.inside()
        for connection in inside:
            people = self.clients[connection].people
            seen = {key: tuple(person[name] for name in (*STATE_KEYS, "isAdmin")) for key, person in people.items()}
            assert seen == described
        assert {self.clients[connection].own_id for connection in inside} <= set(described)
        assert len(described) <= MAX_SEATS
        assert set(described) == {key for key, count in self.balance.items() if count == 1}
        assert set(self.balance.values()) <= {0, 1}, "one left for each joined"

    @precondition(lambda self: self.inside())
    @invariant()
    def a_probe_reaches_exactly_who_is_in(self) -> None:
        before = len(self.table.sent)
        self.table.tell(commands.Chat(self.inside()[0], "probe", "probe"))
        received = Counter(connection for connection, _, _ in self.table.sent[before:])
        self.listen()
        assert received == Counter(self.inside())


TestRosterWalk = RosterWalk.TestCase
TestRosterWalk.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)

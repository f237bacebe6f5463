"""A room under test, with clients that keep what they were sent and replay it into a roster of their own."""

from __future__ import annotations

from typing import Any

import msgspec

from onepizza.core.facts import Fact
from onepizza.rooms import commands
from onepizza.rooms.commands import RoomRules, RoomSettings, RoomSpec
from onepizza.rooms.deliveries import Dismiss, Send, Unseat
from onepizza.rooms.directory import Directory
from onepizza.rooms.waiting_commands import WaitingList

START = 1_800_000_000.0
ADMIN = b"a" * 32
MEETING = "abc-defg-hij"
_SETTINGS = RoomSettings()
_RULES = RoomRules()


class Table:
    """One room in a directory, a clock that is moved by hand, and what came out."""

    def __init__(self, *, settings: RoomSettings = _SETTINGS, rules: RoomRules = _RULES) -> None:
        self.now = START
        self.facts: list[Fact] = []
        self.sent: list[tuple[str, str, dict[str, Any]]] = []
        self.released: list[tuple[str, bool]] = []
        self.dismissed: list[tuple[str, bool]] = []
        self.directory = Directory(self, self.facts.append, lambda: self.now)
        self.directory.open(RoomSpec(MEETING, "Standup", 7, False, ADMIN, settings, rules, START))
        self._joins = 0

    def deliver(self, deliveries: Any) -> None:
        for delivery in deliveries:
            if isinstance(delivery, Send):
                payload = msgspec.json.decode(msgspec.json.encode(delivery.payload))
                self.sent += [(connection, delivery.payload.event, payload) for connection in delivery.to]
            elif isinstance(delivery, Unseat):
                self.released.append((delivery.connection, delivery.close))
            else:
                assert isinstance(delivery, Dismiss)
                self.dismissed.append((delivery.connection, delivery.close))

    def tell(self, command: commands.Command[Any]) -> Any:
        return self.directory.tell(MEETING, command)

    def join(self, connection: str, **fields: Any) -> Any:
        """Join as a fresh person and return the room's answer; `host=True` brings the admin token."""
        self._joins += 1
        if fields.pop("host", False):
            fields |= {"wants_admin": True, "admin_token_hash": ADMIN}
        values: dict[str, Any] = {
            "connection": connection,
            "participant_id": f"p-{connection}",
            "new_resume_token": f"token-{self._joins}",
            "name": connection.title(),
            "waiter_id": f"w{self._joins}",
            "ice_servers": msgspec.Raw(b"[]"),
        }
        return self.tell(commands.Join(**(values | fields)))

    def token_of(self, connection: str) -> str:
        """The resume token in the last `joined` of this connection."""
        return self.events(connection, "joined")[-1]["resumeToken"]

    def events(self, connection: str, event: str | None = None) -> list[dict[str, Any]]:
        return [payload for to, name, payload in self.sent if to == connection and event in (None, name)]

    def names(self, connection: str) -> list[str]:
        return [name for to, name, _ in self.sent if to == connection]

    def clear(self) -> None:
        self.sent.clear()
        self.released.clear()
        self.dismissed.clear()
        self.facts.clear()

    def advance(self, seconds: float) -> None:
        """Move time in ticks of a second, as the program does."""
        until = self.now + seconds
        while self.now < until:
            self.now = min(until, self.now + 1)
            self.directory.tick()

    def describe(self) -> commands.RoomView:
        return self.tell(commands.Describe())

    def roster(self) -> list[str]:
        return [participant.participant_id for participant in self.describe().participants]

    def queue(self) -> list[str]:
        """The names of who waits, in order."""
        return [waiter.name for waiter in self.tell(WaitingList())]

    def fact_names(self) -> list[str]:
        return [type(fact).__name__ for fact in self.facts]

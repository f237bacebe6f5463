"""A walk with real sockets through everything that changes who is in: after each step all views are the same.

Compared are who receives a probe, the roster in REST, the roster in a fresh `joined`, and what each client inside makes
of what it was sent. Whoever is outside hears nothing of the meeting.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from onepizza.core.settings import Limits
from onepizza.rooms.commands import Kick, UpdateSettings
from onepizza.rooms.errors import RoomFull, RoomLocked
from onepizza.rooms.waiting_commands import AdmitAll, AdmitWaiter, DenyWaiter, WaitingList
from tests.realtime.lean import Lean, gone
from tests.realtime.stage import MEETING, stage

MOST = 1_000_000
LIMITS = Limits(
    client_reports_per_minute=MOST, chat_burst=MOST, host_action_burst=MOST, toggle_burst=MOST,
    joins_per_socket_per_minute=MOST, joins_per_address_per_minute=MOST, failed_lookups_per_10_minutes=MOST,
    unjoined_sockets_per_address=MOST,
)  # fmt: skip
ADDRESSES = [f"203.0.113.{number}" for number in range(1, 11)]
NOT_OF_THE_MEETING = {
    "waiting-room:waiting", "waiting-room:admitted", "waiting-room:denied", "error", "admin:kick", "meeting:ended",
}  # fmt: skip
MAX_SEATS = 5
MAX_OUTSIDE = 12
SELDOM = st.sampled_from([False, False, False, True])


class HouseWalk(RuleBasedStateMachine):
    """One house per example, on a loop of its own; sockets come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.context = stage(limits=LIMITS, trusted_proxies=("127.0.0.0/8",))
        self.house = self.run(self.context.__aenter__())
        self.observer = self.run(Lean.connect(self.house, **{"X-Forwarded-For": "198.51.100.1"}))
        self.clients: list[Lean] = []
        self.tokens: list[str] = []
        self.probes = 0
        self.cap = MAX_SEATS
        self.run(self.open())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    async def open(self) -> None:
        await self.observer.join("Observer", host=True)
        await self.observer.leave()
        await self.house.directory.call(MEETING, UpdateSettings(max_participants=self.cap))

    def teardown(self) -> None:
        async def close() -> None:
            for client in (*self.clients, self.observer):
                client.ws.transport.abort()
                await client._reading
            await self.context.__aexit__(None, None, None)

        self.run(close())
        self.loop.close()

    # What is known

    def tell(self, command: Any) -> Any:
        """Give the room a command as REST does."""
        return self.run(self.house.directory.call(MEETING, command))

    def as_host(self, event: str, payload: dict[str, Any]) -> bool:
        """Have a host inside do it over its own socket; False if there is none who could."""
        hosts = {person.participant_id for person in self.house.describe().participants if person.is_admin}
        for client in self.inside:
            if client.own_id in hosts:
                self.run(client.ask(event, payload))
                return True
        return False

    @property
    def connected(self) -> list[Lean]:
        return [client for client in self.clients if client.is_connected]

    @property
    def inside(self) -> list[Lean]:
        return [client for client in self.connected if client.is_in]

    @property
    def outside(self) -> list[Lean]:
        return [client for client in self.connected if not client.is_in]

    def waiting(self) -> list[Any]:
        return list(self.tell(WaitingList()))

    async def settle(self) -> None:
        await asyncio.gather(*(client.settle() for client in self.connected))

    async def try_to_join(self, client: Lean, **fields: Any) -> None:
        await client.join(fields.pop("name", client.name or f"P{len(self.clients)}"), **fields)
        if client.token is not None:
            self.tokens.append(client.token)

    # Steps

    @initialize(people=st.integers(2, MAX_SEATS))
    def begin(self, people: int) -> None:
        """Most of what can go wrong needs somebody inside."""
        for number in range(people):
            self.arrive(host=number == 0, address=ADDRESSES[-1 - number], asks=False)

    @precondition(lambda self: len(self.outside) < MAX_OUTSIDE)
    @rule(host=SELDOM, address=st.sampled_from(ADDRESSES), asks=SELDOM)
    def arrive(self, host: bool, address: str, asks: bool) -> None:
        async def step() -> None:
            client = await Lean.connect(self.house, **{"X-Forwarded-For": address})
            self.clients.append(client)
            client.name = f"P{len(self.clients)}"
            if asks and not host:
                await client.ask("waiting-room:join", {"meetingId": MEETING, "name": client.name})
            else:
                await self.try_to_join(client, host=host)

        self.run(step())

    @precondition(lambda self: len(self.outside) < MAX_OUTSIDE)
    @rule(addresses=st.lists(st.sampled_from(ADDRESSES), min_size=2, max_size=3))
    def rush(self, addresses: list[str]) -> None:
        """Several come in the same moment, the first of them as host."""

        async def step() -> None:
            came = [await Lean.connect(self.house, **{"X-Forwarded-For": address}) for address in addresses]
            self.clients += came
            await asyncio.gather(*(self.try_to_join(client, host=client is came[0]) for client in came))

        self.run(step())

    @precondition(lambda self: self.outside)
    @rule(data=st.data())
    def knock_again(self, data: st.DataObject) -> None:
        self.run(self.try_to_join(data.draw(st.sampled_from(self.outside))))

    @precondition(lambda self: self.tokens)
    @rule(data=st.data(), address=st.sampled_from(ADDRESSES))
    def resume(self, data: st.DataObject, address: str) -> None:
        async def step(token: str) -> None:
            client = await Lean.connect(self.house, **{"X-Forwarded-For": address})
            self.clients.append(client)
            await self.try_to_join(client, resumeToken=token)

        self.run(step(data.draw(st.sampled_from(self.tokens[-5:]))))

    @precondition(lambda self: self.connected)
    @rule(data=st.data(), way=st.sampled_from(["leave", "goodbye", "reload", "cut"]))
    def go(self, data: st.DataObject, way: str) -> None:
        async def step(client: Lean) -> None:
            if way == "leave":
                await client.leave()
                return
            if way == "cut":
                await client.cut()
            else:
                await client.hang_up(1000 if way == "goodbye" else 1001)
            await gone(self.house, client)

        self.run(step(data.draw(st.sampled_from(self.connected))))

    @precondition(lambda self: self.house.describe().participants)
    @rule(data=st.data())
    def kick(self, data: st.DataObject) -> None:
        people = self.house.describe().participants
        removed = data.draw(st.sampled_from(people)).participant_id
        if not self.as_host("host:kick", {"participantId": removed}):
            self.tell(Kick(removed))

    @precondition(lambda self: self.waiting())
    @rule(data=st.data(), follows=st.booleans())
    def admit(self, data: st.DataObject, follows: bool) -> None:
        async def follow(name: str) -> None:
            await self.settle()
            for client in self.outside:
                if client.name == name:
                    await self.try_to_join(client)

        waiter = data.draw(st.sampled_from(self.waiting()))
        with contextlib.suppress(RoomFull, RoomLocked):
            if not self.as_host("waiting-room:admit", {"meetingId": MEETING, "socketId": waiter.waiter_id}):
                self.tell(AdmitWaiter(waiter.waiter_id))
            if follows:
                self.run(follow(waiter.name))

    @precondition(lambda self: self.waiting())
    @rule(data=st.data(), everyone=st.booleans())
    def decide(self, data: st.DataObject, everyone: bool) -> None:
        waiter = data.draw(st.sampled_from(self.waiting()))
        with contextlib.suppress(RoomLocked):
            self.tell(AdmitAll() if everyone else DenyWaiter(waiter.waiter_id))

    @rule(locked=SELDOM, waiting_room=st.booleans(), cap=st.sampled_from([1, 3, MAX_SEATS, MAX_SEATS]))
    def change(self, locked: bool, waiting_room: bool, cap: int) -> None:
        self.cap = cap
        changed = {"locked": locked, "waitingRoom": waiting_room, "maxParticipants": cap}
        if not self.as_host("host:settings", changed):
            self.tell(UpdateSettings(locked=locked, waiting_room=waiting_room, max_participants=cap))

    @rule(seconds=st.sampled_from([1, 1, 14, 16, 61]))
    def wait(self, seconds: int) -> None:
        async def step() -> None:
            self.house.advance(seconds)
            await self.settle()

        self.run(step())

    # What always holds

    @invariant()
    def every_view_is_the_same(self) -> None:
        self.run(self._compare())

    async def _compare(self) -> None:
        await self.settle()
        rest = {person.participant_id for person in self.house.describe().participants}
        assert len(rest) <= MAX_SEATS
        for client in self.inside:
            assert client.people == rest
        joined, away = await self._look()
        assert joined == rest
        received = await self._probe()
        assert received == rest - away
        assert {client.own_id for client in self.inside} == received
        for client in self.clients:
            assert set(client.outside) <= NOT_OF_THE_MEETING
            assert not (client.is_connected and client.was_sent_away)

    async def _look(self) -> tuple[set[str], set[str]]:
        """Come in for a moment and return who is there, and who of them is away."""
        await self.observer.settle()
        if not self.observer.is_connected:
            self.observer = await Lean.connect(self.house, **{"X-Forwarded-For": "198.51.100.1"})
        await self.house.directory.call(MEETING, UpdateSettings(max_participants=MOST))
        self.observer.heard.clear()
        answer = await self.observer.join("Observer", host=True)
        assert answer.get("ok") is True, answer
        await self.observer.settle()
        joined = self.observer.heard[0][1]
        away = {
            payload["participantId"]
            for event, payload in self.observer.heard
            if event == "participant:updated" and payload.get("isReconnecting")
        }
        await self.observer.leave()
        await self.house.directory.call(MEETING, UpdateSettings(max_participants=self.cap))
        await self.settle()
        return {person["participantId"] for person in joined["participants"]}, away

    async def _probe(self) -> set[str]:
        """Say something and return who hears it, by their own ids; nobody may hear it twice."""
        self.probes += 1
        text = f"probe {self.probes}"
        if self.inside:
            assert (await self.inside[0].ask("chat:message", {"text": text}))["ok"] is True
        await self.settle()
        received: set[str] = set()
        for client in (*self.connected, self.observer):
            times = [payload["text"] for event, payload in client.heard if event == "chat:message"].count(text)
            assert times <= 1
            if times:
                assert client.own_id is not None
                received.add(client.own_id)
        return received


TestHouseWalk = pytest.mark.slow(HouseWalk.TestCase)
TestHouseWalk.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)

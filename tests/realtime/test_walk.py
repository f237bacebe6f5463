"""A walk with real sockets and REST through everything that changes who is in: after each step all views are the same.

Compared are who receives a probe, the roster in REST, the roster in a fresh `joined`, and what each client inside makes
of what it was sent. Whoever is outside hears nothing of the meeting. What hosts do goes over their own socket, or over
REST where no host is inside.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from onepizza.core.settings import Limits
from onepizza.rooms.commands import Describe, UpdateSettings
from onepizza.rooms.waiting_commands import WaitingList
from tests.realtime.lean import Lean, gone
from tests.support.whole import Whole, whole

MOST = 1_000_000
LIMITS = Limits(
    client_reports_per_minute=MOST, chat_burst=MOST, host_action_burst=MOST, toggle_burst=MOST,
    joins_per_socket_per_minute=MOST, joins_per_address_per_minute=MOST, failed_lookups_per_10_minutes=MOST,
    unjoined_sockets_per_address=MOST, api_requests_per_15_minutes=MOST, active_meetings_per_payer=MOST,
)  # fmt: skip
ADDRESSES = [f"203.0.113.{number}" for number in range(1, 11)]
NOT_OF_THE_MEETING = {
    "waiting-room:waiting", "waiting-room:admitted", "waiting-room:denied", "error", "admin:kick", "meeting:ended",
}  # fmt: skip
MAX_SEATS = 5
MAX_OUTSIDE = 12
SELDOM = st.sampled_from([False, False, False, True])
WALK = settings(max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))


class HouseWalk(RuleBasedStateMachine):
    """One meeting per example, in the same program; sockets come and go."""

    def __init__(self, loop: asyncio.AbstractEventLoop, house: Whole) -> None:
        super().__init__()
        self.loop = loop
        self.house = house
        self.clients: list[Lean] = []
        self.tokens: list[str] = []
        self.probes = 0
        self.cap = MAX_SEATS
        self.meeting: dict[str, str] = {}
        self.observer: Lean
        self.run(self.open())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    async def open(self) -> None:
        http = self.house.http
        self.meeting = (await http.post("/api/meetings", json={"maxParticipants": self.cap})).json()
        http.headers["x-admin-token"] = self.meeting["adminToken"]
        self.observer = await Lean.connect(self.house, **{"X-Forwarded-For": "198.51.100.1"})
        await self.join(self.observer, "Observer", host=True)
        await self.observer.leave()

    def teardown(self) -> None:
        async def close() -> None:
            for client in (*self.clients, self.observer):
                client.ws.transport.abort()
                await client._reading

        self.run(close())

    # What is known, and how things are done

    async def ask(self, method: str, path: str = "", body: dict[str, Any] | None = None) -> Any:
        """Call REST about the meeting; being refused because it is full or locked is an answer."""
        url = f"/api/meetings/{self.meeting['meetingId']}{path}"
        answer = await self.house.http.request(method, url, json=body)
        assert answer.status_code == 200 or answer.json()["code"] in ("room_full", "room_locked"), answer.text
        return answer.json()

    async def lead(self, event: str, payload: dict[str, Any], otherwise: Coroutine[Any, Any, Any]) -> None:
        """Have a host inside do it over its own socket, or else do it over REST."""
        hosts = {person["participantId"] for person in await self.roster() if person["isAdmin"]}
        host = next((client for client in self.inside if client.own_id in hosts), None)
        if host is None:
            await otherwise
        else:
            otherwise.close()
            await host.ask(event, payload)

    async def roster(self) -> list[dict[str, Any]]:
        return (await self.ask("GET"))["participants"]

    def participants(self) -> list[dict[str, Any]]:
        return self.run(self.roster())

    def waiting(self) -> list[dict[str, Any]]:
        return self.run(self.ask("GET", "/waiting"))["waiting"]

    @property
    def is_empty(self) -> bool:
        return not self.house.directory.tell(self.meeting["meetingId"], Describe()).participants

    @property
    def has_waiters(self) -> bool:
        return bool(self.house.directory.tell(self.meeting["meetingId"], WaitingList()))

    def waiter(self, waiter: dict[str, Any]) -> dict[str, Any]:
        return {"meetingId": self.meeting["meetingId"], "socketId": waiter["socketId"]}

    @property
    def connected(self) -> list[Lean]:
        return [client for client in self.clients if client.is_connected]

    @property
    def inside(self) -> list[Lean]:
        return [client for client in self.connected if client.is_in]

    @property
    def outside(self) -> list[Lean]:
        return [client for client in self.connected if not client.is_in]

    async def settle(self) -> None:
        await asyncio.gather(*(client.settle() for client in self.connected))

    async def join(self, client: Lean, name: str, *, host: bool = False, **fields: Any) -> Any:
        proof = {"isAdmin": True, "adminToken": self.meeting["adminToken"]} if host else {}
        return await client.join(name, meetingId=self.meeting["meetingId"], **proof, **fields)

    async def try_to_join(self, client: Lean, **fields: Any) -> None:
        await self.join(client, client.name or f"P{len(self.clients)}", **fields)
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
                asked = {"meetingId": self.meeting["meetingId"], "name": client.name}
                await client.ask("waiting-room:join", asked)
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

    @precondition(lambda self: not self.is_empty)
    @rule(data=st.data())
    def kick(self, data: st.DataObject) -> None:
        removed = data.draw(st.sampled_from(self.participants()))["participantId"]
        over_rest = self.ask("POST", f"/participants/{removed}/kick")
        self.run(self.lead("host:kick", {"participantId": removed}, over_rest))

    @precondition(lambda self: self.has_waiters)
    @rule(data=st.data(), follows=st.booleans())
    def admit(self, data: st.DataObject, follows: bool) -> None:
        async def step(waiter: dict[str, Any]) -> None:
            over_rest = self.ask("POST", f"/waiting/{waiter['socketId']}/admit")
            await self.lead("waiting-room:admit", self.waiter(waiter), over_rest)
            await self.settle()
            for client in self.outside if follows else ():
                if client.name == waiter["name"]:
                    await self.try_to_join(client)

        self.run(step(data.draw(st.sampled_from(self.waiting()))))

    @precondition(lambda self: self.has_waiters)
    @rule(data=st.data(), everyone=st.booleans())
    def decide(self, data: st.DataObject, everyone: bool) -> None:
        waiter = data.draw(st.sampled_from(self.waiting()))
        event, path = (
            ("admit-all", "/waiting/admit-all") if everyone else ("deny", f"/waiting/{waiter['socketId']}/deny")
        )
        self.run(self.lead(f"waiting-room:{event}", self.waiter(waiter), self.ask("POST", path)))

    @rule(locked=SELDOM, waiting_room=st.booleans(), cap=st.sampled_from([1, 3, MAX_SEATS, MAX_SEATS]))
    def change(self, locked: bool, waiting_room: bool, cap: int) -> None:
        self.cap = cap
        changed = {"locked": locked, "waitingRoom": waiting_room, "maxParticipants": cap}
        self.run(self.lead("host:settings", changed, self.ask("PATCH", "/settings", changed)))

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
        rest = {person["participantId"] for person in await self.roster()}
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
        meeting_id = self.meeting["meetingId"]
        await self.house.directory.call(meeting_id, UpdateSettings(max_participants=MOST))
        self.observer.heard.clear()
        answer = await self.join(self.observer, "Observer", host=True)
        assert answer.get("ok") is True, answer
        await self.observer.settle()
        joined = self.observer.heard[0][1]
        away = {
            payload["participantId"]
            for event, payload in self.observer.heard
            if event == "participant:updated" and payload.get("isReconnecting")
        }
        await self.observer.leave()
        await self.house.directory.call(meeting_id, UpdateSettings(max_participants=self.cap))
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


class TestHouseWalk:
    @pytest.mark.slow
    def test_all_views_are_the_same_after_every_step(self, database_url: str) -> None:
        with asyncio.Runner() as runner:
            # An empty meeting goes on: its end is no part of the walk.
            program = whole(database_url, LIMITS, empty_meeting_grace_seconds=float(MOST))
            house = runner.run(program.__aenter__())
            runner.run(register(house))
            try:
                run_state_machine_as_test(lambda: HouseWalk(runner.get_loop(), house), settings=WALK)
            finally:
                runner.run(program.__aexit__(None, None, None))


async def register(house: Whole) -> None:
    sent = {"email": "you@example.com", "password": "secret-1234"}
    house.http.headers["x-api-key"] = (await house.http.post("/api/auth/register", json=sent)).json()["apiKey"]
    house.http.cookies.clear()

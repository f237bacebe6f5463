"""Fifty people join within five seconds and connect with each other: no signal is lost, and no limit is hit.

Nothing the server does for them keeps its loop longer than a tenth of a second (CONTRACT 5).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from onepizza.core.settings import Limits
from tests.realtime.lean import Lean
from tests.realtime.stage import MEETING, Stage, stage
from tests.support.watchdog import watching

PEOPLE = 50
CANDIDATES = 12
WITHIN_S = 5.0
CALLBACK_S = 0.1
SDP = "v=0\r\n" + "a=rtpmap:96 VP8/90000\r\n" * 60
CANDIDATE = "candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 0.0.0.0 rport 0 generation 0"


def candidates(to: str) -> list[tuple[str, Any]]:
    """What one side of a pair sends after its description."""
    return [
        ("signal:ice-candidate", {"to": to, "candidate": {"candidate": f"{CANDIDATE} {number}", "sdpMid": "0"}})
        for number in range(CANDIDATES)
    ]


class Peer(Lean):
    """Offers to everybody who is there when it comes, answers every offer, and trickles to both."""

    own = ""

    def _hear(self, event: str, payload: Any = None) -> None:
        super()._hear(event, payload)
        if event == "joined":
            self.own = payload["participantId"]
            for other in payload["participants"]:
                self.send("signal:offer", {"to": other["participantId"], "offer": {"type": "offer", "sdp": SDP}})
                self.trickle(other["participantId"])
        elif event == "signal:offer":
            self.send("signal:answer", {"to": payload["from"], "answer": {"type": "answer", "sdp": SDP}})
            self.trickle(payload["from"])

    def trickle(self, to: str) -> None:
        for event, payload in candidates(to):
            self.send(event, payload)


async def everybody_connected(people: list[Peer]) -> None:
    """Return once each has heard the last candidate of each."""
    expected = (PEOPLE - 1) * (CANDIDATES + 1)
    async with asyncio.timeout(120):
        while any(signals(person) < expected for person in people):
            await asyncio.sleep(0.05)


def signals(person: Peer) -> int:
    return sum(event.startswith("signal:") for event, _ in person.heard)


async def join_all(house: Stage) -> list[Peer]:
    """One joins after the other, by the fake clock evenly over the five seconds."""
    people: list[Peer] = []
    for number in range(PEOPLE):
        person = await Peer.connect(house)
        assert isinstance(person, Peer)
        people.append(person)
        assert (await person.ask("join-meeting", {"meetingId": MEETING, "name": f"P{number}"}))["ok"] is True
        house.clock.advance(WITHIN_S / PEOPLE)
    return people


class TestMesh:
    @pytest.mark.slow
    async def test_fifty_people_lose_no_message_and_hit_no_limit(self) -> None:
        limits = Limits(unjoined_sockets_per_address=PEOPLE)
        async with stage(limits=limits) as house:
            with watching() as watchdog:
                people = await join_all(house)
                await everybody_connected(people)
            assert watchdog.longest_s < CALLBACK_S, watchdog.longest
            assert watchdog.count > PEOPLE
            own = {person.own for person in people}
            for person in people:
                heard = Counter((event, payload["from"]) for event, payload in person.heard if "signal" in event)
                others = own - {person.own}
                assert {sender for _, sender in heard} == others
                for other in others:
                    assert heard[("signal:ice-candidate", other)] == CANDIDATES
                    assert heard[("signal:offer", other)] + heard[("signal:answer", other)] == 1
                assert not [payload for event, payload in person.heard if event == "error"]
            for person in people:
                person.ws.transport.abort()
            await asyncio.gather(*(person._reading for person in people))

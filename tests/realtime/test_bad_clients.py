"""A client that does not read, or sends what is no packet, is off the roster in time and costs the others nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from onepizza.core.settings import Limits
from tests.realtime.lean import Lean
from tests.realtime.stage import stage

SDP = "v=0\r\n" + "a" * 60_000
MORE_THAN_ANY_BUFFER = 400
LIMITS = Limits(signal_burst=MORE_THAN_ANY_BUFFER * 2)


async def stops_reading(eve: Lean, bob: Lean) -> None:
    """Bob sends more than the kernel and the server hold for somebody who does not read."""
    eve.ws.transport.pause_reading()
    offer = {"to": eve.own_id, "offer": {"type": "offer", "sdp": SDP}}
    for _ in range(MORE_THAN_ANY_BUFFER):
        if (await bob.ask("signal:offer", offer)).get("code") == "participant_unreachable":
            return
    raise AssertionError("everything was kept for somebody who reads nothing")


async def sends_too_much(eve: Lean, _bob: Lean) -> None:
    await eve.ws.send('42["chat:message",{"text":"' + "x" * 200_000 + '"}]')


async def sends_no_packet(eve: Lean, _bob: Lean) -> None:
    await eve.ws.send("what?")


async def sends_no_text(eve: Lean, _bob: Lean) -> None:
    eve.ws.protocol.send_text(b"42\xff\xfe")
    eve.ws.send_data()


@pytest.mark.parametrize("spoil", [stops_reading, sends_too_much, sends_no_packet, sends_no_text])
async def test_is_away_at_once_and_gone_after_the_hold(spoil: Callable[[Lean, Lean], Awaitable[None]]) -> None:
    async with stage(limits=LIMITS) as house:
        ada, bob, eve = [await Lean.connect(house) for _ in range(3)]
        for client, name in ((ada, "Ada"), (bob, "Bob"), (eve, "Eve")):
            assert (await client.join(name))["ok"] is True
        away = {"participantId": eve.own_id, "isReconnecting": True}
        await spoil(eve, bob)
        async with asyncio.timeout(5):
            while ("participant:updated", away) not in ada.heard:
                await ada.settle()
        assert (await ada.ask("chat:message", {"text": "still here"}))["ok"] is True
        await bob.settle()
        assert bob.heard[-1][1]["text"] == "still here"
        house.advance(15)
        assert house.names() == ["Ada", "Bob"]
        for client in (ada, bob, eve):
            client.ws.transport.abort()

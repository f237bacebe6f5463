"""What real sockets hear and are answered fits the AsyncAPI document, with no field that is not in it."""

from __future__ import annotations

from typing import Any

from onepizza.realtime.asyncapi import SENT
from onepizza.realtime.table import TABLE
from tests.contract.test_asyncapi import CHANNEL, DOCUMENT, validator
from tests.realtime.stage import ADMIN_TOKEN, MEETING, Person, stage

NOT_HEARD_HERE = {"server:restarting"}
SDP = "v=0\r\n"


class Checked:
    """Asks over a person's socket and compares the answers with the document."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    async def ask(self, person: Person, event: str, payload: Any = None, *, code: str | None = None) -> dict[str, Any]:
        answer = await person.ask(event, payload)
        assert answer.get("code") == code, (event, answer)
        operation = DOCUMENT["operations"][f"receive.{event.replace(':', '.')}"]
        keys = [reply["$ref"].rpartition("/")[2] for reply in operation["reply"]["messages"]]
        fitting = [key for key in keys if validator(CHANNEL["messages"][key]).is_valid(answer)]
        assert len(fitting) == 1, (event, answer, keys)
        assert (fitting == ["ack.Refused"]) == (code is not None)
        if code is None:
            self.asked.add(event)
        return answer


def check_heard(people: list[Person]) -> set[str]:
    """Compare all that was heard with the document; return the names of the events."""
    checks = {event.event: validator(CHANNEL["messages"][f"server.{event.event.replace(':', '.')}"]) for event in SENT}
    for person in people:
        for event, payload in person.heard:
            checks[event].validate(payload)
    return {event for person in people for event, _ in person.heard}


class TestTruth:
    async def test_every_event_is_sent_heard_and_acknowledged_as_described(self) -> None:
        async with stage() as house:
            told = Checked()
            ada, bob, eve, cleo = [await house.person() for _ in range(4)]
            await told.ask(eve, "join-meeting", {"meetingId": "sch-edul-edd"}, code="meeting_scheduled")
            await told.ask(eve, "raise-hand", {"isHandRaised": True}, code="not_joined")
            door = {"meetingId": MEETING, "name": "Ada", "isAdmin": True, "adminToken": ADMIN_TOKEN}
            await told.ask(ada, "join-meeting", door)
            bobs = (await told.ask(bob, "join-meeting", {"meetingId": MEETING, "name": "Bob"}))["participantId"]
            target, here = {"participantId": bobs}, {"meetingId": MEETING}
            await told.ask(ada, "signal:offer", {"to": bobs, "offer": {"type": "offer", "sdp": SDP}})
            await told.ask(ada, "signal:answer", {"to": bobs, "answer": {"type": "answer", "sdp": SDP}})
            candidate = {"candidate": "candidate:1", "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": "x"}
            await told.ask(ada, "signal:ice-candidate", {"to": bobs, "candidate": candidate})
            await told.ask(ada, "signal:ice-candidate", {"to": bobs, "candidate": None})
            for event, field in (
                ("media:toggle-audio", "isMuted"),
                ("media:toggle-video", "isVideoOff"),
                ("media:screen-share", "isScreenSharing"),
                ("raise-hand", "isHandRaised"),
            ):
                await told.ask(bob, event, {field: True})
            await told.ask(bob, "react", {"emoji": "👍"})
            line = await told.ask(bob, "chat:message", {"text": "Hello"})
            await told.ask(ada, "chat:react", {"messageId": line["messageId"], "emoji": "🎉"})
            await told.ask(ada, "caption:publish", {"text": "Hello", "isFinal": True, "lang": "en"})
            await told.ask(ada, "recording:broadcast-started", {"hostName": "Somebody"})
            await told.ask(ada, "recording:broadcast-stopped")
            for event in ("host:mute", "host:unmute", "host:spotlight"):
                await told.ask(ada, event, target)
            await told.ask(bob, "host:mute", target, code="not_host")
            await told.ask(ada, "host:mute-all")
            await told.ask(ada, "host:settings", {"waitingRoom": True})
            await told.ask(ada, "host:invite", {"name": "Eve"})
            await told.ask(eve, "client:report", {"type": "error.webrtc"})

            await told.ask(eve, "waiting-room:join", here | {"name": "Eve"})
            waiting = await ada.next("waiting-room:participant-waiting")
            await told.ask(ada, "waiting-room:deny", here | {"socketId": waiting["socketId"]})
            await eve.next("waiting-room:denied")
            await told.ask(eve, "join-meeting", here, code="entry_denied")
            await told.ask(cleo, "join-meeting", here | {"name": "Cleo", "clientId": "cleo"}, code="entry_denied")
            house.clock.advance(61)
            assert (await told.ask(cleo, "join-meeting", here | {"name": "Cleo"}))["isWaiting"] is True
            await told.ask(ada, "waiting-room:admit-all", here)
            await cleo.next("waiting-room:admitted")
            await told.ask(cleo, "join-meeting", here | {"name": "Cleo"})
            await told.ask(cleo, "leave-meeting")
            await told.ask(eve, "waiting-room:join", here | {"name": "Eve"})
            waiting = {}
            while waiting.get("name") != "Eve" or "removed" in waiting:
                waiting = await ada.next("waiting-room:participant-waiting")
            await told.ask(ada, "waiting-room:admit", here | {"socketId": waiting["socketId"]})
            await eve.next("waiting-room:admitted")

            await told.ask(ada, "host:kick", target | {"reason": "Enough"})
            await bob.next("admin:kick")
            await told.ask(ada, "host:end")
            await ada.next("meeting:ended")
            heard = check_heard([ada, bob, eve, cleo])
            assert told.asked == {row.event for row in TABLE}
            assert heard == {event.event for event in SENT} - NOT_HEARD_HERE

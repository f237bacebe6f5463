"""What kill -9 leaves of a meeting: everything that was promised to somebody. Of a guest meeting: nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.faults.house import House, Person, book


@pytest.mark.slow
class TestWhatSurvives:
    async def test_settings_lock_waiting_room_tokens_invites_and_people(
        self, database_url: str, tmp_path: Path
    ) -> None:
        house = House(tmp_path / "data", database_url)
        # Else all would come from one address, and the removal of one would flag it for everybody.
        house.also(TRUSTED_PROXIES="127.0.0.0/8", SEAT_HOLD_SECONDS="15")
        await house.start()
        people: list[Person] = []
        try:
            [(meeting_id, old_token)] = (await book(house, 1)).items()
            ada, eve = [Person(meeting_id, name, f"203.0.113.{number}") for number, name in enumerate(("Ada", "Eve"))]
            people += [ada, eve]
            await ada.join(house.address, isAdmin=True, adminToken=old_token)
            await ada.emit("raise-hand", {"isHandRaised": True})
            await eve.join(house.address, clientId="eves")
            promised = await self._promise(house, meeting_id, old_token, eve)
            guest = (await house.ask("POST", "/api/meetings/guest")).json()
            await house.kill()
            await house.start()
            await self._hold(house, meeting_id, old_token, promised, people)
            nobody = Person(guest["meetingId"], "Nobody")
            people.append(nobody)
            assert (await nobody.knock(house.address))[1]["code"] == "meeting_not_found"
        finally:
            for person in people:
                await person.forget_socket()
            await house.stop()

    async def _promise(self, house: House, meeting_id: str, old_token: str, eve: Person) -> dict[str, str]:
        """Change everything there is; return the secrets that were given out."""
        path = f"/api/meetings/{meeting_id}"
        headers = {**house.headers, "x-admin-token": old_token}
        changed = {"title": "Renamed", "waitingRoom": True, "maxParticipants": 7, "muteOnJoin": True}
        assert (await house.ask("PATCH", f"{path}/settings", json=changed, headers=headers)).status_code == 200
        kick = f"{path}/participants/{eve.participant_id}/kick"
        assert (await house.ask("POST", kick, headers=headers)).status_code == 200
        admin_token = (await house.ask("POST", f"{path}/admin-token", headers=headers)).json()["adminToken"]
        headers["x-admin-token"] = admin_token
        invite = (await house.ask("POST", f"{path}/invite", headers=headers)).json()["inviteToken"]
        host_url = (await house.ask("POST", f"{path}/host-link", headers=headers)).json()["hostUrl"]
        assert (await house.ask("POST", f"{path}/lock", headers=headers)).status_code == 200
        return {"admin_token": admin_token, "invite": invite, "host": host_url.partition("#host=")[2]}

    async def _hold(
        self, house: House, meeting_id: str, old_token: str, promised: dict[str, str], people: list[Person]
    ) -> None:
        """Find all of it again after the program came back."""
        path = f"/api/meetings/{meeting_id}"
        headers = {**house.headers, "x-admin-token": promised["admin_token"]}
        details = (await house.ask("GET", path, headers=house.headers)).json()
        assert details["title"] == "Renamed"
        assert details["settings"] == {
            "muteOnJoin": True, "videoOffOnJoin": False, "maxParticipants": 7, "locked": True, "waitingRoom": True,
        }  # fmt: skip
        ada, eve = people
        before = ada.participant_id
        joined = await ada.join(house.address)
        assert (ada.participant_id, joined["isAdmin"], joined["self"]["isHandRaised"]) == (before, True, True)
        old = await house.ask("POST", f"{path}/unlock", headers={**headers, "x-admin-token": old_token})
        assert old.status_code == 403

        async def knock(**fields: Any) -> str:
            person = Person(meeting_id, "Somebody", "203.0.113.9")
            people.append(person)
            event, answer = await person.knock(house.address, **fields)
            return answer["code"] if event == "error" else event

        assert await knock(inviteToken=promised["invite"]) == "room_locked"
        assert await knock(isAdmin=True, adminToken=old_token) == "bad_admin_token"
        assert (await house.ask("POST", f"{path}/unlock", headers=headers)).status_code == 200
        assert (await eve.knock(house.address))[0] == "waiting-room:waiting"
        assert await knock(isAdmin=True, adminToken=promised["host"]) == "joined"
        assert await knock(isAdmin=True, adminToken=promised["host"]) == "bad_admin_token"
        assert await knock() == "waiting-room:waiting"
        assert await knock(inviteToken=promised["invite"]) == "joined"
        assert await knock(inviteToken=promised["invite"]) == "bad_invite"

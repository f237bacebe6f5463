from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest

from onepizza.core.idempotency import REMEMBERED_AT_MOST, Idempotency, RememberedAnswers
from onepizza.core.ids import secret_hash
from onepizza.core.settings import Limits
from onepizza.meetings.schemas import Done
from onepizza.rooms.commands import Join
from onepizza.rooms.errors import BadInvite
from onepizza.rooms.snapshot import Snapshot
from tests.support.rest import Rest, body, error, open_rest

PATH = "/api/meetings"
MISMATCH = error("idempotency_mismatch", "This Idempotency-Key was used with another request")


async def meetings_of(rest: Rest, headers: dict[str, str]) -> int:
    return len((await rest.http.get(PATH, headers=headers)).json()["meetings"])


class TestIdempotencyKey:
    async def test_the_same_request_again_gets_the_same_answer(self, rest: Rest) -> None:
        you = await rest.register()
        headers = you.key | {"idempotency-key": "order-1"}
        first = await rest.http.post(PATH, json={"title": "Once", "muteOnJoin": True}, headers=headers)
        again = await rest.http.post(PATH, content=b'{ "muteOnJoin": true, "title": "Once" }', headers=headers | {
            "content-type": "application/json"
        })  # fmt: skip
        assert first.status_code == again.status_code == 201
        assert again.json() == first.json()
        assert len(first.json()["adminToken"]) == 64
        assert await meetings_of(rest, you.key) == 1
        meeting_id, token = first.json()["meetingId"], again.json()["adminToken"]
        ended = await rest.http.delete(f"{PATH}/{meeting_id}", headers=you.host(token))
        assert ended.status_code == 200

    async def test_another_body_is_refused(self, rest: Rest) -> None:
        you = await rest.register()
        headers = you.key | {"idempotency-key": "order-1"}
        await rest.http.post(PATH, json={"title": "Once"}, headers=headers)
        answer = await rest.http.post(PATH, json={"title": "Twice"}, headers=headers)
        assert (answer.status_code, body(answer)) == (422, MISMATCH)
        assert await meetings_of(rest, you.key) == 1

    async def test_twenty_at_once_create_one(self, rest: Rest) -> None:
        you = await rest.register()
        headers = you.key | {"idempotency-key": "order-1"}
        answers = await asyncio.gather(*(rest.http.post(PATH, json={}, headers=headers) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == 1
        assert await meetings_of(rest, you.key) == 1

    async def test_other_keys_and_other_callers_are_other_requests(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        sent = [
            await rest.http.post(PATH, json={}, headers=account.key | {"idempotency-key": key})
            for account, key in ((you, "a"), (you, "b"), (other, "a"))
        ]
        assert len({answer.json()["meetingId"] for answer in sent}) == 3
        assert len({answer.json()["adminToken"] for answer in sent}) == 3

    async def test_a_refused_request_may_be_mended(self, rest: Rest) -> None:
        you = await rest.register()
        headers = you.key | {"idempotency-key": "order-1"}
        refused = await rest.http.post(PATH, json={"scheduledAt": "2020-01-01T00:00:00Z"}, headers=headers)
        assert refused.status_code == 400
        assert (await rest.http.post(PATH, json={}, headers=headers)).status_code == 201

    async def test_holds_for_a_day(self, rest: Rest) -> None:
        you = await rest.register()
        headers = you.key | {"idempotency-key": "order-1"}
        scheduled = {"scheduledAt": "2027-01-15T08:00:30Z"}
        first = await rest.http.post(PATH, json=scheduled, headers=headers)
        rest.clock.advance(86_399)
        assert (await rest.http.post(PATH, json=scheduled, headers=headers)).json() == first.json()
        rest.clock.advance(1)
        later = await rest.http.post(PATH, json={"title": "Another"}, headers=headers)
        assert later.status_code == 201
        rest.clock.advance(86_400)
        async with rest.db.transaction() as tx:
            await Idempotency(rest.clock, "x").forget_expired(tx)
            assert await tx.conn.fetchval("SELECT count(*) FROM idempotency_keys") == 0

    async def test_no_secret_stands_in_the_database(self, rest: Rest) -> None:
        you = await rest.register()
        made = await rest.http.post(PATH, json={}, headers=you.key | {"idempotency-key": "order-1"})
        async with rest.db.transaction() as tx:
            row = await tx.conn.fetchrow("SELECT * FROM idempotency_keys")
        assert row is not None
        assert made.json()["meetingId"].encode() in row["answer"]
        assert made.json()["adminToken"].encode() not in row["answer"]
        assert bytes.fromhex(made.json()["adminToken"]) not in row["answer"] + row["nonce"] + row["answer_hash"]

    async def test_with_another_secret_of_the_program_it_says_so(self, database_url: str) -> None:
        async with open_rest(database_url, session_secret="a" * 32) as rest:
            you = await rest.register()
            headers = you.key | {"idempotency-key": "order-1"}
            assert (await rest.http.post(PATH, json={}, headers=headers)).status_code == 201
        async with open_rest(database_url, session_secret="b" * 32) as rest:
            answer = await rest.http.post(PATH, json={}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_answer_gone")

    async def test_a_key_that_is_none_is_refused(self, rest: Rest) -> None:
        you = await rest.register()
        for key in ("", "two words", "x" * 256, "é"):
            answer = await rest.http.post(PATH, json={}, headers=you.key | {"idempotency-key": key.encode()})
            assert answer.status_code == 400, key


class TestGuestMeetings:
    KEY: ClassVar = {"idempotency-key": "3e9b6f6c-0d55-4a5b-9a51-0b8f7f0b8a01"}

    async def test_again_it_is_the_same_meeting(self, rest: Rest) -> None:
        sent = [await rest.http.post(f"{PATH}/guest", json={"title": "Quick"}, headers=self.KEY) for _ in range(2)]
        assert [answer.status_code for answer in sent] == [201, 201]
        assert sent[0].json() == sent[1].json()
        other = await rest.http.post(f"{PATH}/guest", json={"title": "Other"}, headers=self.KEY)
        assert (other.status_code, body(other)) == (422, MISMATCH)

    async def test_twenty_at_once_create_one(self, rest: Rest) -> None:
        answers = await asyncio.gather(*(rest.http.post(f"{PATH}/guest", json={}, headers=self.KEY) for _ in range(20)))
        assert len({answer.text for answer in answers}) == 1
        assert len(rest.directory.live_ids()) == 1

    async def test_repeats_count_against_no_limit(self, database_url: str) -> None:
        async with open_rest(database_url, Limits(guest_meetings_per_hour=1)) as rest:
            for _ in range(3):
                assert (await rest.http.post(f"{PATH}/guest", json={}, headers=self.KEY)).status_code == 201
            assert (await rest.http.post(f"{PATH}/guest", json={})).status_code == 429

    async def test_a_key_that_somebody_else_might_send_is_refused(self, rest: Rest) -> None:
        answer = await rest.http.post(f"{PATH}/guest", json={}, headers={"idempotency-key": "fifteen-letters"})
        assert answer.status_code == 400
        assert body(answer)["error"] == "Idempotency-Key must have 16 to 255 visible ASCII characters"

    async def test_holds_for_a_day(self, rest: Rest) -> None:
        first = await rest.http.post(f"{PATH}/guest", json={}, headers=self.KEY)
        rest.clock.advance(86_399)
        assert (await rest.http.post(f"{PATH}/guest", json={}, headers=self.KEY)).json() == first.json()
        rest.clock.advance(1)
        assert (await rest.http.post(f"{PATH}/guest", json={}, headers=self.KEY)).json() != first.json()

    async def test_the_oldest_are_forgotten_first(self, rest: Rest) -> None:
        answers = RememberedAnswers(rest.clock)
        for number in range(REMEMBERED_AT_MOST + 1):
            answers.remember(f"key-{number}", Done(str(number)), caller="me", operation="x", body=None)
        found = [
            answers.find(f"key-{number}", caller="me", operation="x", body=None, answer=Done)
            for number in (0, 1, REMEMBERED_AT_MOST)
        ]
        assert found == [None, Done("1"), Done(str(REMEMBERED_AT_MOST))]


class TestInvitesAndHostLinks:
    @pytest.mark.parametrize("call", ["invite", "host-link"])
    @pytest.mark.parametrize("is_guest", [False, True], ids=["api", "guest"])
    async def test_again_it_is_the_same_one(self, rest: Rest, call: str, is_guest: bool) -> None:
        you = await rest.register()
        meeting_id, admin_token = await (rest.guest_meeting() if is_guest else rest.meeting(you))
        headers = ({"x-admin-token": admin_token} if is_guest else you.host(admin_token)) | {"idempotency-key": "1"}
        answers = await asyncio.gather(
            *(rest.http.post(f"{PATH}/{meeting_id}/{call}", headers=headers) for _ in range(20))
        )
        assert {answer.status_code for answer in answers} == {201 if call == "invite" else 200}
        assert len({answer.text for answer in answers}) == 1
        snapshot = await rest.directory.call(meeting_id, Snapshot())
        assert len(snapshot.invites if call == "invite" else snapshot.host_tokens) == 1
        fresh = await rest.http.post(f"{PATH}/{meeting_id}/{call}", headers=headers | {"idempotency-key": "2"})
        assert fresh.text != answers[0].text

    async def test_the_invite_of_a_repeat_lets_one_person_in(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        headers = you.host(admin_token) | {"idempotency-key": "1"}

        async def invite() -> bytes:
            answer = await rest.http.post(f"{PATH}/{meeting_id}/invite", json={"name": "Bob"}, headers=headers)
            return secret_hash(answer.json()["inviteToken"])

        def join(connection: str, token_hash: bytes) -> Join:
            return Join(
                connection=connection,
                participant_id=connection,
                new_resume_token=connection,
                invite_token_hash=token_hash,
            )

        await invite()
        await rest.meetings.open(meeting_id)
        await rest.directory.call(meeting_id, join("bob", await invite()))
        with pytest.raises(BadInvite):
            await rest.directory.call(meeting_id, join("eve", await invite()))

    async def test_of_another_meeting_or_name_it_is_another_request(self, rest: Rest) -> None:
        you = await rest.register()
        made = [await rest.meeting(you) for _ in range(2)]
        sent = [
            await rest.http.post(f"{PATH}/{meeting_id}/invite", headers=you.host(token) | {"idempotency-key": "1"})
            for meeting_id, token in made
        ]
        assert sent[0].json()["inviteToken"] != sent[1].json()["inviteToken"]
        meeting_id, token = made[0]
        again = await rest.http.post(
            f"{PATH}/{meeting_id}/invite", json={"name": "Bob"}, headers=you.host(token) | {"idempotency-key": "1"}
        )
        assert (again.status_code, body(again)) == (422, MISMATCH)

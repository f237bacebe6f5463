from __future__ import annotations

import asyncio

from onepizza.core.idempotency import Idempotency
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

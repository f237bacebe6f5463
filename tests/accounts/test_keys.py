from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from onepizza.core.ids import secret_hash
from tests.support.rest import Account, Rest, body, error

PATH = "/api/user/keys"
MEETINGS = "/api/meetings"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


async def create(rest: Rest, account: Account, **sent: object) -> dict[str, Any]:
    answer = await rest.http.post(PATH, json=sent, headers=account.session)
    assert answer.status_code == 201, answer.text
    return answer.json()


class TestListKeys:
    async def test_shows_the_beginning_of_each_key(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        await create(rest, other)
        made = await create(rest, you, label="Production")
        answer = await rest.http.get(PATH, headers=you.session)
        first, second = answer.json()["keys"]
        assert answer.status_code == 200
        assert answer.json() == {
            "keys": [
                {
                    "id": first["id"],
                    "key": f"{you.api_key[:9]}...",
                    "label": "Default",
                    "is_active": True,
                    "created_at": first["created_at"],
                },
                {**made, "key": f"{made['key'][:9]}..."},
            ],
            "nextCursor": None,
        }
        assert re.fullmatch(TIME, second["created_at"])
        assert made["key"] not in answer.text

    async def test_pages(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        for label in ("a", "b", "c", "d"):
            await create(rest, you, label=label)
            await create(rest, other, label=f"not {label}")
        labels, cursor = [], None
        while True:
            params = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
            page = (await rest.http.get(PATH, params=params, headers=you.session)).json()
            assert len(page["keys"]) <= 2
            labels += [key["label"] for key in page["keys"]]
            cursor = page["nextCursor"]
            if cursor is None:
                break
        assert labels == ["Default", "a", "b", "c", "d"]

    @pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"cursor": "x"}])
    async def test_refuses_a_page_of_no_list(self, rest: Rest, params: dict[str, Any]) -> None:
        you = await rest.register()
        assert (await rest.http.get(PATH, params=params, headers=you.session)).status_code == 400

    async def test_wants_a_session(self, rest: Rest) -> None:
        you = await rest.register()
        assert (await rest.http.get(PATH)).status_code == 401
        assert (await rest.http.get(PATH, headers=you.key)).status_code == 401


class TestCreateKey:
    async def test_shows_the_key_once_and_keeps_its_hash(self, rest: Rest) -> None:
        you = await rest.register()
        made = await create(rest, you, label=" Production\u202e  x ")
        assert made == {
            "id": made["id"],
            "key": made["key"],
            "label": "Production x",
            "is_active": True,
            "created_at": made["created_at"],
        }
        assert re.fullmatch(r"mk_[0-9a-f]{48}", made["key"])
        assert await rest.rows("SELECT key_hash FROM api_keys WHERE id = $1", made["id"]) == [
            {"key_hash": secret_hash(made["key"])}
        ]
        for key in (made["key"], you.api_key):
            assert (await rest.http.get(MEETINGS, headers={"x-api-key": key})).status_code == 200

    async def test_needs_neither_label_nor_body(self, rest: Rest) -> None:
        you = await rest.register()
        assert (await create(rest, you))["label"] == ""
        answer = await rest.http.post(PATH, headers=you.session)
        assert answer.status_code == 201

    @pytest.mark.parametrize(
        ("sent", "field"), [({"label": "a" * 65}, "label"), ({"label": 1}, "label"), ({"user_id": 1}, "user_id")]
    )
    async def test_names_the_field_that_does_not_fit(self, rest: Rest, sent: dict[str, object], field: str) -> None:
        you = await rest.register()
        answer = await rest.http.post(PATH, json=sent, headers=you.session)
        assert answer.status_code == 400
        assert body(answer)["details"][0]["field"] == field

    async def test_wants_a_session(self, rest: Rest) -> None:
        you = await rest.register()
        assert (await rest.http.post(PATH, json={})).status_code == 401
        assert (await rest.http.post(PATH, json={}, headers=you.key)).status_code == 401

    async def test_an_account_has_at_most_twenty_five_however_they_are_made(self, rest: Rest) -> None:
        you = await rest.register()
        answers = await asyncio.gather(*(rest.http.post(PATH, json={}, headers=you.session) for _ in range(30)))
        assert sorted(answer.status_code for answer in answers) == [201] * 24 + [409] * 6
        refused = next(answer for answer in answers if answer.status_code == 409)
        assert body(refused) == error("too_many_keys", "You have too many API keys, please delete one first")


class TestDeleteKey:
    async def test_kills_the_key_with_the_next_request(self, rest: Rest) -> None:
        you = await rest.register()
        made = await create(rest, you)
        answer = await rest.http.delete(f"{PATH}/{made['id']}", headers=you.session)
        assert answer.status_code == 200
        assert answer.json() == {"message": "API key deleted"}
        assert (await rest.http.get(MEETINGS, headers={"x-api-key": made["key"]})).status_code == 401
        assert (await rest.http.get(MEETINGS, headers=you.key)).status_code == 200
        assert len((await rest.http.get(PATH, headers=you.session)).json()["keys"]) == 1

    async def test_of_somebody_else_is_not_found_and_lives_on(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        [theirs] = (await rest.http.get(PATH, headers=other.session)).json()["keys"]
        answer = await rest.http.delete(f"{PATH}/{theirs['id']}", headers=you.session)
        assert answer.status_code == 404
        assert body(answer) == error("key_not_found", "API key not found")
        assert (await rest.http.get(MEETINGS, headers=other.key)).status_code == 200

    async def test_twice_is_not_found(self, rest: Rest) -> None:
        you = await rest.register()
        made = await create(rest, you)
        statuses = [(await rest.http.delete(f"{PATH}/{made['id']}", headers=you.session)).status_code for _ in range(2)]
        assert statuses == [200, 404]

    @pytest.mark.parametrize(("key_id", "status"), [("0", 400), ("-1", 400), ("x", 404), (str(2**63), 400)])
    async def test_what_cannot_be_an_id(self, rest: Rest, key_id: str, status: int) -> None:
        you = await rest.register()
        assert (await rest.http.delete(f"{PATH}/{key_id}", headers=you.session)).status_code == status

    async def test_wants_a_session(self, rest: Rest) -> None:
        you = await rest.register()
        assert (await rest.http.delete(f"{PATH}/1")).status_code == 401
        assert (await rest.http.delete(f"{PATH}/1", headers=you.key)).status_code == 401

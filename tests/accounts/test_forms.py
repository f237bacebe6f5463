"""What the account pages take or refuse before they ask, the server takes or refuses: one table for both sides.

`validate.test.ts` holds the forms to the same table.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.rest import Rest

TABLE: dict[str, dict[str, list[Any]]] = json.loads(
    (Path(__file__).parents[2] / "web/src/pages/account/formCases.json").read_text(encoding="utf-8")
)
REGISTER = "/api/auth/register"
VALID = {"email": "you@example.com", "password": "secret123"}
COMPANY = {**VALID, "accountType": "company"}

# By form field: the call, its body, and the name of the field in the call.
CALLS: dict[str, tuple[str, Callable[[str], dict[str, str]], str]] = {
    "email": (REGISTER, lambda typed: {**VALID, "email": typed}, "email"),
    "knownEmail": ("/api/auth/forgot-password", lambda typed: {"email": typed}, "email"),
    "newPassword": (REGISTER, lambda typed: {**VALID, "password": typed}, "password"),
    "password": ("/api/auth/login", lambda typed: {**VALID, "password": typed}, "password"),
    "companyName": (REGISTER, lambda typed: {**COMPANY, "companyName": typed}, "companyName"),
    "label": ("/api/user/keys", lambda typed: {"label": typed}, "label"),
    "inviteCode": ("/api/company/join", lambda typed: {"inviteCode": typed}, "inviteCode"),
}


def typed(case: str | list[tuple[str, int]]) -> str:
    """Return the text of a case; a long one is written as its parts and how often each comes."""
    return case if isinstance(case, str) else "".join(part * times for part, times in case)


class TestForms:
    def test_the_table_names_every_field(self) -> None:
        assert set(TABLE) == set(CALLS)

    @pytest.mark.parametrize("field", CALLS)
    async def test_the_server_agrees(self, rest: Rest, field: str) -> None:
        path, body_of, name = CALLS[field]
        you = await rest.register("somebody@example.com")
        for verdict, cases in TABLE[field].items():
            for case in map(typed, cases):
                answer = await rest.http.post(path, json=body_of(case), headers=you.session)
                refused = [detail["field"] for detail in answer.json().get("details", [])]
                expected = [] if verdict == "takes" else [name]
                assert (answer.status_code == 400, refused) == (verdict == "refuses", expected), (case, answer.text)
                async with rest.db.transaction() as tx:
                    await tx.conn.execute("UPDATE users SET email = 'was-' || id WHERE email <> $1", you.email)

"""The server's page shells and the client's router name the same addresses, and both sides set the same limits."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from onepizza.accounts.emails import MAX_EMAIL_LENGTH
from onepizza.accounts.schemas import JoinCompany, LogIn, Register
from onepizza.core.settings import Limits
from onepizza.web import PAGE_PATHS

WEB = Path(__file__).parents[2] / "web/src"
ROUTER = (WEB / "router.ts").read_text(encoding="utf-8")
LIMITS = (WEB / "pages/account/limits.ts").read_text(encoding="utf-8")


def client_paths() -> set[str]:
    """The router's patterns, with each parameter written as `{}`."""
    found = re.search(r"^export const PAGE_PATHS = \[\n(.*?)^\] as const;", ROUTER, re.MULTILINE | re.DOTALL)
    assert found is not None
    return {re.sub(r":\w+", "{}", path) for path in re.findall(r'"([^"]+)"', found[1])}


def client_limits() -> dict[str, int]:
    """The numbers of `limits.ts`."""
    found = re.findall(r"^export const ([A-Z_]+) = ([\d_]+);$", LIMITS, re.MULTILINE)
    assert found
    return {name: int(number) for name, number in found}


def max_length(body: type[msgspec.Struct], field: str) -> int:
    """The longest value that a field of a request body may have."""
    return msgspec.json.schema(body)["$defs"][body.__name__]["properties"][field]["maxLength"]


class TestPagePaths:
    def test_the_server_has_a_shell_for_exactly_the_client_s_pages(self) -> None:
        assert {re.sub(r"\{\w+:str\}", "{}", path) for path in PAGE_PATHS} == client_paths()


class TestLimits:
    def test_the_forms_refuse_what_the_server_would_refuse(self) -> None:
        password = msgspec.json.schema(Register)["$defs"]["Register"]["properties"]["password"]
        limits = Limits()
        assert client_limits() == {
            "PASSWORD_MIN": password["minLength"],
            "PASSWORD_MAX": max_length(Register, "password"),
            "KNOWN_PASSWORD_MAX": max_length(LogIn, "password"),
            "EMAIL_MAX": MAX_EMAIL_LENGTH,
            "LABEL_MAX": limits.label_length,
            "COMPANY_MAX": limits.company_name_length,
            "INVITE_CODE_MAX": max_length(JoinCompany, "inviteCode"),
            "TITLE_MAX": limits.title_length,
            "NAME_MAX": limits.name_length,
            "REASON_MAX": limits.reason_length,
            "PARTICIPANTS_MAX": limits.max_participants,
            "AHEAD_MIN_S": limits.schedule_ahead_min_seconds,
            "AHEAD_MAX_DAYS": limits.schedule_ahead_max_days,
        }

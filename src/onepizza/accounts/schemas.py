"""What the account endpoints take and answer, key by key as API §1, §2 and §14 have it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar.params import PathParameter
from msgspec import UNSET, Meta, UnsetType, field

from onepizza.accounts.emails import MAX_EMAIL_LENGTH

MAX_ID = 2**63 - 1

AccountType = Literal["personal", "company"]
Email = Annotated[str, Meta(max_length=MAX_EMAIL_LENGTH, examples=["you@example.com"])]
NewPassword = Annotated[str, Meta(description="8 to 200 characters.", min_length=8, max_length=200)]
# An administrator's password comes from the environment and may be longer than those chosen here.
KnownPassword = Annotated[str, Meta(min_length=1, max_length=1024)]
Moment = Annotated[str, Meta(description="UTC, whole seconds.", examples=["2026-03-01T12:00:00Z"])]
InviteCode = Annotated[str, Meta(description="12 letters. Shown once.", examples=["aBcDeFgHiJkL"])]
NextCursor = Annotated[str | None, Meta(description="For the next page; null on the last.")]
KeyIdInPath = Annotated[int, PathParameter(ge=1, le=MAX_ID, description="From the list of keys.")]
MemberIdInPath = Annotated[int, PathParameter(ge=1, le=MAX_ID, description="From the list of members.")]


class Register(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/auth/register`."""

    email: Annotated[
        str,
        Meta(description="Unique, whatever its case.", max_length=MAX_EMAIL_LENGTH, examples=["you@example.com"]),
    ]
    password: NewPassword
    account_type: Annotated[AccountType, Meta(description="A company account opens a workspace.")] = field(
        name="accountType", default="personal"
    )
    company_name: (
        Annotated[
            str,
            Meta(
                description="1 to 100 visible characters. Required for a company account, ignored for a personal one.",
                max_length=1000,
                examples=["Acme Corp"],
            ),
        ]
        | UnsetType
    ) = field(name="companyName", default=UNSET)


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """The new account; the only answer that ever shows this API key and this invite code."""

    message: Annotated[str, Meta(examples=["Account created"])]
    email: Annotated[str, Meta(examples=["you@example.com"])]
    api_key: Annotated[str, Meta(description="Shown once.", examples=["mk_abc123..."])] = field(name="apiKey")
    invite_code: InviteCode | UnsetType = field(name="inviteCode", default=UNSET)
    account_type: AccountType = field(name="accountType")


class LogIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/auth/login`."""

    email: Email
    password: KnownPassword


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The account of this session; the balance is the company's while it belongs to one."""

    id: int
    email: str
    account_type: AccountType = field(name="accountType")
    balance: Annotated[str, Meta(description="USD, 4 decimals.", examples=["25.0000"])]
    company_id: int | None
    is_admin: bool
    created_at: Moment


class ForgotPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/auth/forgot-password`."""

    email: Email


class ResetPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/auth/reset-password`."""

    token: Annotated[str, Meta(description="From the link in the mail.", max_length=200)]
    password: NewPassword


class ChangePassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/auth/change-password`."""

    current_password: KnownPassword = field(name="currentPassword")
    new_password: NewPassword = field(name="newPassword")


class Message(msgspec.Struct, frozen=True):
    """An answer that only says that it happened."""

    message: str


class CreateKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/user/keys`."""

    label: (
        Annotated[str, Meta(description="At most 64 characters.", max_length=640, examples=["Production"])] | UnsetType
    ) = UNSET


class ShownKey(msgspec.Struct, frozen=True, kw_only=True):
    """One API key, of which only the beginning is shown."""

    id: int
    key: Annotated[str, Meta(description="The first 9 characters and three dots.", examples=["mk_abc123..."])]
    label: str
    is_active: bool
    created_at: Moment


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A new API key; the only answer that ever shows it whole."""

    id: int
    key: Annotated[str, Meta(description="The whole key. Shown once.", examples=["mk_abc123..."])]
    label: str
    is_active: bool
    created_at: Moment


class KeyList(msgspec.Struct, frozen=True):
    """Keys of the account, the oldest first."""

    keys: list[ShownKey]
    next_cursor: NextCursor = field(name="nextCursor")


class JoinCompany(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/company/join`."""

    invite_code: Annotated[
        str, Meta(description="From the company's owner.", max_length=64, examples=["aBcDeFgHiJkL"])
    ] = field(name="inviteCode")


class JoinedCompany(msgspec.Struct, frozen=True, kw_only=True):
    """The company that the account belongs to now."""

    message: Annotated[str, Meta(examples=["Joined Acme Corp"])]
    company_id: int = field(name="companyId")
    company_name: str = field(name="companyName")


class CompanyOut(msgspec.Struct, frozen=True, kw_only=True):
    """The company that the account belongs to, and as what."""

    company_id: int = field(name="companyId")
    company_name: str = field(name="companyName")
    role: Literal["owner", "member"]


class MemberOut(msgspec.Struct, frozen=True, kw_only=True):
    """One account in the company; `id` is the account's."""

    id: int
    email: str
    role: Literal["owner", "member"]
    joined_at: Moment


class MemberList(msgspec.Struct, frozen=True):
    """The members, the first to join first."""

    members: list[MemberOut]
    next_cursor: NextCursor = field(name="nextCursor")


class NewInviteCode(msgspec.Struct, frozen=True):
    """A new invite code; the old one no longer works."""

    invite_code: InviteCode = field(name="inviteCode")

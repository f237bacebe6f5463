"""What the account endpoints take and answer, as API §1 has it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from onepizza.accounts.emails import MAX_EMAIL_LENGTH


class Register(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/auth/register`."""

    email: Annotated[
        str,
        Meta(description="Unique, whatever its case.", max_length=MAX_EMAIL_LENGTH, examples=["you@example.com"]),
    ]
    password: Annotated[str, Meta(description="8 to 200 characters.", min_length=8, max_length=200)]
    account_type: Annotated[
        Literal["personal", "company"],
        Meta(description="Company workspaces are not available yet."),
    ] = msgspec.field(name="accountType", default="personal")
    company_name: (
        Annotated[str, Meta(description="Required for a company account, ignored for a personal one.", max_length=1000)]
        | UnsetType
    ) = msgspec.field(name="companyName", default=UNSET)


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """The new account; the only answer that ever shows this API key."""

    message: Annotated[str, Meta(examples=["Account created"])]
    email: Annotated[str, Meta(examples=["you@example.com"])]
    api_key: Annotated[str, Meta(description="Shown once.", examples=["mk_abc123..."])] = msgspec.field(name="apiKey")
    account_type: Literal["personal", "company"] = msgspec.field(name="accountType")

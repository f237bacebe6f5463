"""E-mail addresses as accounts know them: one spelling per mailbox, and only what could be one."""

from __future__ import annotations

import re
import unicodedata

from onepizza.core.errors import ErrorDetail, InvalidRequest
from onepizza.core.text import visible

MAX_EMAIL_LENGTH = 254
_plausible = re.compile(
    r"""[^\s@<>()\[\],;:\\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])?"""
).fullmatch


def normalise_email(text: str) -> str:
    """Return the spelling under which an address is stored and compared: trimmed, NFC, lower case."""
    return unicodedata.normalize("NFC", text.strip()).lower()


def parse_email(text: str) -> str:
    """Return the normalised address.

    Raises:
        InvalidRequest: no mailbox could have it; whether one has, only a mail can tell.
    """
    email = normalise_email(text)
    local = email.partition("@")[0]
    is_plausible = (
        len(email) <= MAX_EMAIL_LENGTH
        and visible(email) == email
        and _plausible(email)
        and not local.startswith(".")
        and not local.endswith(".")
        and ".." not in local
    )
    if is_plausible:
        return email
    message = "must be a valid e-mail address"
    raise InvalidRequest(f"email {message}", (ErrorDetail("email", message),))

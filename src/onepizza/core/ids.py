"""Ids and secrets: every random value that leaves the process comes from here, from the system's CSPRNG."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import string
import uuid
from collections.abc import Callable

Draw = Callable[[int], bytes]
"""Returns so many random bytes: those of the system, or ones that a repeated request derives again."""
SecretForm = Callable[[Draw], str]
"""Makes one kind of secret from random bytes."""

# A byte below 234 = 9 * 26 gives every letter the same chance; the others are deleted. One pass in C, one system call.
_TO_LETTER = bytes(ord("a") + byte % 26 for byte in range(256))
_UNFAIR = bytes(range(234, 256))


# The same for 52 letters, small and capital, and 208 = 4 * 52.
_TO_ANY_LETTER = bytes(string.ascii_letters[byte % 52].encode()[0] for byte in range(256))
_UNFAIR_FOR_ANY = bytes(range(208, 256))


def _letters(count: int) -> str:
    letters = b""
    while len(letters) < count:
        letters += secrets.token_bytes(count + 6).translate(_TO_LETTER, _UNFAIR)
    return letters[:count].decode()


def drawn(form: SecretForm) -> str:
    """Return a secret of this form from the system's random bytes."""
    return form(secrets.token_bytes)


def new_meeting_id() -> str:
    """Return an id such as `abc-defg-hij`: 10 lower-case letters, 47 bits (CONTRACT 1.37)."""
    letters = _letters(10)
    return f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"


def new_guest_meeting_id() -> str:
    """Return an id such as `qwerty-abc`: 9 lower-case letters, 42 bits (CONTRACT 1.37)."""
    letters = _letters(9)
    return f"{letters[:6]}-{letters[6:]}"


def new_participant_id() -> str:
    """Return 24 hex characters, 96 bits; not derived from the socket's id (CONTRACT 3)."""
    return secrets.token_hex(12)


def new_admin_token(draw: Draw = secrets.token_bytes) -> str:
    """Return the 64 hex characters that make a caller host of an API meeting."""
    return draw(32).hex()


def new_guest_admin_token() -> str:
    """Return the UUID that makes a caller host of a guest meeting."""
    return str(uuid.uuid4())


def new_api_key(draw: Draw = secrets.token_bytes) -> str:
    """Return `mk_` and 48 hex characters."""
    return "mk_" + draw(24).hex()


def new_token(draw: Draw = secrets.token_bytes) -> str:
    """Return a URL-safe token of 256 bits for sessions, invites, resumes and password resets."""
    return base64.urlsafe_b64encode(draw(32)).rstrip(b"=").decode()


def new_invite_code(draw: Draw = secrets.token_bytes) -> str:
    """Return 12 letters such as `aBcDeFgHiJkL`, 68 bits, that let an account join a company."""
    letters = b""
    while len(letters) < 12:
        letters += draw(24).translate(_TO_ANY_LETTER, _UNFAIR_FOR_ANY)
    return letters[:12].decode()


def secret_hash(secret: str) -> bytes:
    """Return the SHA-256 under which a secret is stored; the secrets are random, so no salt and no stretching."""
    return hashlib.sha256(secret.encode()).digest()


def keyed_hash(key: str, secret: str) -> bytes:
    """Return the HMAC-SHA256 under which a secret is stored that must die when the key is changed."""
    return hmac.digest(key.encode(), secret.encode(), "sha256")


def same_secret(left: bytes, right: bytes) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(left, right)

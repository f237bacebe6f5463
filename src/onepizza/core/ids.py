"""Ids and secrets: every random value that leaves the process comes from here, from the system's CSPRNG."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
import uuid

# A byte below 234 = 9 * 26 gives every letter the same chance; the others are deleted. One pass in C, one system call.
_TO_LETTER = bytes(ord("a") + byte % 26 for byte in range(256))
_UNFAIR = bytes(range(234, 256))


def _letters(count: int) -> str:
    letters = b""
    while len(letters) < count:
        letters += secrets.token_bytes(count + 6).translate(_TO_LETTER, _UNFAIR)
    return letters[:count].decode()


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


def new_admin_token() -> str:
    """Return the 64 hex characters that make a caller host of an API meeting."""
    return secrets.token_hex(32)


def new_guest_admin_token() -> str:
    """Return the UUID that makes a caller host of a guest meeting."""
    return str(uuid.uuid4())


def new_api_key() -> str:
    """Return `mk_` and 48 hex characters."""
    return "mk_" + secrets.token_hex(24)


def new_token() -> str:
    """Return a URL-safe token of 256 bits for sessions, invites, resumes and password resets."""
    return secrets.token_urlsafe(32)


def new_invite_code() -> str:
    """Return 12 letters such as `aBcDeFgHiJkL`, 68 bits, that let an account join a company."""
    return "".join(secrets.choice(string.ascii_letters) for _ in range(12))


def secret_hash(secret: str) -> bytes:
    """Return the SHA-256 under which a secret is stored; the secrets are random, so no salt and no stretching."""
    return hashlib.sha256(secret.encode()).digest()


def keyed_hash(key: str, secret: str) -> bytes:
    """Return the HMAC-SHA256 under which a secret is stored that must die when the key is changed."""
    return hmac.digest(key.encode(), secret.encode(), "sha256")


def same_secret(left: bytes, right: bytes) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(left, right)

"""`Idempotency-Key`: a POST that creates something may be sent again and does it once (CONTRACT 4).

The key's row is written in the transaction of what it guards. Whoever comes second with the same key waits for that
transaction: it finds the answer of one that committed, or runs itself after one that rolled back. A refused request
leaves nothing, so its key can be used again.

An answer may hold a secret that is shown once, and the database must not hold it in clear. So under a key secrets are
not drawn but derived, from the program's secret and a nonce of the row; the stored answer has a gap in their place,
and a repeat derives them again. Encrypting the answer would need a library for the same result.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta
from typing import TypeVar

import msgspec

from onepizza.core.clock import Clock, to_datetime
from onepizza.core.db import Transaction
from onepizza.core.errors import Conflict, InvalidRequest, OnePizzaError

HEADER = b"idempotency-key"
LIFETIME = timedelta(hours=24)

_key = re.compile(r"[\x21-\x7e]{1,255}").fullmatch
_encode = msgspec.json.Encoder().encode
T = TypeVar("T", bound=msgspec.Struct)


class IdempotencyMismatch(OnePizzaError):
    """The key was sent before, with another request."""

    status = 422
    code = "idempotency_mismatch"
    message = "This Idempotency-Key was used with another request"


class AnswerGone(Conflict):
    """It was done before, but the secrets in its answer cannot be shown again: the program's own secret has changed."""

    code = "idempotency_answer_gone"
    message = "This request was done before, and its answer cannot be shown again"


class Attempt:
    """One request under a key; `earlier` is the stored answer of the first one, None if this is the first."""

    def __init__(self, caller: str, key: str, nonce: bytes, secret: bytes, earlier: tuple[bytes, bytes] | None) -> None:
        self._caller = caller
        self._key = key
        self._nonce = nonce
        self._secret = secret
        self._earlier = earlier
        self._issued = 0

    @property
    def is_repeat(self) -> bool:
        """Say whether it was done before, so that `earlier_answer` is all there is to do."""
        return self._earlier is not None

    def new_secret(self) -> str:
        """Return 64 hex characters that nobody without the program's secret can know, the same for a repeat."""
        self._issued += 1
        return self._derived(self._issued - 1)

    async def finish(self, tx: Transaction, answer: msgspec.Struct) -> None:
        """Store the answer without its secrets, in the transaction that did the work."""
        encoded = stored = _encode(answer)
        for number in range(self._issued):
            stored = stored.replace(self._derived(number).encode(), _gap(number))
        await tx.conn.execute(
            "UPDATE idempotency_keys SET answer = $3, answer_hash = $4 WHERE caller = $1 AND key = $2",
            self._caller,
            self._key,
            stored,
            hashlib.sha256(encoded).digest(),
        )

    def earlier_answer(self, kind: type[T]) -> T:
        """Return what the first request was answered.

        Raises:
            AnswerGone: its secrets cannot be derived any more.
        """
        assert self._earlier is not None
        encoded, expected_hash = self._earlier
        number = 0
        while _gap(number) in encoded:
            encoded = encoded.replace(_gap(number), self._derived(number).encode())
            number += 1
        if not hmac.compare_digest(hashlib.sha256(encoded).digest(), expected_hash):
            raise AnswerGone
        return msgspec.json.decode(encoded, type=kind)

    def _derived(self, number: int) -> str:
        text = msgspec.json.encode([self._caller, self._key, number])
        return hmac.new(self._secret, b"idempotent secret\0" + self._nonce + text, hashlib.sha256).hexdigest()


class Idempotency:
    """Begins attempts; `session_secret` is the program's, kept over restarts."""

    def __init__(self, clock: Clock, session_secret: str) -> None:
        self._clock = clock
        self._secret = session_secret.encode() or secrets.token_bytes(32)

    async def begin(self, tx: Transaction, key: str, *, caller: str, operation: str, body: object) -> Attempt:
        """Claim a key for this transaction, or find what was answered under it; waits for one that is at it.

        Args:
            tx: of the work itself.
            key: as it was sent.
            caller: who sent it, such as `user:42`; everybody has keys of their own.
            operation: which call it is.
            body: as parsed, so that white space and the order of fields make no other request.

        Raises:
            InvalidRequest: no key that could be meant as one.
            IdempotencyMismatch: the key belongs to another request.
            AnswerGone: see there.
        """
        if not _key(key):
            raise InvalidRequest("Idempotency-Key must have 1 to 255 visible ASCII characters")
        now = to_datetime(self._clock.now())
        fingerprint = hashlib.sha256(operation.encode() + b"\0" + _encode(body)).digest()
        nonce = secrets.token_bytes(16)
        is_first = await tx.conn.fetchval(
            """
            INSERT INTO idempotency_keys (caller, key, fingerprint, nonce, created_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (caller, key) DO UPDATE SET
                fingerprint = excluded.fingerprint, nonce = excluded.nonce, created_at = excluded.created_at,
                answer = NULL, answer_hash = NULL
            WHERE idempotency_keys.created_at <= $6
            RETURNING true
            """,
            caller,
            key,
            fingerprint,
            nonce,
            now,
            now - LIFETIME,
        )
        if is_first:
            return Attempt(caller, key, nonce, self._secret, None)
        row = await tx.conn.fetchrow(
            "SELECT fingerprint, nonce, answer, answer_hash FROM idempotency_keys WHERE caller = $1 AND key = $2",
            caller,
            key,
        )
        if row is None or not hmac.compare_digest(row["fingerprint"], fingerprint):
            raise IdempotencyMismatch
        if row["answer"] is None:
            raise AnswerGone
        return Attempt(caller, key, row["nonce"], self._secret, (row["answer"], row["answer_hash"]))

    async def forget_expired(self, tx: Transaction) -> None:
        """Remove keys older than a day."""
        await tx.conn.execute(
            "DELETE FROM idempotency_keys WHERE created_at <= $1", to_datetime(self._clock.now()) - LIFETIME
        )


def _gap(number: int) -> bytes:
    """Return what stands for a secret: a control character, which JSON never holds as it is."""
    return b"\0%d\0" % number

"""`Idempotency-Key`: a POST that creates something may be sent again and does it once (CONTRACT 4).

The key's row is written in the transaction of what it guards. Whoever comes second with the same key waits for that
transaction: it finds the answer of one that committed, or runs itself after one that rolled back. A refused request
leaves nothing, so its key can be used again.

An answer may hold secrets that are shown once, and the database must not hold them in clear. So under a key secrets are
not drawn but derived, from the program's secret and a nonce of the row; the stored answer has gaps in their place, and
a repeat derives them again. Encrypting the answer would need a library for the same result.

What lives in memory only, guest meetings, has its answers remembered there as well: `RememberedAnswers`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import msgspec

from onepizza.core.clock import Clock, to_datetime
from onepizza.core.db import Transaction
from onepizza.core.errors import Conflict, InvalidRequest, OnePizzaError
from onepizza.core.ids import Draw, SecretForm, drawn, new_admin_token, new_api_key, new_invite_code, new_token

HEADER = b"idempotency-key"
LIFETIME = timedelta(hours=24)
REMEMBERED_AT_MOST = 10_000

_key = re.compile(r"[\x21-\x7e]{1,255}").fullmatch
_gap = re.compile(rb"\0(\d+) (\w+)\0")
_FORMS: dict[str, SecretForm] = {
    form.__name__: form for form in (new_admin_token, new_api_key, new_invite_code, new_token)
}
"""What a stored answer may have gaps for, by the name that stands in the gap."""
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


def check_key(key: str, min_length: int = 1) -> str:
    """Return a key that could be meant as one; raises InvalidRequest."""
    if len(key) < min_length or not _key(key):
        raise InvalidRequest(f"Idempotency-Key must have {min_length} to 255 visible ASCII characters")
    return key


class Attempt:
    """One request under a key; `earlier` is the stored answer of the first one, None if this is the first."""

    def __init__(self, caller: str, key: str, nonce: bytes, secret: bytes, earlier: tuple[bytes, bytes] | None) -> None:
        self._caller = caller
        self._key = key
        self._nonce = nonce
        self._secret = secret
        self._earlier = earlier
        self._issued: list[SecretForm] = []

    @property
    def is_repeat(self) -> bool:
        """Say whether it was done before, so that `earlier_answer` is all there is to do."""
        return self._earlier is not None

    def new_secret(self, form: SecretForm) -> str:
        """Return a secret that nobody without the program's own can know, the same for a repeat."""
        assert form.__name__ in _FORMS
        self._issued.append(form)
        return self._derived(len(self._issued) - 1, form)

    async def finish(self, tx: Transaction, answer: msgspec.Struct) -> None:
        """Store the answer without its secrets, in the transaction that did the work."""
        encoded = stored = _encode(answer)
        for number, form in enumerate(self._issued):
            # A control character, which JSON never holds as it is.
            stored = stored.replace(self._derived(number, form).encode(), f"\0{number} {form.__name__}\0".encode())
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
        stored, expected_hash = self._earlier
        encoded = _gap.sub(lambda gap: self._derived(int(gap[1]), _FORMS[gap[2].decode()]).encode(), stored)
        if not hmac.compare_digest(hashlib.sha256(encoded).digest(), expected_hash):
            raise AnswerGone
        return msgspec.json.decode(encoded, type=kind)

    def _derived(self, number: int, form: SecretForm) -> str:
        return form(_stream(self._secret, self._nonce + msgspec.json.encode([self._caller, self._key, number])))


def _stream(secret: bytes, label: bytes) -> Draw:
    """Return a source of bytes that the secret and the label determine: HMAC-SHA256 in counter mode."""
    blocks = bytearray()
    count = 0

    def draw(length: int) -> bytes:
        nonlocal count
        while len(blocks) < length:
            blocks.extend(hmac.digest(secret, b"idempotent secret\0" + count.to_bytes(4, "big") + label, "sha256"))
            count += 1
        taken = bytes(blocks[:length])
        del blocks[:length]
        return taken

    return draw


class Idempotency:
    """Begins attempts; `session_secret` is the program's, kept over restarts."""

    def __init__(self, clock: Clock, session_secret: str) -> None:
        self._clock = clock
        self._secret = session_secret.encode() or secrets.token_bytes(32)

    async def once(
        self,
        tx: Transaction,
        key: str | None,
        work: Callable[[Callable[[SecretForm], str]], Awaitable[T]],
        *,
        answer: type[T],
        caller: str,
        operation: str,
        body: object,
    ) -> T:
        """Do something and return its answer, or return what was answered when it was done under this key.

        Args:
            tx: of the work itself.
            key: as it was sent; None does it in any case.
            work: does it, with secrets that it gets from the function it is given.
            answer: the type of what it returns.
            caller, operation, body: see `begin`, which also says what is raised.
        """
        if key is None:
            return await work(drawn)
        attempt = await self.begin(tx, key, caller=caller, operation=operation, body=body)
        if attempt.is_repeat:
            return attempt.earlier_answer(answer)
        done = await work(attempt.new_secret)
        await attempt.finish(tx, done)
        return done

    async def begin(self, tx: Transaction, key: str, *, caller: str, operation: str, body: object) -> Attempt:
        """Claim a key for this transaction, or find what was answered under it; waits for one that is at it.

        Args:
            tx: of the work itself.
            key: as it was sent.
            caller: who sent it, such as `user:42`; everybody has keys of their own.
            operation: which call it is, with what its path names.
            body: as parsed, so that white space and the order of fields make no other request. Its hash is stored, so
                it must hold nothing that can be guessed from one, such as a password.

        Raises:
            InvalidRequest: no key that could be meant as one.
            IdempotencyMismatch: the key belongs to another request.
            AnswerGone: see there.
        """
        check_key(key)
        now = to_datetime(self._clock.now())
        fingerprint = _fingerprint(operation, body)
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


class RememberedAnswers:
    """Answers under keys, in memory: for a day, the latest 10,000."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[tuple[str, str], tuple[float, bytes, msgspec.Struct]] = {}

    def find(self, key: str | None, *, caller: str, operation: str, body: object, answer: type[T]) -> T | None:
        """Return what was answered under this key, if anything; parameters and what is raised as of `begin`."""
        found = None if key is None else self._answers.get((caller, check_key(key)))
        if found is None or found[0] <= self._clock.now() - LIFETIME.total_seconds():
            return None
        if found[1] != _fingerprint(operation, body) or not isinstance(found[2], answer):
            raise IdempotencyMismatch
        return found[2]

    def remember(self, key: str | None, done: msgspec.Struct, *, caller: str, operation: str, body: object) -> None:
        """Keep an answer; nothing may be awaited between the last `find` and this."""
        if key is None:
            return
        # Anew at the end: a dictionary goes by age, and the first is the oldest.
        self._answers.pop((caller, key), None)
        self._answers[caller, key] = (self._clock.now(), _fingerprint(operation, body), done)
        while len(self._answers) > REMEMBERED_AT_MOST:
            del self._answers[next(iter(self._answers))]


def _fingerprint(operation: str, body: object) -> bytes:
    return hashlib.sha256(operation.encode() + b"\0" + _encode(body)).digest()

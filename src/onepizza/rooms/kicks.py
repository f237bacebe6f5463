"""Who was removed from a room and is known again (CONTRACT 1.16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from onepizza.rooms.seats import Seat

_MAX_REMEMBERED = 2_000


class KickList:
    """The keys of removed people: their resume token and their origins.

    An origin may be an address that others share. Somebody who proves to be another person, a host with the admin
    token that the removed one did not have, is let past it.
    """

    def __init__(self, tokens: Iterable[bytes] = (), origins: Mapping[str, bool] | None = None) -> None:
        self._tokens: dict[bytes, None] = dict.fromkeys(tokens)
        self._origins: dict[str, bool] = dict(origins or {})

    @property
    def tokens(self) -> tuple[bytes, ...]:
        """The hashed resume tokens, the oldest first."""
        return tuple(self._tokens)

    @property
    def origins(self) -> dict[str, bool]:
        """A copy of the origins, the oldest first, each with whether the removed person was a host."""
        return dict(self._origins)

    def add(self, seat: Seat) -> None:
        """Remember the person of this seat; the oldest are forgotten beyond 2,000 of each."""
        self._tokens[seat.resume_token_hash] = None
        for origin in seat.origins:
            self._origins[origin] = self._origins.get(origin, False) or seat.is_admin
        while len(self._tokens) > _MAX_REMEMBERED:
            del self._tokens[next(iter(self._tokens))]
        while len(self._origins) > _MAX_REMEMBERED:
            del self._origins[next(iter(self._origins))]

    def knows(self, resume_token_hash: bytes | None, origins: tuple[str, ...], is_host: bool) -> bool:
        """Say whether a newcomer is somebody who was removed."""
        if resume_token_hash is not None and resume_token_hash in self._tokens:
            return True
        for origin in origins:
            was_host = self._origins.get(origin)
            if was_host is not None and (was_host or not is_host):
                return True
        return False

"""Which STUN and TURN servers a client uses; TURN credentials are static or made for a limited time (API §13)."""

from __future__ import annotations

import base64
import hashlib
import hmac

import msgspec
from msgspec import UNSET, UnsetType

from onepizza.core.clock import Clock
from onepizza.core.settings import Settings

CREDENTIAL_LIFETIME_S = 24 * 3600
"""As long as a meeting may last: a browser asks for a new allocation with the credentials it got at the start."""

_STUN = ("stun:stun.l.google.com:19302", "stun:stun1.l.google.com:19302")


class IceServer(msgspec.Struct, frozen=True):
    """An `RTCIceServer`; a TURN server comes with credentials."""

    urls: str | list[str]
    username: str | UnsetType = UNSET
    credential: str | UnsetType = UNSET


class IceServers:
    """Builds the list for one caller."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._urls = settings.turn_urls
        self._username = settings.turn_username
        self._credential = settings.turn_credential
        self._secret = settings.turn_secret
        self._clock = clock

    @property
    def has_credentials(self) -> bool:
        """True when the list holds something that must not be kept by a cache."""
        return bool(self._urls)

    def for_name(self, name: str = "guest") -> list[IceServer]:
        """Return the servers; `name` marks whose time-limited credentials these are in the TURN server's log.

        With `TURN_SECRET` the user name is `{expiry}:{name}` and the credential its HMAC-SHA1 in base64, which coturn
        (`use-auth-secret`) and others check without asking anybody (draft-uberti-behave-turn-rest).
        """
        if not self._urls:
            return [IceServer(url) for url in _STUN]
        turn = self._urls[0] if len(self._urls) == 1 else list(self._urls)
        return [IceServer(_STUN[0]), IceServer(turn, *self._turn_login(name))]

    def _turn_login(self, name: str) -> tuple[str | UnsetType, str | UnsetType]:
        if self._secret is None:
            return self._username or UNSET, self._credential or UNSET
        username = f"{int(self._clock.now()) + CREDENTIAL_LIFETIME_S}:{name}"
        mac = hmac.new(self._secret.encode(), username.encode(), hashlib.sha1).digest()
        return username, base64.b64encode(mac).decode()

"""Typed values out of environment variables; what does not fit ends in one clear line that never shows the value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

Network = IPv4Network | IPv6Network

_WHOLE = re.compile(r"[0-9]{1,15}")
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
_HOST = re.compile(r"(?!-)[A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]+\]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


class ConfigurationError(Exception):
    """The configuration cannot work. The message is one line for the person who starts the program.

    It names the variable and the rule, never the value: the value may be a secret or may hold one (a database address).
    """


class Environment:
    """Environment variables with a type and a range each. A variable that is set to nothing counts as not set."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def text(self, name: str) -> str | None:
        """Return the trimmed value, or None when unset or blank.

        Raises:
            ConfigurationError: it holds a control character (a line break pasted along, for one).
        """
        value = self._variables.get(name, "").strip()
        if _UNPRINTABLE.search(value):
            raise ConfigurationError(f"{name} must be one line without control characters")
        return value or None

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`: digits only, so neither 1e3 nor 3000.0 nor +3000."""
        value = self.text(name)
        if value is None:
            return default
        if not _WHOLE.fullmatch(value) or not low <= int(value) <= high:
            raise ConfigurationError(f"{name} must be a whole number from {low} to {high}")
        return int(value)

    def decimal(self, name: str, default: Decimal, low: Decimal, high: Decimal) -> Decimal:
        """Return a plain decimal number with at most 4 places; NaN, signs and exponents are refused."""
        value = self.text(name)
        if value is None:
            return default
        if not _DECIMAL.fullmatch(value) or not low <= Decimal(value) <= high:
            raise ConfigurationError(
                f"{name} must be a plain number from {low} to {high} with at most 4 decimals, such as {default}"
            )
        return Decimal(value)

    def seconds(self, name: str, default: float, low: float, high: float) -> float:
        """Return a duration (seconds, or hours where the name says so); fractions are allowed."""
        return float(self.decimal(name, Decimal(str(default)), Decimal(str(low)), Decimal(str(high))))

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """Return one of `allowed`, whatever its case."""
        value = (self.text(name) or default).lower()
        if value not in allowed:
            raise ConfigurationError(f"{name} must be one of: {', '.join(allowed)}")
        return value

    def matching(self, name: str, pattern: str, rule: str, default: str | None = None) -> str | None:
        """Return the value if the whole of it matches `pattern`; `rule` completes the sentence "NAME must …"."""
        value = self.text(name)
        if value is None:
            return default
        if not re.fullmatch(pattern, value):
            raise ConfigurationError(f"{name} must {rule}")
        return value

    def listed(self, name: str, check: Callable[[str], str | None], rule: str) -> tuple[str, ...]:
        """Return comma-separated values, each as `check` returns it; a None from `check` refuses the whole."""
        found = [check(part.strip()) for part in (self.text(name) or "").split(",") if part.strip()]
        values = [value for value in found if value is not None]
        if len(values) != len(found):
            raise ConfigurationError(f"{name} must {rule}")
        return tuple(dict.fromkeys(values))

    def networks(self, name: str) -> tuple[Network, ...]:
        """Return comma-separated addresses and networks, such as `10.0.0.0/8, 2001:db8::1`."""
        try:
            parts = (self.text(name) or "").split(",")
            return tuple(ip_network(part.strip()) for part in parts if part.strip())
        except ValueError:
            raise ConfigurationError(
                f"{name} must be addresses or networks separated by commas, such as 10.0.0.0/8, 192.168.1.5"
            ) from None

    def url(self, name: str, schemes: tuple[str, ...], default: str | None = None) -> str | None:
        """Return an absolute URL with a host and one of `schemes`, without a trailing slash."""
        value = self.text(name)
        if value is None:
            return default
        if split_url(value, schemes) is None:
            raise ConfigurationError(
                f"{name} must be an address that starts with {' or '.join(f'{scheme}://' for scheme in schemes)}"
            )
        return value.rstrip("/")

    def path(self, name: str) -> Path | None:
        """Return an absolute path; `~` is the user's home, a relative path counts from the working directory."""
        value = self.text(name)
        return None if value is None else Path(value).expanduser().absolute()


def split_url(value: str, schemes: Iterable[str]) -> SplitResult | None:
    """Return the parts of a URL that has one of `schemes`, a plain host and a valid port, else None."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{port}")
    if parts.scheme not in schemes or not _HOST.fullmatch(host) or port == 0 or " " in value:
        return None
    return parts


def parse_origin(value: str) -> str | None:
    """Return `scheme://host[:port]` in lower case without the scheme's own port, or None when it is no web origin."""
    parts = split_url(value, ("http", "https"))
    if parts is None or parts.username is not None or parts.path not in ("", "/") or parts.query or parts.fragment:
        return None
    host = parts.netloc.lower()
    own_port = ":443" if parts.scheme == "https" else ":80"
    return f"{parts.scheme}://{host.removesuffix(own_port)}"

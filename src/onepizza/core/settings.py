"""Every setting of the program, read once from the environment (API §17, CONTRACT 1.36, 2 and 6).

A field has the name of its variable in lower case; the fields of `Limits` have `LIMIT_` in front of theirs. Every one
of them is explained in `docs/operating.md`; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args, get_type_hints
from urllib.parse import parse_qs, urlsplit

import msgspec
import platformdirs

from onepizza.core.environment import ConfigurationError, Environment, Network, parse_origin, split_url

__all__ = ["ConfigurationError", "Limits", "Settings"]

Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Bytes = Annotated[int, msgspec.Meta(ge=256, le=64 * 1024 * 1024)]
Seconds = Annotated[float, msgspec.Meta(ge=0.05, le=365 * 86_400)]
Rate = Annotated[float, msgspec.Meta(ge=0.01, le=100_000)]

_SECRETS = frozenset({
    "database_public_url", "session_secret", "admin_password", "resend_api_key", "stripe_secret_key",
    "stripe_webhook_secret", "turn_credential", "turn_secret", "crypto_mnemonic", "redis_url", "smtp_url",
    "eth_rpc_url",
})  # fmt: skip
_MIN_SESSION_SECRET = 32
_MIN_ADMIN_PASSWORD = 12
_COMMON_WORDS = (
    "abc|abcd|abcdef|abcdefgh|admin|administrator|asdfgh|change|changeit|changeme|default|demo|example|hello|iloveyou|"
    "is|letmein|login|master|me|monkey|my|now|one|onepizza|open|pass|passphrase|password|passwd|pizza|please|postgres|"
    "qazwsx|qwerty|qwertyuiop|root|secret|secure|sesame|strong|super|superuser|test|the|this|trustno|user|welcome|your"
)
_LEET = str.maketrans("@$!013457", "asioieast")
_DIGIT_RUNS = "01234567890123456789 98765432109876543210"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of CONTRACT 2 and API §16; `LIMIT_HTTP_BODY_BYTES` sets `http_body_bytes`, and so on."""

    http_body_bytes: Bytes = 64 * 1024
    stripe_webhook_body_bytes: Bytes = 256 * 1024
    http_header_bytes: Bytes = 16 * 1024
    http_url_bytes: Bytes = 4 * 1024
    http_request_seconds: Seconds = 30.0
    json_depth: Annotated[int, msgspec.Meta(ge=4, le=200)] = 32

    auth_requests_per_15_minutes: Count = 10
    forgot_requests_per_15_minutes: Count = 3
    forgot_per_account_per_hour: Count = 3
    reset_failures_per_15_minutes: Count = 3
    reset_requests_per_15_minutes: Count = 10
    reset_validations_per_15_minutes: Count = 10
    api_requests_per_15_minutes: Count = 100
    meeting_looks_per_15_minutes: Count = 600
    client_reports_per_minute: Count = 30

    socket_message_bytes: Bytes = 128 * 1024
    signal_burst: Count = 1500
    signals_per_second: Rate = 50.0
    chat_burst: Count = 10
    chats_per_second: Rate = 1.0
    react_burst: Count = 8
    reacts_per_second: Rate = 4.0
    toggle_burst: Count = 20
    toggles_per_second: Rate = 4.0
    host_action_burst: Count = 20
    host_actions_per_second: Rate = 5.0
    unknown_events: Count = 50
    joins_per_socket_per_minute: Count = 10
    joins_per_address_per_minute: Count = 60
    failed_lookups_per_10_minutes: Count = 20
    joined_sockets_per_address: Count = 200
    unjoined_sockets_per_address: Count = 30
    unjoined_socket_seconds: Seconds = 60.0
    send_queue_bytes: Bytes = 2 * 1024 * 1024
    send_queue_packets: Count = 1000
    ping_interval_seconds: Seconds = 10.0
    ping_timeout_seconds: Seconds = 10.0

    title_length: Count = 200
    name_length: Count = 64
    chat_length: Count = 2000
    reason_length: Count = 200
    label_length: Count = 64
    company_name_length: Count = 100
    sdp_bytes: Bytes = 64 * 1024
    candidate_bytes: Bytes = 2 * 1024

    max_participants: Annotated[int, msgspec.Meta(ge=1, le=500)] = 500
    topup_min_usd: Count = 5
    topup_max_usd: Count = 1000
    report_days: Count = 365
    schedule_ahead_min_seconds: Seconds = 30.0
    schedule_ahead_max_days: Count = 365

    api_keys_per_user: Count = 25
    webhooks_per_user: Count = 10
    active_meetings_per_payer: Count = 100
    scheduled_meetings_per_payer: Count = 1000
    invites_per_meeting: Count = 200
    waiting_per_meeting: Count = 100
    waiting_per_address: Count = 3

    guest_meetings_per_hour: Count = 5
    guest_meetings_live: Count = 1000
    guest_empty_seconds: Seconds = 900.0
    guest_max_seconds: Seconds = 7200.0

    password_hashes_at_once: Count = 2
    password_hashes_queued: Count = 32
    outgoing_connect_seconds: Seconds = 5.0
    outgoing_total_seconds: Seconds = 10.0
    outgoing_read_bytes: Bytes = 16 * 1024
    shutdown_drain_seconds: Seconds = 10.0
    shutdown_total_seconds: Seconds = 15.0

    @classmethod
    def from_env(cls, environment: Environment) -> Self:
        """Return the limits, each from its own variable or its default."""
        hints = get_type_hints(cls, include_extras=True)
        values: dict[str, int | float] = {}
        for field in msgspec.structs.fields(cls):
            kind, bounds = get_args(hints[field.name])
            variable = f"LIMIT_{field.name.upper()}"
            read = environment.whole if kind is int else environment.seconds
            values[field.name] = read(variable, field.default, bounds.ge, bounds.le)
        return cls(**values)  # pyright: ignore[reportArgumentType]  # the loop gave every field its own type


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the program was told.

    In development `session_secret` and `admin_password` may be empty; `core.local_secrets` fills them in.
    """

    node_env: Literal["development", "production"] = "development"
    host: str = "127.0.0.1"
    port: int = 3000
    app_url: str = "http://localhost:3000"
    allowed_origins: tuple[str, ...] = ("http://localhost:3000",)
    trusted_proxies: tuple[Network, ...] = ()
    log_level: Literal["debug", "info", "warning", "error", "critical"] = "info"

    onepizza_data_dir: Path
    onepizza_pg_bin: Path | None = None
    database_public_url: str | None = None
    redis_url: str | None = None
    session_secret: str = ""
    admin_email: str = "admin@localhost"
    admin_password: str = ""

    turn_urls: tuple[str, ...] = ()
    turn_username: str | None = None
    turn_credential: str | None = None
    turn_secret: str | None = None

    resend_api_key: str | None = None
    resend_api_url: str = "https://api.resend.com"
    mail_from: str | None = None
    smtp_url: str | None = None
    stripe_secret_key: str | None = None
    stripe_webhook_secret: str | None = None
    stripe_price_id: str | None = None
    stripe_api_base: str | None = None
    crypto_mnemonic: str | None = None
    eth_rpc_url: str | None = None
    usdc_contract: str | None = None
    chain_id: int = 1
    confirmations: int = 12
    webhook_allowed_networks: tuple[Network, ...] = ()

    signup_credit_usd: Decimal = Decimal("1.00")
    overdraft_usd: Decimal = Decimal("5.00")
    empty_meeting_grace_seconds: float = 60.0
    seat_hold_seconds: float = 15.0
    resume_window_seconds: float = 60.0
    peak_min_seconds: float = 5.0
    meeting_max_hours: float = 24.0
    limits: Limits = Limits()

    @property
    def is_production(self) -> bool:
        """True when a weak secret, password or origin must not be let through."""
        return self.node_env == "production"

    def __repr__(self) -> str:
        """Show which secrets are set, never what they are."""
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Do the same for pretty printers, which msgspec would otherwise hand the secrets."""
        fields = msgspec.structs.asdict(self).items()
        return [(name, value if name not in _SECRETS else "<set>" if value else "<unset>") for name, value in fields]

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read and check all variables.

        Raises:
            ConfigurationError: the first thing that is wrong, in one line without the value.
        """
        env = Environment(environ)
        node_env = env.choice("NODE_ENV", "development", ("development", "production"))
        is_production = node_env == "production"
        port = env.whole("PORT", 3000, 0, 65535)
        app_url = _app_url(env, port)
        return cls(
            node_env=node_env,  # pyright: ignore[reportArgumentType]  # choice() allows nothing else
            host=env.matching("HOST", r"[A-Za-z0-9_.:-]{1,253}", "be an address or a host name")
            or ("0.0.0.0" if is_production else "127.0.0.1"),
            port=port,
            app_url=app_url,
            allowed_origins=_allowed_origins(env, app_url, is_production),
            trusted_proxies=env.networks("TRUSTED_PROXIES"),
            log_level=env.choice("LOG_LEVEL", "info", ("debug", "info", "warning", "error", "critical")),  # pyright: ignore[reportArgumentType]
            onepizza_data_dir=env.path("ONEPIZZA_DATA_DIR") or platformdirs.user_data_path("onepizza").absolute(),
            onepizza_pg_bin=env.path("ONEPIZZA_PG_BIN"),
            database_public_url=_database_url(env),
            redis_url=env.url("REDIS_URL", ("redis", "rediss", "unix")),
            session_secret=_session_secret(env, is_production),
            admin_email=_admin_email(env, is_production),
            admin_password=_admin_password(env, is_production),
            turn_urls=env.listed(
                "TURN_URLS", _turn_url, "be TURN addresses separated by commas, such as turn:host:3478"
            ),
            turn_username=env.text("TURN_USERNAME"),
            turn_credential=env.text("TURN_CREDENTIAL"),
            turn_secret=env.text("TURN_SECRET"),
            resend_api_key=env.text("RESEND_API_KEY"),
            resend_api_url=env.url("RESEND_API_URL", ("https", "http")) or "https://api.resend.com",
            mail_from=env.matching("MAIL_FROM", r"[^@<>]*<?[^\s@<>]+@[^\s@<>]+>?", "be a mail address"),
            smtp_url=env.url("SMTP_URL", ("smtp", "smtps")),
            stripe_secret_key=env.text("STRIPE_SECRET_KEY"),
            stripe_webhook_secret=env.text("STRIPE_WEBHOOK_SECRET"),
            stripe_price_id=env.text("STRIPE_PRICE_ID"),
            stripe_api_base=env.url("STRIPE_API_BASE", ("https", "http")),
            crypto_mnemonic=_mnemonic(env),
            eth_rpc_url=env.url("ETH_RPC_URL", ("https", "http")),
            usdc_contract=env.matching("USDC_CONTRACT", r"0x[0-9a-fA-F]{40}", "be 0x and 40 hexadecimal digits"),
            chain_id=env.whole("CHAIN_ID", 1, 1, 2**31),
            confirmations=env.whole("CONFIRMATIONS", 12, 0, 10_000),
            webhook_allowed_networks=env.networks("WEBHOOK_ALLOWED_NETWORKS"),
            signup_credit_usd=env.decimal("SIGNUP_CREDIT_USD", Decimal("1.00"), Decimal(0), Decimal(10_000)),
            overdraft_usd=env.decimal("OVERDRAFT_USD", Decimal("5.00"), Decimal(0), Decimal(10_000)),
            empty_meeting_grace_seconds=env.seconds("EMPTY_MEETING_GRACE_SECONDS", 60, 0, 86_400),
            seat_hold_seconds=env.seconds("SEAT_HOLD_SECONDS", 15, 0, 3_600),
            resume_window_seconds=env.seconds("RESUME_WINDOW_SECONDS", 60, 0, 3_600),
            peak_min_seconds=env.seconds("PEAK_MIN_SECONDS", 5, 0, 3_600),
            meeting_max_hours=env.seconds("MEETING_MAX_HOURS", 24, 0.001, 24 * 365),
            limits=Limits.from_env(env),
        )


def _app_url(env: Environment, port: int) -> str:
    url = env.url("APP_URL", ("http", "https"), f"http://localhost:{port or 3000}")
    parts = urlsplit(url or "")
    if parts.username is not None or parts.query or parts.fragment:
        raise ConfigurationError("APP_URL must be a plain address without user, query or fragment")
    return parts.geturl()


def _allowed_origins(env: Environment, app_url: str, is_production: bool) -> tuple[str, ...]:
    """Return the listed origins; the application's own address is always one of them when it was given."""
    own = parse_origin("{0.scheme}://{0.netloc}".format(urlsplit(app_url))) or app_url
    listed = env.listed(
        "ALLOWED_ORIGINS",
        lambda value: value if value == "*" else parse_origin(value),
        "be origins separated by commas, such as https://meet.example.com",
    )
    if "*" in listed and is_production:
        raise ConfigurationError("ALLOWED_ORIGINS must list each origin in production, not a wildcard")
    if listed and env.text("APP_URL") is None and is_production:
        return listed
    if not listed and not is_production:
        return tuple(dict.fromkeys((own, own.replace("://localhost", "://127.0.0.1", 1))))
    return tuple(dict.fromkeys((*listed, own)))


def _database_url(env: Environment) -> str | None:
    value = env.text("DATABASE_PUBLIC_URL")
    if value is None:
        return None
    rule = "DATABASE_PUBLIC_URL must be an address such as postgresql://user:password@host:5432/database"
    try:
        parts = urlsplit(value)
        has_socket = bool(parse_qs(parts.query, strict_parsing=True).get("host")) if parts.query else False
    except ValueError:
        raise ConfigurationError(rule) from None
    is_schemed = parts.scheme in ("postgresql", "postgres")
    is_local = is_schemed and has_socket and parts.netloc.rpartition("@")[2] == ""
    if not (is_local or split_url(value, ("postgresql", "postgres"))) or len(parts.path) < 2:
        raise ConfigurationError(rule)
    return value


def _session_secret(env: Environment, is_production: bool) -> str:
    value = env.text("SESSION_SECRET") or ""
    if is_production and len(value) < _MIN_SESSION_SECRET:
        raise ConfigurationError(
            f"SESSION_SECRET must be set to at least {_MIN_SESSION_SECRET} random characters in production"
        )
    return value


def _admin_email(env: Environment, is_production: bool) -> str:
    value = env.matching("ADMIN_EMAIL", r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,255}", "be a mail address")
    if value is None and is_production:
        raise ConfigurationError("ADMIN_EMAIL must be set in production")
    return value or "admin@localhost"


def _admin_password(env: Environment, is_production: bool) -> str:
    value = env.text("ADMIN_PASSWORD") or ""
    if is_production and len(value) < _MIN_ADMIN_PASSWORD:
        raise ConfigurationError(
            f"ADMIN_PASSWORD must be set to at least {_MIN_ADMIN_PASSWORD} characters in production"
        )
    if is_production and _is_well_known(value):
        raise ConfigurationError("ADMIN_PASSWORD must not be a well-known password in production")
    return value


def _is_well_known(password: str) -> bool:
    """True for nothing but common words, with digits and signs around or for letters, digit runs, or no variety."""
    lower = password.lower()
    spelled = re.sub(r"^[^a-z]+|[^a-z]+$", "", lower).translate(_LEET)
    words = {re.sub(r"[^a-z]", "", lower), re.sub(r"[^a-z]", "", spelled)}
    is_run = lower.isdigit() and lower[:12] in _DIGIT_RUNS
    return is_run or len(set(lower)) < 5 or any(re.fullmatch(f"(?:{_COMMON_WORDS})+", word) for word in words)


def _turn_url(value: str) -> str | None:
    return value if re.fullmatch(r"(turns?|stuns?):[^\s,/]+", value) else None


def _mnemonic(env: Environment) -> str | None:
    """Return the phrase with single spaces. Only its shape is checked; its checksum is checked where it is used."""
    value = env.text("CRYPTO_MNEMONIC")
    if value is None:
        return None
    words = value.split()
    if len(words) != 12 or not all(re.fullmatch(r"[a-z]{3,8}", word) for word in words):
        raise ConfigurationError("CRYPTO_MNEMONIC must be 12 lower-case words separated by spaces")
    return " ".join(words)

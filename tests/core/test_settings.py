from __future__ import annotations

import io
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest
from rich.console import Console

from onepizza.core.settings import ConfigurationError, Limits, Settings

PRODUCTION = {
    "NODE_ENV": "production",
    "SESSION_SECRET": "0123456789abcdef0123456789abcdef",
    "ADMIN_EMAIL": "admin@example.com",
    "ADMIN_PASSWORD": "three brown owls",
    "APP_URL": "https://meet.example.com",
}
MNEMONIC = "test test test test test test test test test test test junk"


def refusal(variables: dict[str, str]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_env(variables)
    line = str(caught.value)
    assert "\n" not in line
    return line


class TestDevelopment:
    def test_everything_has_a_default(self) -> None:
        settings = Settings.from_env({})
        assert not settings.is_production
        assert (settings.host, settings.port, settings.app_url) == ("127.0.0.1", 3000, "http://localhost:3000")
        assert settings.allowed_origins == ("http://localhost:3000", "http://127.0.0.1:3000")
        assert settings.database_public_url is None
        assert settings.onepizza_data_dir.is_absolute()
        assert settings.limits == Limits()

    def test_the_environments_default_is_the_structs_default(self) -> None:
        read = Settings.from_env({"ALLOWED_ORIGINS": "http://localhost:3000"})
        plain = Settings(onepizza_data_dir=read.onepizza_data_dir)
        assert read == plain

    def test_a_blank_variable_counts_as_not_set(self) -> None:
        names = [field.name.upper() for field in msgspec.structs.fields(Settings) if field.name != "limits"]
        assert Settings.from_env(dict.fromkeys(names, " ")) == Settings.from_env({})

    def test_weak_secrets_are_let_through(self) -> None:
        settings = Settings.from_env({"SESSION_SECRET": "short", "ADMIN_PASSWORD": "admin", "ALLOWED_ORIGINS": "*"})
        assert (settings.session_secret, settings.admin_password) == ("short", "admin")
        assert "*" in settings.allowed_origins

    def test_the_address_follows_the_port(self) -> None:
        settings = Settings.from_env({"PORT": "8080"})
        assert settings.app_url == "http://localhost:8080"
        assert settings.allowed_origins == ("http://localhost:8080", "http://127.0.0.1:8080")


class TestProduction:
    def test_with_what_is_required_it_starts(self) -> None:
        settings = Settings.from_env(PRODUCTION)
        assert settings.is_production
        assert settings.host == "0.0.0.0"
        assert settings.allowed_origins == ("https://meet.example.com",)

    @pytest.mark.parametrize(
        ("changed", "line"),
        [
            ({"SESSION_SECRET": ""}, "SESSION_SECRET must be set to at least 32 random characters in production"),
            ({"SESSION_SECRET": "x" * 31}, "SESSION_SECRET must be set to at least 32 random characters in production"),
            ({"ADMIN_EMAIL": ""}, "ADMIN_EMAIL must be set in production"),
            ({"ADMIN_PASSWORD": ""}, "ADMIN_PASSWORD must be set to at least 12 characters in production"),
            ({"ADMIN_PASSWORD": "elevenchars"}, "ADMIN_PASSWORD must be set to at least 12 characters in production"),
            ({"ALLOWED_ORIGINS": "*"}, "ALLOWED_ORIGINS must list each origin in production, not a wildcard"),
            (
                {"ALLOWED_ORIGINS": "https://a.example, *"},
                "ALLOWED_ORIGINS must list each origin in production, not a wildcard",
            ),
        ],
    )
    def test_what_is_missing_or_weak_stops_the_start(self, changed: dict[str, str], line: str) -> None:
        assert refusal({**PRODUCTION, **changed}) == line

    @pytest.mark.parametrize(
        "password",
        [
            "password1234",
            "Password123!",
            "P@ssw0rd1234",
            "administrator",
            "changeme1234",
            "changeme-changeme",
            "my secret password",
            "123456789012",
            "987654321098",
            "aaaaaaaaaaaa",
            "abababababab",
            "qwertyuiop12",
            "onepizza1234",
            "letmeinplease",
            "welcome12345",
        ],
    )
    def test_a_well_known_password_stops_the_start(self, password: str) -> None:
        assert refusal({**PRODUCTION, "ADMIN_PASSWORD": password}) == (
            "ADMIN_PASSWORD must not be a well-known password in production"
        )

    @pytest.mark.parametrize(
        "password", ["correct-horse-battery", "gT5#kd02mmQ1", "my admin likes pizza", "481516234213"]
    )
    def test_another_password_does_not(self, password: str) -> None:
        assert Settings.from_env({**PRODUCTION, "ADMIN_PASSWORD": password}).admin_password == password

    def test_listed_origins_join_the_applications_own(self) -> None:
        settings = Settings.from_env(
            {**PRODUCTION, "ALLOWED_ORIGINS": "https://app.example.com:443, http://Other.example/"}
        )
        assert settings.allowed_origins == (
            "https://app.example.com",
            "http://other.example",
            "https://meet.example.com",
        )


class TestMalformed:
    @pytest.mark.parametrize("mode", [{}, PRODUCTION], ids=["development", "production"])
    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("NODE_ENV", ["prod", "test", "development production"]),
            ("PORT", ["http", "-1", "65536", "3000.0", "3e3", "0x10", "+80", "３０００"]),
            ("HOST", ["not a host", "http://x", "a/b"]),
            ("LOG_LEVEL", ["loud", "1"]),
            (
                "APP_URL",
                [
                    "meet.example.com",
                    "ftp://x.example",
                    "https://",
                    "https://x:99999",
                    "http:///path",
                    "javascript://x",
                ],
            ),
            ("APP_URL", ["https://x.example/?a=1", "https://x.example/#a", "https://u:p@x.example"]),
            (
                "ALLOWED_ORIGINS",
                ["example.com", "https://x.example/path", "https://*.example.com", "null", "https://a b"],
            ),
            ("TRUSTED_PROXIES", ["10.0.0.0/33", "everybody", "10.0.0.1/8", "10.0.0.0-10.0.0.9"]),
            ("WEBHOOK_ALLOWED_NETWORKS", ["192.168.0.0/99"]),
            ("DATABASE_PUBLIC_URL", ["mysql://h/d", "postgres", "postgresql://", "postgresql://host", "h:5432/d"]),
            ("DATABASE_PUBLIC_URL", ["postgresql://u:p@h:port/d", "postgresql://u:p@h:70000/d", "postgresql:///d"]),
            ("REDIS_URL", ["localhost:6379", "http://x"]),
            ("ADMIN_EMAIL", ["admin", "a@b@c", "a b@c", "@x"]),
            ("SIGNUP_CREDIT_USD", ["NaN", "inf", "-1", "1e9", "1,50", "$1", "1.00001", "10001", ".5"]),
            ("OVERDRAFT_USD", ["nan", "-0.01", "Infinity", "five"]),
            ("EMPTY_MEETING_GRACE_SECONDS", ["-1", "NaN", "1e3", "a minute"]),
            ("SEAT_HOLD_SECONDS", ["3601"]),
            ("RESUME_WINDOW_SECONDS", ["-5"]),
            ("PEAK_MIN_SECONDS", ["x"]),
            ("MEETING_MAX_HOURS", ["0", "nan"]),
            ("CHAIN_ID", ["0", "1.5"]),
            ("CONFIRMATIONS", ["-1"]),
            ("CRYPTO_MNEMONIC", ["test", " ".join(["test"] * 11), " ".join(["test"] * 13), MNEMONIC.upper()]),
            ("CRYPTO_MNEMONIC", [MNEMONIC.replace("junk", "j1nk"), MNEMONIC.replace(" ", ",")]),
            ("USDC_CONTRACT", ["0x12", "A0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"]),
            ("TURN_URLS", ["turn.example.com", "http://turn.example.com", "turn:a, nothing"]),
            ("ETH_RPC_URL", ["node.example.com"]),
            ("SMTP_URL", ["mail.example.com", "http://mail.example.com"]),
            ("MAIL_FROM", ["nobody", "a@b, c@d"]),
            ("SESSION_SECRET", ["0123456789abcdef0123456789abcdef\nPORT=1"]),
            ("LIMIT_CHAT_BURST", ["0", "-1", "ten", "1.5"]),
            ("LIMIT_CHATS_PER_SECOND", ["0", "NaN", "-1"]),
            ("LIMIT_MAX_PARTICIPANTS", ["501"]),
        ],
    )
    def test_it_stops_the_start_in_either_mode_with_a_line_that_does_not_depend_on_the_value(
        self, name: str, values: list[str], mode: dict[str, str]
    ) -> None:
        (line,) = {refusal({**mode, name: value}) for value in values}
        assert line.startswith(f"{name} must ")


class TestValues:
    def test_each_kind_of_value_is_read(self) -> None:
        settings = Settings.from_env(
            {
                "PORT": "0",
                "TRUSTED_PROXIES": "10.0.0.0/8, 2001:db8::1",
                "DATABASE_PUBLIC_URL": "postgres://u:p%40ss@db.example:5433/pizza?sslmode=require",
                "TURN_URLS": "turn:a.example:3478,turns:b.example",
                "SIGNUP_CREDIT_USD": "0.2500",
                "EMPTY_MEETING_GRACE_SECONDS": "0.5",
                "CRYPTO_MNEMONIC": f"  {MNEMONIC.replace(' ', '   ')}",
                "LOG_LEVEL": "DEBUG",
                "APP_URL": "https://meet.example.com/",
                "MAIL_FROM": "One Pizza <hello@example.com>",
                "LIMIT_CHATS_PER_SECOND": "2.5",
                "LIMIT_HTTP_BODY_BYTES": "1024",
            }
        )
        assert settings.port == 0
        assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("2001:db8::1/128"))
        assert settings.database_public_url == "postgres://u:p%40ss@db.example:5433/pizza?sslmode=require"
        assert settings.turn_urls == ("turn:a.example:3478", "turns:b.example")
        assert settings.signup_credit_usd == Decimal("0.25")
        assert settings.empty_meeting_grace_seconds == 0.5
        assert settings.crypto_mnemonic == MNEMONIC
        assert settings.log_level == "debug"
        assert settings.app_url == "https://meet.example.com"
        assert settings.mail_from == "One Pizza <hello@example.com>"
        assert settings.limits.chats_per_second == 2.5
        assert settings.limits.http_body_bytes == 1024

    @pytest.mark.parametrize(
        "address",
        [
            "postgresql:///pizza?host=/var/run/postgresql",
            "postgresql://app@/postgres?host=/tmp/x",
            "postgresql://[::1]:5432/pizza",
            "postgresql://h/d?pgbouncer=true",
        ],
    )
    def test_other_forms_of_a_database_address(self, address: str) -> None:
        assert Settings.from_env({"DATABASE_PUBLIC_URL": address}).database_public_url == address

    def test_every_limit_has_a_variable(self) -> None:
        for field in msgspec.structs.fields(Limits):
            value = field.default + 1 if field.name != "max_participants" else 499
            limits = Settings.from_env({f"LIMIT_{field.name.upper()}": str(value)}).limits
            assert limits == msgspec.structs.replace(Limits(), **{field.name: value})


class TestSecrets:
    SECRETS: ClassVar = {
        "DATABASE_PUBLIC_URL": "postgresql://u:geheim@h/d",
        "SESSION_SECRET": "geheim" * 6,
        "ADMIN_PASSWORD": "geheim wie nie",
        "RESEND_API_KEY": "re_geheim",
        "STRIPE_SECRET_KEY": "sk_geheim",
        "STRIPE_WEBHOOK_SECRET": "whsec_geheim",
        "TURN_CREDENTIAL": "geheim",
        "TURN_SECRET": "geheim",
        "CRYPTO_MNEMONIC": " ".join(["geheim"] * 12),
        "REDIS_URL": "redis://:geheim@h",
        "SMTP_URL": "smtp://u:geheim@h",
        "ETH_RPC_URL": "https://node.example/geheim",
    }

    def test_neither_repr_nor_a_pretty_printer_shows_one(self) -> None:
        settings = Settings.from_env(self.SECRETS)
        screen = io.StringIO()
        Console(file=screen, width=200).print(settings)
        for shown in (repr(settings), str(settings), screen.getvalue()):
            assert "geheim" not in shown
            assert "session_secret" in shown

    def test_the_data_directory_may_start_at_home(self) -> None:
        assert Settings.from_env({"ONEPIZZA_DATA_DIR": "~/x"}).onepizza_data_dir == Path.home() / "x"

"""Secrets of a development machine: made at the first start, kept in the data directory with mode 0600."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import msgspec

from onepizza.core.settings import Settings


class LocalSecrets(msgspec.Struct, frozen=True):
    """Settings with every secret filled in; `new_admin_password` is set only at the start that made it, to be shown."""

    settings: Settings
    new_admin_password: str | None

    def __repr__(self) -> str:
        return f"LocalSecrets(settings={self.settings!r})"


def load_or_create_secrets(settings: Settings) -> LocalSecrets:
    """Fill in what development left out; in production nothing is missing and nothing is written.

    The password is kept, not only printed: a start that is killed between seeding the account and printing would
    otherwise leave an account that nobody can enter.

    Raises:
        OSError: the data directory cannot be written.
    """
    new_admin_password = None
    if not settings.session_secret:
        secret, _ = _load_or_create(settings.onepizza_data_dir / "session-secret", secrets.token_urlsafe(48))
        settings = msgspec.structs.replace(settings, session_secret=secret)
    if not settings.admin_password:
        password, is_new = _load_or_create(settings.onepizza_data_dir / "admin-password", secrets.token_urlsafe(15))
        settings = msgspec.structs.replace(settings, admin_password=password)
        new_admin_password = password if is_new else None
    return LocalSecrets(settings, new_admin_password)


def _load_or_create(path: Path, fresh: str) -> tuple[str, bool]:
    """Return the file's line and whether it was made now; two starts at once get the same line."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    is_new = False
    if not path.exists():
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # unlike rename, refuses to replace what another start has just written
            is_new = True
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip(), is_new

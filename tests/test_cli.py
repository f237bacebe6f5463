"""The command as a shell sees it: lines, statuses, and no traceback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest


def onepizza(*arguments: str, data_dir: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "onepizza", *arguments],
        env={"PATH": "/usr/bin:/bin", "ONEPIZZA_DATA_DIR": str(data_dir), **_python_path(), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _python_path() -> dict[str, str]:
    return {"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}


class TestServe:
    @pytest.mark.parametrize(
        ("environ", "name"),
        [
            ({"PORT": "many"}, "PORT"),
            ({"NODE_ENV": "staging"}, "NODE_ENV"),
            ({"NODE_ENV": "production"}, "SESSION_SECRET"),
            ({"SIGNUP_CREDIT_USD": "NaN"}, "SIGNUP_CREDIT_USD"),
            ({"DATABASE_PUBLIC_URL": "mysql://nobody"}, "DATABASE_PUBLIC_URL"),
        ],
    )
    def test_bad_configuration_is_one_line_and_a_status(
        self, tmp_path: Path, environ: dict[str, str], name: str
    ) -> None:
        result = onepizza("serve", data_dir=tmp_path, **environ)
        assert result.returncode == 2
        assert result.stdout == ""
        [line] = result.stderr.splitlines()
        assert line.startswith("onepizza: ")
        assert name in line

    def test_a_database_that_is_away_is_one_line_and_a_status(self, tmp_path: Path) -> None:
        result = onepizza("serve", data_dir=tmp_path, PORT="0", DATABASE_PUBLIC_URL="postgresql://a:b@127.0.0.1:9/c")
        assert result.returncode == 3
        assert result.stderr.splitlines()[-1].startswith("onepizza: The database cannot be opened")
        assert "Traceback" not in result.stderr

    def test_a_taken_port_is_one_line_that_says_what_to_do(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            result = onepizza("serve", data_dir=tmp_path, PORT=port)
        assert result.returncode == 2
        assert result.stderr == (
            f"onepizza: cannot listen on 127.0.0.1, PORT {port}: Address already in use; "
            "set PORT to another one, or to 0 for any that is free\n"
        )


class TestHelp:
    def test_the_list_of_commands_is_not_cut_off(self, tmp_path: Path) -> None:
        result = onepizza("--help", data_dir=tmp_path)
        assert result.returncode == 0
        assert "..." not in result.stdout.partition("Commands:")[2]
        assert "docs/operating.md" in result.stdout


class TestOpenapi:
    def test_prints_the_document_without_a_database(self, tmp_path: Path) -> None:
        result = onepizza("openapi", data_dir=tmp_path)
        assert result.returncode == 0, result.stderr
        document = json.loads(result.stdout)
        assert document["openapi"].startswith("3.1")
        assert "/api/meetings/guest" in document["paths"]
        assert not (tmp_path / "postgres").exists()


class TestAsyncapi:
    def test_prints_the_document_without_a_database(self, tmp_path: Path) -> None:
        result = onepizza("asyncapi", data_dir=tmp_path, APP_URL="https://meet.example.com")
        assert result.returncode == 0, result.stderr
        document = json.loads(result.stdout)
        assert document["asyncapi"] == "3.0.0"
        assert document["servers"]["service"]["host"] == "meet.example.com"
        assert document["servers"]["service"]["protocol"] == "wss"
        assert not (tmp_path / "postgres").exists()


class TestVersion:
    def test_prints_a_version(self, tmp_path: Path) -> None:
        assert onepizza("version", data_dir=tmp_path).stdout.strip().count(".") == 2

"""What whoever started the program may do once a line is printed."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from onepizza.core.settings import Settings
from onepizza.serving import serve


class _Enough(Exception):
    pass


class TestServe:
    async def test_the_printed_address_takes_connections_already(self, tmp_path: Path, database_url: str) -> None:
        """Scripts wait for the line and connect; a refusal then would be up to chance."""
        environ = {"DATABASE_PUBLIC_URL": database_url, "ONEPIZZA_DATA_DIR": str(tmp_path), "PORT": "0"}

        def say(line: str) -> None:
            if found := re.search(r"address\s+http://localhost:(\d+)", line):
                with socket.create_connection(("127.0.0.1", int(found[1])), timeout=5):
                    raise _Enough

        with pytest.raises(_Enough):
            await serve(Settings.from_env(environ), say)

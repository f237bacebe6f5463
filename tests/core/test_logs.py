from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from onepizza.core.logs import configure_logs
from onepizza.core.settings import Settings


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave logging as it was for the tests that follow."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def configured(node_env: str, log_level: str = "info") -> structlog.stdlib.BoundLogger:
    configure_logs(
        Settings(onepizza_data_dir=Path("unused"), node_env=node_env, log_level=log_level)  # pyright: ignore
    )
    return structlog.get_logger("test")


def fail_with_a_secret() -> None:
    hunter = "".join(["ge", "heim"])
    raise ValueError(len(hunter))


class TestConfigureLogs:
    def test_production_writes_one_json_object_a_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured("production").info("meeting_ended", minutes=3)
        logging.getLogger("library").warning("full at %d %%", 90)
        first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
        assert (first.pop("timestamp"), second.pop("timestamp")) > ("2", "2")
        assert first == {"event": "meeting_ended", "minutes": 3, "level": "info"}
        assert second == {"event": "full at 90 %", "level": "warning"}

    def test_development_writes_for_people(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured("development").info("meeting_ended", minutes=3)
        line = capsys.readouterr().err
        assert "meeting_ended" in line
        assert "minutes=3" in line
        assert not line.startswith("{")

    @pytest.mark.parametrize("node_env", ["development", "production"])
    def test_a_traceback_shows_the_place_and_no_local_variable(
        self, node_env: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        log = configured(node_env)
        try:
            fail_with_a_secret()
        except ValueError:
            log.exception("it_failed")
            logging.getLogger("library").exception("it failed there too")
        written = capsys.readouterr().err
        assert written.count("fail_with_a_secret") >= 2
        assert "ValueError" in written
        assert "geheim" not in written

    @pytest.mark.parametrize(("level", "expected"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
    def test_the_level_holds_for_ours_and_for_libraries(
        self, level: str, expected: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for log in (configured("production", level), logging.getLogger("library")):
            for name in ("debug", "info", "warning", "error"):
                getattr(log, name)("said")
            assert len(capsys.readouterr().err.splitlines()) == expected

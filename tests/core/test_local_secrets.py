from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from onepizza.core.local_secrets import load_or_create_secrets
from onepizza.core.settings import Settings


@pytest.fixture
def bare(tmp_path: Path) -> Settings:
    return Settings.from_env({"ONEPIZZA_DATA_DIR": str(tmp_path / "data")})


class TestLoadOrCreateSecrets:
    def test_the_first_start_makes_them_and_later_ones_find_them(self, bare: Settings) -> None:
        first = load_or_create_secrets(bare)
        second = load_or_create_secrets(bare)
        assert len(first.settings.session_secret) >= 32
        assert len(first.settings.admin_password) >= 12
        assert first.new_admin_password == first.settings.admin_password
        assert second.settings == first.settings
        assert second.new_admin_password is None

    def test_only_the_owner_reads_the_files(self, bare: Settings) -> None:
        load_or_create_secrets(bare)
        files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in bare.onepizza_data_dir.iterdir()}
        assert files == {"session-secret": 0o600, "admin-password": 0o600}

    def test_what_is_given_is_kept_and_nothing_written(self, tmp_path: Path) -> None:
        given = Settings.from_env(
            {"ONEPIZZA_DATA_DIR": str(tmp_path / "data"), "SESSION_SECRET": "mine", "ADMIN_PASSWORD": "mine too"}
        )
        found = load_or_create_secrets(given)
        assert found.settings == given
        assert found.new_admin_password is None
        assert not (tmp_path / "data").exists()

    def test_programs_that_start_at_once_agree(self, bare: Settings) -> None:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(load_or_create_secrets, [bare] * 8))
        assert len({each.settings.session_secret for each in found}) == 1
        assert len({each.settings.admin_password for each in found}) == 1
        assert sum(each.new_admin_password is not None for each in found) == 1

    def test_the_password_is_not_in_its_repr(self, bare: Settings) -> None:
        found = load_or_create_secrets(bare)
        assert found.settings.admin_password not in repr(found)

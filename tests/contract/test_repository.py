"""What must hold for the repository's files as such."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listing.splitlines() if (ROOT / name).is_file()]


class TestLockFiles:
    def test_package_lock_names_no_download_address(self) -> None:
        packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
        assert len(packages) > 50
        addresses = [name for name, entry in packages.items() if "://" in str(entry.get("resolved", ""))]
        assert addresses == []

    def test_python_locks_pin_every_package_by_hash_and_name_no_address(self) -> None:
        for name in ("requirements.lock", "requirements-dev.lock"):
            text = (ROOT / name).read_text()
            assert "://" not in text
            pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
            assert pins
            assert all("==" in line and line.endswith("\\") for line in pins)


class TestFiles:
    def test_no_file_holds_a_path_of_the_machine_it_was_written_on(self) -> None:
        here = f"{ROOT}/".encode()
        assert [str(path) for path in _tracked() if here in path.read_bytes()] == []

    def test_every_decision_record_is_numbered_and_titled(self) -> None:
        records = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
        assert len(records) >= 5
        numbers = [int(path.name[:4]) for path in records]
        assert numbers == list(range(1, len(records) + 1))
        for path in records:
            assert path.read_text().startswith(f"# {int(path.name[:4])}. ")

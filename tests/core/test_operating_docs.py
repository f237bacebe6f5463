"""docs/operating.md explains every variable, with its real default, and no other."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from onepizza.core.settings import Limits, Settings

ROW = re.compile(r"^\| `([A-Z0-9_]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
ROWS = {name: (unit, default, meaning) for name, unit, default, meaning in ROW.findall(
    (Path(__file__).parents[2] / "docs" / "operating.md").read_text()
)}  # fmt: skip


def variables() -> dict[str, object]:
    """Return every variable with its default as the code has it."""
    plain = {f.name.upper(): f.default for f in msgspec.structs.fields(Settings) if f.name != "limits"}
    return plain | {f"LIMIT_{field.name.upper()}": field.default for field in msgspec.structs.fields(Limits)}


SOURCES = "\n".join(
    path.read_text()
    for path in (Path(__file__).parents[2] / "src/onepizza").rglob("*.py")
    if path.name not in ("settings.py", "environment.py")
)


class TestOperatingDocs:
    def test_what_no_code_reads_is_marked(self) -> None:
        marked = {name for name, row in ROWS.items() if row[2].endswith("(not in use yet)")}
        unread = {name for name in variables() if not re.search(rf"\b{name.removeprefix('LIMIT_').lower()}\b", SOURCES)}
        assert marked == unread

    def test_every_variable_is_explained_and_no_other(self) -> None:
        assert set(ROWS) == set(variables())

    @pytest.mark.parametrize(
        "name", [name for name, default in variables().items() if isinstance(default, int | float | Decimal)]
    )
    def test_a_number_is_given_as_the_code_has_it(self, name: str) -> None:
        shown = re.fullmatch(r"`([0-9.]+)`", ROWS[name][1])
        assert shown is not None
        assert Decimal(shown[1]) == Decimal(str(variables()[name]))

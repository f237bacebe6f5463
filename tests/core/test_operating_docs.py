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


class TestOperatingDocs:
    def test_every_variable_is_explained_and_no_other(self) -> None:
        assert set(ROWS) == set(variables())

    @pytest.mark.parametrize(
        "name", [name for name, default in variables().items() if isinstance(default, int | float | Decimal)]
    )
    def test_a_number_is_given_as_the_code_has_it(self, name: str) -> None:
        shown = re.fullmatch(r"`([0-9.]+)`", ROWS[name][1])
        assert shown is not None
        assert Decimal(shown[1]) == Decimal(str(variables()[name]))

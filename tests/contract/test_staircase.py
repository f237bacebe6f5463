"""The import rules of docs/architecture.md, and proof that the check looked at the modules it speaks of."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]


class TestStaircase:
    def test_every_contract_is_kept(self) -> None:
        linter = Path(sys.executable).with_name("lint-imports")
        result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout
        analysed = re.search(r"Analyzed (\d+) files?, (\d+) dependenc", result.stdout)
        assert analysed, result.stdout
        assert int(analysed[1]) > 20
        assert "0 broken" in result.stdout

    def test_nobody_imports_another_slices_store(self) -> None:
        graph = grimp.build_graph("onepizza", cache_dir=None)
        stores = [module for module in graph.modules if module.endswith("store")]
        assert {"onepizza.meetings.session_store", "onepizza.accounts.company_store"} < set(stores)
        foreign = [
            f"{importer} imports {store}"
            for store in stores
            for importer in graph.find_modules_that_directly_import(store)
            if importer.rsplit(".", 1)[0] != store.rsplit(".", 1)[0]
        ]
        assert foreign == []

    def test_rooms_take_from_core_only_facts_and_errors(self) -> None:
        graph = grimp.build_graph("onepizza", cache_dir=None)
        rooms = [module for module in graph.modules if module.startswith("onepizza.rooms")]
        assert len(rooms) > 3
        imported = {
            target
            for module in rooms
            for target in graph.find_modules_directly_imported_by(module)
            if not target.startswith("onepizza.rooms")
        }
        assert imported <= {"onepizza.core.facts", "onepizza.core.errors"}

    def test_no_import_hides_inside_a_function(self) -> None:
        hidden = [
            f"{path.relative_to(ROOT)}:{inner.lineno}"
            for path in sorted((ROOT / "src").rglob("*.py"))
            for function in ast.walk(ast.parse(path.read_text()))
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for inner in ast.walk(function)
            if isinstance(inner, ast.ImportFrom) and (inner.module or "").startswith("onepizza")
        ]
        assert hidden == []

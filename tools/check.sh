#!/usr/bin/env bash
# Formatting, types, import rules and contract tests; runs all of them, then fails if any failed.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=()
step() {
	local name="$1"
	shift
	local output
	if output=$("$@" 2>&1); then echo "ok    $name"; else
		echo "FAIL  $name"
		echo "$output"
		failed+=("$name")
	fi
}

step "ruff check" .venv/bin/ruff check .
step "ruff format" .venv/bin/ruff format --check .
step "pyright" npx --no-install pyright
step "import-linter" .venv/bin/lint-imports
step "tsc, biome, dependency-cruiser" npm run --silent check --workspace web
step "contract tests" .venv/bin/python -m pytest tests/contract

[ ${#failed[@]} -eq 0 ] || { echo "failed: ${failed[*]}"; exit 1; }

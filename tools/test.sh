#!/usr/bin/env bash
# Every test: the web client's unit tests, then calls in real browsers, then all else, with real databases and clients.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "tests: web client"
npm run --silent test --workspace web
# A call of four on two cores needs both of them: nothing else runs meanwhile.
echo "tests: calls in browsers"
.venv/bin/python -m pytest -m call "$@"
echo "tests: server, clients and pages"
exec .venv/bin/python -m pytest -m "not call" -n "${TEST_WORKERS:-2}" --dist loadgroup "$@"

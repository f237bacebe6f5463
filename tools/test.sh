#!/usr/bin/env bash
# Every test: the web client's unit tests, then the server's with real databases and clients, then real browsers.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "tests: web client"
npm run --silent test --workspace web
# A call of four on two cores needs both of them: browsers run when nothing else does.
echo "tests: browsers"
.venv/bin/python -m pytest -m browser "$@"
echo "tests: server and clients"
exec .venv/bin/python -m pytest -m "not browser" -n "${TEST_WORKERS:-2}" --dist loadgroup "$@"

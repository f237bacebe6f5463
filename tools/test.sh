#!/usr/bin/env bash
# Every test: the web client's unit tests, then the server's with real databases, clients and browsers.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "tests: web client"
npm run --silent test --workspace web
echo "tests: server, clients and browsers"
exec .venv/bin/python -m pytest -n "${TEST_WORKERS:-2}" --dist loadgroup "$@"

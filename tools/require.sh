#!/usr/bin/env bash
# Says in one line what this machine lacks: Python >= 3.11 with venv, Node >= 20.19, npm.
set -euo pipefail
python="${1:-python3}"
fail() { echo "onepizza needs $1" >&2; exit 1; }

command -v "$python" >/dev/null || fail "Python 3.11 or newer ($python was not found; set PYTHON=/path/to/python)"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer ($("$python" --version) is older)"
"$python" -c 'import ensurepip, venv' 2>/dev/null || fail "Python's venv module (on Debian: apt-get install python3-venv)"
command -v node >/dev/null || fail "Node 20.19 or newer (node was not found)"
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
	fail "Node 20.19 or newer ($(node --version) is older)"
command -v npm >/dev/null || fail "npm (it comes with Node)"

#!/usr/bin/env bash
# Installs the Debian packages that the tests use and this machine lacks; says what is missing where it cannot.
set -euo pipefail

declare -A needs=(
	[chromium]=/usr/bin/chromium
	[coturn]=/usr/bin/turnserver
	[curl]=/usr/bin/curl
	[firefox-esr]=/usr/bin/firefox-esr
	[iproute2]=/usr/sbin/ip
	[jq]=/usr/bin/jq
	[postgresql-15]=/usr/lib/postgresql/15/bin/postgres
)
missing=()
for package in "${!needs[@]}"; do
	[ -e "${needs[$package]}" ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

explain() {
	echo "tests: missing Debian packages: ${missing[*]}" >&2
	echo "tests: $1; install them by hand (the tests that need them will fail)" >&2
	exit 0
}

command -v apt-get >/dev/null || explain "this is not a Debian system"
sudo=""
if [ "$(id -u)" != 0 ]; then
	sudo -n true 2>/dev/null || explain "installing needs root"
	sudo="sudo -n"
fi

# A packaged PostgreSQL would create and start a cluster, coturn a relay: nothing may start by itself on a developer's machine.
policy=/usr/sbin/policy-rc.d
made_policy=""
if [ ! -e "$policy" ]; then
	printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
	$sudo chmod 755 "$policy"
	made_policy=1
fi
cleanup() { [ -z "$made_policy" ] || $sudo rm -f "$policy"; }
trap cleanup EXIT

echo "tests: installing Debian packages: ${missing[*]}"
log=$(mktemp)
if ! { $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
	tail -n 5 "$log" >&2
	explain "apt-get failed"
fi
rm -f "$log"

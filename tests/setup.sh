#!/bin/sh
# Checks for the programs that building and running need; as root on Debian it installs the missing ones.
set -eu
missing=""
command -v cc >/dev/null 2>&1 || missing="$missing gcc libc6-dev"
found=""
for directory in $(pg_config --bindir 2>/dev/null || true) /usr/lib/postgresql/*/bin; do
    [ -x "$directory/initdb" ] && [ -x "$directory/postgres" ] && found="$directory"
done
[ -n "$found" ] || missing="$missing postgresql"
command -v cargo >/dev/null 2>&1 || { echo "cargo is missing: install Rust from https://rustup.rs, then run this again" >&2; exit 1; }
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing:$missing" >&2
    # The private cluster is ours: no cluster of the distribution is wanted beside it.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    exit 0
fi
echo "missing:$missing; install with: sudo apt-get install$missing" >&2
exit 1

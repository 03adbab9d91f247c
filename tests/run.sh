#!/bin/sh
# Runs every test (with cargo-nextest where it is installed, cargo test otherwise), or the command given instead. All
# that tests make lies in one folder that is gone afterwards. A process that still works in it then is a fault of a test:
# it is told, ended, and makes the run a failure.
set -eu
cd "$(dirname "$0")/.."
# Short: the name of a socket ends after 107 bytes. Other accounts may pass through, as Postgres has to under root.
scratch=$(mktemp -d /tmp/plant-test.XXXXXX)
chmod 711 "$scratch"
export TMPDIR="$scratch"
# Each test that could not show its promise on this machine writes a line there.
export PLANT_SKIPS="$scratch/skips"

# The processes whose arguments or working folder lie in the scratch folder.
strays() {
    for process in /proc/[0-9]*; do
        told="$(tr '\0' ' ' 2>/dev/null <"$process/cmdline" || true) $(readlink "$process/cwd" 2>/dev/null || true)"
        case "$told" in *"$scratch"*) echo "${process#/proc/}" ;; esac
    done
}

finish() {
    code=$?
    trap - EXIT
    trap '' INT TERM
    # The Postgres of a test that was killed ends a moment after it.
    tries=0
    while left=$(strays) && [ -n "$left" ] && [ "$tries" -lt 40 ]; do
        tries=$((tries + 1))
        sleep 0.25
    done
    for process in $left; do
        echo "left running by a test: $process $(tr '\0' ' ' 2>/dev/null <"/proc/$process/cmdline" || true)" >&2
        kill -9 "$process" 2>/dev/null || true
        [ "$code" != 0 ] || code=1
    done
    while read -r _ place _; do
        case "$place" in "$scratch"/*) umount -l "$place" || true ;; esac
    done </proc/mounts
    if [ -s "$PLANT_SKIPS" ]; then
        echo "not shown on this machine:" >&2
        sort -u "$PLANT_SKIPS" | sed 's/^/  /' >&2
    fi
    rm -rf "$scratch"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ $# -gt 0 ]; then
    "$@"
elif cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace --locked --no-fail-fast
    cargo test --workspace --locked --doc --quiet
else
    cargo test --workspace --locked --no-fail-fast
fi

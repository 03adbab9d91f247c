#!/bin/sh
# Runs every test. Uses cargo-nextest where it is installed, cargo test otherwise.
set -eu
cd "$(dirname "$0")/.."
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace --locked --no-fail-fast
    cargo test --workspace --locked --doc --quiet
else
    cargo test --workspace --locked --no-fail-fast
fi

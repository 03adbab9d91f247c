#!/bin/sh
# Renews daemon/store/.sqlx: starts a scratch cluster, applies the migrations, and lets the compiler ask it about every
# checked statement. Needs the PostgreSQL programs (15 or later); leaves nothing behind.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

bin=
for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr) "$(pg_config --bindir 2>/dev/null || true)"; do
    if [ -x "$folder/initdb" ]; then
        bin=$folder
        break
    fi
done
if [ -z "$bin" ]; then
    echo "PostgreSQL 15 or later is needed: apt-get install postgresql" >&2
    exit 1
fi

scratch=$(mktemp -d /tmp/plant-prepare.XXXXXX)
as=
if [ "$(id -u)" = 0 ]; then
    # Postgres refuses root.
    chown postgres "$scratch"
    as="runuser -u postgres --"
fi
stop() {
    $as "$bin/pg_ctl" -D "$scratch/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$scratch"
}
trap stop EXIT INT TERM

cd "$scratch"
$as "$bin/initdb" -D "$scratch/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
$as "$bin/pg_ctl" -D "$scratch/data" -l "$scratch/data/log" -w \
    -o "-c listen_addresses='' -c unix_socket_directories=$scratch -c fsync=off" start >/dev/null

sql() {
    psql -h "$scratch" -X -q -v ON_ERROR_STOP=1 "$@"
}
sql -U postgres -d postgres -c 'CREATE DATABASE plant'
sql -U postgres -d plant -f "$here/src/bootstrap.sql"
for migration in "$root"/migrations/*.sql; do
    PGOPTIONS='-c role=plant_owner' sql -U plant_migrate -d plant -1 -f "$migration"
done

# The compiler asks about a statement when it expands it, so the crate is compiled anew.
rm -rf "$here/.sqlx"
mkdir "$here/.sqlx"
touch "$here/src/lib.rs"
cd "$root"
SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$here/.sqlx" DATABASE_URL="postgres://postgres@localhost/plant?host=$scratch" \
    cargo check --quiet --package plant-store --all-targets
touch "$here/src/lib.rs"
echo "daemon/store/.sqlx: $(ls "$here/.sqlx" | wc -l) statements"

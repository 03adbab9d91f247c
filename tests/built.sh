#!/bin/sh
# Lists the test programs that are built, or runs those of a list. `built.sh list >FILE` needs cargo; `built.sh run FILE`
# needs neither cargo nor a place to write but TMPDIR, so any account can do it that may read this folder and the build's.
# The tidy test is not among them: it asks cargo, and looks at sources, which are the same for every account.
set -eu
# The promises that an account can bear upon: who starts what, who may read, write and stop it, and a first walk through all of
# it. What figures come out of rows is the same for every account and is shown once.
OF_ACCOUNTS="bad_input:: exactly_once:: isolation:: journey:: machine:: originals:: outside:: place:: rebuild:: systemd:: terminal::
    trouble:: workers::"
cd "$(dirname "$0")/.."
case "$1" in
list)
    cargo test --workspace --locked --no-run --message-format json 2>/dev/null |
        sed -n 's|.*"manifest_path":"\([^"]*\)/Cargo.toml".*"profile":{[^}]*"test":true}.*"executable":"\([^"]*\)".*|\1 \2|p' |
        grep -v '/tidy-[0-9a-f]*$'
    ;;
run)
    # Snapshots are looked for below it; without it cargo is asked.
    INSTA_WORKSPACE_ROOT=$(pwd)
    export INSTA_WORKSPACE_ROOT
    failed=""
    while read -r folder program; do
        echo "$program"
        case "$program" in
        */promises-*) only=$OF_ACCOUNTS ;;
        *) only="" ;;
        esac
        # shellcheck disable=SC2086 # words
        (cd "$folder" && "$program" --quiet $only) || failed="$failed $program"
    done <"$2"
    [ -z "$failed" ] || { echo "failed:$failed" >&2; exit 1; }
    ;;
esac

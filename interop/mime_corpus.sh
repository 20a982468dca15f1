#!/usr/bin/env bash
# Makes messages of the corpus, and compares what our dissector says of them and of the sample messages with what Python's
# `email` and Dovecot say: a line of numbers for each.
#
# usage: interop/mime_corpus.sh COUNT [SEED]     the seed is 1
#
# As root on Debian 12, for mime_dovecot.sh. Environment:
#   SCOPE       the dissector          (default: examples/scope in target/release)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."
export SCOPE=${SCOPE:-${CARGO_TARGET_DIR:-target}/release/examples/scope}
messages=$(mktemp -d)
trap 'rm -rf "$messages"' EXIT
cargo run --quiet -p rfc822-mime --features testkit --example corpus "$messages/eml" "${1:?how many?}" "${2:-1}"

check() { # check NAME COMMAND…: what it found, or why it failed
  local name=$1
  shift
  "$@" >"$messages/log" 2>&1 || { grep -A 2 UNKNOWN "$messages/log" | head -n 60; tail -n 3 "$messages/log"; exit 1; }
  echo "$name: $(tail -n 1 "$messages/log")"
}
check Python python3 "$here/mime_python.py" "$SCOPE" examples/mail/*.eml "$messages"/eml/*.eml
check Dovecot "$here/mime_dovecot.sh" examples/mail/*.eml "$messages"/eml/*.eml

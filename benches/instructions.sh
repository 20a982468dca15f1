#!/usr/bin/env bash
# Counts the instructions of each workload with callgrind: exact, and the same in every run of one build, whatever
# else the machine does. A change of a few per cent is a change of the code.
#
#   benches/instructions.sh [WORKLOAD…]            prints: workload, instructions per octet and per line
#   benches/instructions.sh --check [WORKLOAD…]    and fails where one needs over 10 % more than instructions.txt says
#
# To accept new counts: benches/instructions.sh > benches/instructions.txt
set -euo pipefail

check=
if [[ ${1:-} == --check ]]; then check=yes; shift; fi
cd "$(dirname "${BASH_SOURCE[0]}")"
command -v valgrind >/dev/null || { echo "valgrind is missing: apt-get install valgrind" >&2; exit 2; }

# `cargo bench` builds with this profile too.
cargo build --quiet --profile bench -p mail-proto-benches --bin instructions >&2
program=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release/instructions
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

count() {
    valgrind --tool=callgrind --callgrind-out-file="$scratch/out" --collect-atstart=no \
        --toggle-collect='*measured*' "$program" "$1" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; return 1; }
    sed -n 's/^summary: *\([0-9]*\).*/\1/p; s/^totals: *\([0-9]*\).*/\1/p' "$scratch/out" | tail -n 1
}

failed=0
printf '%-26s %12s %12s\n' workload per-octet per-line
while read -r name octets items; do
    [[ $# -eq 0 || " $* " == *" $name "* ]] || continue
    instructions=$(count "$name")
    read -r per_octet per_line < <(awk -v n="$instructions" -v o="$octets" -v i="$items" \
        'BEGIN { printf "%.3f %.1f\n", n / o, n / i }')
    printf '%-26s %12s %12s\n' "$name" "$per_octet" "$per_line"
    [[ -n $check ]] || continue
    before=$(awk -v name="$name" '$1 == name { print $3 }' instructions.txt)
    if [[ -z $before ]]; then
        echo "$name is not in instructions.txt" >&2
        failed=1
    elif awk -v now="$per_line" -v before="$before" 'BEGIN { exit !(now > before * 1.1) }'; then
        echo "$name: $per_line instructions per line, $before before" >&2
        failed=1
    fi
done < <("$program")
exit "$failed"

#!/usr/bin/env bash
# Runs fuzz targets and prints a line about each.
#
#   fuzz/run.sh SECONDS [TARGET…]      all targets if none is named; exit 1 if anything was found
#
# PARALLEL=2          so many targets at a time
# SANITIZER=address   needs a nightly toolchain; without it stable will do, and the crates forbid unsafe code
# RECORDINGS=FOLDER   recorded sessions (docs/transcripts.md) that become seeds
# FRESH=1             begin with the seeds alone, not with what earlier runs left in corpus/
set -euo pipefail

usage() { sed -n '2,/^set/{s/^# \{0,1\}//;/^set/!p}' "$0"; exit 2; }
[[ ${1:-} =~ ^[1-9][0-9]*$ ]] || usage
seconds=$1
shift

cd "$(dirname "${BASH_SOURCE[0]}")"
known=$(cd fuzz_targets && printf '%s\n' *.rs | sed 's/\.rs$//')
targets=("$@")
[[ ${#targets[@]} -gt 0 ]] || mapfile -t targets <<<"$known"
for target in "${targets[@]}"; do
    grep -qx -- "$target" <<<"$known" || { echo "no target $target; there are:" $known >&2; exit 2; }
done

sanitizer=${SANITIZER:-none}
toolchain=()
[[ $sanitizer == none ]] || toolchain=(+nightly)
cargo fuzz --version >/dev/null 2>&1 || cargo install --locked cargo-fuzz

if [[ -n ${FRESH:-} ]]; then rm -rf corpus; fi
recordings=()
if [[ -n ${RECORDINGS:-} ]]; then recordings=("$RECORDINGS"/*.jsonl); fi
cargo run --quiet --release --features tools --bin seeds -- "${recordings[@]}" >/dev/null
cargo "${toolchain[@]}" fuzz build --sanitizer "$sanitizer"
host=$(rustc -vV | sed -n 's/^host: //p')
binaries=${CARGO_TARGET_DIR:-target}/$host/release

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# What libFuzzer says of a run, as one line. Findings are files: a run ends at its first one.
summary() {
    local target=$1 before=$2 status=$3 log=$logs/$1 found
    stat() { sed -n "s/^stat::$1: *//p" "$log" | tail -n 1; }
    found=$(($(find "artifacts/$target" -type f | wc -l) - before))
    printf '%-16s %11s executions %8s exec/s %6s inputs %6s features %3s MiB %3d findings\n' "$target" \
        "$(stat number_of_executed_units)" "$(stat average_exec_per_sec)" \
        "$(find "corpus/$target" -type f | wc -l)" \
        "$(sed -n 's/.* ft: \([0-9]*\).*/\1/p' "$log" | tail -n 1)" "$(stat peak_rss_mb)" "$found"
    if [[ $status -ne 0 ]]; then
        echo "--- $target ended with status $status:"
        grep -v '^#' "$log" | tail -n 40
    fi
}

run() {
    local target=$1 status=0 before dictionary=()
    mkdir -p "artifacts/$target" "corpus/$target"
    before=$(find "artifacts/$target" -type f | wc -l)
    [[ ! -e dict/${target%%_*}.dict ]] || dictionary=("-dict=dict/${target%%_*}.dict")
    local folders=("corpus/$target")
    [[ ! -d regressions/$target ]] || folders+=("regressions/$target")
    "$binaries/$target" "${dictionary[@]}" -artifact_prefix="artifacts/$target/" \
        -max_total_time="$seconds" -timeout=20 -print_final_stats=1 "${folders[@]}" >"$logs/$target" 2>&1 || status=$?
    summary "$target" "$before" "$status"
    return "$status"
}

failed=0
running=0
for target in "${targets[@]}"; do
    if [[ $running -ge ${PARALLEL:-1} ]]; then
        wait -n || failed=1
        running=$((running - 1))
    fi
    run "$target" &
    running=$((running + 1))
done
while [[ $running -gt 0 ]]; do
    wait -n || failed=1
    running=$((running - 1))
done
exit "$failed"

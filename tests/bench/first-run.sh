#!/usr/bin/env bash
# How long a newcomer waits, beside what is known elsewhere:
#
#   tests/bench/first-run.sh first     a clean clone to the end of `cargo run`, beside mini-redis built twice
#   tests/bench/first-run.sh warm      `cargo run` once more: from the key to the first packet
#   tests/bench/first-run.sh verdict   each exercise from its saving to its verdict, beside a test of nothing
#   tests/bench/first-run.sh           all of them, in half an hour
#
#   --rounds N    how often each is measured, in turns with its peer; 3
#   --help        this text
#
# What is measured is the commit that is checked out, in a clone in a fresh folder for temporary files, which
# is removed at the end. Downloads are not counted; `first` needs a network for them. tests/bench/README.md
# says how to read the figures.
set -euo pipefail

main() {
    local parts=() part
    rounds=3
    while [ $# -gt 0 ]; do
        case $1 in
        first | warm | verdict) parts+=("$1") ;;
        --rounds) rounds=${2:-} && shift ;;
        -h | --help) help && exit 0 ;;
        *) misused "there is no part or option $1" ;;
        esac
        shift || true
    done
    [[ $rounds =~ ^[1-9][0-9]*$ ]] || misused "--rounds wants how often each is measured, a number above 0"
    [ ${#parts[@]} -gt 0 ] || parts=(first warm verdict)
    prepare
    for part in "${parts[@]}"; do "$part"; done
}

help() {
    sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
}

misused() {
    printf '%s\nTry %s --help.\n' "$1" "$0" >&2
    exit 2
}

# A clone, and nothing in the environment that makes cargo build elsewhere or otherwise.
prepare() {
    local root
    root=$(cd "$(dirname "$0")/../.." && pwd)
    unset CARGO_TARGET_DIR CARGO_BUILD_TARGET CARGO_INCREMENTAL RUSTC_WRAPPER RUSTFLAGS
    place=$(mktemp -d)
    trap 'rm -rf "$place"' EXIT
    trap 'exit 130' INT TERM
    lab=$place/lab
    git clone --quiet "$root" "$lab"
    (cd "$lab" && cargo fetch --locked --quiet)
    export CARGO_NET_OFFLINE=true
}

# --- The first run ---------------------------------------------------------------------------------------

first() {
    local round crates
    fetch_mini_redis
    for ((round = 1; round <= rounds; round++)); do
        progress "first run, round $round of $rounds: mini-redis"
        rm -rf "$place/mini-redis/target"
        measure "$place/mini-redis" first-theirs 0 cargo build --locked
        progress "first run, round $round of $rounds: the lab"
        rm -rf "$lab/target"
        measure "$lab" first-ours 0 cargo run --locked
        crates=$(grep -c '^ *Compiling' "$place/err")
    done
    # What both take by the clock says how many processors there were as well.
    awk '{ print $1 * 2, $2 * 2 }' "$place/first-theirs" >"$place/first-twice"
    heading "first: $crates crates compiled"
    row 'a clean clone to the end of cargo run' "$place/first-ours"
    row 'mini-redis, built twice' "$place/first-twice"
    ratio 'ratio, at most 1.00' "$place/first-ours" "$place/first-twice"
}

# The registry's copy of it, with its own Cargo.lock.
fetch_mini_redis() {
    progress 'first run: downloads'
    cargo new --quiet --vcs none "$place/scratch"
    (
        export CARGO_NET_OFFLINE=false
        cd "$place/scratch"
        cargo add --quiet mini-redis@=0.4.1
        cargo vendor --quiet >"$place/out"
        mv vendor/mini-redis "$place/mini-redis"
        cd "$place/mini-redis"
        cargo fetch --locked --quiet
    )
}

# --- The first packet of a second run --------------------------------------------------------------------

warm() {
    local turn
    progress 'warm run: builds the lab'
    (cd "$lab" && cargo build --locked --quiet)
    for ((turn = 0; turn < rounds * 5; turn++)); do
        progress "warm run: $((turn + 1)) of $((rounds * 5))"
        measure "$lab" warm-packet 0 first_packet
        measure "$lab" warm-all 0 cargo run --quiet
    done
    heading 'warm'
    row_by_the_clock 'cargo run to the first packet, at most 300 ms' "$place/warm-packet"
    row 'cargo run to its end' "$place/warm-all"
}

# The rest of the run is let go, and its processor time is not known.
first_packet() {
    grep --max-count=1 --quiet CONNECT < <(cargo run --quiet)
}

# --- From saving to the verdict --------------------------------------------------------------------------

verdict() {
    local exercises=() exercise round turn=0
    nothing
    for exercise in "$lab"/exercises/[0-9][0-9]-*/; do exercises+=("$(basename "$exercise")"); done
    for exercise in "${exercises[@]}"; do
        progress "verdict: builds $exercise"
        saves "$exercise" 101 built
        saves "$exercise" 0 built
    done
    for ((round = 1; round <= rounds; round++)); do
        for exercise in "${exercises[@]}"; do
            progress "verdict, round $round of $rounds: $exercise"
            saves "$exercise" 101 "saved-$exercise"
            measure "$place/nothing" unchanged 0 cargo test
            saves "$exercise" 0 "saved-$exercise"
            touch "$place/nothing/src/lib.rs"
            measure "$place/nothing" touched 0 cargo test
        done
    done
    verdicts "${exercises[@]}"
}

# A package with one empty test.
nothing() {
    cargo new --quiet --lib --vcs none "$place/nothing"
    printf '#[test]\nfn nothing() {}\n' >"$place/nothing/src/lib.rs"
    (cd "$place/nothing" && cargo test --quiet >"$place/out")
}

# Saves the exercise as it is before any work, which fails with 101, or its solution, which passes; then
# runs its check.
saves() {
    local exercise=$1 expected=$2 figures=$3 folder="$lab/exercises/$1"
    if [ "$expected" -eq 0 ]; then
        cp "$folder/src/lib.rs" "$place/stub.rs"
        cat "$lab/exercises/solutions/ex${exercise%%-*}.rs" >"$folder/src/lib.rs"
    fi
    touch "$folder/src/lib.rs"
    measure "$lab" "$figures" "$expected" cargo test --locked --package "ex-$exercise"
    [ "$expected" -ne 0 ] || cat "$place/stub.rs" >"$folder/src/lib.rs"
}

# The median of each exercise; of these, the median and the most.
verdicts() {
    local exercise
    for exercise in "$@"; do
        echo "$(median 1 "$place/saved-$exercise") $(median 2 "$place/saved-$exercise") $exercise"
    done | sort -rn >"$place/each"
    head -n 1 "$place/each" >"$place/most"
    sort -rn -k 2 "$place/each" | head -n 1 >"$place/slowest"
    heading "verdict: $# exercises"
    row 'half of them, at most' "$place/each"
    row 'all of them, at most' "$place/most"
    row_by_the_clock "the slowest, $(cut -d ' ' -f 3 "$place/slowest"); at most 2000 ms" "$place/slowest"
    row 'a test of nothing, unchanged' "$place/unchanged"
    row 'a test of nothing, saved' "$place/touched"
    ratio 'half of them / nothing, unchanged; at most 1.50' "$place/each" "$place/unchanged"
    ratio 'half of them / nothing, saved' "$place/each" "$place/touched"
    ratio 'all of them / nothing, saved' "$place/most" "$place/touched"
    printf '  the most costly:\n'
    head -n 5 "$place/each" | awk '{ printf "    %-48s %9d ms %9d ms\n", $3, $1, $2 }'
}

# --- Measuring and telling -------------------------------------------------------------------------------

# Runs a command in a folder, and notes its milliseconds of processor time, with those of its children, and
# by the clock. It has to end with the status that is expected.
measure() {
    local folder=$1 figures=$2 expected=$3 status=0 TIMEFORMAT='%U %S %R'
    shift 3
    cd "$folder"
    { time "$@" >"$place/out" 2>"$place/err"; } 2>"$place/time" || status=$?
    cd "$place"
    if [ "$status" -ne "$expected" ]; then
        printf '\n`%s` ended with %d and not with %d:\n' "$*" "$status" "$expected" >&2
        tail -n 40 "$place/out" "$place/err" >&2
        exit 1
    fi
    awk '{ printf "%.0f %.0f\n", ($1 + $2) * 1000, $3 * 1000 }' "$place/time" >>"$place/$figures"
}

# The median of a column; of an even number, the mean of the two in the middle.
median() {
    cut -d ' ' -f "$1" "$2" | sort -n | awk '
        { line[NR] = $1 }
        END { printf "%.0f\n", (line[int((NR + 1) / 2)] + line[int(NR / 2) + 1]) / 2 }'
}

heading() {
    progress ''
    printf '\n%-52s %12s %12s\n' "$1" 'processor' 'clock'
}

row() {
    printf '  %-50s %9d ms %9d ms\n' "$1" "$(median 1 "$2")" "$(median 2 "$2")"
}

row_by_the_clock() {
    printf '  %-50s %12s %9d ms\n' "$1" '' "$(median 2 "$2")"
}

ratio() {
    local ours theirs
    ours="$(median 1 "$2") $(median 2 "$2")"
    theirs="$(median 1 "$3") $(median 2 "$3")"
    awk -v what="$1" -v ours="$ours" -v theirs="$theirs" '
        BEGIN {
            split(ours, a, " "); split(theirs, b, " ")
            printf "  %-50s %12.2f %12.2f\n", what, a[1] / b[1], a[2] / b[2]
        }'
}

# One line that is written over, where somebody looks on.
progress() {
    [ ! -t 2 ] || printf '\r\033[K%s' "$1" >&2
}

main "$@"

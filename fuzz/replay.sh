#!/bin/sh
# What the fuzzers once found, and what they start from, handed to the harnesses once more: with every compiler, and without libFuzzer.
set -u
build=${WKL_BUILD:?} source=${WKL_SOURCE:?}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
failed=0
for harness in addresses bytecode prices replies report text values; do
    [ -x "$build/fuzz/$harness" ] || continue         # replies needs libcurl
    "${PYTHON3:-python3}" "$source/fuzz/seeds.py" "$scratch" "$harness" || exit 1
    count=0
    for input in "$source/fuzz/found/$harness"/*; do
        [ -s "$input" ] && count=$((count + 1))
    done
    found=$source/fuzz/found/$harness
    [ -d "$found" ] || found=                         # nothing was found by it yet
    find ${found:+"$found"} "$scratch/$harness" -type f -print0 | xargs -0 "$build/fuzz/$harness" >"$scratch/log" 2>&1 || {
        tail -n 30 "$scratch/log"
        echo "FAIL: $harness; each input is named before it is tried"
        failed=1
    }
    echo "$harness: $count found before"
    [ "$count" -gt 0 ] || [ -z "$found" ] || failed=1
done
exit $failed

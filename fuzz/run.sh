#!/bin/sh
# make fuzz: each harness in turn for FUZZ_SECONDS (60), from the seeds and from what earlier turns in this build left in fuzz-run/corpus.
# FUZZ="text values" takes only these. What is found is made small, stands in fuzz-run/found, and ends this with 1.
set -u
build=${WKL_BUILD:?} source=${WKL_SOURCE:?} seconds=${FUZZ_SECONDS:-60}
run=$build/fuzz-run
found=0

# Seconds and MB for one input: far more than any needs that is not at fault.
limits="-timeout=20 -rss_limit_mb=2500 -malloc_limit_mb=1500"

# A file that made a harness fail: the smallest that still does takes its place.
report() {
    harness=$1 input=$2
    small=$run/found/$harness-$(basename "$input" | cut -d- -f1,2 | cut -c1-40)-small
    # shellcheck disable=SC2086  # a list of options
    "$build/fuzz/$harness" $limits -minimize_crash=1 -max_total_time=30 -exact_artifact_path="$small" "$input" >"$small.log" 2>&1 </dev/null
    [ -s "$small" ] || cp "$input" "$small"
    echo
    echo "$harness fails:"
    sed -n '/runtime error\|ERROR: \|internal error/p' "$run/$harness.log" | head -n 3
    echo "  to see it again:       $build/fuzz/$harness $small"
    echo "  once it is mended:     cp $small $source/fuzz/found/$harness/WHAT-IT-WAS, which make check then replays"
}

for harness in ${FUZZ:-$WKL_FUZZERS}; do
    harness=$(basename "$harness")
    mkdir -p "$run/corpus/$harness" "$run/found"
    "${PYTHON3:-python3}" "$source/fuzz/seeds.py" "$run/seeds" "$harness" || exit 1
    echo "$harness for $seconds s"
    found=$source/fuzz/found/$harness
    [ -d "$found" ] || found=                         # nothing was found by it yet
    # shellcheck disable=SC2086  # a list of options
    "$build/fuzz/$harness" $limits -max_total_time="$seconds" -max_len=6000 -dict="$run/seeds/wkl.dict" -print_final_stats=1 \
        -artifact_prefix="$run/found/$harness-" "$run/corpus/$harness" "$run/seeds/$harness" ${found:+"$found"} \
        >"$run/$harness.log" 2>&1 </dev/null
    code=$?
    sed -n '/cov: /h; ${x; s/.*cov: \([0-9]*\) ft: \([0-9]*\) corp: \([0-9]*\).*/  \1 places, \2 features, \3 inputs kept/p; x}' "$run/$harness.log"
    sed -n 's/^stat::number_of_executed_units: */  executions: /p; s/^stat::peak_rss_mb: */  MB: /p' "$run/$harness.log"
    [ "$code" -eq 0 ] && continue
    found=1
    input=$(sed -n 's/.*Test unit written to //p' "$run/$harness.log" | tail -n 1)
    if [ -n "$input" ]; then
        report "$harness" "$input"
    else
        tail -n 20 "$run/$harness.log"
    fi
done
exit $found

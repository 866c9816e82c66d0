#!/usr/bin/env python3
"""Logs of latencies (.hlog) are read by HdrHistogram's library for JavaScript, and say there what our reports say.

The library comes from npm into a temporary folder; where that is not to be had, the test is skipped and says so."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import wkl
from wkl import FINE, RUN_ERRORS, TINY

LIBRARY = "hdr-histogram-js@3.0.1"
PERCENTILES = {"p50": 50, "p90": 90, "p95": 95, "p99": 99, "p99_9": 99.9}

# Reads the log given, and adds up the intervals of each tag.
READER = """
const hdr = require("hdr-histogram-js"), fs = require("fs");
const reader = new hdr.HistogramLogReader(fs.readFileSync(process.argv[2], "utf8"), 64);
const tags = {};
for (let h; (h = reader.nextIntervalHistogram()) !== null;) {
  const t = tags[h.tag] ??= {sum: hdr.build({bitBucketSize: 64, highestTrackableValue: 2 ** 42 - 1}), intervals: 0, from: [], to: []};
  t.sum.add(h);
  t.intervals++;
  t.from.push(h.startTimeStampMsec);
  t.to.push(h.endTimeStampMsec);
}
const found = {};
for (const [tag, t] of Object.entries(tags)) {
  found[tag] = {count: t.sum.totalCount, max: t.sum.maxValue, mean: t.sum.mean, intervals: t.intervals, from: t.from, to: t.to};
  for (const p of JSON.parse(process.argv[3])) found[tag][p] = t.sum.getValueAtPercentile(p);
}
console.log(JSON.stringify(found));
"""


def install(folder):
    """Why the library cannot be had; None: it is there."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "there is no node, or no npm"
    try:
        done = subprocess.run(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--fetch-retries=1",
                               "--fetch-timeout=20000", LIBRARY], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=90, check=False)
    except subprocess.TimeoutExpired:
        return "npm did not answer within 90 s"
    return None if done.returncode == 0 else "npm cannot fetch it: " + done.stdout.decode(errors="replace").strip().splitlines()[-1]


def read_log(path):
    done = subprocess.run(["node", os.path.join(library_folder, "read.js"), path, json.dumps(list(PERCENTILES.values()))], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def compare(entry, sweep, found):
    name = "/".join((entry["run"], *sweep, entry["strategy"].replace(" ", "_"), entry["backend"]))
    for which in ("response", "service"):
        ours, theirs = entry[f"{which}_ns"], found.pop(f"{name}/{which}")
        assert theirs["count"] == entry["requests"], (name, theirs["count"], entry["requests"])
        for key, percent in PERCENTILES.items():
            # theirs is the end of a slot, ours never more than the greatest value
            assert min(theirs[str(percent) if percent != int(percent) else str(int(percent))], ours["max"]) == ours[key], (name, which, key, theirs, ours)
        assert 0 <= theirs["max"] - ours["max"] <= ours["max"] / 1000 + 1, (theirs, ours)
        assert abs(theirs["mean"] - ours["mean"]) <= ours["mean"] / 500 + 1, (theirs, ours)


def test_equal_to_ours(place):
    """997 requests: no percentile asked for falls between two of them."""
    file = place.write("tiny.wkl", TINY + "run go { query all  strategy single, batch parallel 2, binpacked  clients 2  sweep clients in [1, 2]  for 997 requests }\n")
    report, _ = place.measure(FINE, file, "-b", "sqlite,memory", "--hdr", place.path("run.hlog"))
    found = read_log(place.path("run.hlog"))
    for entry in report["results"]:
        compare(entry, [f"clients={entry['sweep']['clients']}"], found)
    assert report["results"] and not [tag for tag in found if not tag.endswith(("/wait", "/lag"))], list(found)


def test_intervals_follow_each_other(place):
    """Slices of one tag, in the order of time, none within another; the first after the run's beginning."""
    file = place.write("tiny.wkl", TINY + "run go { query all  clients 2  for 600ms  warmup 0s }\n")
    report, _ = place.measure(FINE, file, "-b", "memory", "--rounds", "2", "--hdr", place.path("run.hlog"))
    found = read_log(place.path("run.hlog"))
    intervals = next(v for tag, v in found.items() if tag.endswith("/response"))
    assert intervals["intervals"] == sum(len([s for s in r["slices"] if s["histogram"]]) for r in report["results"][0]["rounds"]) > 2, intervals
    for end, begin in zip(intervals["to"], intervals["from"][1:]):
        assert begin >= end - 1, intervals
    began = int(subprocess.run(["date", "-u", "-d", report["started"], "+%s"], capture_output=True, text=True, check=True).stdout) * 1000
    assert began <= intervals["from"][0] <= began + 60000, (began, intervals)


def test_what_failed_is_not_in_it(place):
    file = place.write("tiny.wkl", TINY + "run go { query all  clients 2  for 997 requests }\nbackend memory { fail_every 50 }\n")
    report, _ = place.measure(RUN_ERRORS, file, "-b", "memory", "--hdr", place.path("run.hlog"))
    entry = report["results"][0]
    assert entry["errors"] > 0
    compare(entry, [], read_log(place.path("run.hlog")))


with tempfile.TemporaryDirectory(prefix="wkl-hdr-") as library_folder:
    missing = install(library_folder)
    if missing:
        print(f"SKIP: {LIBRARY}: {missing}")
        sys.exit(77)
    with open(os.path.join(library_folder, "read.js"), "w", encoding="utf-8") as js:
        js.write(READER)
    wkl.main(globals())

"""What all measurements of bench/ share: running a program and what it cost, sides that take turns, medians, results.

Seconds everywhere unless a name says otherwise. CPU is user plus system time of a program's process, over its whole life, as the kernel
tells its parent (wait4)."""
import json
import math
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("WKL_SOURCE") or os.path.dirname(HERE)
BUILD = os.environ.get("WKL_BUILD") or os.path.join(SOURCE, "build")
sys.path.append(os.path.join(SOURCE, "tests", "live"))
import servers  # noqa: E402  (it lives with the live tests)

POSTGRES_BIN = ["/usr/lib/postgresql/%d/bin" % version for version in range(20, 12, -1)]    # where Debian keeps pgbench, if not on the PATH


class Skip(Exception):
    """Why a measurement cannot be made here, and the way out."""


class Failed(Exception):
    """A program that did not do what it was started for."""


class Ran:
    """A program that has ended: its words, the seconds it took, its CPU, the most memory it had."""

    def __init__(self, out, err, wall, usage):
        self.out, self.err, self.wall = out, err, wall
        self.cpu, self.rss = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def find(name, package):
    """The program's path, or a Skip that names what to install."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", "")] + POSTGRES_BIN))
    if not found:
        raise Skip(f"no {name} here: install {package} (Debian), or run `sh scripts/prepare bench`")
    return found


def built(name, library=None):
    """A program of this build; those that take a library are not built where it is missing."""
    path = os.path.join(BUILD, name)
    if os.path.exists(path):
        return path
    if library:
        raise Skip(f"{name} is not built here: it takes {library} (Debian)")
    raise Failed(f"{path} is not there: run this by `make bench`, or set WKL_BUILD to the build's folder")


def median(values):
    return statistics.median(values)


def known(values):
    """Without those that could not be told (NaN), unless there is nothing else."""
    return [v for v in values if not math.isnan(v)] or [math.nan]


def quartiles(values):
    """Low and high quartile; of fewer than four values the least and the greatest."""
    if len(values) < 4:
        return min(values), max(values)
    cut = statistics.quantiles(values, n=4, method="inclusive")
    return cut[0], cut[2]


def percentile(values, share):
    """The smallest value that has at least this share of all values at or below it; of none, none can be told."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -int(-share * len(ordered) // 1) - 1))]


def goal_text(goal, unit=""):
    if goal is None:
        return "–"
    relation, number = goal
    return f"within {number * 100:.0f} %" if relation == "within" else f"{relation} {put(number)}{unit}"


class Result:
    """One line of the report: a ratio (or a figure) with its goal, and what stands behind it.

    ratios: one for each round, wkl's figure by the peer's. goal: None, or (relation, number) with the relation one of RELATIONS.
    ours, theirs: words on both figures."""
    RELATIONS = {"≥": lambda v, g: v >= g, "≤": lambda v, g: v <= g, "within": lambda v, g: abs(v - 1) <= g}

    def __init__(self, name, ratios, ours, theirs, goal=None, unit=""):
        self.name, self.ours, self.theirs, self.goal, self.unit = name, ours, theirs, goal, unit
        self.ratios = known(ratios)
        self.value = median(self.ratios)

    def met(self):
        return None if self.goal is None or math.isnan(self.value) else self.RELATIONS[self.goal[0]](self.value, self.goal[1])

    def goal_text(self):
        return goal_text(self.goal, self.unit)

    def spread_text(self):
        low, high = quartiles(self.ratios)
        return f"{put(low)} … {put(high)}, n = {len(self.ratios)}"


def put(value):
    """Three digits that say something."""
    if math.isnan(value):
        return "too short to say"
    if value == 0:
        return "0"
    for limit, form in ((0.1, "{:.3g}"), (1, "{:.3f}"), (10, "{:.2f}"), (100, "{:.1f}"), (10000, "{:,.0f}"), (1e6, "{:,.0f}")):
        if abs(value) < limit:
            return form.format(value)
    return f"{value / 1e6:,.2f} M"


def put_time(seconds):
    if math.isnan(seconds):
        return put(seconds)
    for limit, scale, unit in ((1e-6, 1e9, "ns"), (1e-3, 1e6, "µs"), (1, 1e3, "ms")):
        if seconds < limit:
            return f"{put(seconds * scale)} {unit}"
    return f"{put(seconds)} s"


def put_each_time(sides, figure):
    return put_time(median(known([f[figure] for f in sides])))


def put_rate(per_second, what=""):
    return f"{put(per_second)}{' ' + what if what else ''}/s"


def take_turns(rounds, **sides):
    """Calls each side once a round, in an order that turns round by round, and returns the lists of what they returned."""
    names, figures = list(sides), {name: [] for name in sides}
    for i in range(rounds):
        shift = i % len(names)
        for name in names[shift:] + names[:shift]:
            figures[name].append(sides[name]())
    return figures


def ratios(ours, theirs, figure):
    return [a[figure] / b[figure] for a, b in zip(ours, theirs)]


class Bench:
    """One run of the benchmark: how long and how often, the folder, the server that is up, the commands that were given."""

    def __init__(self, scope, seconds, rounds, quick, soak):
        self.scope, self.seconds, self.rounds, self.quick, self.soak = scope, seconds, rounds, quick, soak
        self.work = tempfile.mkdtemp(prefix="work.", dir=scope.folder)
        self.up, self.kind, self.env, self.versions, self.commands, self.current = None, None, {}, {}, {}, ""
        self.files = 0

    # ---- files and programs ----

    def path(self, name):
        return os.path.join(self.work, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def environment(self, **more):
        """Nothing of the caller's databases, but the server's that is up."""
        keep = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "XDG_CACHE_HOME")
        return {**{k: v for k, v in os.environ.items() if k in keep}, "TMPDIR": self.work, **self.env, **more}

    def note_command(self, command):
        """For the report: the command without the folders of this run, and with the variable's name where it has an address or a key."""
        text = shlex.join([os.path.basename(command[0])] + command[1:])
        for name in ("PGHOST", "PGPORT", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ACCESS_KEY_ID"):
            if name in self.env:
                text = text.replace(self.env[name], "$" + name)
        text = text.replace(self.work + "/", "").replace(self.scope.folder + "/", "").replace(SOURCE + "/", "")
        self.commands.setdefault(self.current, {})[text] = True

    def run(self, command, limit=300, during=None, note=True, codes=(0,)):
        """Runs a program to its end. during(pid) is called once it has started, and returns a function to call when it has ended."""
        command = [str(w) for w in command]
        if note:
            self.note_command(command)
        self.files += 1
        out, err = self.path(f"out.{self.files}"), self.path(f"err.{self.files}")
        with open(out, "wb") as o, open(err, "wb") as e:
            began = time.monotonic()
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=o, stderr=e, cwd=self.work, env=self.environment())
        killer = threading.Timer(limit, child.kill)
        killer.start()
        after = during(child.pid) if during else None
        try:
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.monotonic() - began
            child.returncode = os.waitstatus_to_exitcode(status)
        finally:                                  # also when we are told to end
            killer.cancel()
            if child.returncode is None:
                child.kill()
            if after:
                after()
        texts = []
        for path in (out, err):
            with open(path, encoding="utf-8", errors="replace") as f:
                texts.append(f.read())
            os.remove(path)
        if child.returncode not in codes:
            raise Failed(f"{os.path.basename(command[0])}: exit {child.returncode}: " + "; ".join((texts[1] or texts[0]).split("\n")[-4:]))
        return Ran(*texts, wall, usage)

    def wklrun(self, file, backend, *options, during=None, note=True, limit=300):
        """A run of wklrun, and its result. Errors of requests and wrong rows are failures: nothing that is wrong is timed."""
        result = self.path("result.json")
        command = [built("wklrun"), file, "-b", backend, *options, "-q", "-o", result]
        ran = self.run(command, during=during, note=note, limit=limit)
        with open(result, encoding="utf-8") as f:
            return ran, json.load(f)

    def accepts(self, *files):
        """Whether the compiler takes files together: whether it knows a setting yet, say."""
        done = subprocess.run([built("wklc"), "--check", *files], env=self.environment(), cwd=self.work, capture_output=True)
        return done.returncode == 0

    # ---- servers ----

    def server(self, kind, instance):
        """Has this server up, and no other: an idle one would still take its share of the cores. Returns its settings."""
        if self.kind != kind:
            self.close_server()
            self.up, self.kind = servers.Servers(self.scope, f"{kind}/{instance}"), kind
            self.up.wait_done()
        state, words = self.up.states.get(instance, ("failed", "it was never settled"))
        if state != "ready":
            raise Skip(words)
        self.versions[kind] = words.split(" on ")[0]
        return self.up.settings[instance]

    def close_server(self):
        self.env = {}
        if self.up:
            self.up.close()
        self.up = self.kind = None

    # ---- sides ----

    def base(self, measure):
        """What a side costs apart from its requests: the median of short runs that send hardly any. measure returns (CPU, requests)."""
        short = [measure() for _ in range(1 if self.quick else 3)]
        return median([cpu for cpu, _ in short]), median([requests for _, requests in short])

    @staticmethod
    def per_request(base, cpu, requests):
        """NaN where the requests cost less than a fifth of all the rest, which a busy machine does not repeat that well."""
        more = cpu - base[0]
        return more / (requests - base[1]) if more > base[0] / 5 and requests > base[1] else math.nan

"""The documentation is true: every example in README.md, docs/*.md and docs/wkl.5 is compiled, every command that needs no server is run.

    ```wkl [NAME.wkl] [with NAME.wkl]   compiles without a word; it is kept as NAME.wkl for the commands below it on the page;
                                        `with` puts another block of the page before it
    ```wkl error                        fails with exactly the messages in the block that follows, where it is named example.wkl
    ```wkl warns                        compiles, with the messages in the block that follows
    ```console                          `$ wklc …` and `$ wklrun …` are run in turn and print what stands below them
    ```sh NAME.sh                       is kept as NAME.sh; `$ sh NAME.sh` runs it
    ```console servers                  needs database servers: not run here

`…` in what is expected stands for any text, a line `…` for any number of lines. Pages that scripts/docs makes must be up to date,
links between pages must lead somewhere, also where they are installed, and the shares in the table of key distributions must be what the formulas give."""
import glob
import math
import os
import re
import subprocess
import sys
import tempfile

from checks import BUILD, SOURCE, environment

FENCE = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```$", re.M | re.S)
failures = []
counts = {"examples": 0, "commands": 0, "not run (they need servers)": 0, "links": 0}


def fail(page, line, text):
    failures.append(f"{page}:{line}: {text}")


def run(command, folder):
    """What a shell would show, and the exit code; wklc and wklrun are those of the build."""
    env = environment(PATH=BUILD + os.pathsep + os.environ["PATH"], HOME=folder, LC_ALL="C.UTF-8", COLUMNS="100")
    done = subprocess.run(["sh", "-c", command], cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120)
    return done.stdout.decode(), done.returncode


def matches(wanted, found):
    pattern = []
    for line in wanted.rstrip("\n").split("\n"):
        any_text = r"[^\n]*".join(re.escape(part) for part in line.rstrip().split("…"))
        pattern.append(r"(?:[^\n]*\n)*" if line.strip() == "…" else any_text + r"[ ]*\n")
    return re.fullmatch("".join(pattern), found.rstrip("\n") + "\n") is not None


def show(wanted, found):
    def put(text):
        lines = text.rstrip("\n").split("\n")
        return "".join(f"\n    {line[:160]}" for line in lines[:40]) + (f"\n    ({len(lines) - 40} more lines)" if len(lines) > 40 else "")
    return f"wanted:{put(wanted)}\n  found:{put(found)}"


class Page:
    def __init__(self, path, folder):
        self.name, self.folder, self.texts = os.path.relpath(path, SOURCE), folder, {}
        with open(path, encoding="utf-8") as f:
            self.text = f.read()
        if path.endswith(".5"):                       # a manual page has its example between .nf and .fi
            self.text = re.sub(r"(?ms)^\.nf\n(.*?)^\.fi$", r"```wkl\n\1```", self.text)
        self.blocks = [(self.text.count("\n", 0, m.start()) + 1, *m.groups()) for m in FENCE.finditer(self.text)]

    def check(self):
        for i, (line, kind, words, body) in enumerate(self.blocks):
            if kind == "wkl":
                following = self.blocks[i + 1][3] if i + 1 < len(self.blocks) and self.blocks[i + 1][1] == "text" else None
                self.check_example(line, words.split(), body, following)
            elif kind == "sh" and words.split():
                with open(os.path.join(self.folder, words.split()[0]), "w", encoding="utf-8") as f:
                    f.write(body)
            elif kind == "console":
                self.check_console(line, words.split(), body)
        self.check_links()

    def check_example(self, line, words, body, following):
        counts["examples"] += 1
        name = next((w for w in words if w.endswith(".wkl")), "example.wkl")
        if "with" in words:
            before = words[words.index("with") + 1]
            name = name if name != before else "example.wkl"
            if before not in self.texts:
                return fail(self.name, line, f"there is no block {before} before it")
            body = self.texts[before] + body
        self.texts[name] = body
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as f:
            f.write(body)
        found, code = run(f"wklc {name} --target sqlite", self.folder)
        bad = "error" in words
        if ("error" in words or "warns" in words) and following is None:
            fail(self.name, line, "no text block with the messages follows")
        elif bad or "warns" in words:
            if code != (1 if bad else 0) or not matches(following, found):
                fail(self.name, line, f"exit code {code}, " + show(following, found))
        elif code != 0 or found:
            fail(self.name, line, f"exit code {code}: {found}")

    def check_console(self, line, words, body):
        for part in re.split(r"(?m)^\$ ", body)[1:]:
            command, _, wanted = part.partition("\n")
            while command.endswith("\\"):
                more, _, wanted = wanted.partition("\n")
                command = command[:-1] + more.strip()
            if "servers" in words or command.split()[0] not in ("wklc", "wklrun", "sh"):
                counts["not run (they need servers)"] += 1
                continue
            counts["commands"] += 1
            code_wanted = re.search(r"# exit (\d+)$", command)
            found, code = run(command, self.folder)
            if code != int(code_wanted.group(1) if code_wanted else 0) or not matches(wanted, found):
                fail(self.name, line, f"`{command}`: exit code {code}, " + show(wanted, found))

    def check_links(self):
        prose = FENCE.sub("", self.text)
        for target in re.findall(r"\]\(([^)\s]+)\)", prose):
            if re.match(r"https?:", target):
                continue
            counts["links"] += 1
            path, _, anchor = target.partition("#")
            full = os.path.normpath(os.path.join(SOURCE, os.path.dirname(self.name), path)) if path else os.path.join(SOURCE, self.name)
            if not os.path.exists(full):
                fail(self.name, 1, f"the link '{target}' leads nowhere")
            elif anchor and anchor not in anchors(full):
                fail(self.name, 1, f"'{path or self.name}' has no heading for '#{anchor}'")


def anchors(path):
    with open(path, encoding="utf-8") as f:
        heads = re.findall(r"(?m)^#+ (.*)$", FENCE.sub("", f.read()))
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in heads}


# ---- figures of the language page, by other means than the product's ----

def zeta(n, theta):
    """The sum of k^-theta for k = 1 … n: 10,000 terms and Euler and Maclaurin's integral of the rest."""
    m = min(int(n), 10_000)
    head = sum(k ** -theta for k in range(1, m))
    rest = math.log(n / m) if theta == 1 else (n ** (1 - theta) - m ** (1 - theta)) / (1 - theta)
    return head + rest + (m ** -theta + n ** -theta) / 2


def hottest(dist, n, share):
    """The share of the requests that the hottest `share` of n keys get."""
    name, args = re.match(r"(\w+)(?:\((.*)\))?$", dist).groups()
    args = [float(a.strip(" %")) / (100 if "%" in a else 1) for a in args.split(",")] if args else []
    if name in ("zipf", "latest"):
        return zeta(share * n, args[0]) / zeta(n, args[0])
    if name == "hot":
        return args[1] * share / args[0] if share <= args[0] else args[1] + (1 - args[1]) * (share - args[0]) / (1 - args[0])
    if name == "normal":
        below = lambda x: math.erf((x - args[0]) / args[1] / math.sqrt(2)) / 2
        return (below(args[0] + share / 2) - below(args[0] - share / 2)) / (below(1) - below(0))
    if name == "exponential":
        return (1 - 0.05 ** (share / args[0])) / (1 - 0.05 ** (1 / args[0]))
    return share


def check_shares():
    with open(os.path.join(SOURCE, "docs", "language.md"), encoding="utf-8") as f:
        rows = re.findall(r"(?m)^\| `([^`]+)` \|.*\| ([0-9.]+) % \|$", f.read())
    names = {re.match(r"\w+", dist).group() for dist, _ in rows}
    if names != {"uniform", "zipf", "ycsb_zipf", "hot", "latest", "sequential", "normal", "exponential"}:
        fail("docs/language.md", 1, f"the table of key distributions has {sorted(names)}")
    for dist, percent in rows:
        if dist.startswith("ycsb_zipf"):              # its formula is in data/dist.c; tests/unit/dist.c holds it against draws
            continue
        right = 100 * hottest(dist, 1_000_000, 0.01)
        if abs(right - float(percent)) > 0.06:
            fail("docs/language.md", 1, f"{dist}: {percent} % stands there, {right:.2f} % is right")


def check_keywords():
    """The man page has every word of the language, but for those of statements: language.md has these."""
    with open(os.path.join(SOURCE, "grammar", "keywords.def"), encoding="utf-8") as f:
        words = [text for text, where in re.findall(r'(?m)^KEYWORD\(\w+,\s+"(\w+)",\s+"(\w+)"\)', f.read()) if where in ("declaration", "entity", "table", "run")]
    with open(os.path.join(SOURCE, "docs", "wkl.5"), encoding="utf-8") as f:
        known = set(re.findall(r"\w+", f.read()))
    for word in words if len(words) > 20 else ["no words are found"]:
        if word not in known:
            fail("docs/wkl.5", 1, f"'{word}' is missing")


def check_generated():
    done = subprocess.run([sys.executable, os.path.join(SOURCE, "scripts", "docs"), "--check", "--source", SOURCE, "--build", BUILD],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        fail("scripts/docs", 1, done.stdout.decode())


def check_installed():
    """Pages are installed with what they lead to; what a developer's page says of tests leads into the sources."""
    with tempfile.TemporaryDirectory(prefix="wkl-docs.") as folder:
        subprocess.run(["make", "-s", "-C", BUILD, "install-nobase_dist_docDATA", f"DESTDIR={folder}"], env=environment(MAKEFLAGS=""), check=True,
                       stdout=subprocess.DEVNULL)
        pages = glob.glob(os.path.join(folder, "**", "*.md"), recursive=True)
        for path in pages:
            with open(path, encoding="utf-8") as f:
                targets = re.findall(r"\]\(([^)\s#]+)[^)]*\)", FENCE.sub("", f.read()))
            for target in targets:
                if not re.match(r"https?:|tests/", target) and not os.path.exists(os.path.join(os.path.dirname(path), target)):
                    fail(os.path.relpath(path, folder), 1, f"the link '{target}' leads nowhere where it is installed")
        if len(pages) < 10:
            fail("docs/local.mk", 1, f"only {len(pages)} pages are installed")


def main():
    pages = [os.path.join(SOURCE, "README.md"), *sorted(glob.glob(os.path.join(SOURCE, "docs", "*.md"))), os.path.join(SOURCE, "docs", "wkl.5")]
    only = sys.argv[1:]
    for path in pages:
        if only and os.path.basename(path) not in only:
            continue
        with tempfile.TemporaryDirectory(prefix="wkl-docs.") as folder:
            os.symlink(os.path.join(SOURCE, "examples"), os.path.join(folder, "examples"))
            Page(path, folder).check()
    if not only:
        check_shares()
        check_keywords()
        check_generated()
        check_installed()
    for text in failures:
        print(text)
    print(", ".join(f"{n} {what}" for what, n in counts.items()) + f"; {len(failures)} failed")
    return 1 if failures or not counts["examples"] else 0


sys.exit(main())

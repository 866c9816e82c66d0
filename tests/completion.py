"""Completions: every option of --help is offered by bash's (tried in bash), zsh's and fish's (tried where those are installed), and every
value that is offered is one that the option takes."""
import glob
import os
import re
import shutil
import tempfile

from checks import BUILD, SOURCE, check, end, run


def options_of(command):
    """[(letter or None, name, argument)] as --help shows them."""
    text = run(os.path.join(BUILD, command), "--help").stdout
    rows = re.findall(r"^  (?:-(\w),|   ) --([\w-]+)(\[=[^\]]+\]| [A-Za-z][A-Z/a-z\[\]|=]*(?= |$))?", text, re.M)
    return [(letter or None, name, argument.strip() or None) for letter, name, argument in rows]


def bash(command, *words):
    script = os.path.join(BUILD, "completions", command)
    ask = 'source "$0" || exit 9; c=$1; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_$c"; printf "%s\\n" "${COMPREPLY[@]}"'
    done = run("bash", "--norc", "--noprofile", "-c", ask, script, command, *words)
    check(done.returncode == 0 and not done.stderr, f"bash: {words}: {done.stderr}")
    return done.stdout.split()


def try_bash(command, options):
    offered = bash(command, command, "-")
    wanted = [w for letter, name, _ in options for w in ([f"-{letter}"] if letter else []) + [f"--{name}"]]
    check(offered == wanted, f"{command}, bash: offers {offered}, --help has {wanted}")
    check(bash(command, command, "--he") == ["--help"], f"{command}, bash: --he is not completed")
    for letter, name, argument in options:
        if not argument:
            continue
        values = bash(command, command, f"--{name}", "=", "")
        if argument.startswith("["):
            check(bash(command, command, f"--{name}", "--he") == ["--help"], f"{command}, bash: a value behind --{name} without a sign")
        else:
            check(bash(command, command, f"--{name}", "") == values, f"{command}, bash: --{name} VALUE is not as --{name}=VALUE")
            check(not letter or bash(command, command, f"-{letter}", "") == values, f"{command}, bash: -{letter} is not as --{name}")
        if argument in ("FILE", "DIR", "LIST") and name not in ("target", "backends"):
            continue
        for value in values:
            done = run(os.path.join(BUILD, command), f"--{name}={value}", "--version")
            check(done.returncode == 0, f"{command}: --{name}={value} is offered and not taken: {done.stderr}")
        if "|" in argument:
            check(values == argument.split("|"), f"{command}, bash: --{name}: {values}")


def try_values():
    """The lists that no table holds."""
    check(bash("wklc", "wklc", "--emit", "=", "p") == ["plan"], "bash: --emit=p")
    check(bash("wklc", "wklc", "--emit", "=") != [], "bash: --emit=")
    names = re.findall(r"^([a-z]\w+)", run(os.path.join(BUILD, "wklc"), "--list-backends").stdout, re.M)
    check(names and set(bash("wklc", "wklc", "--target", "")) == set(names) | {"all"}, f"bash: --target: not {names}")
    check(bash("wklrun", "wklrun", "-b", "sqlite,mem") == ["sqlite,memory"], "bash: -b sqlite,mem")
    check(bash("wklrun", "wklrun", "--only", "l") == ["load"], "bash: --only l")
    check(len(bash("wklrun", "wklrun", "--format", "")) > 2, "bash: --format")
    check(bash("wklc", "wklc", "--emit", "=", "c") == ["cost"], "bash: --emit=c")
    check(bash("wklc", "wklc", "--explain", "E060") and bash("wklc", "wklc", "--explain", "al") == ["all"], "bash: --explain")
    check(bash("wklrun", "wklrun", "--strategy", "single,b") == ["single,batch", "single,binpacked"], "bash: --strategy single,b")
    with tempfile.TemporaryDirectory(prefix="wkl-completion.") as folder:
        file = os.path.join(folder, "names.wkl")
        with open(file, "w", encoding="utf-8") as f:
            f.write("param keys = 9\n  param  kind = 1\nentity e { id: int ~ sequence  count 9 }\ntable rates[w in [1]] of e { n: int ~ uniform(0..9) }\n"
                    "query ask(e) { get rates[*] }\nrun go { query ask }\nrun gone { query ask }\n# run not\n")
        for words, wanted in ((("--run", "g"), ["go", "gone"]), (("--run", "go,g"), ["go,go", "go,gone"]), (("--run", "=", "gon"), ["gone"]),
                              (("-D", "k"), ["keys=", "kind="]), (("--define", "ki"), ["kind="])):
            for command in "wklc", "wklrun":
                check(bash(command, command, file, *words) == wanted, f"bash: {command} {words}: {bash(command, command, file, *words)}, not {wanted}")
        check(bash("wklc", "wklc", file, "--sample", "") == ["rates", "ask"], "bash: --sample")
        check(bash("wklrun", "wklrun", file, "--sample", "") == [], "bash: wklrun --sample")
        if shutil.which("fish"):
            offered = run("fish", "-N", "-c", f"source {os.path.join(BUILD, 'completions', 'wklrun.fish')}; complete -C 'wklrun {file} --run g'").stdout.split()
            check(offered == ["go", "gone"], f"fish: --run g: {offered}")
    check(bash("wklrun", "wklrun", "nosuch.wkl", "--run", "") == [], "bash: --run of no file")
    examples = os.path.join(SOURCE, "examples", "")
    check(sorted(bash("wklc", "wklc", examples + "f")) == [examples + "fraud.wkl"], "bash: a workload's file")


def try_others(command, options):
    folder = os.path.join(BUILD, "completions")
    zsh, fish = os.path.join(folder, "_" + command), os.path.join(folder, command + ".fish")
    texts = {path: open(path, encoding="utf-8").read() for path in (zsh, fish)}
    for letter, name, _ in options:
        check(re.search(rf"--{name}(=-?)?\[", texts[zsh]), f"{zsh}: no --{name}")
        check(not letter or re.search(rf"[)*]-{letter}[+-]?\[", texts[zsh]), f"{zsh}: no -{letter}")
        check(re.search(rf"{f' -s {letter}' if letter else ''} -l {name} ", texts[fish]), f"{fish}: no --{name}")
    tried = [shell for shell in ("zsh", "fish") if shutil.which(shell)]
    for shell in tried:
        done = run(shell, "-n", zsh if shell == "zsh" else fish)
        check(done.returncode == 0 and not done.stderr, f"{shell}: {done.stderr}")
    if "fish" in tried:
        offered = run("fish", "-N", "-c", f"source {fish}; complete -C '{command} --'").stdout
        for _, name, _ in options:
            check(re.search(rf"^--{name}=?\t", offered, re.M), f"fish does not offer --{name}")
    return tried


def try_help(command):
    """A terminal of 80 columns shows it without a break; each option says what it does, two blanks behind its name or on a line of its own."""
    text = run(os.path.join(BUILD, command), "--help").stdout
    for line in text.splitlines():
        check(len(line) <= 80, f"{command} --help: {len(line)} columns: {line}")
    for row in re.findall(r"^  (?:-\w,|   ) --.*\n.*", text, re.M):
        check(re.match(r" +(-\w, )?--[\w-]+(\[=\w+\]| \S+)?( {2,}\S|\n {28}\S)", row), f"{command} --help: {row}")
    check(re.search(r"^Exit: 0 success, 1 ", text, re.M) and re.search(rf"^  {command} \S", text, re.M), f"{command} --help: no exit codes, no examples")


tried = []
for command in ("wklc", "wklrun"):
    options = options_of(command)
    try_help(command)
    check(len(options) > 8, f"{command} --help: only {options}")
    try_bash(command, options)
    tried = try_others(command, options)
    done = run(os.path.join(BUILD, command), "--completion", "csh")
    check(done.returncode == 1 and "expected bash, zsh or fish" in done.stderr, f"{command}: a shell that there is not: {done}")
try_values()
help_text = run(os.path.join(SOURCE, "local", "wkl-local"), "--help")
*servers, last = sorted(path.split(os.sep)[-2] for path in glob.glob(os.path.join(SOURCE, "backends", "*", "local.py")))
check(help_text.returncode == 0 and f"SERVER is {', '.join(servers)} or {last}" in help_text.stdout and all(len(l) <= 80 for l in help_text.stdout.splitlines()), f"wkl-local --help: {help_text}")
end(more=f"; tried in bash{''.join(', ' + t for t in tried)}")

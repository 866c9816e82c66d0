"""The editors' files are what scripts/editors makes of the compiler's tables, and they see in the examples what the scanner sees: each
keyword, name, number, unit, string and comment."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from checks import SOURCE, check, end, read, run, tokens

files = sorted(glob.glob(os.path.join(SOURCE, "examples", "*.wkl")))

# ---- a small TextMate: the leftmost pattern wins, of several the first ----

def load_grammar(path):
    g = json.load(open(path, encoding="utf-8"))

    def rules(patterns):
        out = []
        for p in patterns:
            if "include" in p:
                r = g["repository"][p["include"][1:]]
                out += rules([r]) if "begin" in r else rules(r["patterns"])
            else:
                end = re.compile(p["end"]) if "end" in p else None
                out.append((re.compile(p.get("begin") or p["match"]), p, rules(p.get("patterns", [])), end))
        return out
    return rules(g["patterns"])


def paint(scopes, m, rule):
    for i in range(m.start(), m.end()):
        scopes[i] = rule.get("name", scopes[i])
    for n, c in rule.get("captures", {}).items():
        for i in range(m.start(int(n)), m.end(int(n))):
            scopes[i] = c["name"]


def scopes_of(line, patterns):
    """The innermost scope of each character."""
    scopes, stack, at = [""] * len(line), [(None, patterns, None)], 0
    while at <= len(line):
        around, inner, end = stack[-1]
        found = [(m.start(), i, m) for i, m in enumerate(r[0].search(line, at) for r in inner) if m]
        closing = end.search(line, at) if end else None
        if closing:
            found.append((closing.start(), -1, closing))
        if not found:
            break
        start, which, m = min(found, key=lambda f: f[:2])
        if around:
            scopes[at:m.end()] = [around["name"]] * (m.end() - at)
        if which < 0:
            stack.pop()
            at = m.end()
            if m.end() == len(line) and m.start() == m.end():
                break
            continue
        rule = inner[which]
        paint(scopes, m, rule[1])
        if rule[3]:
            stack.append((rule[1], rule[2], rule[3]))
        at = m.end() if m.end() > m.start() else m.end() + 1
    return scopes


# ---- what the scanner sees, types, generators, keywords and comments told apart ----

def pieces(path):
    lines = read(path).split("\n")
    out, before = [], ""
    for line, column, kind, text in tokens(path):
        if kind == "a name":
            kind = {":": "a type", "~": "a generator"}.get(before, kind)
        kind = "a keyword" if re.match(r"'[a-z_]+'$", kind) else kind
        before = text if kind != "a name and ':'" else before
        out.append((line, column, text, kind))
        lines[line] = lines[line][:column] + " " * len(text) + lines[line][column + len(text):]
    for i, rest in enumerate(lines):
        if "#" in rest:
            out.append((i, rest.index("#"), rest[rest.index("#"):], "a comment"))
    return out


words = set(re.findall(r'^KEYWORD\(\w+, +"(\w+)"', open(os.path.join(SOURCE, "grammar", "keywords.def")).read(), re.M))

# kind: TextMate's scopes, Vim's groups
SEEN_AS = {
    "a keyword": (r"keyword\.control|storage\.type|keyword\.operator\.word", "Keyword|Declaration|WordOperator"),
    "a name and ':'": (r"variable\.other\.member|entity\.name\.tag", "Column"),
    "a type": (r"support\.type|$", "Type|$"),                  # or an alias of the file's own
    "a generator": (r"support\.function", "Generator"),
    "a number": (r"constant\.numeric|keyword\.other\.unit", "Number"),
    "a date": (r"constant\.numeric\.date", "Date"),
    "a string": (r"string\.quoted|meta\.interpolation|constant|keyword\.operator", "String|Escape|Interpolation|Number|Row|Operator"),
    "a comment": (r"comment\.line", "Comment"),
    "a comparison": (r"keyword\.operator", "Operator"),
    "a name": (r"$|variable|support|constant|entity", "$|Strategy|Distribution|Metric|Call|Row|Type"),
}


def compare(path, seen, which):
    """seen(line, column): how a character is coloured."""
    for line, column, text, kind in pieces(path):
        if kind not in SEEN_AS:
            continue
        for i in range(len(text)):
            if text[i] == " " and kind != "a comment":
                continue
            found = seen(line, column + i)
            if not re.match(SEEN_AS[kind][which], found):
                check(False, f"{os.path.basename(path)}:{line + 1}:{column + i + 1}: {kind} '{text}' is seen as '{found}'")
                break
        else:
            check(True, "")


def try_text_mate(path, grammar):
    scopes = [scopes_of(line, grammar) for line in open(path, encoding="utf-8").read().split("\n")]
    compare(path, lambda line, column: scopes[line][column], 0)
    for line, column, text, kind in pieces(path):
        if kind == "a number" and not text[-1].isdigit():
            check(scopes[line][column + len(text) - 1] == "keyword.other.unit.wkl", f"{path}:{line + 1}: the unit of {text} is not seen")


def try_vim(path, folder):
    script, out = os.path.join(folder, "ask.vim"), os.path.join(folder, "answer")
    asked = [(line, column + i) for line, column, text, _ in pieces(path) for i in range(len(text))]
    text = open(path, encoding="utf-8").read().split("\n")
    with open(script, "w", encoding="utf-8") as f:
        f.write(f"source {os.path.join(SOURCE, 'editors', 'wkl.vim')}\nlet out = []\n")
        for line, column in asked:
            byte = len(text[line][:column].encode()) + 1
            f.write(f"call add(out, synIDattr(synID({line + 1}, {byte}, 1), 'name'))\n")
        f.write(f"call writefile(out, '{out}')\nqall!\n")
    subprocess.run(["vim", "-N", "-u", "NONE", "-i", "NONE", "-n", "-es", "--cmd", "set encoding=utf-8", path, "-S", script],
                   stdin=subprocess.DEVNULL, timeout=60, check=False)
    names = open(out, encoding="utf-8").read().split("\n")
    groups = {place: name[3:] if name.startswith("wkl") else name for place, name in zip(asked, names)}
    compare(path, lambda line, column: groups[(line, column)], 1)


with tempfile.TemporaryDirectory() as d:
    subprocess.run([sys.executable, os.path.join(SOURCE, "scripts", "editors"), d], check=True)
    for name in ("wkl.tmLanguage.json", "wkl.vim"):
        same = open(os.path.join(d, name)).read() == open(os.path.join(SOURCE, "editors", name)).read()
        check(same, f"editors/{name} is not what the tables say: run scripts/editors")
    grammar = load_grammar(os.path.join(SOURCE, "editors", "wkl.tmLanguage.json"))
    listed = open(os.path.join(d, "wkl.vim")).read()
    for word in words:
        seen = scopes_of(word + " x", grammar)[0].split(".")[0]
        check(re.search(rf"\b{word}\b", listed) and seen in ("keyword", "storage"), f"'{word}' is no keyword")
    has_vim = shutil.which("vim") and "+syntax" in run("vim", "--version").stdout
    for file in files:
        try_text_mate(file, grammar)
        if has_vim:
            try_vim(file, d)
check(files, "there are no examples")
end(more="" if has_vim else "; there is no vim with +syntax here: its file was compared, not tried")

"""Sources point one way: a folder includes only its own files and those of folders before it (CONTRIBUTING.md has the list), and no two files
of a folder need each other. Trees that break each rule, made here, are found to break it."""
import collections
import glob
import os
import re
import tempfile

from checks import SOURCE, check, end, layers, read

INCLUDE = re.compile(r'^#include "([\w./]+/[\w.]+)"', re.M)


def files_of(tree, folders):
    """The tests of a part, which lie in its folder, are above everything."""
    for folder in folders:
        for path in sorted(glob.glob(os.path.join(tree, folder, "**", "*.[chly]"), recursive=True)):
            if "/tests/" not in os.path.relpath(path, tree):
                yield os.path.relpath(path, tree)


def arrows_back(tree, folders):
    rank = {folder: i for i, folder in enumerate(folders)}
    for name in files_of(tree, folders):
        for target in INCLUDE.findall(read(os.path.join(tree, name))):
            if rank.get(target.split("/")[0], len(folders)) > rank[name.split("/")[0]]:
                yield f"{name} includes {target}"


def unit(name):
    """A header and its source are one; what a source shares with files that were cut from it stands in NAME_parts.h."""
    return re.sub(r"(_parts)?\.\w+$", "", name)


def circles(tree, folders):
    needs = collections.defaultdict(set)
    for name in files_of(tree, folders):
        # A header that is made (bison's numbers of tokens) is not in the tree, and needs nothing.
        found = [t for t in INCLUDE.findall(read(os.path.join(tree, name))) if os.path.exists(os.path.join(tree, t))]
        needs[unit(name)] |= {unit(t) for t in found} - {unit(name)}
    done = set()
    while True:                                       # what needs nothing that is left is in no circle
        free = {u for u in needs if u not in done and not (needs[u] & set(needs)) - done}
        if not free:
            break
        done |= free
    left = set(needs) - done
    # Of the rest, what nothing of the rest needs only leads to a circle.
    while True:
        roots = {u for u in left if not any(u in needs[v] for v in left)}
        if not roots:
            return sorted(f"{u} needs {', '.join(sorted(needs[u] & left))}" for u in left)
        left -= roots


def unlisted(tree, folders):
    """What no list names is missing in the tarball, which would be found out only when it is built from that."""
    lists = {os.path.relpath(p, tree) for p in glob.glob(os.path.join(tree, "**", "local.mk"), recursive=True)} | {"Makefile.am"}
    texts = "\n".join(read(os.path.join(tree, name)) for name in lists if os.path.exists(os.path.join(tree, name)))
    named = set(re.findall(r"[\w./-]+", re.sub("#.*", "", texts)))
    for folder in folders:
        for path in sorted(glob.glob(os.path.join(tree, folder, "**", "*.[ch]"), recursive=True)):
            name, made_of = os.path.relpath(path, tree), [os.path.splitext(path)[0] + end for end in (".y", ".l")]
            above = {name.rsplit("/", n)[0] for n in range(name.count("/"))}          # itself, the folders that it is in
            if not named & above and not any(os.path.exists(source) for source in made_of):
                yield name


def tree_of(folder, files):
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
    return folder


order = layers()
sources = {p.split("/")[0] for p in files_of(SOURCE, [n for n in os.listdir(SOURCE) if os.path.exists(os.path.join(SOURCE, n, "local.mk"))])}
check(sources - {"tests", "fuzz", "bench"} <= set(order), f"folders that CONTRIBUTING.md does not list: {sources - set(order)}")
check(len(list(files_of(SOURCE, order))) > 300, "the sources are found")
back = list(arrows_back(SOURCE, order))
check(not back, "includes that run back up:\n  " + "\n  ".join(back))
found = circles(SOURCE, order)
check(not found, "files that need each other:\n  " + "\n  ".join(found))
missing = list(unlisted(SOURCE, order + ["tests", "fuzz", "bench"]))
check(not missing, f"files that no list names (SOURCES or EXTRA_DIST): {missing}")

with tempfile.TemporaryDirectory() as folder:
    bad = tree_of(folder, {"base/a.h": "", "base/a.c": '#include "base/a.h"\n#include "data/b.h"\n', "data/b.h": '#include "data/c.h"\n',
                           "data/c.h": "", "data/c.c": '#include "data/c.h"\n#include "data/b.h"\n', "data/d.c": '#include "data/c.h"\n',
                           "base/local.mk": "x_SOURCES = base/a.c base/a.h\n", "Makefile.am": "y_SOURCES = data/b.h data/c.c data/d.c\n"})
    check(list(arrows_back(bad, ["base", "data"])) == ["base/a.c includes data/b.h"], "an arrow back is found")
    check(circles(bad, ["base", "data"]) == ["data/b needs data/c", "data/c needs data/b"], f"a circle is found: {circles(bad, ['base', 'data'])}")
    check(list(unlisted(bad, ["base", "data"])) == ["data/c.h"], "a file in no list is found")

text = read(os.path.join(SOURCE, "docs", "architecture.md"))
check(all(f"{folder}/" in text for folder in order), f"docs/architecture.md has each folder: {[f for f in order if f + '/' not in text]}")
end()

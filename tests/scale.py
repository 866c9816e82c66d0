"""Large files: what the front end takes for them grows with them and no faster, and stays within bounds; and deep ones end in a diagnostic.
Bytes of the compilation's arena are counted, not seconds, which say more about the machine's other guests."""
import json
import sys
import tempfile

from checks import FRONTTOOL, check, end, run

COLUMNS, QUERIES = 50, 20


def compile_text(stage, text):
    with tempfile.NamedTemporaryFile("w", suffix=".wkl") as f:
        f.write(text)
        f.flush()
        done = run(FRONTTOOL, stage, f.name)
    if done.returncode not in (0, 1):
        sys.exit(f"fronttool {stage} ended with {done.returncode}: {done.stderr[-500:]}")
    return done


def schema(tables):
    kinds = ["int ~ uniform(0..10_000)", "decimal(9, 6) ~ uniform(0..1)  null 2%", "string(20) ~ text(5..20)",
             "timestamp ~ uniform(2026-01-01 - 30d .. 2026-01-01)", "int = row % 100"]
    columns = "".join(f"    c{i}: {kinds[i % len(kinds)]}\n" for i in range(COLUMNS))
    out = ["workload scale\n"]
    entities = tables // 10
    out += [f"entity e{i} {{ id{i}: bigint ~ sequence  count 1M }}\n" for i in range(entities)]
    out += [f"table t{i} of e{i % entities} {{\n{columns}    rows 60%\n}}\n" for i in range(tables)]
    for q in range(QUERIES):
        mine = range(q, tables, QUERIES)
        keys = sorted({i % entities for i in mine})
        out.append(f"query q{q}({', '.join(f'e{k}' for k in keys)}) {{ get {', '.join(f't{i}' for i in mine)} }}\n")
    out.append(f"run r {{ query {', '.join(f'q{q}' for q in range(QUERIES))}  strategy single, batch, binpacked }}\n")
    return "".join(out)


def arena_bytes(text):
    done = compile_text("bytes", text)
    if done.returncode:
        sys.exit(f"a large file has errors: {done.stdout[:500]}")
    return int(done.stdout)


# Ten times the tables take ten times the memory, give or take a table of names that has just been doubled.
small, large = arena_bytes(schema(400)), arena_bytes(schema(4_000))
check(9 < large / small < 11, f"400 tables take {small:,} bytes, 4,000 take {large:,}: {large / small:.1f} times as much")
check(large < 160e6, f"4,000 tables of {COLUMNS} columns take {large:,} bytes")
print(f"{COLUMNS} columns, {QUERIES} queries: 400 tables {small / 1e6:.0f} MB, 4,000 tables {large / 1e6:.0f} MB")

# 5 MB in one declaration: a list, a computed value, a string, a comment.
wide = 5_000_000
entity = "entity card { id: bigint ~ sequence  count 100 }\n"
for name, text in (("a list", f"param many = [{', '.join(['1'] * (wide // 3))}]\n"), ("a comment", "#" + "x" * wide + "\n"),
                   ("a string", 'param long = "' + "x" * wide + '"\n'), ("blanks", " " * wide + "\n"),
                   ("one query", f"table t of card {{ n: int }}\nquery q(card) {{ {'get t ' * (wide // 6)} }}\nrun r {{ query q }}\n")):
    done = compile_text("json", entity + text)
    check(all(d["severity"] != "error" for d in json.loads(done.stdout)), f"5 MB of {name}: {done.stdout[:300]}")

# Of very many mistakes the first 20 are shown, in one walk over the text.
done = compile_text("json", "".join(f"bogus{i}\n" for i in range(500_000)))
check(len(json.loads(done.stdout)) == 20, f"500,000 mistakes: {done.stdout[-300:]}")

# Whatever nests, nests too deeply at some point, and that is told once.
deep = 100_000
nests = {
    "parentheses": f"param p = {'(' * deep}1{')' * deep}\n", "lists": f"param p = {'[' * deep}{']' * deep}\n",
    "open parentheses": f"param p = {'(' * deep}\n", "signs": f"param p = {'-' * deep}1\n", "not": f"param p = {'not ' * deep}true\n",
    "sums": f"param p = 1{' + 1' * deep}\n", "places": f"param p = [1]{'[0]' * deep}\n",
    "transactions": f"query q(card) {{ {'transaction { ' * deep}get t {'}' * deep} }}\n", "open braces": "run r " + "{" * deep + "\n",
    "strings": 'param p = "' + '{"' * 50 + "1" + '"}' * 50 + '"\n',
}
for name, text in nests.items():
    done = compile_text("json", entity + text)
    told = json.loads(done.stdout)
    errors = [d for d in told if d["severity"] == "error"]
    check(done.returncode == 1 and 1 <= len(errors) <= 20, f"{name}: {done.stdout[:300]}")
    check(name == "strings" or sum(d["code"] == "E0109" for d in errors) == 1, f"{name}: no E0109 in {done.stdout[:300]}")

end()

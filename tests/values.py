"""Values are exact, and cut to their type: those that are known by heart, and random computed columns against Python's fractions."""
import datetime
import json
import os
import random
import tempfile
from fractions import Fraction

from checks import WKLC, check, end, run

folder = tempfile.TemporaryDirectory()
FOLDER = folder.name
MOST = {"int": 2**31 - 1, "bigint": 2**63 - 1}


def sample(columns, rows, count=None):
    """The columns of a table's rows, by row: `row` itself is the first."""
    path = os.path.join(FOLDER, "values.wkl")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"table tab {{\n    row: bigint = row\n{columns}\n    key (row)\n    rows {count or rows}\n}}\n"
                "query q(tab) { get tab }\nrun r { query q }\n")
    done = run(WKLC, path, "--sample", f"tab:{rows}", "--json")
    check(done.returncode == 0, f"{done.stderr[-900:]}: {columns[:2000]}")
    # numbers as they are written: a double would hide what is looked for
    return json.loads(done.stdout, parse_int=str, parse_float=str) if done.returncode == 0 else []


def refused(column, message):
    path = os.path.join(FOLDER, "values.wkl")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"table tab {{\n    row: bigint = row\n    {column}\n    key (row)\n    rows 10\n}}\n"
                "query q(tab) { get tab }\nrun r { query q }\n")
    done = run(WKLC, path)
    check(done.returncode == 1 and message in done.stderr, f"{column}: {done.returncode}, {done.stderr}, and not {message!r}")


# ---- known ones ----

KNOWN = [  # column, row, its value
    ("int = row * 1000000000", 2, "2000000000"),
    ("int = row * 1000000000", 3, "2147483647"),
    ("int = 5 - row * 1000000000", 9, "-2147483648"),
    ("bigint = 4000000000 * (row + 2305843009)", 0, "9223372036000000000"),
    ("bigint = 4000000000 * (row + 2305843009)", 2, "9223372036854775807"),
    ("bigint = 0 - 4000000000 * (row + 2305843009)", 2, "-9223372036854775808"),
    ("bigint = (row + 9223372036854775807) * 9223372036854775807 % 1000", 1, "56"),
    ("bigint = 9007199254740993 + row", 0, "9007199254740993"),
    ("bigint = row + 9007199254740993 - 9007199254740992", 1, "2"),
    ("decimal(38, 0) = 12345678901234567890", 0, "12345678901234567890"),
    ("decimal(38, 0) = 99999999999999999999999999999999999999", 0, "9" * 38),
    ("decimal(38, 20) = row * 1.5", 999, "1498.50000000000000000000"),
    ("decimal(38, 20) = row * 0.1", 3, "0.30000000000000000000"),
    ("decimal(38, 20) = row / 0.3", 1, "3.33333333333333333333"),
    ("decimal(4, 2) = row * 0.335", 3, "1.01"),
    ("decimal(4, 2) = row * 50", 3, "99.99"),
    ("decimal(9, 2) ~ sequence", 3, "3.00"),
    ("decimal(3, 1) ~ sequence", 999, "99.9"),
    ("double = 90m / 1h", 0, "1"),
    ("double = (row - row + 1) * 90m / 1h", 0, "1"),
    ("int = row * 1.5 * 1h / 1h", 3, "4"),
    ("double = 5KiB / 2KiB + 0 * row", 0, "2"),
    ("decimal(9, 2) = 1.5 * 2 / 4", 0, "0.75"),
    ("decimal(9, 2) = 1.5 * (2 + row * 0) / 4", 0, "0.75"),
    ("decimal(9, 2) = row / 2.0", 3, "1.50"),
    ("decimal(9, 2) = row / 2", 3, "1.00"),
    ("decimal(9, 2) = (4.5 + 0.5) / 2 + 0 * row", 0, "2.50"),
    ("int = 3.0", 0, "3"),
    ("int = 1.5k / 1000 + row", 1, "2"),
    ("int = [10, 20][30d / 90d]", 0, "10"),
    ("int = [10, 20][2 * 90m / 2h]", 0, "20"),
    ("bool = row * 0.1 == 0.3", 3, True),
    ("bool = 9007199254740993 + row > 9007199254740992.5", 0, True),
    ("double = row * 0.1", 3, "0.30000000000000004"),
    ("float = row * 100000000000000000000000000000000000000.0", 3, "3e+38"),
    ("float = row * 100000000000000000000000000000000000000.0", 4, "3.4028235e+38"),
    ("float = 0 - row * 100000000000000000000000000000000000000.0", 4, "-3.4028235e+38"),
    ("double = 0 - row * 1" + "0" * 308 + ".0", 9, "-1.7976931348623157e+308"),
    ("double = row / 0.0", 1, None),
    ("timestamp = 9999-12-31 + row * 1h", 23, "9999-12-31T23:00:00.000000Z"),
    ("timestamp = 9999-12-31 + row * 1h", 24, "9999-12-31T23:59:59.999999Z"),
    ("timestamp = 9000-01-01T00:00:00.000001Z + row * 1us", 1, "9000-01-01T00:00:00.000002Z"),
    ("timestamp = 0001-01-01 - row * 1s", 1, "0001-01-01T00:00:00.000000Z"),
    ("date = 9999-12-31 + row", 5, "9999-12-31"),
    ("date = 0001-01-01 - row", 5, "0001-01-01"),
    ("string = \"{9999-12-31 + row}\"", 5, "9999-12-31"),
    ("string = \"{12345678901234567890}/{row}\"", 1, "12345678901234567890/1"),
    ("string = \"{12345678901234567890 + row}\"", 1, "12345678901234567891"),
    ("char(3) = \"user{row}\"", 1, "use"),
    ("string(4) = \"user{row}\"", 1, "user"),
    ("string(3) = \"\u00fc\u20ac\U0001f600{row}\"", 1, "\u00fc\u20ac\U0001f600"),
    ("string(2) = \"\u00fc\u20ac\U0001f600{row}\"", 1, "\u00fc\u20ac"),
    ("string(2) ~ sequence", 123, "12"),
    ("int = row + 2147483000", 999, "2147483647"),
]
for column, row, wanted in KNOWN:
    rows = sample("    v: " + column, row + 1, 1000)
    found = rows[row]["v"] if len(rows) > row else "nothing"
    check(found == wanted, f"{column}: row {row} is {found!r}, not {wanted!r}")

for column, message in [
    ("v: int = 2147483648", "the value does not fit int\n"), ("v: int = 2147483648", "it holds -2147483648..2147483647"),
    ("v: bigint = 9223372036854775808", "it holds -9223372036854775808..9223372036854775807"),
    ("v: bigint = 1" + "0" * 40, "it holds -9223372036854775808..9223372036854775807"),
    ("v: bigint = row + 0.5", "a fraction cannot be a value of bigint"),
    ("v: decimal(3, 1) = 100", "it holds -99.9..99.9"),
    ("v: decimal(38, 1) = row * 0." + "1" * 39, "a number here has more than 38 digits"),
    ("v: float = 1" + "0" * 39 + ".0", "the value does not fit float"),
    ("v: double ~ uniform(0..1" + "0" * 309 + ")", "the range does not fit double"),
    ("v: string(2) = \"abc\"", "a shorter text, or a longer type"),
    ("v: int ~ choice(1, 3000000000)", "3G does not fit int"), ("v: date = 9999-12-31 + 1d", "after the year 9999"),
    ("v: timestamp ~ uniform(0001-01-01 - 1s .. 0001-01-01)", "before the year 1"), ("v: date ~ choice(0000-01-01)", "is not a date"),
    ("v: bigint ~ uniform(0..9223372036854775808)", "the range does not fit bigint"),
    ("v: decimal(38, 2) ~ uniform(0..0.001)", "2 digits after the point at most"),
    ("v: uuid ~ choice(\"abc\")", "\"abc\" does not fit uuid"), ("v: json = \"user{row}\"", "the text is not json"),
    ("v: string(1) ~ choice(\"\u00fc\", \"\u00fc\u00fc\")", "does not fit string(1)"),
]:
    refused(column, message)

# ---- from the command line, and swept ----

param = os.path.join(FOLDER, "param.wkl")
with open(param, "w", encoding="utf-8") as f:
    f.write("param x = 1\ntable tab {\n    row: bigint = row\n    v: decimal(38, 20) = row * x\n    key (row)\n    rows 10\n}\n"
            "query q(tab) { get tab }\nrun r { query q  sweep x in [0.12345678901234567890, 12345678901234567890, 1.00000000000000000001]  for 5 requests }\n")
done = run(WKLC, param, "-D", "x=123456789012345678.12345678901234567890", "--sample", "tab:2")
check("1,123456789012345678.12345678901234567890" in done.stdout, f"-D x: {done.stdout} {done.stderr}")
done = run(WKLC, param, "--emit=ir")
for text in ("x = 0.1234567890123456789\n", "x = 12345678901234567890\n", "x = 1.00000000000000000001\n"):
    check(text in done.stdout, f"a sweep is not over {text!r}: {[line for line in done.stdout.splitlines() if 'x =' in line]}")

# ---- ranges: their ends are reached, nothing lies beyond them ----

RANGES = [
    ("bigint", "9223372036854775800", "9223372036854775807"), ("bigint", "-9223372036854775808", "-9223372036854775800"),
    ("decimal(38, 0)", "99999999999999999999999999999999999990", "9" * 38), ("decimal(38, 38)", "0." + "9" * 37 + "0", "0." + "9" * 38),
    ("decimal(38, 0)", "-" + "9" * 38, "-99999999999999999999999999999999999990"),
    ("decimal(20, 19)", "9.999999999999999999", "9.9999999999999999999"),
]
for kind, low, high in RANGES:
    values = {r["v"] for r in sample(f"    v: {kind} ~ uniform({low}..{high})", 500)}
    unit = Fraction(1, 10 ** len(low.partition(".")[2].ljust(len(high.partition(".")[2]), "0")))
    possible = int((Fraction(high) - Fraction(low)) / unit) + 1
    check(len(values) == possible and all(Fraction(low) <= Fraction(v) <= Fraction(high) for v in values),
          f"{kind} ~ uniform({low}..{high}): {len(values)} of {possible} values, {min(values)} .. {max(values)}")

SPREAD = [("bigint", 0, 2**63 - 1), ("bigint", -2**63, 2**63 - 1), ("decimal(38, 20)", 0, 1000), ("decimal(20, 18)", 0, 10),
          ("decimal(38, 2)", 0, 10**24 - 1), ("decimal(38, 30)", -1, 1), ("decimal(38, 0)", 1 - 10**38, 10**38 - 1), ("decimal(19, 0)", 0, 10**19 - 1)]
for kind, low, high in SPREAD:
    rows = [Fraction(r["v"]) for r in sample(f"    v: {kind} ~ uniform({low}..{high})", 2000)]
    parts = [0] * 8
    for v in rows:
        check(low <= v <= high, f"{kind}: {v} is outside of {low}..{high}")
        parts[min(7, int((v - low) * 8 / (high - low)))] += 1
    check(all(150 < n < 350 for n in parts), f"{kind} ~ uniform({low}..{high}): its eighths have {parts} of 2000 rows")

for generator in ("zipf(0, {})", "zipf(0.5, {})", "pareto(0.01, {})"):
    for kind, reach in (("decimal(38, 20)", "0..1000"), ("bigint", "0..9223372036854775807"), ("decimal(38, 0)", "1.." + "9" * 38)):
        high = Fraction(reach.partition("..")[2])
        values = [Fraction(r["v"]) for r in sample(f"    v: {kind} ~ {generator.format(reach)}", 3000)]
        least = {"z": Fraction(9, 10), "p": Fraction(1, 100)}[generator[0]]
        check(high * least < max(values) <= high and min(values) >= Fraction(reach.partition("..")[0]),
              f"{kind} ~ {generator.format(reach)}: {float(min(values)):g} .. {float(max(values)):g}")
        low_digits = {v * 10**20 % 10 for v in values} if "20" in kind else {v % 10 for v in values}
        check(len(low_digits) == 10, f"{kind} ~ {generator.format(reach)}: the last digits are {low_digits}")

# ---- random expressions ----


def number(r, fraction):
    digits = str(r.choice([r.randrange(1, 10), r.randrange(1, 10**6), r.randrange(1, 10**12), 2**53 + 1]))
    return digits + "." + str(r.randrange(1, 10**4)) if fraction and r.random() < 0.4 else digits


def expression(r, fraction, depth):
    """Its text, and what it is for a row: an int, a Fraction, or None."""
    if depth == 0 or r.random() < 0.2:
        if r.random() < 0.5:
            return "row", lambda row: row
        text = number(r, fraction)
        value = Fraction(text) if "." in text else int(text)
        return text, lambda row: value
    (a, of_a), (b, of_b) = expression(r, fraction, depth - 1), expression(r, fraction, depth - 1)
    op = r.choice(["+", "-", "*", "%"] + ([] if fraction else ["/"]))
    if op in "%/" and "row" not in b and of_b(0) == 0:
        op = "+"                                      # a division by zero that is known before is an error

    def value(row):
        x, y = of_a(row), of_b(row)
        if x is None or y is None or (op in "%/" and y == 0):
            return None
        return x + y if op == "+" else x - y if op == "-" else x * y if op == "*" else x % y if op == "%" else x // y
    return f"({a} {op} {b})", value


def as_type(kind, scale, v):
    if v is None:
        return None
    if kind.startswith("decimal"):
        most = 10 ** int(kind[8:kind.index(",")]) - 1
        units = abs(Fraction(v)) * 10**scale
        units = min(most, int(units + Fraction(1, 2))) * (1 if v >= 0 else -1)
        text = str(abs(units)).rjust(scale + 1, "0")
        return ("-" if units < 0 else "") + (text[:-scale] + "." + text[-scale:] if scale else text)
    return str(max(-MOST[kind] - 1, min(MOST[kind], v)))


def sizes(text):
    """Whether all that is met on the way has 38 digits or fewer, roughly: as many as all its numbers together."""
    return sum(len(t.strip("()")) for t in text.split() if t.strip("()")[0] in "0123456789r") < 36


random_source = random.Random(7)
columns = []
while len(columns) < 300:
    scale = random_source.randrange(0, 9)
    kind = random_source.choice(["int", "bigint", f"decimal({random_source.randrange(scale + 1, 39)}, {scale})"])
    text, value = expression(random_source, kind.startswith("decimal"), 3)
    if "row" in text and sizes(text):
        columns.append((f"c{len(columns)}", kind, scale, text, value))
rows = sample("\n".join(f"    {name}: {kind} = {text}" for name, kind, _, text, _ in columns), 100)
for name, kind, scale, text, value in columns:
    for row in rows:
        wanted = as_type(kind, scale, value(int(row["row"])))
        if row[name] != wanted:
            check(False, f"{kind} = {text}: row {row['row']} is {row[name]}, not {wanted}")
            break
    check(True, name)

start = datetime.datetime(2026, 1, 1)
later = (start + datetime.timedelta(hours=4.5)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
check(sample("    v: timestamp = 2026-01-01 + row * 1.5h", 4)[3]["v"] == later, "a fraction of an hour")
end(least=600)

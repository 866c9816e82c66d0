#!/usr/bin/env python3
"""The HTML page: it opens with the answer and a chart, is well-formed, alone and accessible, has every chart and a table for it, and nothing
of it is cut off on a wide screen or a narrow one.

Usage: html.py [FILE.html …]; without files it makes one by a run on the embedded backends."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from xml.sax.saxutils import unescape

from checks import WKLRUN

WORKLOAD = """workload page "A page <to> \\"look\\" at"
param share = 50%
entity user { id: bigint ~ sequence  count 500 }
table a[w in [x, y]] of user { n: int ~ uniform(0..9)  t: string(20) ~ words(1..3) }
query both(user) { get a[*] }
query one(user) { get a[x] }
run sweep_both { query both  strategy single, binpacked  keys hot(10%, share)  sweep share in [100%, 0%]  sweep clients in [1, 3]
                 for 600 requests  expect p99 < 1ns, errors == 0, on sqlite: throughput > 1/s }
run plain { query both 70%, one 30%  strategy single, batch  clients 4  for 600 requests  expect p99 < 10s }
backend memory as steady { hourly 0.36  serves 1k/s }
backend memory as shaky { fail_every 50 }
"""
FIGURES = "all figures of each"

CHARTS = ("p99 of each candidate", "p99 by share", "p99 by clients", "Response time by percentile: each backend", "Response time by percentile: the strategies on",
          "Response time: the box", "Throughput", "Calls to the backend", "Over time on", "the slowest of")
TABLES = ("Whether each meets", FIGURES, "Backends and strategies against", "what a month costs", "Expectations that failed", "Expectations that held", "Loaded, verified", "What each backend can do", "Over time on")


def elements(tree, name):
    return list(tree.iter(name))


def text_of(element):
    return "".join(element.itertext()).strip()


def check_alone(text):
    """Nothing is fetched and nothing is run."""
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?!#)", text), "the page refers to something outside of it"
    assert "<script" not in text and "@import" not in text and "url(" not in text, "the page runs or fetches something"


def pictures(tree):
    """The charts, without the frames of paths within them."""
    within = {id(inner) for svg in tree.iter("svg") for inner in svg.iter("svg") if inner is not svg}
    return [svg for svg in tree.iter("svg") if id(svg) not in within]


def check_access(tree):
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids)), f"an id is given twice: {ids}"
    assert tree.get("lang") and text_of(tree.find(".//title")), "no language or no title"
    for link in elements(tree, "a"):
        assert link.get("href")[1:] in ids, f"a link goes nowhere: {link.get('href')}"
    for svg in pictures(tree):
        assert svg.get("role") == "img" and svg.get("aria-label"), "a chart without a label"
    for figure in elements(tree, "figure"):
        assert text_of(figure.find("figcaption")), "a chart without a caption"
    for table in elements(tree, "table"):
        assert text_of(table.find("caption")), "a table without a caption"
        heads = table.findall("thead/tr/th")
        assert heads and all(h.get("scope") == "col" and text_of(h) for h in heads), "a column without a head"
        for row in table.findall("tbody/tr"):
            if row.get("class") == "group":
                assert len(row) == 1 and row[0].get("scope") == "rowgroup" and int(row[0].get("colspan")) == len(heads), "a group that is not over all columns"
                continue
            assert len(row) == len(heads), f"a row of {len(row)} cells below {len(heads)} heads: {text_of(row)}"
            assert any(c.tag == "th" and c.get("scope") == "row" for c in row), f"a row without a head: {text_of(row)}"
    for region in tree.iter():
        if "wide" in (region.get("class") or "").split():
            assert region.get("tabindex") == "0" and region.get("role") == "region" and region.get("aria-label"), "what scrolls cannot be reached"
    levels = [int(e.tag[1]) for e in tree.iter() if re.fullmatch(r"h[1-6]", str(e.tag))]
    assert levels[0] == 1 and levels.count(1) == 1 and all(b <= a + 1 for a, b in zip(levels, levels[1:])), f"headings: {levels}"


def luminance(colour):
    parts = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (int(parts[i:i + 2], 16) / 255 for i in (0, 2, 4))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def check_contrast(text):
    """As WCAG 2.1 has it: 4.5 for text, 3 for the lines of charts; in each scheme."""
    schemes = [dict(re.findall(r"--(\w+):(#[0-9a-f]+)", block)) for block in re.findall(r":root\{([^}]*)\}", text)]
    assert len(schemes) == 3, "light, dark and print"
    for scheme in schemes:
        for name, colour in scheme.items():
            least = {"bg": 1, "rule": 1}.get(name, 4.5)
            assert contrast(colour, scheme["bg"]) >= least, f"--{name} {colour} on {scheme['bg']}: {contrast(colour, scheme['bg']):.2f}, {least} is the least"


def plain(colour, kind):
    """What one who lacks the cones of that kind sees, in CIELAB (Viénot, Brettel and Mollon 1999, in linear RGB)."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)))
    if kind == "protan":
        r, g, b = 0.11238 * r + 0.88762 * g, 0.11238 * r + 0.88762 * g, 0.00401 * r - 0.00401 * g + b
    elif kind == "deutan":
        r, g, b = 0.29275 * r + 0.70725 * g, 0.29275 * r + 0.70725 * g, -0.02234 * r + 0.02234 * g + b
    xyz = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505, 0.2126 * r + 0.7152 * g + 0.0722 * b, (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    x, y, z = (max(v, 0) ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def check_colours(text):
    """The colours of the first six servers of a chart are told apart, by those too who see two kinds of colour only."""
    for block in re.findall(r":root\{([^}]*)\}", text):
        scheme = dict(re.findall(r"--(s[0-5]):(#[0-9a-f]+)", block))
        for kind in ("normal", "protan", "deutan"):
            seen = {name: plain(colour, kind) for name, colour in scheme.items()}
            for a in seen:
                for b in seen:
                    far = sum((x - y) ** 2 for x, y in zip(seen[a], seen[b])) ** 0.5
                    assert a >= b or far >= 12, f"{kind}: --{a} {scheme[a]} and --{b} {scheme[b]} are {far:.1f} apart"


def check_charts(tree):
    """Pictures use the width that there is: what lies across is in percent. Coordinates are numbers within the picture."""
    for svg in pictures(tree):
        height = float(svg.get("height"))
        assert svg.get("width") == "100%" and svg.get("viewBox") is None, "a picture with a width of its own"
        for e in svg.iter():
            for name in ("x", "x1", "x2", "cx"):
                at = e.get(name)
                assert at is None or (at.endswith("%") and -0.1 <= float(at[:-1]) <= 100.1), (svg.get("aria-label"), e.tag, e.attrib)
            for name in ("y", "y1", "y2", "cy"):
                assert e.get(name) is None or -0.1 <= float(e.get(name)) <= height + 0.1, (svg.get("aria-label"), e.tag, e.attrib)
            assert "nan" not in (e.get("d") or "") and "inf" not in (e.get("d") or ""), e.get("d")


def check_sweep_charts(tree):
    """What could not be ranked is drawn too, with a mark of its own that says why."""
    charts = [e for e in elements(tree, "figure") if text_of(e.find("figcaption")).startswith("sweep_both: p99 by ")]
    assert charts, "no chart of a sweep"
    for figure in charts:
        dots = [e for e in figure.iter() if text_of(e).startswith("shaky ") and "not ranked: errors" in text_of(e)]
        assert dots and any("hollow" in (e.get("class") or "") for e in figure.iter()), "no mark for what is not ranked"
        assert "○ measured, not ranked" in [text_of(e) for e in figure.iter("li")]


def has_class(e, name):
    return name in (e.get("class") or "").split()


def check_order(tree):
    """The answer, then whose figures they are, then a chart, then tables; all tables scroll by themselves where they must."""
    order = list(tree.iter())
    first = {what: next((i for i, e in enumerate(order) if found(e)), len(order)) for what, found in (
        ("answer", lambda e: has_class(e, "answer")), ("chart", lambda e: e.tag == "figure"), ("table", lambda e: e.tag == "table"),
        ("banner", lambda e: has_class(e, "banner")))}
    assert first["answer"] < first["chart"] < first["table"], first
    assert first["banner"] == len(order) or first["answer"] < first["banner"] < first["chart"], first
    within = {id(table) for e in order if has_class(e, "wide") for table in e.iter("table")}
    assert all(id(table) in within for table in tree.iter("table")), "a table that cannot scroll"
    shown = "".join(t for e in order if e.tag not in ("pre", "style", "code") for t in (e.text, e.tail) if t)
    assert "`" not in shown, f"backticks: {shown[shown.index('`') - 40:][:80]}"


def check_failures(tree):
    """What failed is red, and says so in a sign and a word."""
    state = next(e for e in tree.iter("li") if "failed" in text_of(e) and has_class(e, "bad"))
    assert text_of(state).startswith("✗"), text_of(state)
    cells = [e for e in tree.iter("td") if text_of(e).startswith("✗")]
    assert cells and all(has_class(e, "bad") or "FAILED" in text_of(e) for e in cells), [text_of(e) for e in cells]
    assert any(text_of(e) == "not ranked: errors: simulated failure" for e in tree.iter("td")), "why 'shaky' is not ranked is not said"
    rows = [e for e in tree.iter("tr") if "✗ FAILED" in text_of(e)]
    assert rows and all(e.get("class") == "bad" for e in rows)
    figures = [e for e in tree.iter("span") if has_class(e, "figure") and "✗" in text_of(e)]
    assert all(has_class(e, "bad") for e in figures)
    held = next(text_of(e) for e in tree.iter("summary") if has_class(e, "good"))
    assert re.search(r"errors == 0 held, \d+ times", held), held


def check_content(tree):
    captions = [text_of(e) for name in ("figcaption", "caption") for e in elements(tree, name)]
    for wanted in CHARTS + TABLES:
        assert any(wanted in c for c in captions), f"nothing is called '{wanted}…'"
    marks = [e for e in tree.iter("text") if e.get("class") == "bad-mark"]
    assert marks and all("errors" in text_of(m) for m in marks), "the errors of 'shaky' are not marked"
    verdicts = {text_of(e)[0] for e in tree.iter("td") if "heat" in (e.get("class") or "")}
    assert {"✓", "✗"} <= verdicts <= {"✓", "✗", "?"}, verdicts
    assert tree.find(".//h1").text.strip() == 'A page <to> "look" at'
    calls = [e for e in elements(tree, "figure") if "Calls to the backend" in text_of(e.find("figcaption"))]
    assert calls and all(len(e.findall("p")) == 1 and text_of(e.find("p")) == "steady, shaky, sqlite" for e in calls), [[text_of(p) for p in e.findall("p")] for e in calls]
    heads = [[text_of(h) for h in e.findall("thead/tr/th")] for e in elements(tree, "table") if FIGURES in text_of(e.find("caption"))]
    assert all(h[:2] == ["strategy", "p99"] for h in heads), heads


PAPER = 695                                            # A4 without its margins, in pixels


PROBE = """<!DOCTYPE html><meta charset="utf-8"><title>none</title><body style="margin:0"><iframe style="border:0;width:%dpx;height:900px"></iframe>
<script>
const frame = document.querySelector("iframe");
frame.onload = () => {
    const page = frame.contentDocument, wide = [...page.querySelectorAll(".wide")];
    const p99 = [...page.querySelectorAll("thead th")].filter(e => e.textContent == "p99" && e.closest("table").caption.textContent.includes("all figures"));
    document.title = JSON.stringify({page: page.documentElement.scrollWidth, p99: Math.max(...p99.map(e => e.getBoundingClientRect().right)),
                                     scroll: wide.filter(e => e.scrollWidth > e.clientWidth && !e.querySelector("pre")).map(e => e.getAttribute("aria-label"))});
};
frame.srcdoc = %s;
</script>"""


def check_widths(path, place):
    """In a browser, at the width of a desk and of a telephone, the page itself never scrolls sideways; on a desk no table does, and on a
    telephone p99 is seen without scrolling. Headless Chromium makes no window below 500, so the page stands in a frame."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if not browser:
        print("not looked at in a browser: chromium is not installed")
        return
    with open(path, encoding="utf-8") as f:
        text = f.read().replace("<details", '<details open="open"')
    probe = os.path.join(place, "probe.html")
    paper = text.replace("@media print{", "@media all{")
    assert paper != text, "no sheet for paper"
    for width, page in ((1280, text), (390, text), (PAPER, paper)):
        with open(probe, "w", encoding="utf-8") as f:
            f.write(PROBE % (width, json.dumps(page).replace("</", "<\\/")))
        done = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={place}/profile", "--window-size=1400,1000", "--virtual-time-budget=10000",
                               "--dump-dom", "file://" + probe], capture_output=True, text=True, timeout=120)
        found = re.search(r"<title>(\{.*?\})</title>", done.stdout)
        if not found:
            print(f"not looked at in a browser: it does not start here ({done.stderr.strip().splitlines()[-1:] or done.returncode})")
            return
        seen = json.loads(unescape(found.group(1)))
        assert seen["page"] <= width, f"at {width} pixels the page is {seen['page']} wide"
        assert seen["p99"] and seen["p99"] <= width, f"at {width} pixels p99 ends at {seen['p99']}"
        assert width == 390 or not seen["scroll"], f"at {width} pixels these scroll: {seen['scroll']}"


def check(path, own, place):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    tree = xml.fromstring(text.replace("<!DOCTYPE html>", ""))
    check_alone(text)
    check_access(tree)
    check_contrast(text)
    check_colours(text)
    check_charts(tree)
    check_order(tree)
    if own:
        check_content(tree)
        check_failures(tree)
        check_sweep_charts(tree)
        check_widths(path, place)
    print(f"{os.path.basename(path)}: fine")


def main():
    with tempfile.TemporaryDirectory() as place:
        os.environ["HOME"] = place
        for path in sys.argv[1:]:
            check(path, False, place)
        if sys.argv[1:]:
            return
        source, page = os.path.join(place, "page.wkl"), os.path.join(place, "page.html")
        with open(source, "w", encoding="utf-8") as f:
            f.write(WORKLOAD)
        done = subprocess.run([WKLRUN, source, "-b", "sqlite,steady,shaky", "-q", "--sample", "5", "-o", page], capture_output=True, text=True, timeout=300)
        assert os.path.exists(page), done.stdout + done.stderr
        check(page, True, place)


main()

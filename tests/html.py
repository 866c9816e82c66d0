#!/usr/bin/env python3
"""The HTML page: well-formed, alone, accessible, with every chart and a table for it.

Usage: html.py [FILE.html …]; without files it makes one by a run on the embedded backends."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

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

CHARTS = ("p99 by share", "p99 by clients", "Response time by percentile: each backend", "Response time by percentile: the strategies on",
          "Response time: the box", "Throughput", "Calls to the backend", "Over time on", "the slowest of")
TABLES = ("Whether each meets", "all figures of each", "Backends and strategies against", "what a month costs", "Expectations", "Loaded, verified", "What each backend can do", "Over time on")


def elements(tree, name):
    return list(tree.iter(name))


def text_of(element):
    return "".join(element.itertext()).strip()


def check_alone(text):
    """Nothing is fetched and nothing is run."""
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?!#)", text), "the page refers to something outside of it"
    assert "<script" not in text and "@import" not in text and "url(" not in text, "the page runs or fetches something"


def check_access(tree):
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids)), f"an id is given twice: {ids}"
    assert tree.get("lang") and text_of(tree.find(".//title")), "no language or no title"
    for link in elements(tree, "a"):
        assert link.get("href")[1:] in ids, f"a link goes nowhere: {link.get('href')}"
    for svg in elements(tree, "svg"):
        assert svg.get("role") == "img" and svg.get("aria-label"), "a chart without a label"
    for figure in elements(tree, "figure"):
        assert text_of(figure.find("figcaption")), "a chart without a caption"
    for table in elements(tree, "table"):
        assert text_of(table.find("caption")), "a table without a caption"
        heads = table.findall("thead/tr/th")
        assert heads and all(h.get("scope") == "col" and text_of(h) for h in heads), "a column without a head"
        for row in table.findall("tbody/tr"):
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
            least = {"bg": 1, "rule": 1}.get(name, 3 if re.fullmatch(r"s[1-9]", name) else 4.5)
            assert contrast(colour, scheme["bg"]) >= least, f"--{name} {colour} on {scheme['bg']}: {contrast(colour, scheme['bg']):.2f}, {least} is the least"


def check_charts(tree):
    """Coordinates are numbers within the picture."""
    for svg in elements(tree, "svg"):
        width, height = (float(v) for v in svg.get("viewBox").split()[2:])
        for e in svg.iter():
            for name, most in (("x", width), ("x1", width), ("x2", width), ("cx", width), ("y", height), ("y1", height), ("y2", height), ("cy", height)):
                if e.get(name) is not None:
                    assert -0.1 <= float(e.get(name)) <= most + 0.1, (svg.get("aria-label"), e.tag, e.attrib)
            assert "nan" not in (e.get("d") or "") and "inf" not in (e.get("d") or ""), e.get("d")


def check_content(tree):
    captions = [text_of(e) for name in ("figcaption", "caption") for e in elements(tree, name)]
    for wanted in CHARTS + TABLES:
        assert any(wanted in c for c in captions), f"nothing is called '{wanted}…'"
    marks = [e for e in tree.iter("path") if e.get("class") == "bad-mark"]
    assert marks and all("errors" in text_of(m) for m in marks), "the errors of 'shaky' are not marked"
    verdicts = {text_of(e)[0] for e in tree.iter("td") if "heat" in (e.get("class") or "")}
    assert {"✓", "✗"} <= verdicts <= {"✓", "✗", "?"}, verdicts
    assert 'A page <to> "look" at' == text_of(tree.find(".//h1"))


def check_widths(path, place):
    """In a browser, at the width of a desk and of a telephone, the page itself never scrolls sideways."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if not browser:
        print("not looked at in a browser: chromium is not installed")
        return
    with open(path, encoding="utf-8") as f:
        text = f.read().replace("<details>", '<details open="open">').replace("</body>", "<script>document.title = 'width ' + document.documentElement.scrollWidth;</script></body>")
    probe = os.path.join(place, "probe.html")
    with open(probe, "w", encoding="utf-8") as f:
        f.write(text)
    for width in (1280, 500):                         # headless Chromium makes no window below 500
        done = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={place}/profile", f"--window-size={width},900", "--dump-dom",
                               "file://" + probe], capture_output=True, text=True, timeout=120)
        found = re.search(r"<title>width (\d+)</title>", done.stdout)
        if not found:
            print(f"not looked at in a browser: it does not start here ({done.stderr.strip().splitlines()[-1:] or done.returncode})")
            return
        assert int(found.group(1)) <= width, f"at {width} pixels the page is {found.group(1)} wide"


def check(path, own, place):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    tree = xml.fromstring(text.replace("<!DOCTYPE html>", ""))
    check_alone(text)
    check_access(tree)
    check_contrast(text)
    check_charts(tree)
    if own:
        check_content(tree)
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

#!/usr/bin/env python3
"""The JSON reports in tests/report are what docs/results.schema.json says, and the schema refuses what is not.

The checker here knows what that schema uses and no more; where the jsonschema module is installed, it must agree."""
import copy
import glob
import json
import math
import os
import re
import sys

from checks import SOURCE

try:
    import jsonschema
except ImportError:
    jsonschema = None

KINDS = {"string": str, "object": dict, "array": list, "boolean": bool, "null": type(None)}
KNOWN = {"$schema", "$defs", "$ref", "title", "description", "type", "enum", "anyOf", "pattern", "minimum", "exclusiveMinimum", "minItems", "maxItems",
         "items", "required", "properties", "additionalProperties"}


def is_kind(value, kind):
    if kind in ("integer", "number"):
        return isinstance(value, (int,) if kind == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, KINDS[kind])


def check_object(value, schema, root, path):
    known = schema.get("properties", {})
    problems = [f"{path}: {key} is missing" for key in schema.get("required", []) if key not in value]
    for key, item in value.items():
        rule = known.get(key, schema.get("additionalProperties", True))
        if rule is False:
            problems.append(f"{path}: {key} is not known")
        elif rule is not True:
            problems += check(item, rule, root, f"{path}.{key}")
    return problems


def check_list(value, schema, root, path):
    problems = []
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        problems.append(f"{path}: has {len(value)} items")
    for i, item in enumerate(value):
        problems += check(item, schema.get("items", {}), root, f"{path}[{i}]")
    return problems


def check(value, schema, root, path="$"):
    """What is wrong, as texts; an empty list where nothing is."""
    unknown = set(schema) - KNOWN
    assert not unknown, f"the checker does not know {unknown}"
    if "$ref" in schema:
        return check(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, path)
    if "anyOf" in schema:
        found = [check(value, one, root, path) for one in schema["anyOf"]]
        return [] if [] in found else found[-1]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{path}: {value!r} is none of {schema['enum']}"]
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(is_kind(value, kind) for kind in kinds):
        return [f"{path}: {value!r} is no {' or '.join(kinds)}"]
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return [f"{path}: {value!r} does not match"]
    if is_kind(value, "number") and value < schema.get("minimum", value):
        return [f"{path}: {value} is too small"]
    if is_kind(value, "number") and value <= schema.get("exclusiveMinimum", -math.inf):
        return [f"{path}: {value} is too small"]
    if isinstance(value, dict):
        return check_object(value, schema, root, path)
    return check_list(value, schema, root, path) if isinstance(value, list) else []


def agree(value, schema):
    """The problems, after the module has agreed on whether there are any."""
    problems = check(value, schema, schema)
    if jsonschema:
        others = list(jsonschema.Draft202012Validator(schema).iter_errors(value))
        assert bool(others) == bool(problems), f"jsonschema: {others}, here: {problems}"
    return problems


def no_twice(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f"a key stands twice in {keys}"
    return dict(pairs)


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


def spoiled(result):
    """The same with one thing wrong each."""
    def with_(change):
        other = copy.deepcopy(result)
        change(other)
        return other
    entry = lambda r: r["results"][0]
    yield "a missing key", with_(lambda r: r.pop("seed"))
    yield "an unknown key", with_(lambda r: r.update(colour="red"))
    yield "a text for a count", with_(lambda r: entry(r).update(errors="0"))
    yield "a negative count", with_(lambda r: entry(r).update(rows=-1))
    yield "a fraction of a request", with_(lambda r: entry(r).update(requests=0.5))
    yield "an unknown status", with_(lambda r: r["backends"][0].update(status="fine"))
    yield "an interval without an end", with_(lambda r: entry(r)["response_ns"]["ci95"].update(p99=[1]))
    yield "a date of another form", with_(lambda r: r.update(started="yesterday"))
    yield "a latency without p99", with_(lambda r: entry(r)["response_ns"].pop("p99"))
    yield "a histogram in another form", with_(lambda r: entry(r)["histograms"]["response"].update(hdr="none"[:0]))
    yield "a slice without its length", with_(lambda r: entry(r)["rounds"][3]["slices"][0].pop("seconds"))
    yield "a swept number", with_(lambda r: entry(r)["sweep"].update(share=1))


def main():
    with open(os.path.join(SOURCE, "docs", "results.schema.json"), encoding="utf-8") as f:
        schema = json.load(f)
    paths = sys.argv[1:] or sorted(glob.glob(os.path.join(SOURCE, "tests", "report", "*.json")))
    assert paths, "there are no reports to check"
    failed = 0
    for path in paths:
        with open(path, encoding="utf-8") as f:
            result = json.load(f, object_pairs_hook=no_twice, parse_constant=no_constant)
        problems = agree(result, schema)
        failed += bool(problems)
        print(f"{os.path.basename(path)}: {'; '.join(problems) if problems else 'valid'}")
        if os.path.basename(path) == "one.json":
            for what, bad in spoiled(result):
                problems = agree(bad, schema)
                failed += not problems
                print(f"    with {what}: {problems[0] if problems else 'NOT NOTICED'}")
    print("the jsonschema module agrees" if jsonschema else "the jsonschema module is not installed: checked by this script alone")
    return 1 if failed else 0


sys.exit(main())

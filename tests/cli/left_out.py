#!/usr/bin/env python3
"""What a server refuses costs the strategy that needs it, and no other; what is not measured does not pass."""
import wkl
from wkl import EXPECTATION, FINE, RUN, RUN_ERRORS, TINY

GO = "run go { query all  strategy single, binpacked, batch, binpacked parallel 2  clients 2  for 60 requests%s }\n"
REFUSES = "backend memory { refuse_several on }\n"


def test_the_others_are_measured(place):
    report, done = place.measure(FINE, place.write("tiny.wkl", TINY + GO % "" + REFUSES), "-b", "memory")
    assert [(e["strategy"], e["requests"]) for e in report["results"]] == [("single", 60), ("batch", 60)], report["results"]
    left = {o["what"]: o["reason"] for o in report["left_out"]}
    assert set(left) == {f"run 'go', strategy '{s}' on memory" for s in ("binpacked", "binpacked parallel 2")}, left
    assert set(left.values()) == {"simulated: requests for several tables are refused"}, left
    done.expect(FINE, "strategy 'binpacked' on memory: left out: simulated: requests")


def test_what_is_expected_of_it_does_not_pass(place):
    report, done = place.measure(EXPECTATION, place.write("tiny.wkl", TINY + GO % "  expect errors == 0" + REFUSES), "-b", "memory")
    assert {x["strategy"]: x["ok"] for x in report["expectations"]} == \
        {"single": True, "batch": True, "binpacked": False, "binpacked parallel 2": False}, report["expectations"]
    assert done.err.count("simulated: requests") >= 2, done


def test_a_run_of_which_nothing_is_left(place):
    text = TINY + "run all { query all  strategy binpacked  for 6 requests }\nrun one { query one  strategy single  for 6 requests }\n" + REFUSES
    report, _ = place.measure(RUN_ERRORS, place.write("tiny.wkl", text), "-b", "memory")
    assert [(e["run"], e["requests"]) for e in report["results"]] == [("one", 6)], report["results"]      # the other run goes on


def test_the_other_backends_measure_it(place):
    report, _ = place.measure(FINE, place.write("tiny.wkl", TINY + GO % "" + REFUSES + "backend memory as other { }\n"), "-b", "memory")
    assert sorted((e["backend"], e["strategy"]) for e in report["results"]) == \
        [("memory", "batch"), ("memory", "single"), ("other", "batch"), ("other", "binpacked"), ("other", "binpacked parallel 2"), ("other", "single")]



def test_unused_declarations_are_wklc_s_to_tell(place):
    """Told when a file is checked, and not again on every run."""
    file = place.write("unused.wkl", TINY + RUN)
    assert place.wklc(file).expect(FINE).err.count("is not used") == 2
    assert not place.wklrun(file, "-b", "memory", "-q").expect(FINE).err


wkl.main(globals())

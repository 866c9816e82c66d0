"""The stages of the front end as text: tests/front/NAME.STAGE is what STAGE (tokens, ast, ir) of examples/NAME.wkl or tests/front/NAME.wkl
looks like. UPDATE=1 rewrites them."""
import os

from checks import FRONTTOOL, SOURCE, check, check_file, end, run

folder = os.path.join(SOURCE, "tests", "front")
for name in sorted(os.listdir(folder)):
    stem, stage = name.rsplit(".", 1)
    if stage == "wkl":
        continue
    own = os.path.join(folder, stem + ".wkl")
    path = own if os.path.exists(own) else os.path.join(SOURCE, "examples", stem + ".wkl")
    where, file = os.path.split(path)                # diagnostics name the file as it is asked for: the same wherever the sources lie
    done = run(FRONTTOOL, stage, file, cwd=where)
    check(done.returncode == 0, f"{name}: exit code {done.returncode}: {done.stderr}")
    check_file(os.path.join(folder, name), done.stdout)
end()

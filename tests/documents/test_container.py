"""The recipe of the container: what it installs, sets up and leaves out; `make test-setup` runs its commands."""

import json
import re
import sys

from projects import ROOT
from recipes import commands, instructions

sys.path.insert(0, str(ROOT / "tests/setup"))
import chroots


def test_the_recipe_installs_what_the_readme_asks_for_and_sets_up_the_environment():
    packages, set_up = commands()
    installed = set(packages.split("--no-install-recommends ")[1].split())
    assert installed == set(chroots.PACKAGES)
    assert set_up == "make .venv/.ready"
    assert re.search(r"^READY := \.venv/\.ready$", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_recipe_starts_from_a_debian_that_is_tested_and_ends_with_the_default_experiment():
    first, *_, last = instructions()
    assert first == ("FROM", "debian:12-slim")
    assert (last[0], json.loads(last[1])) == ("CMD", ["make"])
    assert ("ENV", "PATH=/opt/kernelscope/.venv/bin:$PATH") in instructions()


def test_an_environment_and_results_of_this_machine_stay_outside():
    assert {".venv*", "results", ".git"} <= set((ROOT / ".dockerignore").read_text().split())

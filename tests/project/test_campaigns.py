"""The long campaigns find their modules and keep what they find; running them takes too long for any tier."""

import runpy
import sys

import pytest
from odd.carried_out import Outcome
from odd.strata import stratum
from projects import ROOT, Project
from tiers import rows
from used import Used

sys.path.append(str(ROOT / "tests/long"))
import kept

PARTS = {"experiments": "experiments", "networks": "well_known_networks", "corners": "needs"}
MODULES = ("kept.py", "kills.py")  # have no options
CAMPAIGNS = sorted(path.name for path in (ROOT / "tests/long").glob("*.py"))


@pytest.mark.parametrize("name", rows(CAMPAIGNS, "random_configs.py"))
def test_a_campaign_says_what_it_does(name):
    done = Project(ROOT).run_alone(f"tests/long/{name}", "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: ") == (name not in MODULES)


def campaign(part: str) -> dict:
    """Return the functions of a campaign."""
    return runpy.run_path(str(ROOT / f"tests/long/{PARTS[part]}.py"))


@pytest.mark.parametrize("part", PARTS)
def test_the_tables_of_the_page_are_those_that_the_campaigns_kept(part):
    if not (found := kept.load(part)):
        pytest.skip("this campaign has not been run yet")
    assert "\n".join(campaign(part)["table"](found)) in (kept.DOCS / kept.PAGE).read_text(encoding="utf-8")


def test_experiments_go_on_where_they_ended(tmp_path):
    odd = campaign("experiments")
    found = odd["start"](0, {})
    for number, ending in ((0, ([], [])), (1, (["no images"], [])), (2, ([], ["a traceback"])), (2, ([], []))):
        found = odd["added"](found, number, Outcome(stratum(number, 0), 1.0, *ending))
    assert (found["made"], found["early"], found["wrong"]) == ([0, 2], [1], [])
    assert odd["done"](odd["start"](0, found)) == {0, 1, 2}
    assert odd["done"](odd["start"](1, found)) == odd["done"](odd["start"](0, found | {"of": "others"})) == set()
    assert odd["table"](found)[2] == "| all | 3 | 2 | 1 | 0 |"
    assert odd["good"](found)
    assert not odd["good"](odd["added"](found, 3, Outcome(stratum(3, 0), 1.0, [], ["a traceback"])))


def test_a_table_takes_the_place_of_its_older_form(tmp_path):
    corners = campaign("corners")
    near, far = Used("train_network", 1, 850, 1000), Used("write_cost", 1, 50, 700)
    (tmp_path / kept.PAGE).write_text("# Page\n\n" + "\n".join(corners["table"]({})) + "\n\nMore.\n")
    found = {"pixels": corners["row"](corners["Outcome"]("pixels", [near, far], []))}
    kept.keep("corners", found, corners["table"](found), tmp_path)
    kept.keep("other", {"a": 1}, ["| none | such |"], tmp_path)
    assert (kept.load("corners", tmp_path), kept.load("other", tmp_path)) == (found, {"a": 1})
    lines = (tmp_path / kept.PAGE).read_text().split("\n")
    line = f"| pixels | 2 | `train_network` | 1000 | 1000 | `write_cost` | 200 | 700 | {kept.today()} |"
    assert lines[2:] == [*corners["table"](found), "", "More.", ""]
    assert line in lines
    assert corners["good"](found)
    beyond = corners["Outcome"]("pixels", [near._replace(megabytes=851)], [])
    assert not corners["good"]({"pixels": corners["row"](beyond)})

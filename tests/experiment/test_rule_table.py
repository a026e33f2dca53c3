"""The table of rules: each row has a rule, a script and a spec; stages and jobs follow from it."""

import re
from pathlib import Path

import pytest
from default_config import CONFIG, changed
from projects import ROOT

from experiment.config.schema import schema
from experiment.plan import aggregates, rule_table
from experiment.plan.experiment import Experiment
from experiment.plan.plan import Plan
from experiment.plan.rule_table import NEEDS, RULES
from experiment.plan.specs import Specs

LONGEST, MEDIAN = 25, 18  # lines of a rule
NAMES = (r"rule (\w+):", r'f"(\w+)_\{number\}"', r'record\("(\w+)"\)')


def selected(*names):
    return set(rule_table.selected(Experiment(changed("experiment", "stages", to=list(names)))))


def written() -> dict[str, str]:
    """Return name -> text for every rule with a command."""
    texts = [text for path in (ROOT / "workflow/rules").glob("*.smk") for text in blocks(path)]
    return {named(text): text for text in texts if "    shell:\n" in text}


def blocks(path: Path) -> list[str]:
    """Return the text of every rule in a file."""
    return [found[0] for found in re.finditer(r"^( *)rule\b.*:\n(?:\1 +.*\n)+", path.read_text(), re.MULTILINE)]


def named(text: str) -> str:
    """Return the name of a rule; rules for groups of seeds, and for the layers of an architecture, are numbered."""
    return next(filter(None, (re.search(pattern, text) for pattern in NAMES)))[1]


def test_every_rule_has_a_row_a_script_and_a_spec_and_none_is_left_without():
    scripts = {path.stem for path in (ROOT / "workflow/scripts").glob("*.py")}
    assert set(written()) == set(RULES) == scripts
    assert [rule for rule in RULES if not callable(getattr(Specs, rule, None))] == []


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_names_itself_wherever_it_names_a_rule(rule):
    calls = re.findall(r'\b(\w+)\(\s*"(\w+)"', written()[rule])
    assert {"log", "provenance"} <= {function for function, _ in calls}
    own = {"record", "log", "provenance", "megabytes", "needs", "training", "spec"}
    assert {name for function, name in calls if function in own} == {rule}


def test_rules_are_short():
    lines = sorted(len(text.splitlines()) for text in written().values())
    assert lines[-1] <= LONGEST
    assert lines[len(lines) // 2] <= MEDIAN


def test_a_plan_knows_what_every_rule_is_for():
    asked = {name for row in RULES.values() for name in (row.when, row.datasets, row.architectures, row.seeds)} - {""}
    assert asked <= Plan.__annotations__.keys() | vars(Plan).keys()


def test_a_rule_that_asks_the_cluster_for_what_the_config_says_does_it_itself():
    """Resources that are the same in every experiment are in the profile (test_resources.py)."""
    texts = written()
    kernels = {rule for rule, row in RULES.items() if row.holds_kernels}
    images = {rule for rule, row in RULES.items() if row.holds_images} - kernels
    trainings = {"train_network", "train_group", "train_cdbn"}
    asking = {"needs(": kernels, "mem_mb=megabytes(": images, "training(": trainings}
    for words, rules in asking.items():
        assert {rule for rule in texts if words in texts[rule]} == rules
    assert {rule for rule in texts if "resources:" in texts[rule]} == kernels | images | trainings


def test_the_schema_names_all_stages():
    key = schema()["properties"]["experiment"]["properties"]["stages"]
    assert list(NEEDS) == key["items"]["enum"] == key["default"]
    assert {row.stage for row in RULES.values()} == set(NEEDS)


def test_a_stage_needs_only_earlier_ones():
    order = list(NEEDS)
    for stage, needed in NEEDS.items():
        assert all(order.index(one) < order.index(stage) for one in needed)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["dataset"], ["dataset"]),
        (["movies"], ["dataset", "train", "kernels", "movies"]),
        (["findings", "measures"], ["dataset", "train", "kernels", "measures", "compare", "notes", "findings"]),
        (["page"], [stage for stage in NEEDS if stage not in ("figures", "movies")]),
    ],
)
def test_a_stage_brings_what_it_needs(names, found):
    assert rule_table.needed(names) == found
    assert Experiment(changed("experiment", "stages", to=names)).stages == found


def test_rules_of_other_stages_are_left_out():
    assert selected(*NEEDS) == set(rule_table.selected(Experiment(CONFIG)))
    assert selected("movies") == {"make_dataset", "draw_samples", "train_network", "extract_kernels", "make_movie"}


@pytest.mark.parametrize(
    ("names", "arch", "run"),
    [
        (["findings"], ["seed_tests", "vocabulary", "initial_correlation"], ["history"]),
        (
            ["findings", "measures"],
            ["seed_tests", "vocabulary", "initial_correlation", "settling"],
            ["history", "kernel_tests"],
        ),
        (
            ["findings", "probes"],
            ["seed_tests", "vocabulary", "initial_correlation", "settling"],
            ["history", "kernel_tests"],
        ),
    ],
)
def test_statements_are_made_from_what_there_is(names, arch, run):
    experiment = Experiment(changed("experiment", "stages", to=names))
    assert aggregates.tables_of_statements(experiment) == {"top": ["summary"], "dataset": [], "arch": arch, "run": run}
    assert experiment.write_statements()["tables"]["run"] == run

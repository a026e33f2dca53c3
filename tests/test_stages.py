"""Which stages an experiment comprises, and that every rule belongs to one."""

from collections import Counter

import pytest
from default_config import changed

from experiment import jobs, stages
from experiment.experiment import Experiment
from experiment.schema import schema


def rules(*names):
    return set(jobs.rules(Experiment(changed("experiment", "stages", to=list(names)))))


def test_every_rule_belongs_to_one_stage():
    assert Counter(rule for rules in stages.RULES.values() for rule in rules) == Counter(list(jobs.FOLDERS))


def test_the_schema_names_all_stages():
    key = schema()["properties"]["experiment"]["properties"]["stages"]
    assert list(stages.RULES) == key["items"]["enum"] == key["default"]


def test_a_stage_needs_only_earlier_ones():
    order = list(stages.RULES)
    for stage, needed in stages.NEEDS.items():
        assert all(order.index(one) < order.index(stage) for one in needed)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["dataset"], ["dataset"]),
        (["movies"], ["dataset", "train", "kernels", "movies"]),
        (["findings", "measures"], ["dataset", "train", "kernels", "measures", "compare", "findings"]),
        (["page"], [stage for stage in stages.RULES if stage not in ("figures", "movies")]),
    ],
)
def test_a_stage_brings_what_it_needs(names, found):
    assert stages.selected(names) == found


def test_rules_of_other_stages_are_left_out():
    assert rules(*stages.RULES) == set(jobs.rules())
    assert rules("movies") == {
        *("make_dataset", "read_dataset", "draw_samples", "train_network", "train_group", "extract_kernels"),
        "make_movie",
    }


@pytest.mark.parametrize(
    ("names", "dataset", "arch", "run"),
    [
        (["findings"], ["architectures"], ["pairs"], []),
        (["findings", "measures"], ["architectures"], ["pairs"], ["measures"]),
        (["findings", "probes"], ["architectures"], ["pairs"], ["atlas", "explained"]),
        (
            ["page"],
            ["architectures", "similarity"],
            ["pairs", "universal", "energy_agreement", "cka"],
            ["atlas", "explained"],
        ),
    ],
)
def test_findings_are_written_from_what_there_is(names, dataset, arch, run):
    experiment = Experiment(changed("experiment", "stages", to=names))
    assert experiment.told == {"dataset": dataset, "arch": arch, "run": run}
    assert set(experiment.write_findings()["tables"]["run"]) == set(run)

"""What the terminal is told of a run."""

import pytest

from experiment.launch import announcement
from experiment.plan import loading

COSTS = """dataset,arch,seed,stage,seconds,peak_memory_mb
waves,,,make_dataset,1.5,100
waves,net,0,train_network,10,100
waves,net,1,train_network,30,100
waves,net,2,train_network,,
"""
RUN = "r/runs/waves/net/seed{}/run.json"


@pytest.fixture
def costs(tmp_path):
    (tmp_path / "cost.csv").write_text(COSTS)
    return tmp_path


def of(job, results) -> dict:
    return announcement.announced([(7, *job)], results)[7]


def test_a_job_is_described_with_what_it_took_the_last_time(costs):
    job = of(("train_network", {"dataset": "waves", "arch": "net", "seed": "1"}, [RUN.format(1)]), costs)
    stage = {"rule": "train_network", "stage": "train", "about": "waves/net", "seed": "seed1"}
    assert job == stage | {"seconds": 30}
    job = of(("make_dataset", {"dataset": "waves"}, ["r/data/waves/images.npz"]), costs)
    assert job == {"rule": "make_dataset", "stage": "dataset", "about": "waves", "seed": "", "seconds": 1.5}


def test_a_job_that_was_not_measured_should_take_as_long_as_others_of_its_rule(costs):
    job = of(("train_network", {"dataset": "waves", "arch": "other", "seed": "2"}, [RUN.format(2)]), costs)
    assert job["seconds"] == 20


@pytest.mark.parametrize(
    "text", [None, "", "nothing\n1\n", COSTS.replace("30", "x"), "\x00", COSTS.replace(",seconds", "")]
)
def test_without_a_readable_table_of_costs_the_time_is_that_of_the_rule(tmp_path, text):
    if text is not None:
        (tmp_path / "cost.csv").write_text(text)
    job = of(("train_network", {"dataset": "waves", "arch": "net", "seed": "1"}, [RUN.format(1)]), tmp_path)
    assert job["seconds"] == announcement.SECONDS["train_network"]


def test_a_job_that_trains_several_seeds_is_about_all_of_them(tmp_path):
    job = of(("train_group_3", {"dataset": "waves"}, [RUN.format(seed) for seed in (4, 5, 10)]), tmp_path)
    stage = {"rule": "train_group", "stage": "train", "about": "waves/net", "seed": "seeds 4 to 10"}
    assert job == stage | {"seconds": 3 * announcement.SECONDS["train_group"]}


def test_a_figure_of_networks_with_other_layers_is_one_of_its_rule(costs):
    job = of(("draw_montage_12", {"dataset": "waves", "arch": "net", "seed": "1"}, [RUN.format(1)]), costs)
    stage = {"rule": "draw_montage", "stage": "figures", "about": "waves/net", "seed": "seed1"}
    assert job == stage | {"seconds": announcement.OTHERS}


@pytest.mark.parametrize("rule", ["all", "figures", "a_rule_of_another_workflow", "another_1"])
def test_a_rule_that_is_not_in_the_table_has_no_work(tmp_path, rule):
    assert of((rule, {}, []), tmp_path) == {"rule": rule, "stage": "", "about": "", "seed": "", "seconds": 0}


def test_every_default_time_is_of_a_rule():
    assert set(announcement.SECONDS) <= set(announcement.RULES)


def test_the_files_to_open_are_those_of_the_selected_stages(tmp_path):
    folder = "results/smoke"
    assert announcement.to_read(loading.load(["config/smoke.yaml"])) == [
        f"Open     {folder}/index.html   everything, in a browser: kernels over the training, seeds",
        f"Look at  {folder}/findings.md  the findings, in sentences",
        f"Look at  {folder}/summary.csv  a row for every training",
    ]
    (tmp_path / "less.yaml").write_text("experiment: {stages: [figures]}")
    lines = announcement.to_read(loading.load(["config/smoke.yaml", tmp_path / "less.yaml"]))
    assert lines == ["Open     results/smoke  the results"]

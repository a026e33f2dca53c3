"""Words of a command that are targets which the experiment does not make."""

import pytest
from default_config import CONFIG

from experiment.config import renamed
from experiment.config.problems import ConfigError
from experiment.plan import jobs, loading, targets
from experiment.plan.experiment import Experiment
from experiment.plan.rule_table import RULES

PLAN = loading.load([])
AGAIN = {"experiment": {"datasets": ["waveforms", "again"]}, "datasets": {"again": {"seed": 1}}}
DRAWN_TWICE = Experiment(loading.laid_over(CONFIG, AGAIN))
SEEDS = "one of 0, 1, 2, 3, 4, 5"  # of all architectures that have none of their own
ARCHS = "one of cnnkernels, stacked, templates, templates_random_labels"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(*words: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        targets.check(words, PLAN)
    return caught.value.lines


REFUSED = {
    "runs/waveforms/matched/seed0/kernels.csv": ["the old name 'matched' of the architecture, expected templates"],
    "runs/waveforms/templtes/seed0/movie.mp4": [
        f"the architecture 'templtes', expected {ARCHS} (did you mean 'templates'?)"
    ],
    "runs/waveform/templates/seed0/movie.mp4": [
        "the dataset 'waveform', expected waveforms (did you mean 'waveforms'?)"
    ],
    "runs/waveforms/stacked/seed7/movie.mp4": [f"the seed 7, expected {SEEDS} (or add it to `experiment.seeds`)"],
    "runs/waveforms/templates/seed8/movie.mp4": [
        "the seed 8, expected one of 0, 1, 2, 3, 4, 5, 6, 7 (or add it to `architectures.templates.seeds`)"
    ],
    "runs/waveforms/krizhevsky/seed0/kernels.csv": [f"the architecture 'krizhevsky', expected {ARCHS}"],
    "data/digits/images.npz": ["the dataset 'digits', expected waveforms"],
    "compare/digits/summary.png": ["the dataset 'digits', expected waveforms"],
    "compare/waveforms/matched/pairs.csv": ["the old name 'matched' of the architecture, expected templates"],
    "compare/waveforms/nets/.manifest/match_kernels.json": [f"the architecture 'nets', expected {ARCHS}"],
    "compare/waveforms/cells.csv": ["the old name of a file, expected conditions.csv"],
    "runs/a/b/seed9/knockouts.csv": [
        *("the old name of a file, expected ablation.csv", "the dataset 'a', expected waveforms"),
        *(f"the architecture 'b', expected {ARCHS}", "the seed 9, expected one of 0, 1, 2, 3, 4, 5, 6, 7"),
    ],
}


@pytest.mark.parametrize("target", REFUSED)
def test_a_part_of_a_target_that_is_not_in_the_experiment_is_refused_with_what_is(target):
    found = lines("--cores", "2", f"results/{target}", "all")
    assert len(found) == len(REFUSED[target])
    for line, words in zip(found, REFUSED[target], strict=True):
        assert line.startswith(f"results/{target}: got {words}")


def test_what_is_defined_and_not_selected_is_told_from_what_is_not_defined():
    config = {**PLAN.config, "architectures": {**PLAN.config["architectures"], "mine": {"network": "stacked"}}}
    plan = type("Selected", (), {**vars(PLAN), "config": config, "results": "results"})
    (line,) = targets.problems("results/runs/waveforms/mine/seed0/kernels.csv", plan)
    assert "got the architecture 'mine', which is not selected, expected one of" in line
    assert line.endswith("(or add it to `experiment.architectures`)")


@pytest.mark.parametrize("plan", [PLAN, DRAWN_TWICE], ids=["default", "two draws of the images"])
def test_every_file_of_the_experiment_is_taken(plan):
    every = [str(path) for job in jobs.jobs(plan) for path in (job.manifest, *job.logs)]
    assert len(every) > len(RULES)
    assert ("compare/.manifest/compare_draws.json" in every) == (plan is DRAWN_TWICE)
    targets.check([f"results/{path}" for path in every], plan)
    targets.check([f"results/{name}" for name in renamed.table()["files"].values()], plan)


LEFT = ["all", "page", "--configfile", "config/smoke.yaml", "results", "results/runs", "results/runs/waveforms/a", ""]
LEFT += ["results/smoke/runs/waveforms/a/seed9/x.csv", "elsewhere/runs/waveforms/a/seed0/x.csv", "results/report.html"]


@pytest.mark.parametrize("word", LEFT)
def test_all_other_words_are_left_to_snakemake(word):
    targets.check([word], PLAN)


def test_a_file_of_an_earlier_experiment_is_left_to_snakemake(folder):
    path = folder / "results" / "runs" / "waveforms" / "gone" / "seed0" / "kernels.csv"
    path.parent.mkdir(parents=True)
    path.touch()
    targets.check(["results/runs/waveforms/gone/seed0/kernels.csv"], PLAN)
    assert lines("results/runs/waveforms/gone/seed0/other.csv")


def test_a_seed_must_be_one_of_its_architecture():
    config = {
        **PLAN.config,
        "architectures": {**PLAN.config["architectures"], "mine": {"network": "stacked", "seeds": [7]}},
    }
    config["experiment"] = {**config["experiment"], "architectures": ["mine", "stacked"]}
    plan = Experiment(config)
    folder = "results/runs/waveforms"
    assert not [
        line
        for arch, seed in (("mine", 7), ("stacked", 1))
        for line in targets.problems(f"{folder}/{arch}/seed{seed}/x.csv", plan)
    ]
    for arch, seed, words in (
        ("mine", 1, "the seed 1, expected 7 (or add it to `architectures.mine.seeds`)"),
        ("stacked", 7, f"the seed 7, expected {SEEDS} (or add it to `experiment.seeds`)"),
        (
            "templates",
            7,
            "the architecture 'templates', which is not selected, expected one of mine, stacked "
            "(or add it to `experiment.architectures`)",
        ),
    ):
        target = f"{folder}/{arch}/seed{seed}/x.csv"
        assert list(targets.problems(target, plan)) == [f"{target}: got {words}"]

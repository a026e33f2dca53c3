"""Seeds for all architectures, for one, and for a control; and which of them a later config replaces."""

import json

import pytest
from default_config import CONFIG, changed, message

from experiment.plan import loading, seeds
from experiment.plan.experiment import Experiment
from experiment.plan.jobs import jobs, possible_jobs
from kernelscope.data.control_names import RANDOM_LABELS

LABELS = {"of": "templates", "control": RANDOM_LABELS}


def planned(architectures, **definitions):
    """Return the experiment with seeds 0 to 2 and these architectures and definitions."""
    config = changed("experiment", "architectures", to=architectures)
    for arch, settings in definitions.items():
        config["architectures"][arch] = config["architectures"].get(arch, {}) | settings
    return Experiment(config)


@pytest.fixture
def uneven():
    """Return an experiment with 5 seeds of `templates`, 4 on random labels, and 3 of `stacked`."""
    return planned(
        ["templates", "labels", "stacked"],
        templates={"seeds": [4, 0, 1, 2, 3]},
        labels=LABELS | {"seeds": [0, 1, 2, 9]},
    )


def test_an_architecture_has_its_own_seeds_or_those_of_all(uneven):
    assert uneven.seeds == {"labels": [0, 1, 2, 9], "stacked": [0, 1, 2], "templates": [0, 1, 2, 3, 4]}
    assert uneven.all_seeds == [0, 1, 2, 3, 4, 9]


def test_a_control_has_the_seeds_of_the_architecture_that_it_is_of():
    assert planned(["labels"], templates={"seeds": [7, 8]}, labels=LABELS).seeds == {"labels": [7, 8]}


def test_every_condition_of_a_sweep_has_the_seeds_of_the_sweep():
    sweep = {"network": "templates", "vary": {"kernels": [3, 4]}, "seeds": [5, 6]}
    assert planned(["sweep"], sweep=sweep).seeds == {"sweep_kernels3": [5, 6], "sweep_kernels4": [5, 6]}


def test_every_run_has_its_jobs_and_no_other_run_has(uneven):
    runs = {(job.wildcards["arch"], int(job.wildcards["seed"])) for job in jobs(uneven) if job.rule == "train_network"}
    assert runs == {(arch, seed) for arch in uneven.seeds for seed in uneven.seeds[arch]}
    trained = [job for job in jobs(uneven) if job.rule == "train_network"]
    assert len(trained) == len(runs) == 12


@pytest.mark.parametrize("rule", ["match_kernels", "draw_matched", "compare_seeds"])
def test_the_seeds_of_a_comparison_are_those_of_its_architecture(uneven, rule):
    for arch, numbers in uneven.seeds.items():
        spec = json.loads(uneven.spec(rule, {"dataset": "waveforms", "arch": arch}))
        assert spec["seeds"] == spec.get("seeds_compared", numbers) == numbers


@pytest.mark.parametrize(
    ("rule", "wildcards"),
    [
        *(("write_summary", {}), ("write_cost", {}), ("write_statements", {}), ("write_page", {})),
        *(("compare_architectures", {"dataset": "waveforms"}), ("compare_runs", {"dataset": "waveforms"})),
    ],
)
def test_a_job_over_all_runs_knows_the_seeds_of_each_architecture(uneven, rule, wildcards):
    assert json.loads(uneven.spec(rule, wildcards))["seeds"] == uneven.seeds


def test_a_run_is_compared_with_the_seeds_that_its_control_has(uneven):
    assert uneven.compare_seeds("waveforms", "templates")["random_labels"] == {"labels": [0, 1, 2, 9]}
    assert uneven.measure_kernels("waveforms", "templates", "4")["random_labels"] == {"labels": [0, 1, 2, 9]}


def test_the_number_of_seeds_that_are_compared_is_limited_for_each_architecture():
    config = changed("comparison", "max_seeds", to=2)
    config = changed("architectures", "templates", "seeds", to=list(range(9)), config=config)
    config["architectures"]["stacked"]["seeds"] = [3]
    compared = Experiment(config).compared
    assert {arch: len(numbers) for arch, numbers in compared.items()} == {"cnnkernels": 2, "stacked": 1, "templates": 2}


def test_the_groups_of_an_architecture_are_of_its_own_seeds():
    config = changed("training", "seeds_per_job", to=2)
    config["architectures"]["templates"]["seeds"] = [0, 1, 2, 3]
    assert Experiment(config).groups["templates"] == {0: [0, 1], 1: [0, 1], 2: [2, 3], 3: [2, 3]}
    assert Experiment(config).groups["stacked"] == {0: [0, 1], 1: [0, 1], 2: [2]}


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (3, "architectures.templates.seeds: got 3, expected a list of whole numbers from 0 to 999,999,999"),
        ([], "architectures.templates.seeds: got [], expected at least 1 value"),
        ([1, 1], "architectures.templates.seeds[1]: got 1 a second time, expected each value once"),
        ([-1], "architectures.templates.seeds[0]: got -1, expected a whole number from 0 to 999,999,999"),
    ],
)
def test_bad_seeds_of_an_architecture_give_one_line(value, line):
    assert message(changed("architectures", "templates", "seeds", to=value)).startswith(line)


LAYERS = {
    "one file: its architecture has its own": ([{"e": 1, "a": 2}], 2),
    "a later file for all": ([{"e": 1, "a": 2}, {"e": 3}], 3),
    "a later file for all and for one": ([{"e": 1, "a": 2}, {"e": 3, "a": 4}], 4),
    "a still later file for one": ([{"e": 1, "a": 2}, {"e": 3}, {"a": 5}], 5),
    "a later file for one": ([{"e": 1}, {"a": 2}], 2),
    "a later file without seeds": ([{"e": 1, "a": 2}, {}], 2),
}


def layer(short):
    """Return a config from `e`, the seed for all, and `a`, the seed of `templates`."""
    selection = {"experiment": {"seeds": [short["e"]]}} if "e" in short else {}
    return selection | ({"architectures": {"templates": {"seeds": [short["a"]]}}} if "a" in short else {})


@pytest.mark.parametrize(("layers", "expected"), LAYERS.values(), ids=LAYERS)
def test_seeds_for_all_replace_those_that_earlier_files_give_to_an_architecture(layers, expected):
    config = CONFIG
    for short in layers:
        config = loading.laid_over(config, layer(short))
    plain = seeds.without_overridden(config, list(map(layer, layers)))
    assert Experiment(plain).seeds["templates"] == [expected]


def test_files_are_laid_over_each_other_in_the_same_way(tmp_path):
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path, short in zip(paths, ({"a": 2}, {"e": 3}), strict=True):
        path.write_text(json.dumps(layer(short)))
    assert loading.load(paths).seeds["templates"] == [3]
    assert loading.load(paths[::-1]).seeds["templates"] == [2]


@pytest.mark.parametrize("broken", [{"architectures": 3}, *({"architectures": {"x": x}} for x in (None, [1]))])
def test_what_is_no_definition_is_left_to_the_check(broken):
    assert seeds.without_overridden(broken, [{}, {"experiment": {"seeds": [1]}}]) == broken
    assert seeds.without_overridden(broken, [{"experiment": 3}, broken]) == broken


def test_movies_and_atlases_are_made_for_the_first_seeds_and_for_others_when_asked_for():
    config = changed("experiment", "seeds", to=[9, 4, 5, 7])
    experiment = Experiment(config | {"figures": {"seeds": 2}})
    rules = ("make_movie", "draw_atlas", "write_atlas")
    made = {rule: {job.wildcards["seed"] for job in jobs(experiment) if job.rule == rule} for rule in rules}
    assert made == {"make_movie": {"4", "5"}, "draw_atlas": {"4", "5"}, "write_atlas": {"4", "5", "7", "9"}}
    others = {job.wildcards["seed"] for job in possible_jobs(experiment) if job.rule == "make_movie"}
    assert others == {"4", "5", "7", "9"}
    assert experiment.write_cost()["seeds_drawn"] == {
        rule: {arch: [4, 5] for arch in experiment.architectures} for rule in ("make_movie", "draw_atlas")
    }

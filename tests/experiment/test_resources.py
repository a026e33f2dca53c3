"""The memory and time that jobs ask a cluster for, and the profile that passes them on."""

import re
from graphlib import TopologicalSorter

import pytest
import torch
import yaml
from default_config import CONFIG, changed
from projects import ROOT, SMOKE

from documents import entries, facts
from experiment.plan import loading, resources, slurm_profile
from experiment.plan.experiment import Experiment
from experiment.plan.rule_table import RULES

TEXT = (ROOT / "profiles/slurm/config.yaml").read_text()
PROFILE = yaml.safe_load(TEXT)
DEFAULT = yaml.safe_load((ROOT / "profiles/default/config.yaml").read_text())
LARGEST = entries.loads((ROOT / "docs" / "numbers.json").read_text(encoding="utf-8"))
MEASURED = {  # MB and seconds of the largest job of each kind in the default experiment
    entry.key.removeprefix("largest "): entry.value for entry in LARGEST if entry.unit == "MB, s"
}


@pytest.fixture(scope="module")
def experiment():
    return Experiment(CONFIG)


def test_every_job_that_takes_much_was_measured():
    assert set(MEASURED) == set(facts.COSTLY)


@pytest.mark.parametrize("rule", MEASURED)
def test_a_job_asks_for_twice_what_was_measured_at_least_and_not_for_a_whole_node(experiment, rule):
    megabytes, seconds = MEASURED[rule]
    assert 2 * megabytes < resources.megabytes(experiment, rule, "waveforms", "stacked") < 5000
    assert 2 * seconds < 60 * resources.minutes(experiment, rule, "waveforms", "stacked") < 6 * 3600


def test_what_grows_with_the_images_asks_for_more(experiment):
    larger = Experiment(changed("datasets", "waveforms", "image_size", to=[256, 256]))
    for rule in ("train_network", "probe_kernels", "project_kernels"):
        small, large = (resources.megabytes(one, rule, "waveforms", "stacked") for one in (experiment, larger))
        assert large > small + 100
    more = Experiment(changed("datasets", "waveforms", "train_images", to=1_000_000))
    held = resources.megabytes(more, "train_network", "waveforms", "templates")
    most = resources.HELD * CONFIG["memory"]["images"]
    outputs = resources.outputs(more, "train_network", "waveforms", "templates")
    kernels = resources.kernels(more, "train_network", "waveforms", "templates")
    # and never for more than it may hold
    assert held == round(RULES["train_network"].megabytes + most + outputs + kernels)
    longer = Experiment(changed("training", "steps", to=30_000))
    minutes = [resources.minutes(one, "train_network", "waveforms", "templates") for one in (experiment, longer)]
    assert minutes[1] > 10 * minutes[0]
    assert resources.minutes(experiment, "train_group", "waveforms", "templates", 8) > minutes[0]


def test_a_training_asks_for_what_its_layers_put_out():
    size = changed("datasets", "waveforms", "image_size", to=[256, 256])
    wide = Experiment(changed("architectures", "templates", "kernels", to=32, config=size))
    conv = 32 * 242 * 242  # as large as the ReLU behind it
    step = 100 * (256 * 256 + 2 * conv + 32 + 1)
    assert resources.outputs(wide, "train_network", "waveforms", "templates") == pytest.approx(4 * 4 * step / 1e6)


def test_what_holds_kernels_asks_for_all_snapshots_of_a_run_and_the_ends_of_all_runs(experiment):
    conv1 = 16 * 11 * 11
    _, conv2, conv3 = (layer["kernels"] for layer in experiment.layers["stacked"] if layer["kind"] == "conv")
    sides = [layer["kernel_size"] for layer in experiment.layers["stacked"] if layer["kind"] == "conv"]
    weights = conv1 + 16 * conv2 * sides[1] ** 2 + conv2 * conv3 * sides[2] ** 2
    assert resources.weights(experiment, "waveforms", "stacked") == weights
    states = resources.KERNELS * CONFIG["training"]["snapshots"] + 4 * len(experiment.seeds["stacked"])
    held = resources.kernels(experiment, "measure_kernels", "waveforms", "stacked")
    assert held == 4 * weights * states / 1e6
    assert resources.kernels(experiment, "write_page", None, None) == held
    wide = Experiment(changed("architectures", "stacked", "widths", to=[512, 512]))
    for rule in ("measure_kernels", "match_kernels", "train_network"):
        assert resources.megabytes(wide, rule, "waveforms", "stacked") > 1000 + resources.megabytes(
            experiment, rule, "waveforms", "stacked"
        )


def test_deep_belief_networks_keep_the_states_of_all_layers(experiment):
    deep = loading.load([ROOT / "config/lee2009.yaml"])
    (dataset, *_), (arch, *_) = deep.datasets, deep.architectures
    (first, second), settings = resources_of_layers(deep, arch), deep.cdbn[arch]
    weights = first[0] * first[1] ** 2 * resources.image_shape(deep, dataset)[0] + second[0] * first[0] * second[1] ** 2
    states = resources.KERNELS * 2 * settings["snapshots"] + 4 * len(deep.compared[arch])
    assert resources.kernels(deep, "train_cdbn", dataset, arch) == 4 * weights * states / 1e6


def resources_of_layers(experiment, arch):
    return [(layer["kernels"], layer["kernel_size"]) for layer in experiment.layers[arch]]


@pytest.mark.parametrize(("is_new", "largest"), [(False, 4.3), (True, 0)])  # which is mapped
def test_pretrained_runs_ask_for_the_kernels_and_the_largest_file(tmp_path, is_new, largest):
    for run, out in (("a", 2), ("b", 6)):
        (tmp_path / run).mkdir()
        for step in (0, 1):
            state = {"conv.weight": torch.zeros(out, 500, 5, 5), "fc.weight": torch.zeros(1000, 1000)}
            torch.save(state, tmp_path / run / f"{step}.pt", _use_new_zipfile_serialization=is_new)
    config = changed("datasets", "d", to={"source": "pretrained", "folder": str(tmp_path), "files": "{run}/{step}.pt"})
    config["experiment"] |= {"datasets": ["d"], "architectures": ["p"], "seeds": [0, 1]}
    config["architectures"] = {"p": {"network": "pretrained"}}
    theirs = Experiment(config)
    held = 4 * 6 * 500 * 25 * (2 * resources.KERNELS + 2 * 4) / 1e6
    known = resources.kernels(theirs, "measure_kernels", "d", "p")
    assert (known == held) == is_new  # of an old file, every two bytes count
    assert resources.kernels(theirs, "import_kernels", "d", "p") == pytest.approx(known + largest, abs=0.01)
    more = resources.minutes(theirs, "match_kernels", "d", "p") - RULES["match_kernels"].minutes
    assert more - 1 < known / resources.KERNELS_A_MINUTE <= more


@pytest.mark.parametrize(
    "source",
    [
        {"source": "folder", "folder": "p"},
        {"source": "photos"},
        {"source": "digits"},
        {"source": "crops", "folder": "p"},
    ],
)
def test_every_source_has_its_needs(source, tmp_path, monkeypatch):
    for kind in "ab":
        (tmp_path / "p" / kind).mkdir(parents=True)
        for number in range(3):
            (tmp_path / "p" / kind / f"{number}.png").write_text("x")
    monkeypatch.chdir(tmp_path)
    config = changed("datasets", "mine", to=source, config=changed("experiment", "datasets", to=["mine"]))
    small = changed("architectures", "templates", "kernel_size", to=5, config=config)
    experiment = Experiment(changed("experiment", "architectures", to=["templates"], config=small))
    for rule in RULES:
        assert 500 < resources.megabytes(experiment, rule, "mine", "templates") < 6000
        assert 5 <= resources.minutes(experiment, rule, "mine", "templates") < 24 * 60


def test_the_profile_is_as_the_table_of_rules_has_it():
    assert slurm_profile.written_into(TEXT) == TEXT, "run `make reference`"


def test_the_profile_groups_all_rules_but_trainings_that_may_be_many():
    groups = dict(entry.split("=") for entry in PROFILE["groups"])
    assert set(groups) == set(RULES) - {"train_network", "train_group", "pool_nulls"}
    assert set(groups.values()) == {"dataset", "run", "judged", "figures", "seeds", "end"}
    components = [entry.partition("=")[0] for entry in PROFILE["group-components"]]
    assert components and set(components) <= set(groups.values())
    assert [rule for rule in groups if groups[rule] == "figures"] == ["draw_history", "draw_featuremaps"]


def test_no_group_waits_for_a_job_that_waits_for_it(fresh):
    """Otherwise Snakemake makes one job of both, and the seeds of a network run one after the other."""
    graph = fresh.snakemake("--rulegraph", *SMOKE).stdout
    names = {number: re.sub(r"_\d+$", "", name) for number, name in re.findall(r'(\d+)\[label = "(\w+)', graph)}
    group = dict(entry.split("=") for entry in PROFILE["groups"])
    waits_for = {}
    for before, after in re.findall(r"(\d+) -> (\d+)", graph):
        ends = [group.get(names[number], names[number]) for number in (after, before)]
        if ends[0] != ends[1]:
            waits_for.setdefault(ends[0], set()).add(ends[1])
    assert {"seeds", "judged", "pool_nulls", "end"} < waits_for.keys()
    assert list(TopologicalSorter(waits_for).static_order())[-1] == "all"


def test_every_job_asks_for_what_it_needs_by_the_profile_or_where_the_config_has_a_say_by_its_rule(experiment):
    asked = {rule: PROFILE["set-resources"].get(rule, {}) for rule in RULES}
    more = changed("architectures", "templates", "kernels", to=2048)
    larger = Experiment(changed("datasets", "waveforms", "image_size", to=[256, 256], config=more))
    for rule in RULES:
        for name, need in (("mem_mb", resources.megabytes), ("runtime", resources.minutes)):
            small, large = (need(one, rule, "waveforms", "templates") for one in (experiment, larger))
            if name in asked[rule]:
                assert asked[rule][name] == f"attempt * {small}"
                assert small == large
            else:
                assert rule == "train_cdbn" or small < large  # which trains nothing in this experiment


def test_a_rule_for_the_layers_of_some_architectures_asks_for_what_the_profile_says_of_all(fresh):
    """Two networks differ in their layers, so a rule of its own draws the figures of each; no name of it is here."""
    done = fresh.snakemake("--dry-run", *SMOKE, "--groups", "draw_pixels=mine", "--set-resources", "draw_pixels:disk=7")
    assert done.returncode == 0, done.stderr
    grouped = re.findall(r"Group job mine .*\n+.*\n +rule (\w+):\n(?:.+\n)+? +resources: .*disk=7", done.stdout)
    assert sorted(grouped) == ["draw_pixels", "draw_pixels", "draw_pixels_1", "draw_pixels_1"]


def test_the_names_of_a_module_can_stand_in_its_profile():
    renamed = yaml.safe_load(slurm_profile.written_into(TEXT, "kernelscope_"))
    assert renamed["groups"] == [f"kernelscope_{entry}" for entry in PROFILE["groups"]]
    assert renamed["set-resources"] == {f"kernelscope_{rule}": of for rule, of in PROFILE["set-resources"].items()}


def test_the_profile_replaces_the_default_one_whole():
    """Snakemake reads a single workflow profile, so settings that keep results right must be in both."""
    of_one_machine = {"resources", "show-failed-logs"}
    assert DEFAULT.keys() - PROFILE.keys() <= of_one_machine
    assert all(PROFILE[key] == DEFAULT[key] for key in DEFAULT.keys() - of_one_machine)
    assert "resources" not in PROFILE  # one GPU is what one machine has

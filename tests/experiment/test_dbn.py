"""Experiments with networks that learn without labels: their jobs, the jobs that they do not have, and refusals."""

import pytest
from default_config import CONFIG, changed
from projects import ROOT

from experiment.config.schema import ConfigError
from experiment.plan import jobs, loading
from experiment.plan.experiment import Experiment


def config(*path, to=None, datasets=("waveforms",)):
    """Return a config with one deep belief network `mine`, with a setting changed."""
    found = changed("architectures", "mine", to={"network": "cdbn", "cdbn": {"crops": [40, 44]}})
    found["experiment"] = {"datasets": list(datasets), "architectures": ["mine"], "seeds": [0, 1]}
    return changed("architectures", "mine", *path, to=to, config=found) if path else found


ONLY = {"train_cdbn", "describe_bases", "compare_bases", "draw_bases"}
NO_LABELS = {  # rules that need labels or a network of layers
    *("train_network", "train_group", "draw_featuremaps", "import_kernels", "draw_pretrained"),
    *("measure_layers", "probe_model"),
    *("probe_kernels", "predict_images", "project_kernels", "draw_pixels", "write_atlas", "draw_atlas"),
    *("compare_seeds", "draw_agreement", "compare_runs", "draw_similarity"),
}


def rules(experiment) -> set[str]:
    return {job.rule for job in jobs.jobs(experiment)}


def test_it_trains_by_a_rule_of_its_own_and_does_without_labels():
    experiment = Experiment(config())
    assert rules(experiment) >= ONLY
    assert not rules(experiment) & NO_LABELS
    assert {"draw_montage", "make_movie", "measure_kernels", "match_kernels", "write_findings"} <= rules(experiment)
    assert not set(experiment.stages) & {"probes", "agreement"}
    assert experiment.write_cost()["training"] == {"mine": "train_cdbn"}


def test_other_experiments_have_none_of_its_rules():
    assert not rules(Experiment(CONFIG)) & ONLY


def test_the_spec_of_a_training_has_every_setting():
    spec = Experiment(config()).train_cdbn("waveforms", "mine", "1")
    assert spec["seed"] == 1
    assert spec["cdbn"]["crops"] == [40, 44]
    assert spec["cdbn"]["sigma"] == [0.2, 0.1]


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (
            config("kernels", to=5),
            "architectures.mine.kernels: got a setting beside `network: cdbn`, expected `cdbn: {kernels: [24, 40]}`",
        ),
        (
            config("control", to="frozen"),
            "architectures.mine.control: got 'frozen', expected none, with `network: cdbn`",
        ),
        (
            config("cdbn", to={"kernels": [24, 40, 5]}),
            "architectures.mine.cdbn.kernel_sizes: got 2 values, expected 3, as many as `kernels`",
        ),
        (
            config("cdbn", "crops", to=[40, 45]),
            "cdbn.crops: got 45 pixels, expected at most 44, the smaller side of a prepared image",
        ),
        (config("cdbn", to={"crops": [40, 16]}), "cdbn.kernel_sizes: got 8 for 3 pixels or units"),
        (config("cdbn", "sigma", to=[0.1, 0.2]), "cdbn.sigma: got [0.1, 0.2], expected the larger number first"),
        (
            config("cdbn", "sparsity_targets", to=[0.3, 0.1]),
            "cdbn.sparsity_targets: got 0.3, expected below 0.25, one unit of a pooling block",
        ),
        (
            changed("architectures", "templates", "cdbn", to={}),
            "architectures.templates.cdbn: got settings beside `network: templates`, "
            "expected `network: cdbn`, or no `cdbn:`",
        ),
        (
            changed("experiment", "architectures", to=["mine", "templates"], config=config()),
            "experiment.architectures: got 'templates' beside `network: cdbn`, which learns without labels",
        ),
        (
            changed("datasets", "waveforms", "classes", to=["square"]),
            "datasets.waveforms.classes: got one class, expected at least 2, for networks that learn labels",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(found, line):
    with pytest.raises(ConfigError) as error:
        Experiment(found)
    assert line in str(error.value)


@pytest.mark.parametrize("name", ["lee2009", "lee2009_classes"])
def test_the_experiments_of_lee_are_as_the_paper_has_them(name):
    experiment = loading.load([str(ROOT / f"config/{name}.yaml")])
    assert len(experiment.all_seeds) >= 5
    for own in experiment.cdbn.values():
        assert (own["kernels"][0], own["kernel_sizes"][0], own["pooling"]) == (24, 10, 2)


def test_networks_of_one_class_each_are_shown_all_classes():
    found = config(datasets=("square", "triangle", "waveforms"))
    for name in ("square", "triangle"):
        found["datasets"][name] = CONFIG["datasets"]["waveforms"] | {"classes": [name]}
    experiment = Experiment(found)
    assert experiment.shown("waveforms") == ["square", "triangle"]
    assert Experiment(config()).shown("waveforms") == ["waveforms"]

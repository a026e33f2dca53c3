"""Datasets that differ in their seed alone are draws of one kind of images."""

from default_config import CONFIG, changed

from experiment.plan.experiment import Experiment
from experiment.plan.jobs import jobs


def planned(**datasets):
    """Return the experiment on `waveforms` and these datasets, each of which differs from it as said."""
    config = changed("experiment", "datasets", to=["waveforms", *datasets])
    for name, changes in datasets.items():
        config["datasets"][name] = CONFIG["datasets"]["waveforms"] | changes
    return Experiment(config)


def test_another_seed_of_the_images_makes_a_second_draw():
    experiment = planned(again={"seed": 1}, noisy={"noise": [0.0, 0.1]})
    assert experiment.draws == [["again", "waveforms"]]
    assert experiment.compare_draws() == {"draws": [["again", "waveforms"]], "seeds": experiment.compared}
    assert [str(job.manifest) for job in jobs(experiment) if job.rule == "compare_draws"] == [
        "compare/.manifest/compare_draws.json"
    ]


def test_kinds_of_images_are_kept_apart():
    noise = {"noise": [0.0, 0.1]}
    experiment = planned(again={"seed": 1}, noisy=noise, noisier=noise | {"seed": 5})
    assert experiment.draws == [["again", "waveforms"], ["noisier", "noisy"]]


def test_without_a_second_draw_there_is_nothing_to_compare():
    assert planned().draws == planned(noisy={"noise": [0.0, 0.1]}).draws == []
    assert not [job for job in jobs(planned()) if job.rule == "compare_draws"]

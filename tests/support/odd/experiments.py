"""Small odd experiments, each made from its number: a config, and the images or kernels that it names."""

import random
from pathlib import Path
from typing import NamedTuple

from configs import leaves
from examples import examples
from hypothesis import strategies as st
from odd import datasets, networks, of_others, weights
from odd.strata import NO_LABELS, PRETRAINED, Stratum

SECTIONS = ("comparison", "analysis", "figures", "movie")
SMALL = {"comparison": {"n_resamples": 20}, "analysis": {"n_resamples": 20, "images": 20}}
STAGES = ("probes", "page", "movies", "findings", "compare")
PUBLISHERS = {"recorded": of_others.recorded, "with images": of_others.probed}
SHARE = 0.15  # of the experiments that have a sweep, or a part of the stages


class Experiment(NamedTuple):
    """A config, whose paths are relative to the folder of its files, and code to append to architectures.py."""

    config: dict
    code: str = ""


def experiment(folder: Path, kinds: Stratum, name: str) -> Experiment:
    """Return an experiment that combines some kinds of things, and write its images or kernels into a folder.

    name: everything random follows from it.
    """
    chance = random.Random(name)
    config = sections(chance, name) | {"experiment": {"datasets": ["d"], "architectures": ["a"]}}
    config["figures"] = config["figures"] | {"for": kinds.use}
    if chance.random() < SHARE:
        config["experiment"]["stages"] = [chance.choice(STAGES)]
    if kinds.source in PRETRAINED:
        publish = PUBLISHERS.get(kinds.source, weights.publish)
        runs, settings = publish(folder / "kernels", chance, kinds.source)
        config["experiment"]["seeds"] = list(range(runs))
        config["datasets"] = {"d": {"source": "pretrained", "folder": "kernels"} | settings}
        return Experiment(config | {"architectures": {"a": {"network": "pretrained"}}})
    config["experiment"]["seeds"] = chance.choice(([0], [0, 1], [7, 999_999_999]))
    side, settings = datasets.dataset(folder, kinds.source, chance, f"{name} dataset")
    config["datasets"] = {"d": settings}
    if kinds.network == NO_LABELS:
        definition = {"network": NO_LABELS, "cdbn": networks.belief_network(chance, side)}
        return Experiment(config | {"architectures": {"a": definition}})
    definition, code = networks.network(chance, kinds.network, side)
    config["architectures"] = {"a": definition}
    config["training"] = networks.training(chance, kinds.network, f"{name} training") | {"device": kinds.device}
    if kinds.control != "none":
        config["architectures"]["control"] = {"of": "a", "control": kinds.control}
        config["experiment"]["architectures"] = ["a", "control"]
    elif chance.random() < SHARE:
        definition["vary"] = {"training.loss": ["cross_entropy", "mse"], "training.optimizer": ["adamw", "sgd"]}
        config["experiment"]["seeds"] = [0]
    return Experiment(config, code)


def sections(chance: random.Random, name: str) -> dict:
    """Return the sections of a config that say how kernels are compared, probed and drawn: defaults, or anything."""
    drawn = [{}] * len(SECTIONS)
    if chance.random() < 0.5:
        drawn = examples(st.tuples(*(leaves(section, True) for section in SECTIONS)), 2, name)[-1]
    return {section: SMALL.get(section, {}) | values for section, values in zip(SECTIONS, drawn, strict=True)}

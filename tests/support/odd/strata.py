"""Which kinds of images, kernels, networks, controls and devices an odd experiment combines."""

import random
from typing import NamedTuple

from kernelscope.data import control_names

IMAGES = (
    *("waveforms", "arrays", "split arrays", "one array", "folder", "split folder", "table", "digits", "photos"),
    "crops",
)
PRETRAINED = ("kernel files", "checkpoints", "kernels.npz", "banks", "recorded", "with images")
NO_LABELS = "cdbn"
NETWORKS = (
    "templates",
    "stacked",
    "cnnkernels",
    "cnnkernels_tanh",
    "small_resnet",
    "krizhevsky",
    "small_alexnet",
    "own",
    NO_LABELS,
)
CONTROLS = ("none", *control_names.KINDS)
DEVICES = (*("cpu",) * 4, *("auto",) * 4, "cuda", "mps")
USES = ("screen", "slide", "paper")


class Stratum(NamedTuple):
    """What an experiment combines; "" for what does not apply to its source or network."""

    source: str
    network: str
    control: str
    device: str
    use: str


def stratum(number: int, seed: int) -> Stratum:
    """Return the kinds of things that an experiment combines."""

    def turn(kinds: tuple[str, ...], name: str) -> str:
        """Return one of some kinds: as many experiments in a row as there are kinds have each of them once."""
        block, place = divmod(number, len(kinds))
        return random.Random(f"{seed} {name} {block}").sample(kinds, len(kinds))[place]

    source, use = turn((*IMAGES, *PRETRAINED), "source"), turn(USES, "use")
    if source in PRETRAINED:
        return Stratum(source, "", "", "", use)
    network = turn(NETWORKS, "network")
    if network == NO_LABELS:
        return Stratum(source, network, "", "", use)
    return Stratum(source, network, turn(CONTROLS, "control"), turn(DEVICES, "device"), use)

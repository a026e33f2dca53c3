"""The plan of an experiment: the values that follow from its config. Planning code takes one of these."""

import json
from dataclasses import dataclass

from experiment.plan.datasets import CROPS, DRAWN, Source
from experiment.plan.pretrained import Run
from experiment.plan.subsets import runs_compared, seeds_on_page
from kernelscope.data import control_names

SMALLEST_WITH_SHAPE = 7  # rows of a kernel; measures/shape_fit.py, which imports NumPy


@dataclass(frozen=True, eq=False)
class Plan:
    """A checked experiment. Lists are sorted, so that the order in which a config names things changes nothing."""

    config: dict  # with every default
    levels: dict[str, dict]  # architecture of a sweep -> name of the sweep, and the label of each varied key
    datasets: list[str]
    architectures: list[str]
    seeds: dict[str, list[int]]  # architecture -> its seeds
    compared: dict[str, list[int]]  # architecture -> those of its seeds that are compared pair by pair
    defined: dict[str, dict]  # architecture -> its definition
    control: dict[str, str]  # architecture -> kind of control, or none
    training: dict[str, dict]  # architecture -> its settings
    groups: dict[str, dict[int, list[int]] | None]  # architecture -> seed -> seeds of its job; None: one seed a job
    layers: dict[str, list[dict]]
    towers: dict[str, int]  # architecture with towers in its first layer -> how many; 1: the joined control of two
    pretrained: dict[str, dict[int, Run]]  # dataset -> seed -> run; empty where networks are trained here
    models: dict[str, dict]  # dataset of pretrained runs -> the code of their network and its images, where given
    cdbn: dict[str, dict]  # architecture -> its settings; empty where networks learn labels
    sources: dict[str, Source]  # dataset with images -> what it is made from

    @property
    def results(self) -> str:
        """Return the folder of the results."""
        return self.config.get("pathvars", {}).get("results", "results")

    @property
    def supervised(self) -> bool:
        """Whether networks are trained here, with labels."""
        return not self.pretrained and not self.cdbn

    @property
    def probed_models(self) -> list[str]:
        """Return the datasets of pretrained runs whose networks are probed with images."""
        return sorted(self.models)

    @property
    def labeled(self) -> list[str]:
        """Return the datasets that networks are tested on."""
        return list(self.sources) if self.supervised else []

    @property
    def has_history(self) -> bool:
        """Whether every run has losses: all runs that are trained here, and pretrained runs with a file of losses."""
        return all(self.config["datasets"][dataset]["history"] is not None for dataset in self.pretrained)

    @property
    def drawn(self) -> list[str]:
        """Return the datasets whose images are drawn."""
        return [dataset for dataset in self.sources if self.is_drawn(dataset)]

    @property
    def read(self) -> list[str]:
        """Return the datasets whose images are read from files or taken from a library."""
        return [dataset for dataset in self.sources if not self.is_drawn(dataset)]

    @property
    def draws(self) -> list[list[str]]:
        """Return the datasets that are draws of one kind of images: they are drawn, and differ in their seed alone."""
        kinds: dict[str, list[str]] = {}
        for dataset in self.drawn:
            kind = self.config["datasets"][dataset] | {"seed": None}
            kinds.setdefault(json.dumps(kind, sort_keys=True), []).append(dataset)
        return [datasets for datasets in kinds.values() if len(datasets) > 1]

    @property
    def redrawn(self) -> list[str]:
        """Return the datasets of `draws`."""
        return [dataset for datasets in self.draws for dataset in datasets]

    def is_drawn(self, dataset: str) -> bool:
        """Whether the images of a dataset are drawn, not read."""
        return self.config["datasets"][dataset]["source"] == DRAWN

    @property
    def cropped(self) -> list[str]:
        """Return the datasets of crops of large images, on which networks learn labels."""
        sources = {name: self.config["datasets"][name]["source"] for name in self.sources}
        return [name for name in self.labeled if sources[name] == CROPS]

    @property
    def sorted_by_kind(self) -> list[str]:
        """Return the architectures whose first-layer kernels are large enough to have a shape."""
        sizes = {arch: layers[0] for arch in self.architectures if (layers := self.conv_sizes(arch))}
        return [arch for arch, size in sizes.items() if size >= SMALLEST_WITH_SHAPE]

    def conv_sizes(self, arch: str) -> list[int]:
        """Return the kernel sizes of the conv layers of an architecture."""
        return [layer["kernel_size"] for layer in self.layers[arch] if layer["kind"] == "conv"]

    @property
    def alone(self) -> list[str]:
        """Return the architectures with a job for each seed."""
        return [arch for arch in self.architectures if not self.together(arch)]

    @property
    def grouped(self) -> list[str]:
        """Return the architectures with a job for each group of seeds."""
        return [arch for arch in self.architectures if self.together(arch)]

    def together(self, arch: str) -> bool:
        """Whether the seeds of an architecture are trained in groups."""
        return self.groups[arch] is not None

    @property
    def devices(self) -> set[str]:
        """Return the devices that trainings ask for."""
        return {settings["device"] for settings in self.training.values()} if self.supervised else set()

    @property
    def order(self) -> dict[str, list[str]]:
        """Return the datasets and architectures in the order of the config, for readers; the plan itself is sorted."""
        return {name: list(self.config["experiment"][name]) for name in ("datasets", "architectures")}

    @property
    def all_seeds(self) -> list[int]:
        """Return the seeds of any architecture."""
        return sorted(set().union(*self.seeds.values()))

    @property
    def seeds_drawn(self) -> dict[str, list[int]]:
        """Return architecture -> seeds with a movie and an atlas; those of other seeds are made when asked for."""
        most = self.config["figures"]["seeds"]
        return {arch: seeds[:most] for arch, seeds in self.seeds.items()}

    def deeper(self, arch: str) -> tuple[str, ...]:
        """Return the conv layers of an architecture after its first; none where planning does not know the layers."""
        return tuple(layer["name"] for layer in self.layers[arch] if layer["kind"] == "conv")[1:]

    def by_layers(self, attribute: str = "architectures") -> dict[tuple[str, ...], list[str]]:
        """Return the names of deeper layers -> the architectures with them, among those of an attribute."""
        archs: dict[tuple[str, ...], list[str]] = {}
        for arch in getattr(self, attribute):
            archs.setdefault(self.deeper(arch), []).append(arch)
        return archs

    @property
    def runs_compared(self) -> dict[str, list[int]]:
        """Return architecture -> seeds whose runs on a dataset are all compared with each other."""
        return runs_compared(self.compared)

    @property
    def seeds_on_page(self) -> dict[str, list[int]]:
        """Return architecture -> seeds whose runs are on the page."""
        return seeds_on_page(len(self.datasets), self.compared)

    def shown(self, dataset: str) -> list[str]:
        """Return the datasets that show what bases learned on one dataset say about classes.

        These are all datasets of a single class if there are several of them, else the dataset itself.
        """
        of_one = [name for name in self.sources if self.sources[name].classes == 1]
        return of_one if len(of_one) > 1 else [dataset]

    def controls(self, arch: str, control: str) -> list[str]:
        """Return the selected architectures that differ from this one in their `control` alone; none for a control."""
        if self.control[arch] != control_names.NONE:
            return []
        settings = self.layers[arch], self.training[arch]
        others = [other for other in self.architectures if self.control[other] == control]
        return [other for other in others if (self.layers[other], self.training[other]) == settings]

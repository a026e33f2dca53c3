"""The experiment that a config describes: its runs, and the spec of every job as one canonical string."""

import itertools

from experiment import cdbn, definitions, published, stages, sweeps
from experiment.jobs import MAKING, TRAINING
from experiment.schema import check, filled, schema
from experiment.selection import drawn, groups, runs_compared, seeds_on_page
from experiment.sources import DRAWN, source
from experiment.specs import Specs
from kernelscope import controls


class Experiment(Specs):
    """A checked config. Lists are sorted, so that the order in which a config names things changes nothing.

    Raises
    ------
    ConfigError
        One line: where, what was found, what is allowed.
    """

    def __init__(self, config: dict):
        check(config)
        config, self.levels = sweeps.expanded(config)
        if self.levels:
            check(config)
        self.config = filled(config, schema())
        selection = self.config["experiment"]
        self.datasets = sorted(selection["datasets"])
        self.architectures = sorted(selection["architectures"])
        self.seeds = sorted(selection["seeds"])
        self.compared = drawn(self.seeds, self.config["comparison"]["most_seeds"])
        self.results = self.config.get("pathvars", {}).get("results", "results")
        for kind in ("datasets", "architectures"):
            definitions.check_defined(selection[kind], self.config[kind], kind)
        for arch in self.architectures:
            definitions.check_definition(config, arch)
        defined = {arch: definitions.definition(self.config, arch) for arch in self.architectures}
        self.defined = defined
        self.control = {arch: settings["control"] for arch, settings in defined.items()}
        self.training = {arch: definitions.training(config, arch) for arch in self.architectures}
        asked = {arch: settings.pop("seeds_at_once") for arch, settings in self.training.items()}  # of no one training
        self.groups = {
            arch: groups(self.seeds, definitions.at_once(asked[arch], settings["device"]))
            for arch, settings in self.training.items()
        }
        self.layers = {
            arch: definitions.layers(arch, settings, self.training[arch]) for arch, settings in defined.items()
        }
        self.published = published.runs(self.config)
        self.cdbn = cdbn.selected(defined)
        left_out = stages.left_out(self)
        self.stages = [stage for stage in stages.selected(selection["stages"]) if stage not in left_out]
        self.sources = {
            dataset: source(dataset, self.config["datasets"][dataset])
            for dataset in (() if self.published else self.datasets)
        }
        self._check_shapes()

    def _check_shapes(self) -> None:
        """ConfigError where an architecture does not fit a dataset."""
        for dataset, arch in itertools.product(self.sources, self.architectures):
            if self.cdbn:
                cdbn.check_size(arch, self.cdbn[arch], dataset, self.sources[dataset].image_size)
            else:
                definitions.check_shapes(arch, self.layers[arch], dataset, self.sources[dataset])

    @property
    def devices(self) -> set[str]:
        return set() if self.published or self.cdbn else {settings["device"] for settings in self.training.values()}

    def together(self, arch: str) -> bool:
        """Whether the seeds of an architecture are trained in groups."""
        return self.groups[arch] is not None

    def is_drawn(self, dataset: str) -> bool:
        """Whether the images of a dataset are drawn, not read."""
        return self.config["datasets"][dataset]["source"] == DRAWN

    @property
    def read(self) -> list[str]:
        """The datasets whose images are read from what is there."""
        return [dataset for dataset in self.sources if not self.is_drawn(dataset)]

    def maker(self, dataset: str) -> str:
        """The rule that makes a dataset."""
        return MAKING[not self.is_drawn(dataset)]

    def trainer(self, arch: str) -> str:
        """The rule that makes the runs of an architecture."""
        if self.cdbn:
            return "train_cdbn"
        return "import_kernels" if self.published else TRAINING[self.together(arch)]

    @property
    def towers(self) -> dict[str, int]:
        """The architectures whose first layers are in towers, with how many; 1 is the joined control of two."""
        found = {arch: definitions.towers(settings) for arch, settings in self.defined.items()}
        return {arch: count for arch, count in found.items() if count}

    @property
    def told(self) -> dict[str, list[str]]:
        """The tables, besides summary.csv, that findings are written from: of a dataset, an architecture, and a run."""
        agreement = "agreement" in self.stages
        run = ["atlas", "explained"] if "probes" in self.stages else ["measures"] * ("measures" in self.stages)
        return {
            "dataset": [
                "architectures",
                *["similarity"] * agreement,
                *["cells", "effects", "levels"] * bool(self.levels),
            ],
            "arch": ["pairs", *["universal", "energy_agreement", "cka"] * agreement],
            "run": run,
        }

    def shown(self, dataset: str) -> list[str]:
        """The datasets whose images tell what the bases learned on one say of classes: all that have one class each,
        if there are several, else that one."""
        of_one = [name for name in self.sources if self.sources[name].classes == 1]
        return of_one if len(of_one) > 1 else [dataset]

    @property
    def runs_compared(self) -> tuple[list[str], list[int]]:
        """The architectures and seeds whose runs on a dataset are compared all with all."""
        return runs_compared(self.architectures, self.compared)

    @property
    def seeds_on_page(self) -> list[int]:
        """The seeds whose runs are on the page."""
        return seeds_on_page(self.datasets, self.architectures, self.compared)

    def controls(self, arch: str, control: str) -> list[str]:
        """The selected architectures that are this one in all but their `control`; none for one that is a control."""
        if self.control[arch] != controls.NONE:
            return []
        same = lambda other: (self.layers[other], self.training[other]) == (self.layers[arch], self.training[arch])  # noqa: E731
        return [other for other in self.architectures if self.control[other] == control and same(other)]

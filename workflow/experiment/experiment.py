"""The experiment that a config describes: its runs, and the spec of every job as one canonical string."""

import copy
import json

from experiment import definitions, published
from experiment.jobs import TRAINING, stages
from experiment.schema import check, filled, schema
from experiment.selection import drawn, groups, runs_compared, seeds_on_page
from kernelscope import controls


class Experiment:
    """A checked config. Lists are sorted, so that the order in which a config names things changes nothing.

    Raises
    ------
    ConfigError
        One line: where, what was found, what is allowed.
    """

    def __init__(self, config: dict):
        check(config)
        self.config = filled(copy.deepcopy(config), schema())
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
        for dataset in self.datasets if not self.published else ():
            definitions.check_dataset(dataset, self.config["datasets"][dataset])
            for arch in self.architectures:
                definitions.check_shapes(arch, self.layers[arch], dataset, self.config["datasets"][dataset])

    @property
    def devices(self) -> set[str]:
        return set() if self.published else {settings["device"] for settings in self.training.values()}

    def together(self, arch: str) -> bool:
        """Whether the seeds of an architecture are trained in groups."""
        return self.groups[arch] is not None

    def trainer(self, arch: str) -> str:
        """The rule that makes the runs of an architecture."""
        return "import_kernels" if self.published else TRAINING[self.together(arch)]

    def run(self, dataset: str, arch: str, seed: str) -> dict:
        """A run, and where it is published the name that it has there."""
        found = {"dataset": dataset, "arch": arch, "seed": int(seed)}
        return found | ({"published": self.published[dataset][int(seed)].name} if self.published else {})

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

    # The spec of each rule: that part of the config which its job uses, wildcards included.

    def make_dataset(self, dataset: str) -> dict:
        return {"dataset": dataset, "settings": self.config["datasets"][dataset]}

    def draw_samples(self, dataset: str) -> dict:
        return {"dataset": dataset}

    def train_network(self, dataset: str, arch: str, seed: str) -> dict:
        return self.network(dataset, arch, seed) | {"training": self.training[arch]}

    def import_kernels(self, dataset: str, arch: str, seed: str) -> dict:
        own = {"scaled": self.config["datasets"][dataset]["scaled"]}
        return self.run(dataset, arch, seed) | self.published[dataset][int(seed)].spec | own

    def draw_published(self, dataset: str, arch: str) -> dict:
        return self.draw_matched(dataset, arch)

    def train_group(self, dataset: str, arch: str, seed: str) -> dict:
        """That of the job which trains this seed with others."""
        own = self.train_network(dataset, arch, seed)
        return {key: value for key, value in own.items() if key != "seed"} | {"seeds": self.groups[arch][int(seed)]}

    def extract_kernels(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed)

    def draw_montage(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed) | self.config["pictures"]

    def draw_history(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed)

    def draw_featuremaps(self, dataset: str, arch: str, seed: str) -> dict:
        return self.network(dataset, arch, seed) | self.config["pictures"]

    def measure_kernels(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed) | {
            "draws": self.config["analysis"]["draws"],
            "random_labels": self.controls(arch, controls.RANDOM_LABELS),
            "seeds": self.compared if self.controls(arch, controls.RANDOM_LABELS) else [],
        }

    def draw_measures(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed)

    def probe_kernels(self, dataset: str, arch: str, seed: str) -> dict:
        first = next(layer["name"] for layer in self.layers[arch] if layer["kind"] == "conv")
        sd = self.training[arch]["initial_sd"]
        return self.network(dataset, arch, seed) | self.config["analysis"] | {"initial_sd": sd.get(first, sd["conv"])}

    def project_kernels(self, dataset: str, arch: str, seed: str) -> dict:
        return self.network(dataset, arch, seed)

    def draw_pixels(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed) | self.config["pictures"]

    def draw_atlas(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed) | {"control": self.control[arch]} | self.config["pictures"]

    def make_movie(self, dataset: str, arch: str, seed: str) -> dict:
        return self.run(dataset, arch, seed) | self.config["pictures"] | self.config["movie"]

    def match_kernels(self, dataset: str, arch: str) -> dict:
        settings = self.config["comparison"]
        own = {key: settings[key] for key in ("either_sign", "draws")}
        return {"dataset": dataset, "arch": arch, "seeds": self.compared} | own

    def draw_matched(self, dataset: str, arch: str) -> dict:
        return {"dataset": dataset, "arch": arch, "seeds": self.compared} | self.config["pictures"]

    def compare_seeds(self, dataset: str, arch: str) -> dict:
        return {
            "dataset": dataset,
            "arch": arch,
            "seeds": self.seeds,
            "seeds_compared": self.compared,
            "control": self.control[arch],
            "draws": self.config["comparison"]["draws"],
            "random_labels": self.controls(arch, controls.RANDOM_LABELS),
        }

    def compare_runs(self, dataset: str) -> dict:
        archs, seeds = self.runs_compared
        draws = self.config["comparison"]["draws"]
        return {"dataset": dataset, "architectures": archs, "seeds": seeds, "draws": draws}

    def write_summary(self) -> dict:
        return {
            "runs": [[dataset, arch] for dataset in self.datasets for arch in self.architectures],
            "seeds": self.seeds,
        }

    def write_cost(self) -> dict:
        return self.write_summary() | {
            "training": {arch: self.trainer(arch) for arch in self.architectures},
            "per_dataset": stages(1, self),
            "per_arch": stages(2, self),
            "per_run": [stage for stage in stages(3, self) if stage not in (*TRAINING, "import_kernels")],
        }

    def compare_architectures(self, dataset: str) -> dict:
        return {"dataset": dataset, "architectures": self.architectures, "seeds": self.seeds} | self.config["pictures"]

    def write_findings(self) -> dict:
        return (
            self.write_summary()
            | {
                "controls": {
                    arch: {kind: found for kind in controls.KINDS if (found := self.controls(arch, kind))}
                    for arch in self.architectures
                }
            }
            | published.names(self)
        )

    def write_page(self) -> dict:
        own = lambda arch: {"control": self.control[arch], "layers": self.layers[arch], "training": self.training[arch]}  # noqa: E731
        return {
            "datasets": {dataset: published.shown(self.config["datasets"][dataset]) for dataset in self.datasets},
            "architectures": {arch: own(arch) for arch in self.architectures},
            "seeds": self.seeds,
            "shown": self.seeds_on_page,
            "colour_map": self.config["pictures"]["colour_map"],
        } | published.names(self)

    def network(self, dataset: str, arch: str, seed: str) -> dict:
        """A run with its layers, and what is done to its images or labels."""
        return self.run(dataset, arch, seed) | {"layers": self.layers[arch], "control": self.control[arch]}

    def spec(self, rule: str, wildcards: dict[str, str]) -> str:
        """The spec of one job of `rule` as sorted JSON: one string, because Snakemake compares params as a set."""
        return json.dumps(getattr(self, rule)(**wildcards), sort_keys=True, separators=(",", ":"))

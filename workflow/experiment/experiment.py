"""The experiment that a config describes: its runs, and the spec of every job as one canonical string."""

import copy
import inspect
import json

from experiment.jobs import stages
from experiment.schema import ConfigError, check, filled, schema
from kernelscope import architectures as networks
from kernelscope import layers as layer_lists
from kernelscope import ranges


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
        self.results = self.config.get("pathvars", {}).get("results", "results")
        for kind in ("datasets", "architectures"):
            check_defined(selection[kind], self.config[kind], kind)
        self.training = {arch: training(config, arch) for arch in self.architectures}
        self.layers = {
            arch: layers(arch, self.config["architectures"][arch], self.training[arch]) for arch in self.architectures
        }
        for dataset in self.datasets:
            check_dataset(dataset, self.config["datasets"][dataset])
            for arch in self.architectures:
                check_shapes(arch, self.layers[arch], dataset, self.config["datasets"][dataset])

    @property
    def devices(self) -> set[str]:
        return {settings["device"] for settings in self.training.values()}

    # The spec of each rule: that part of the config which its job uses, wildcards included.

    def make_dataset(self, dataset: str) -> dict:
        return {"dataset": dataset, "settings": self.config["datasets"][dataset]}

    def draw_samples(self, dataset: str) -> dict:
        return {"dataset": dataset}

    def train_network(self, dataset: str, arch: str, seed: str) -> dict:
        return run(dataset, arch, seed) | {"layers": self.layers[arch], "training": self.training[arch]}

    def extract_kernels(self, dataset: str, arch: str, seed: str) -> dict:
        return run(dataset, arch, seed)

    def draw_montage(self, dataset: str, arch: str, seed: str) -> dict:
        return run(dataset, arch, seed) | self.config["pictures"]

    def draw_history(self, dataset: str, arch: str, seed: str) -> dict:
        return run(dataset, arch, seed)

    def draw_featuremaps(self, dataset: str, arch: str, seed: str) -> dict:
        return run(dataset, arch, seed) | {"layers": self.layers[arch]} | self.config["pictures"]

    def make_movie(self, dataset: str, arch: str, seed: str) -> dict:
        return run(dataset, arch, seed) | self.config["pictures"] | self.config["movie"]

    def match_kernels(self, dataset: str, arch: str) -> dict:
        return {"dataset": dataset, "arch": arch, "seeds": self.seeds} | self.config["comparison"]

    def draw_matched(self, dataset: str, arch: str) -> dict:
        return {"dataset": dataset, "arch": arch, "seeds": self.seeds} | self.config["pictures"]

    def write_summary(self) -> dict:
        return {
            "runs": [[dataset, arch] for dataset in self.datasets for arch in self.architectures],
            "seeds": self.seeds,
        }

    def write_cost(self) -> dict:
        return self.write_summary() | {"per_dataset": stages(1), "per_arch": stages(2), "per_run": stages(3)}

    def compare_architectures(self, dataset: str) -> dict:
        return {"dataset": dataset, "architectures": self.architectures, "seeds": self.seeds} | self.config["pictures"]

    def spec(self, rule: str, wildcards: dict[str, str]) -> str:
        """The spec of one job of `rule` as sorted JSON: one string, because Snakemake compares params as a set."""
        return json.dumps(getattr(self, rule)(**wildcards), sort_keys=True, separators=(",", ":"))


def run(dataset: str, arch: str, seed: str) -> dict:
    return {"dataset": dataset, "arch": arch, "seed": int(seed)}


def training(config: dict, arch: str) -> dict:
    """The training settings of one architecture: its own, else those at the top, else the defaults."""
    own = config["architectures"][arch].get("training") or {}
    return filled(merged(config.get("training") or {}, own), {"$ref": "#/$defs/training"})


def merged(base: dict, over: dict) -> dict:
    """`over` on top of `base`, mappings key by key."""
    both = {
        key: merged(base[key], over[key])
        for key in base.keys() & over.keys()
        if isinstance(base[key], dict) and isinstance(over[key], dict)
    }
    return {**base, **over, **both}


def layers(arch: str, settings: dict, training: dict) -> list[dict]:
    """The layers of an architecture, after a check that its network knows its settings and layer names."""
    where = f"architectures.{arch}"
    build = networks.ARCHITECTURES.get(settings["network"])
    if build is None:
        raise ConfigError(
            f"{where}.network: found {settings['network']!r}; allowed: {', '.join(networks.ARCHITECTURES)}"
        )
    own = {key: value for key, value in settings.items() if key not in ("network", "training")}
    known = inspect.signature(build).parameters
    for key in own:
        if key not in known:
            raise ConfigError(
                f"{where}.{key}: network {settings['network']!r} has no such setting; allowed: {', '.join(known)}"
            )
    built = build(**own)
    groups = ["conv", "linear", *layer_lists.names(built)]
    for setting in ("weight_decay", "initial_sd"):
        for group in training[setting]:
            if group not in groups:
                raise ConfigError(f"{where}: training.{setting}: unknown layer {group!r}; allowed: {', '.join(groups)}")
    return built


def check_defined(selected: list[str], defined: dict, kind: str) -> None:
    for name in selected:
        if name not in defined:
            raise ConfigError(
                f"experiment.{kind}: found {name!r}; allowed: {', '.join(defined) or 'nothing, as none is defined'}"
            )


def check_dataset(name: str, settings: dict) -> None:
    for key in ("amplitude", "width", "position", "offset", "line_width", "noise", "clipping"):
        low, high = settings[key]
        if low > high:
            raise ConfigError(f"datasets.{name}.{key}: found {settings[key]}; allowed: the smaller number first")
    for key in ("amplitude", "width"):
        if settings[key][0] == 0:
            raise ConfigError(f"datasets.{name}.{key}: found {settings[key]}; allowed: numbers above 0")
    try:
        ranges.check_fits(settings)
    except ValueError as error:
        raise ConfigError(f"datasets.{name}: {error}") from None


def check_shapes(arch: str, built: list[dict], dataset: str, settings: dict) -> None:
    try:
        layer_lists.shapes(built, (1, *settings["image_size"]), len(settings["classes"]))
    except ValueError as error:
        raise ConfigError(f"architectures.{arch} on datasets.{dataset}: {error}") from None

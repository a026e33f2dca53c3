"""The experiment that a config describes: its runs, and the spec of every job as one canonical string."""

import itertools

from experiment.config.schema import check, filled, schema
from experiment.plan import architecture_settings, dbn, pretrained, sweeps
from experiment.plan.datasets import source
from experiment.plan.plan import Plan
from experiment.plan.specs import Specs
from experiment.plan.subsets import drawn, groups


class Experiment(Specs):
    """A checked config.

    Raises
    ------
    ConfigError
        One line: where, what was found, what is allowed.
    """

    def __init__(self, config: dict):
        super().__init__(**resolved(config))
        check_shapes(self)


def resolved(config: dict) -> dict:
    """Return the fields of a plan; ConfigError for the first value that is not allowed."""
    check(config)
    config, levels = sweeps.expanded(config)
    if levels:
        check(config)
    full = filled(config, schema())
    selection = full["experiment"]
    for kind in ("datasets", "architectures"):
        architecture_settings.check_defined(selection[kind], full[kind], kind)
    datasets, architectures, seeds = (sorted(selection[key]) for key in ("datasets", "architectures", "seeds"))
    for arch in architectures:
        architecture_settings.check_definition(config, arch)
    defined = {arch: architecture_settings.definition(full, arch) for arch in architectures}
    training = {arch: architecture_settings.training(config, arch) for arch in architectures}
    asked = {arch: settings.pop("seeds_at_once") for arch, settings in training.items()}  # of no one training
    together = {arch: architecture_settings.at_once(asked[arch], training[arch]["device"]) for arch in architectures}
    layers = {arch: architecture_settings.layers(arch, defined[arch], training[arch]) for arch in architectures}
    runs = pretrained.runs(full)
    return {
        **{"config": full, "levels": levels, "datasets": datasets, "architectures": architectures, "seeds": seeds},
        **{"defined": defined, "training": training, "layers": layers, "published": runs},
        "compared": drawn(seeds, full["comparison"]["most_seeds"]),
        "control": {arch: settings["control"] for arch, settings in defined.items()},
        "groups": {arch: groups(seeds, count) for arch, count in together.items()},
        "towers": {arch: count for arch in architectures if (count := architecture_settings.towers(defined[arch]))},
        "cdbn": dbn.selected(defined),
        "sources": {} if runs else {dataset: source(dataset, full["datasets"][dataset]) for dataset in datasets},
    }


def check_shapes(plan: Plan) -> None:
    """Raise ConfigError where an architecture does not fit a dataset."""
    for dataset, arch in itertools.product(plan.sources, plan.architectures):
        if plan.cdbn:
            dbn.check_size(arch, plan.cdbn[arch], dataset, plan.sources[dataset].image_size)
        else:
            architecture_settings.check_shapes(arch, plan.layers[arch], dataset, plan.sources[dataset])

"""The definitions of a config: what an architecture is trained with, its layers, and whether all fits together."""

import inspect

from experiment.config.schema import ConfigError, filled
from experiment.plan import dbn, devices, pretrained
from experiment.plan.datasets import Source
from kernelscope.data.control_names import KINDS, NONE
from kernelscope.models import architectures, layer_lists

ON_A_GPU = 64  # seeds trained at once, unless the config says how many


def definition(config: dict, arch: str) -> dict:
    """The settings of one architecture; those of a control `of` another are that one's, with its own `control`."""
    settings = config["architectures"][arch]
    if "of" not in settings:
        return settings
    return config["architectures"][settings["of"]] | {"control": settings["control"]}


def check_definition(config: dict, arch: str) -> None:
    """Raise ConfigError unless an architecture names a network, or one that does and the control to make of it."""
    where, settings, others = f"architectures.{arch}", config["architectures"][arch], config["architectures"]
    if "of" not in settings:
        if "network" not in settings:
            raise ConfigError(f"{where}: the key 'network' is missing")
        dbn.check_alone(arch, settings)
        return
    if extra := settings.keys() - {"of", "control"}:
        raise ConfigError(f"{where}.{min(extra)}: found beside `of`, which brings all settings; allowed: control")
    real = [name for name in others if "network" in others[name] and others[name].get("control", NONE) == NONE]
    if settings["of"] not in real:
        raise ConfigError(
            f"{where}.of: found {settings['of']!r}; allowed: {', '.join(real) or 'nothing, as no network is defined'}"
        )
    if settings.get("control", NONE) == NONE:
        raise ConfigError(f"{where}.control: found none beside `of`; allowed: {', '.join(KINDS)}")


def training(config: dict, arch: str) -> dict:
    """The training settings of one architecture: its own, else those at the top, else the defaults."""
    own = definition(config, arch).get("training") or {}
    found = filled(merged(config.get("training") or {}, own), {"$ref": "#/$defs/training"})
    if found["initial_seed"] is None:  # that of the run; the spec of a training has no such key then
        del found["initial_seed"]
    return found


def at_once(asked: int | None, device: str) -> int:
    """How many seeds one job trains."""
    return asked or (ON_A_GPU if devices.gpus(device) else 1)


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
    if settings["network"] == pretrained.NAME:  # its layers are unknown
        return []
    if settings["network"] == dbn.NAME:
        return dbn.layers(arch, settings)
    build = architectures.ARCHITECTURES.get(settings["network"])
    if build is None:
        raise ConfigError(
            f"{where}.network: found {settings['network']!r}; allowed: {', '.join(architectures.ARCHITECTURES)}"
        )
    own = {key: value for key, value in settings.items() if key not in ("network", "training", "control")}
    known = inspect.signature(build).parameters
    for key in own:
        if key not in known:
            raise ConfigError(
                f"{where}.{key}: network {settings['network']!r} has no such setting; allowed: {', '.join(known)}"
            )
    built = build(**own)
    try:
        groups = ["conv", "linear", *layer_lists.names(built)]
    except ValueError as error:
        raise ConfigError(f"{where}.network: {error}") from None
    for setting in ("weight_decay", "initial_sd"):
        for group in training[setting]:
            if group not in groups:
                raise ConfigError(f"{where}: training.{setting}: unknown layer {group!r}; allowed: {', '.join(groups)}")
    return built


def towers(settings: dict) -> int | None:
    """How many towers an architecture has, None where its network knows of none."""
    build = architectures.ARCHITECTURES.get(settings["network"])
    known = inspect.signature(build).parameters if build else {}
    return settings.get("towers", known["towers"].default) if "towers" in known else None


def check_defined(selected: list[str], defined: dict, kind: str) -> None:
    for name in selected:
        if name not in defined:
            raise ConfigError(
                f"experiment.{kind}: found {name!r}; allowed: {', '.join(defined) or 'nothing, as none is defined'}"
            )


def check_shapes(arch: str, built: list[dict], dataset: str, source: Source) -> None:
    """Raise ConfigError where an architecture does not fit a dataset, if the size of its images is known."""
    if source.classes == 1:
        raise ConfigError(f"datasets.{dataset}.classes: found one; allowed with networks that learn labels: at least 2")
    if source.image_size is None:
        return
    try:
        layer_lists.shapes(built, (1, *source.image_size), source.classes or 2)
    except ValueError as error:
        raise ConfigError(f"architectures.{arch} on datasets.{dataset}: {error}") from None

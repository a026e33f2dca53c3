"""The definitions in a config: what an architecture is trained with, its layers, and whether all fits together."""

import inspect
from collections.abc import Iterator
from typing import NamedTuple

from experiment.config.problems import ConfigError, Problem, Problems, completed, one_of, problem, refuse
from experiment.config.schema import filled
from experiment.plan import dbn, devices, pretrained
from experiment.plan.datasets import Source
from kernelscope.data.control_names import KINDS, NONE
from kernelscope.dbn import sizes
from kernelscope.models import architectures, layer_lists
from kernelscope.refusal import did_you_mean, quoted
from kernelscope.refusal import refuse as refuse_value

ON_A_GPU = 64  # seeds trained at once, unless the config says how many
NOT_SETTINGS = ("network", "training", "control", "seeds")  # keys of a definition that are no arguments of its network
GROUPS = ("conv", "linear")  # names for all layers of a kind
BY_LAYER = ("weight_decay", "init_std")  # training settings with a value for each layer or group


class Network(NamedTuple):
    """What the config says about one architecture."""

    definition: dict
    training: dict
    seeds_per_job: int
    layers: list[dict]
    weighted: list[str]  # names of the layers that weight decay and initial standard deviations are set for


def network(config: dict, full: dict, arch: str, base: str) -> Network:
    """Return one architecture of a config; `full` has its defaults, `base` is its own name or the name of its sweep."""
    check_definition(config, arch, ("architectures", base))
    settings, trained = definition(full, arch), training(config, arch)
    asked = trained.pop("seeds_per_job")  # belongs to no single training
    place = ("architectures", config["architectures"][arch].get("of", base))
    return Network(settings, trained, at_once(asked, trained["device"]), *layers(place, settings))


def definition(config: dict, arch: str) -> dict:
    """Return the settings of an architecture; a control has those of the architecture that it is `of`."""
    settings = config["architectures"][arch]
    if "of" not in settings:
        return settings
    return config["architectures"][settings["of"]] | {"control": settings["control"]}


def check_definition(config: dict, arch: str, path: tuple) -> None:
    """Raise ConfigError unless an architecture names a network, or another architecture and what control it is."""
    settings, others, problems = config["architectures"][arch], config["architectures"], Problems()
    if "of" not in settings:
        if "network" not in settings:
            refuse((*path, "network"), "nothing", one_of(network_names()))
        dbn.check_alone(path, settings)
        return
    words = "a setting beside `of`", "`control` and `seeds` alone, as `of` brings all settings"
    beside = [(*path, "of")]
    wrong = settings.keys() - {"of", "control", "seeds"}
    problems += [problem((*path, key), *words, beside=beside) for key in wrong]
    real = [name for name in others if "network" in others[name] and others[name].get("control", NONE) == NONE]
    if settings["of"] not in real:
        expected = one_of(real) if real else "an architecture with a network, and none is defined"
        words = quoted(settings["of"]), expected, did_you_mean(settings["of"], real)
        given = [("architectures", settings["of"])] * (settings["of"] in others)
        problems.append(problem((*path, "of"), *words, given))
    if settings.get("control", NONE) == NONE:
        got = "none" if "control" in settings else "nothing"
        problems.append(problem((*path, "control"), got, one_of(KINDS), "with `of`, this is a control", beside))
    problems.report()


def training(config: dict, arch: str) -> dict:
    """Return the training settings of an architecture: its own, else those at the top, else the defaults."""
    own = definition(config, arch).get("training") or {}
    settings = filled(merged(config.get("training") or {}, own), {"$ref": "#/$defs/training"})
    if settings["init_seed"] is None:  # each run has its own; the spec of a training has no such key then
        del settings["init_seed"]
    if not any(settings["augmentation"].values()):
        del settings["augmentation"]
    return settings


def at_once(asked: int | None, device: str) -> int:
    """Return how many seeds one job trains."""
    return asked or (ON_A_GPU if devices.gpus(device) else 1)


def merged(base: dict, over: dict) -> dict:
    """Return `over` on top of `base`, mappings key by key."""
    both = {
        key: merged(base[key], over[key])
        for key in base.keys() & over.keys()
        if isinstance(base[key], dict) and isinstance(over[key], dict)
    }
    return {**base, **over, **both}


def network_names() -> list[str]:
    """Return all names that `network` may have."""
    return [*architectures.ARCHITECTURES, dbn.NAME, pretrained.NAME]


def unknown_network(path: tuple, word: str) -> Problem:
    """Return the problem of a network that does not exist."""
    return problem(path, quoted(word), one_of(network_names()), did_you_mean(word, network_names()))


def layers(path: tuple, settings: dict) -> tuple[list[dict], list[str]]:
    """Return the layers of an architecture and the names of those with weights; ConfigError for unknown settings."""
    if settings["network"] == pretrained.NAME:  # its layers are unknown
        return [], []
    if settings["network"] == dbn.NAME:
        return dbn.layers(path, settings), []
    build = architectures.ARCHITECTURES.get(settings["network"])
    if build is None:
        raise ConfigError(unknown_network((*path, "network"), settings["network"]))
    own = {key: value for key, value in settings.items() if key not in NOT_SETTINGS}
    possible = inspect.signature(build).parameters
    unknown = f"a setting that network {settings['network']!r} does not have"
    words, beside = (unknown, one_of(possible)), [(*path, "network")]
    problems = Problems(problem((*path, key), *words, beside=beside) for key in own if key not in possible)
    problems.report()
    built = build(**own)
    try:
        return built, layer_lists.names(built)
    except ValueError as error:
        raise ConfigError(completed((*path, "network"), error)._replace(others=(path,))) from None


def foreign_layers(config: dict, networks: dict[str, Network], bases: dict[str, str]) -> Iterator[Problem]:
    """Yield a problem for each setting of a layer that an architecture does not have, once for all architectures."""
    seen = set()
    for arch, chosen in networks.items():
        if chosen.definition["network"] in (pretrained.NAME, dbn.NAME):
            continue
        groups = [*GROUPS, *chosen.weighted]
        own = definition(config, arch).get("training") or {}
        for setting in BY_LAYER:
            for group in (group for group in chosen.training[setting] if group not in groups):
                inside = ("architectures", config["architectures"][arch].get("of", bases[arch]))
                path = (*inside * (group in (own.get(setting) or {})), "training", setting, group)
                if path not in seen:
                    got, expected = f"a layer that {arch!r} does not have", one_of(groups)
                    hint, beside = did_you_mean(group, groups), [(*inside, "network")]
                    yield problem(path, got, expected, hint, beside)
                seen.add(path)


def towers(settings: dict) -> int | None:
    """Return how many towers an architecture has; None if its network has no such setting."""
    build = architectures.ARCHITECTURES.get(settings["network"])
    possible = inspect.signature(build).parameters if build else {}
    return settings.get("towers", possible["towers"].default) if "towers" in possible else None


def check_fit(network: Network, images: Source) -> None:
    """Raise ValueError where an architecture does not fit images, as far as their size is known, or their labels."""
    if images.has_rotations and network.training.get("augmentation", {}).get("rotation"):
        refuse_value("training.augmentation.rotation", "rotations of images whose labels are rotations", "0")
    image_size = images.image_size or images.inferred_size
    if network.definition["network"] == dbn.NAME:
        sizes.check(dbn.settings(network.definition), image_size)
    elif image_size is not None:
        layer_lists.shapes(network.layers, (1, *image_size), images.classes or 2)

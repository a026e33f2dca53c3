"""The seeds of each architecture: its own, else those of the architecture that it controls, else the experiment's."""

from collections.abc import Sequence


def of_architecture(config: dict, arch: str) -> list[int]:
    """Return the sorted seeds of an architecture; `config` is checked."""
    settings = config["architectures"][arch]
    controlled = config["architectures"].get(settings.get("of"), {})
    own = next((part["seeds"] for part in (settings, controlled) if "seeds" in part), config["experiment"]["seeds"])
    return sorted(own)


def of_all(config: dict, seeds_of: dict[str, list[int]]) -> tuple[list[int], tuple]:
    """Return the sorted seeds of any architecture, and the path of the key that holds the largest."""
    largest = max(seeds_of, key=lambda arch: seeds_of[arch][-1], default="")
    return sorted(set().union(*seeds_of.values())), where(config, largest)


def where(config: dict, arch: str) -> tuple:
    """Return the path of the key that holds the seeds of an architecture."""
    settings = config["architectures"].get(arch, {})
    for name in (arch, settings.get("of")):
        if "seeds" in config["architectures"].get(name, {}):
            return "architectures", name, "seeds"
    return "experiment", "seeds"


def without_overridden(config: dict, layers: Sequence[dict]) -> dict:
    """Return a config without the seeds of architectures that a later layer overrides by `experiment.seeds`.

    Parameters
    ----------
    config : dict
        The layers laid over each other; not checked yet.
    layers : sequence of dict
        What makes up the config, such as its files; the last counts most.
    """
    numbers = [number for number, layer in enumerate(layers) if "seeds" in inside(layer, "experiment")]
    if not numbers or not isinstance(config.get("architectures"), dict):
        return config
    definitions = [inside(layer, "architectures") for layer in layers[numbers[-1] :]]
    kept = {arch for defined in definitions for arch in defined if "seeds" in inside(defined, arch)}
    defined = config["architectures"]
    return config | {"architectures": {a: defined[a] if a in kept else without_seeds(defined[a]) for a in defined}}


def inside(mapping: object, key: str) -> dict:
    """Return the mapping at a key; {} if there is none."""
    value = mapping.get(key) if isinstance(mapping, dict) else None
    return value if isinstance(value, dict) else {}


def without_seeds(settings: object) -> object:
    """Return the settings of an architecture without its seeds."""
    if not isinstance(settings, dict):
        return settings
    return {key: value for key, value in settings.items() if key != "seeds"}

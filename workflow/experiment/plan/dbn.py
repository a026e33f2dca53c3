"""Architectures that are convolutional deep belief networks: their settings and their layers."""

from experiment.config.nodes import resolve
from experiment.config.schema import ConfigError, filled
from kernelscope.data import whitening_border
from kernelscope.dbn import sizes
from kernelscope.models.layer_lists import conv

NAME = "cdbn"  # as the network of an architecture
PER_LAYER = ("kernels", "kernel_sizes", "targets", "updates", "crops")


def check_alone(arch: str, definition: dict) -> None:
    """ConfigError where settings of other networks stand beside those of this one, as they are in the config file."""
    if definition["network"] == NAME and (extra := definition.keys() - {"network", "cdbn", "control"}):
        raise ConfigError(f"architectures.{arch}.{min(extra)}: found beside network: cdbn; allowed: cdbn")
    if definition["network"] != NAME and "cdbn" in definition:
        raise ConfigError(f"architectures.{arch}.cdbn: found beside network: {definition['network']}; allowed: nothing")


def settings(definition: dict) -> dict:
    """What a layer-wise training takes, with every default."""
    return filled(definition.get("cdbn") or {}, resolve({"$ref": "#/$defs/cdbn"}))


def layers(arch: str, definition: dict) -> list[dict]:
    """The conv layers, named as those of other networks; ConfigError where settings contradict one another."""
    where, own = f"architectures.{arch}", settings(definition)
    if definition["control"] != "none":
        raise ConfigError(f"{where}.control: found {definition['control']!r}; allowed with network: cdbn: none")
    count = len(own["kernels"])
    for key in PER_LAYER:
        if len(own[key]) != count:
            raise ConfigError(f"{where}.cdbn.{key}: found {len(own[key])} values; allowed: {count}, as many as kernels")
    if own["pooling"] ** 2 * max(own["targets"]) >= 1:
        most = 1 / own["pooling"] ** 2
        raise ConfigError(f"{where}.cdbn.targets: found {max(own['targets'])}; allowed: below {most:g}, a unit a block")
    if own["sigma"][0] < own["sigma"][1]:
        raise ConfigError(f"{where}.cdbn.sigma: found {own['sigma']}; allowed: the larger number first")
    sizes = enumerate(zip(own["kernels"], own["kernel_sizes"], strict=True), 1)
    return [conv(f"conv{n}", out, k) for n, (out, k) in sizes]


def selected(defined: dict[str, dict]) -> dict[str, dict]:
    """arch -> settings, where all selected architectures are such networks, else nothing; ConfigError where only some
    are."""
    found = {arch: definition.get("network") == NAME for arch, definition in defined.items()}
    if any(found.values()) and (others := [arch for arch in found if not found[arch]]):
        raise ConfigError(
            f"experiment.architectures: found {others[0]!r} beside network: cdbn, which learns without labels; "
            "allowed: all cdbn or none"
        )
    return {arch: settings(defined[arch]) for arch in found if found[arch]}


def check_size(arch: str, own: dict, dataset: str, image_size: list[int] | None) -> None:
    """ConfigError where crops are larger than the images, or too small for the layers."""
    try:
        if image_size is not None:
            side = min(image_size) - 2 * whitening_border.BORDER * own["whiten"]
            sizes.check(own["crops"], side)
            sizes.pooled_sides(side, own["kernel_sizes"], own["pooling"])
        for number, crop in enumerate(own["crops"], 1):
            sizes.pooled_sides(crop, own["kernel_sizes"][:number], own["pooling"])
    except ValueError as error:
        raise ConfigError(f"architectures.{arch} on datasets.{dataset}: {error}") from None

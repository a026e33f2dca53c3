"""Architectures that are convolutional deep belief networks: their settings and their layers."""

from experiment.config.nodes import resolve
from experiment.config.problems import ConfigError, Problems, problem
from experiment.config.scalars import written
from experiment.config.schema import filled
from kernelscope.models.layer_lists import conv
from kernelscope.refusal import quoted

NAME = "cdbn"  # as the network of an architecture
APART = "make two experiments, each with its own `pathvars.results`"
PER_LAYER = ("kernels", "kernel_sizes", "sparsity_targets", "steps", "crops")


def check_alone(path: tuple, definition: dict) -> None:
    """Raise ConfigError where a definition, as in the config file, mixes settings of this network and of others."""
    if definition["network"] == NAME:
        got, allowed = "a setting beside `network: cdbn`", {"network", "cdbn", "control", "seeds"}
        wrong, beside = sorted(definition.keys() - allowed), [(*path, "network")]
        problems = Problems(problem((*path, key), got, inside(key), beside=beside) for key in wrong)
    else:
        got = f"settings beside `network: {definition['network']}`"
        words, beside = (got, "`network: cdbn`, or no `cdbn:`"), [(*path, "network")]
        problems = Problems([problem((*path, "cdbn"), *words, beside=beside)] * ("cdbn" in definition))
    problems.report()


def inside(key: str) -> str:
    """Return what to write instead of a key that is not inside `cdbn:`."""
    node = resolve({"$ref": "#/$defs/cdbn"})["properties"].get(key)
    return f"`cdbn: {{{key}: {written(node['default'])}}}`" if node else "settings inside `cdbn:`, and no others"


def settings(definition: dict) -> dict:
    """Return what a layer-wise training takes, with every default."""
    return filled(definition.get("cdbn") or {}, resolve({"$ref": "#/$defs/cdbn"}))


def layers(path: tuple, definition: dict) -> list[dict]:
    """Return the conv layers, named as in other networks; ConfigError where settings contradict each other."""
    own, own_path, problems = settings(definition), (*path, "cdbn"), Problems()
    if definition["control"] != "none":
        words, beside = (quoted(definition["control"]), "none, with `network: cdbn`"), [(*path, "network")]
        problems.append(problem((*path, "control"), *words, beside=beside))
    count = len(own["kernels"])
    for key in PER_LAYER:
        if len(own[key]) != count:
            words, beside = (f"{len(own[key])} values", f"{count}, as many as `kernels`"), [(*own_path, "kernels")]
            problems.append(problem((*own_path, key), *words, beside=beside))
    if own["pooling"] ** 2 * max(own["sparsity_targets"]) >= 1:
        expected = f"below {1 / own['pooling'] ** 2:g}, one unit of a pooling block"
        words, beside = (quoted(max(own["sparsity_targets"])), expected), [(*own_path, "pooling")]
        problems.append(problem((*own_path, "sparsity_targets"), *words, beside=beside))
    if own["sigma"][0] < own["sigma"][1]:
        problems.append(problem((*own_path, "sigma"), quoted(own["sigma"]), "the larger number first"))
    problems.report()
    sizes = enumerate(zip(own["kernels"], own["kernel_sizes"], strict=True), 1)
    return [conv(f"conv{number}", kernels, side) for number, (kernels, side) in sizes]


def selected(defined: dict[str, dict]) -> dict[str, dict]:
    """Return architecture -> settings where the architectures are such networks."""
    return {arch: settings(definition) for arch, definition in defined.items() if definition["network"] == NAME}


def check_others(path: tuple, defined: dict[str, dict]) -> None:
    """Raise ConfigError where only some of the selected architectures are such networks."""
    others = [arch for arch, definition in defined.items() if definition["network"] != NAME]
    if others and len(others) < len(defined):
        got = f"{others[0]!r} beside `network: cdbn`, which learns without labels"
        beside = [("architectures", arch, "network") for arch in defined]
        raise ConfigError(problem(path, got, "only architectures with `network: cdbn`, or none", APART, beside))

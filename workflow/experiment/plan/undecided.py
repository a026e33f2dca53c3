"""What the seeds of an experiment cannot decide, whatever they show. A design is never refused for its size."""

from collections.abc import Iterator
from itertools import count
from math import comb, exp, lgamma

from experiment.plan.plan import Plan
from kernelscope.data import control_names

LEVEL = 0.05  # a statement whose smallest p is above it cannot be decided
PAIRED = "differences over seeds"
CONTROLLED = "differences from the control"
SINGLE = "whether single kernels recur"
Smallest = tuple[str, float, str]  # what cannot be decided, the smallest p, and what could decide it


def line(plan: Plan) -> str:
    """Return one line about what cannot be decided and how many seeds would; "" if everything can be."""
    found: dict[tuple[int, Smallest], list[str]] = {}
    for arch in plan.architectures:
        for smallest in of_architecture(plan, arch):
            found.setdefault((len(plan.compared[arch]), smallest), []).append(arch)
    return "; ".join(in_words(seeds, archs, *smallest) for (seeds, smallest), archs in found.items())


def in_words(seeds: int, archs: list[str], what: str, p: float, needed: str) -> str:
    """Return `3 seeds of stacked: differences over seeds cannot be decided (smallest p 0.25), 6 seeds could`."""
    names = ", ".join(archs[:3]) + f" and {len(archs) - 3} more" * (len(archs) > 3)
    return f"{number(seeds)} of {names}: {what} cannot be decided (smallest p {p:.2g}), {needed} could"


def number(seeds: int) -> str:
    """Return a number of seeds in words."""
    return f"{seeds} seed{'s' * (seeds != 1)}"


def of_architecture(plan: Plan, arch: str) -> Iterator[Smallest]:
    """Yield what the seeds of an architecture cannot decide."""
    seeds = len(plan.compared[arch])
    if plan.supervised and paired(seeds) > LEVEL:
        yield PAIRED, paired(seeds), fewest(paired)
    controls = [other for kind in control_names.KINDS for other in plan.controls(arch, kind)] if plan.supervised else []
    for others in sorted({len(plan.compared[control]) for control in controls}):
        if unpaired(seeds, others) > LEVEL:
            yield CONTROLLED, unpaired(seeds, others), fewest(lambda n: unpaired(n, n))
    kernels = next((layer["kernels"] for layer in plan.layers[arch] if layer["kind"] == "conv"), 0)
    if kernels and permuted(seeds, kernels) > LEVEL:
        needed = fewest(lambda n: permuted(n, kernels)) if kernels > 1 else "several kernels"
        yield SINGLE, permuted(seeds, kernels), needed


def fewest(smallest) -> str:
    """Return the fewest seeds whose smallest p is at or below the level, in words."""
    return number(next(seeds for seeds in count(2) if smallest(seeds) <= LEVEL))


def paired(seeds: int) -> float:
    """Return the smallest two-sided p from exchanging the two members of the pair of each seed."""
    return 2 / 2**seeds if seeds > 1 else 1.0


def unpaired(seeds: int, others: int) -> float:
    """Return the smallest two-sided p from exchanging seeds between two groups."""
    return min(1.0, 2 / comb(seeds + others, seeds))


def permuted(seeds: int, kernels: int) -> float:
    """Return the smallest p from permuting all kernels over all seeds."""
    if seeds < 2 or kernels < 2:
        return 1.0
    return exp(kernels * lgamma(seeds + 1) + seeds * lgamma(kernels + 1) - lgamma(seeds * kernels + 1))

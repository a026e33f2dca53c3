"""The networks of odd experiments, and how they are trained."""

import random

from configs import NETWORKS, fitting, trainings
from examples import examples

from kernelscope.models.layer_lists import (
    GLOBAL_MAX_POOL,
    RELU,
    TANH,
    add,
    average_pool,
    batch_norm,
    center,
    conv,
    linear,
    local_response_norm,
    max_pool,
)

OWN = """

def own(kernels: int = 0, kernel_size: int = 0, stride: int = 0, widths: tuple = ()) -> list[dict]:
    return {layers}


ARCHITECTURES["own"] = own
"""
LAYERS = ("conv1", "output")  # that the networks of the last two functions have, among others


def network(chance: random.Random, name: str, side: int) -> tuple[dict, str]:
    """Return the definition of a network for images whose smaller side is `side`, and code for architectures.py."""
    if name == "own":
        return {"network": "own"}, OWN.format(layers=layers(chance, side))
    if name in ("krizhevsky", "small_alexnet"):
        settings = {"kernels": 4, "widths": [4, 3], "towers": chance.choice((1, 2))}
        size = 3 if name == "krizhevsky" else chance.choice((3, 7))
        return {"network": name, "kernel_size": size, "stride": 1} | settings, ""
    sizes = fitting(name, side) or [1]  # small images are refused
    size = chance.choice(sizes)
    settings = {
        "kernels": chance.randint(1, 4),
        "kernel_size": size,
        "stride": chance.choice(fitting(name, side, size) or [1]),
    }
    if name != "templates":
        settings["widths"] = [chance.randint(1, 6), chance.randint(1, 6)]
    return {"network": name} | settings, ""


def layers(chance: random.Random, side: int) -> list[dict]:
    """Return layers in an odd order that fit into images whose smaller side is `side`."""
    made = [center("input", 2)] * (chance.random() < 0.3)
    for number in range(1, chance.randint(2, 4)):
        size = chance.choice([size for size in (1, 2, 3, 5, 7) if size <= side])
        padding = chance.choice((0, 0, size // 2, size))
        made.append(conv(f"conv{number}", chance.randint(1, 4), size, padding=padding, bias=chance.random() < 0.7))
        side += 2 * padding - size + 1
        extra = chance.choice(([], [batch_norm(f"norm{number}")], [local_response_norm()], [RELU], [TANH]))
        made += extra + [RELU] * (chance.random() < 0.6)
        if side >= 4 and chance.random() < 0.6:
            pool = chance.choice((max_pool, average_pool))
            made.append(pool(2, f"pool{number}"))
            side //= 2
            if chance.random() < 0.3:
                made.append(add(f"pool{number}"))
    ending = [GLOBAL_MAX_POOL] if chance.random() < 0.6 else [linear("hidden", chance.randint(1, 5)), RELU]
    return [*made, *ending, linear("output", None)]


def training(chance: random.Random, name: str, seed: str) -> dict:
    """Return the settings of a training that takes seconds: plain, or anything that the schema allows."""
    plain = {"epochs": chance.choice((1, 2, 4)), "snapshots": chance.choice((2, 3, 6)), "batch_size": 10}
    if chance.random() < 0.5:
        return plain
    return examples(trainings(NETWORKS[name][0] if name in NETWORKS else LAYERS, True), 2, seed)[-1] | {"epochs": 1}


def belief_network(chance: random.Random, side: int) -> dict:
    """Return the settings of a convolutional deep belief network of one or two layers."""
    count, sizes = chance.choice((1, 2)), (3, 2)
    values = {
        "kernels": chance.randint(1, 4),
        "sparsity_targets": chance.choice((0.002, 0.1)),
        "steps": chance.choice((1, 20, 60)),
        "crops": side,
    }
    settings = {key: [value] * count for key, value in values.items()} | {"kernel_sizes": list(sizes[:count])}
    settings |= {"whiten": side > 28 and chance.random() < 0.5, "snapshots": chance.choice((2, 5))}
    if settings["whiten"]:
        settings["crops"] = [side - 20] * count
    if chance.random() < 0.2:
        settings |= {"learning_rate": 10, "contrast": 100}  # fails in its first layer
    return settings | {"visible_units": chance.choice(("real", "binary")), "sparsity": chance.choice((0, 5))}

"""Untrained weights as the state of the random numbers that drew them, where these give the same bits again.

The page draws them again (drawn.js), so that it need not contain numbers that no compression makes smaller.
"""

from typing import NamedTuple

import numpy as np


class Start(NamedTuple):
    """Weights uniform in +-1/sqrt(inputs), float32, from a state of PCG64 and its increment."""

    state: int
    increment: int
    inputs: int


def values(start: Start, count: int) -> np.ndarray:
    """Return the weights (count,), in the order of operations of the page."""
    generator = np.random.PCG64()
    generator.state = {
        **{"bit_generator": "PCG64", "has_uint32": 0, "uinteger": 0},
        "state": {"state": start.state, "inc": start.increment},
    }
    bound = 1 / np.sqrt(start.inputs)
    return (-bound + (bound - -bound) * np.random.Generator(generator).random(count)).astype(np.float32)


def starts(seed: int, banks: dict[str, np.ndarray], biased: set[str]) -> dict[str, Start]:
    """Return the starts of layers whose untrained weights `networks.initialize` draws from this seed.

    Parameters
    ----------
    seed : int
    banks : dict
        Layer -> its untrained kernels (out, in, k, k), in the order of the network. Other weights, such as those of an
        edited run or after a linear layer, have no start.
    biased : set of str
        Layers that have biases, which are drawn after their kernels.
    """
    rng, found = np.random.default_rng([seed, 0]), {}
    for name, bank in banks.items():
        state = rng.bit_generator.state["state"]
        start = Start(state["state"], state["inc"], int(np.prod(bank.shape[1:])))
        if np.array_equal(values(start, bank.size), bank.ravel()):
            found[name] = start
        rng.random(bank.size + len(bank) * (name in biased))
    return found

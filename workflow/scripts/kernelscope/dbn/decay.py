"""The decay factor of a convolutional deep belief network: the exact coefficient of the untrained bases.

The update of `contrastive_divergence.Learner` is linear in the bases W, apart from the estimated gradient:
v <- momentum v + rate (gradient - l2 W), then W <- W + v. So the factor is what becomes of a basis of 1 without
gradients, under the same rates and momenta.
"""

import numpy as np

from kernelscope.dbn.contrastive_divergence import EPOCH, MOMENTA, RISING, SLOWED, plans
from kernelscope.training.decay import Factor


def factors(settings: dict, updates: int) -> np.ndarray:
    """Return the decay factor of a layer after 0 to `updates` updates, (updates + 1,) float64.

    settings: `cdbn` of the architecture.
    """
    after, velocity = np.ones(updates + 1), 0.0
    for update in range(updates):
        epoch = update // EPOCH
        rate, momentum = settings["learning_rate"] / (1 + SLOWED * epoch), MOMENTA[epoch >= RISING]
        velocity = momentum * velocity - rate * settings["l2"] * after[update]
        after[update + 1] = after[update] + velocity
    return after


def of_run(settings: dict, steps: np.ndarray, layers: list[str]) -> dict[str, Factor]:
    """Return the decay factors of every layer at these steps.

    Parameters
    ----------
    settings : dict
        `cdbn` of the architecture.
    steps : (t,) int array
        Numbers of updates, counted over all layers: the layers are trained one after the other.
    layers : list of str
        The layers that were trained, lowest first.

    Returns
    -------
    dict
        Layer -> factors (t,): 1 until its training begins, and constant once it has ended.
    """
    begin, known = 0, {}
    for layer, plan in zip(layers, plans(settings), strict=False):
        known[layer] = Factor(factors(settings, plan.steps)[np.clip(steps - begin, 0, plan.steps)])
        begin += plan.steps
    return known

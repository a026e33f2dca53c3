"""Which kernels of a run take part in a comparison."""

import numpy as np

from kernelscope.io import run_info
from kernelscope.measures import kernels


def living(run: dict, layer: str, bank: np.ndarray) -> np.ndarray:
    """Return which trained kernels (out, in, k, k) of a layer are alive, bool (out,).

    run: the content of run.json. All kernels are, if their responses are unknown, as for pretrained kernels.
    """
    response = run_info.responses(run, layer)
    return np.ones(len(bank), bool) if response is None else kernels.alive(kernels.norms(bank), response)

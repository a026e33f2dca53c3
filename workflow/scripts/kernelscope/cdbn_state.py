"""The state of a layer-wise training between two epochs, as its checkpoint holds it."""

import numpy as np
import torch

from kernelscope import cdbn_maps
from kernelscope.cdbn import PARTS, Layer
from kernelscope.cdbn_turn import Turn
from kernelscope.checkpoints import Checkpoints
from kernelscope.crbm import Crbm


def size(run) -> int:
    """About how many bytes a state takes: all kernels that are kept."""
    return sum(kernels.nbytes for kept in run.kept for _, kernels in kept)


def state(run, turn: Turn) -> tuple[dict[str, np.ndarray], dict]:
    """Arrays and progress of a run in the turn of a layer, as `Checkpoints.write` takes them."""
    arrays = {"generator": turn.generator.get_state().numpy()}
    arrays |= {f"velocity/{i}": part.numpy() for i, part in enumerate(turn.learner.velocity)}
    arrays |= {f"now/{name}": getattr(turn.learner.model, name).numpy() for name in PARTS}
    arrays |= {f"kept/{number}": np.stack([kernels for _, kernels in kept]) for number, kept in enumerate(run.kept)}
    layers = {"first": run.first[:-1], "last": run.layers}
    arrays |= cdbn_maps.states(**layers)
    progress = {
        "step": run.offset + turn.update,
        "history": run.history,
        "kept": [[update for update, _ in kept] for kept in run.kept],
        "exact": {when: [[layer.sigma, layer.scale] for layer in of] for when, of in layers.items()},
    }
    return arrays, progress


def resumed(run, checkpoints: Checkpoints | None) -> Turn | None:
    """The turn in which a checkpoint was written, with the run as it was then; None where there is none."""
    found = checkpoints.read() if checkpoints else None
    if found is None:
        return None
    arrays, progress = found
    run.first, run.layers = (trained(arrays, progress, run.settings, when) for when in ("first", "last"))
    turn = run.next_turn()  # as it began; all that is drawn for a layer depends on the seed and the layers below it
    run.history = progress["history"]
    kept = [arrays[f"kept/{number}"] for number in range(len(progress["kept"]))]
    run.kept = [list(zip(steps, bank, strict=True)) for steps, bank in zip(progress["kept"], kept, strict=True)]
    turn.learner.velocity = [torch.from_numpy(arrays[f"velocity/{i}"]) for i in range(len(PARTS))]
    model = turn.layer.model
    turn.learner.model = Crbm(*(torch.from_numpy(arrays[f"now/{name}"]) for name in PARTS), model.pooling, model.real)
    run.done_before = progress["step"]
    turn.at(progress["step"] - run.offset)
    turn.generator.set_state(torch.from_numpy(arrays["generator"]))
    return turn


def trained(arrays: dict[str, np.ndarray], progress: dict, settings: dict, when: str) -> list[Layer]:
    """The layers that are trained, as they were `first` or `last`, with numbers that arrays hold as float32 exact."""
    found, exact = cdbn_maps.layers(arrays, when, settings), progress["exact"][when]
    return [layer._replace(sigma=sigma, scale=scale) for layer, (sigma, scale) in zip(found, exact, strict=True)]

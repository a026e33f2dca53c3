"""Send each state that a recorder keeps to a tracker of experiments: a figure of all kernels, and how far they moved.

    recorder = ks.Recorder(model, "runs/mine/seed0", optimizer=optimizer, live=[ks.to_tensorboard("logs")])

The callbacks for trainers take `live=` too. With W&B and MLflow, what they call a run must have begun.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from kernelscope.api.looking import COLORMAP
from kernelscope.figures import drawing, kernel_tiles
from kernelscope.refusal import quoted, refuse, refuse_without

Live = Callable[[int, dict[str, np.ndarray], float], None]  # step, layer -> kernels, movement since the last kept state
KERNELS, MOVEMENT, STEP = "kernelscope/kernels", "kernelscope/movement", "kernelscope/step"


def figure(step: int, banks: dict[str, np.ndarray]) -> Image.Image:
    """Return the figure of all kernels at a step."""
    return Image.fromarray(drawing.painted(kernel_tiles.sheet(banks, f"kernels at step {step}", COLORMAP)))


def to_tensorboard(writer) -> Live:
    """Return what sends states to TensorBoard.

    Parameters
    ----------
    writer : path or SummaryWriter
        The folder of the logs, or a `torch.utils.tensorboard.SummaryWriter`.
    """
    if isinstance(writer, str | Path):
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            refuse_without("tensorboard", "to_tensorboard")
        writer = SummaryWriter(str(writer))
    if not hasattr(writer, "add_image"):
        refuse("writer", quoted(writer), "a folder or a SummaryWriter")

    def send(step: int, banks: dict[str, np.ndarray], moved: float) -> None:
        writer.add_image(KERNELS, np.asarray(figure(step, banks)), step, dataformats="HWC")
        writer.add_scalar(MOVEMENT, moved, step)
        writer.flush()

    return send


def to_wandb(run=None) -> Live:
    """Return what sends states to Weights & Biases; by default to the run of `wandb.init`."""
    try:
        import wandb
    except ImportError:
        refuse_without("wandb", "to_wandb")
    run = run or wandb.run
    if run is None:
        refuse("to_wandb", "no run of W&B", "one", "call wandb.init() first")

    def send(step: int, banks: dict[str, np.ndarray], moved: float) -> None:
        run.log({KERNELS: wandb.Image(figure(step, banks)), MOVEMENT: moved, STEP: step})

    return send


def to_mlflow() -> Live:
    """Return what sends states to the active run of MLflow."""
    try:
        import mlflow
    except ImportError:
        refuse_without("mlflow", "to_mlflow")

    def send(step: int, banks: dict[str, np.ndarray], moved: float) -> None:
        mlflow.log_image(figure(step, banks), key="kernels", step=step)
        mlflow.log_metric("kernel_movement", moved, step=step)

    return send

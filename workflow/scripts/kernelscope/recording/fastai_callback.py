"""A callback for the Learner of fastai that records kernels."""

from pathlib import Path

import torch

from kernelscope.recording.following import Following
from kernelscope.refusal import refuse_without

try:
    from fastai.callback.core import Callback
except ImportError:
    refuse_without("fastai", "FastaiCallback")


class FastaiCallback(Callback):
    """Record the kernels of a model while a Learner trains it.

        learn.fit_one_cycle(5, cbs=ks.FastaiCallback("runs/mine/seed0"))

    Parameters
    ----------
    folder : path
        Where the run goes, as of Recorder.
    **settings
        `layers`, `snapshots`, `seed` and `resume` of Recorder.

    Notes
    -----
    What the Learner prints after each epoch goes into history.csv. The decay factors are known with an optimizer of
    PyTorch (OptimWrapper), not with those of fastai.
    """

    order = 70  # after Recorder (50) of fastai, which has the losses of an epoch

    def __init__(self, folder: str | Path, **settings):
        super().__init__()
        self.following, self.count = Following(folder, settings), 0

    def before_fit(self) -> None:
        """Keep the state before the first step."""
        inner = getattr(self.learn.opt, "opt", None)
        inner = inner if isinstance(inner, torch.optim.Optimizer) else None
        self.following.begin(self.learn.model, inner, self.count, "the optimizers of fastai are not followed")

    def after_step(self) -> None:
        """Count a step of the optimizer."""
        self.count += 1
        self.following.follow(self.count)

    def after_epoch(self) -> None:
        """Log losses and metrics."""
        names, values = self.learn.recorder.metric_names[1:-1], self.learn.recorder.log[1:-1]
        self.following.log({"epoch": self.learn.epoch + 1} | dict(zip(names, values, strict=False)))

    def after_fit(self) -> None:
        """Write the run."""
        self.following.end()

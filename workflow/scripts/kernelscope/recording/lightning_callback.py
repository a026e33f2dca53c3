"""A callback for Lightning that records kernels."""

import sys
from pathlib import Path

from kernelscope.recording.following import Following
from kernelscope.refusal import refuse_without

try:
    if "pytorch_lightning" in sys.modules and "lightning.pytorch" not in sys.modules:
        from pytorch_lightning.callbacks import Callback
    else:
        from lightning.pytorch.callbacks import Callback
except ImportError:
    try:
        from pytorch_lightning.callbacks import Callback
    except ImportError:
        refuse_without("lightning", "LightningCallback")


class LightningCallback(Callback):
    """Record the kernels of a LightningModule while a Trainer fits it.

        trainer = Trainer(callbacks=[ks.LightningCallback("runs/mine/seed0")])

    Parameters
    ----------
    folder : path
        Where the run goes, as of Recorder.
    **settings
        `layers`, `snapshots`, `seed` and `resume` of Recorder.

    Notes
    -----
    A step is a step of an optimizer. What the module logs goes into history.csv at the end of each epoch. With one
    optimizer its rates and decays give the decay factors; with several there are none.
    """

    def __init__(self, folder: str | Path, **settings):
        self.following = Following(folder, settings)

    def on_train_start(self, trainer, module) -> None:
        """Keep the state before the first step; a checkpoint to resume from is loaded by now."""
        optimizers = trainer.optimizers
        only = optimizers[0] if len(optimizers) == 1 else None
        self.following.begin(module, only, trainer.global_step, "the module has several optimizers, or none")

    def on_train_batch_end(self, trainer, module, *_) -> None:
        """Count the steps of a batch: none while gradients accumulate."""
        self.following.follow(trainer.global_step)

    def on_train_epoch_end(self, trainer, module) -> None:
        """Log what the module logged."""
        self.following.log({"epoch": trainer.current_epoch + 1} | trainer.callback_metrics)

    def on_save_checkpoint(self, trainer, module, checkpoint) -> None:
        """Write the state that is saved, from which a training can resume."""
        self.following.save()

    def on_exception(self, trainer, module, exception) -> None:
        """Write what there is as a run that is not finished."""
        self.following.end(finished=False)

    def on_train_end(self, trainer, module) -> None:
        """Write the run."""
        self.following.end()

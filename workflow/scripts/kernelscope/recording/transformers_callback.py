"""A callback for the Trainer of Hugging Face transformers that records kernels."""

from pathlib import Path

from kernelscope.recording.following import Following
from kernelscope.refusal import refuse_without

try:
    from transformers import TrainerCallback
except ImportError:
    refuse_without("transformers", "TransformersCallback")


class TransformersCallback(TrainerCallback):
    """Record the kernels of a model while a Trainer trains it.

        trainer = Trainer(..., callbacks=[ks.TransformersCallback("runs/mine/seed0")])

    Parameters
    ----------
    folder : path
        Where the run goes, as of Recorder.
    **settings
        `layers`, `snapshots`, `seed` and `resume` of Recorder.

    Notes
    -----
    What the Trainer logs (`loss`, `eval_loss`, what `compute_metrics` returns) goes into history.csv.
    """

    def __init__(self, folder: str | Path, **settings):
        self.following = Following(folder, settings)

    def on_train_begin(self, args, state, control, *, model, optimizer, **_) -> None:
        """Keep the state before the first step; a checkpoint to resume from is loaded by now."""
        self.following.begin(model, optimizer, state.global_step)

    def on_step_end(self, args, state, control, **_) -> None:
        """Count a step of the optimizer."""
        self.following.follow(state.global_step)

    def on_log(self, args, state, control, *, logs, **_) -> None:
        """Log what the Trainer logs."""
        self.following.log(logs)

    def on_save(self, args, state, control, **_) -> None:
        """Write the state that is saved, from which a training can resume."""
        self.following.save()

    def on_train_end(self, args, state, control, **_) -> None:
        """Write the run."""
        self.following.end()

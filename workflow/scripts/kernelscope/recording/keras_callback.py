"""A callback for `fit` of Keras that records kernels."""

from pathlib import Path

from kernelscope.recording.following import Following
from kernelscope.refusal import refuse_without

try:
    from keras.callbacks import Callback
except ImportError:
    refuse_without("keras", "KerasCallback")


class KerasCallback(Callback):
    """Record the kernels of a Keras model while `fit` trains it, with any backend.

        model.fit(images, labels, callbacks=[ks.KerasCallback("runs/mine/seed0")])

    Parameters
    ----------
    folder : path
        Where the run goes, as of Recorder.
    **settings
        `layers`, `snapshots`, `seed` and `resume` of Recorder.

    Notes
    -----
    A step is a batch. Losses and metrics go into history.csv at the end of each epoch. The optimizers of Keras are not
    followed, so that there are no decay factors. The recorder itself needs PyTorch, which need not be the backend.
    """

    def __init__(self, folder: str | Path, **settings):
        super().__init__()
        self.following, self.begun = Following(folder, settings), 0  # steps before the present epoch

    def on_train_begin(self, logs=None) -> None:
        """Keep the state before the first step."""
        self.begun = int(self.model.optimizer.iterations)
        self.following.begin(self.model, None, self.begun, "the optimizers of Keras are not followed")

    def on_train_batch_end(self, batch, logs=None) -> None:
        """Count the batches since the last call; there are several with `steps_per_execution`."""
        self.following.follow(self.begun + batch + 1)

    def on_epoch_end(self, epoch, logs=None) -> None:
        """Log losses and metrics, also those of the validation."""
        self.begun = self.following.before
        self.following.log({"epoch": epoch + 1} | (logs or {}))

    def on_train_end(self, logs=None) -> None:
        """Write the run."""
        self.following.end()

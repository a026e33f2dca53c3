"""Record the kernels of a model while it is trained, in two lines of anybody's training loop.

    with Recorder(model, "runs/a/seed0", optimizer=optimizer) as recorder:
        for images, labels in loader:
            ...
            optimizer.step()
            recorder.step()

States are kept by how far the kernels have moved (training/snapshot_buffer.py), the first and the last always.
"""

import atexit
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from kernelscope.recording import coefficients, files
from kernelscope.recording.arguments import check, is_first_rank, of_model
from kernelscope.recording.tensors import arrays, movement, number, same, shapes
from kernelscope.refusal import refuse
from kernelscope.training.snapshot_buffer import LOOKS, SnapshotBuffer

SECONDS = 30.0  # at least, between two times that everything is written
SHARE = 100  # times as long as the last time of writing took, at least
LATE = "the recording begins in the middle of a training"
BETWEEN = "the training was resumed from a state that was not written"


class Recorder:
    """Record the kernels of a model at steps that are evenly spaced by how far they have moved.

    Parameters
    ----------
    model : torch.nn.Module or keras.Model
        Any model with conv layers, before its first step; also inside DistributedDataParallel or torch.compile.
    folder : path
        Where the files of this run go: kernels.npz, decay.csv, history.csv, run.json. Seeds are folders side by side,
        `NAME/seed0`, `NAME/seed1`.
    optimizer : torch.optim.Optimizer, optional
        Its rates and decays give the decay factor of each layer, where there is an exact one. Without it the change of
        the kernels is an estimate.
    layers : list of str, optional
        Names of layers, with `*` and `?`. By default every conv layer but those of 1 x 1.
    snapshots : int
        States to keep, at least 2; at most twice as many are in memory.
    seed : int, optional
        Noted in run.json.
    resume : bool
        Continue the run in the folder, if there is one; otherwise the folder must not hold a run.
    start : int, optional
        The present step of the training, if it is known and need not be 0. A recording that begins later has no
        untrained state, and no decay factors.
    live : list of functions, optional
        Called with step, kernels by layer, and movement since the last kept state, whenever a state is kept, such as
        `to_tensorboard("logs")`.

    Raises
    ------
    ValueError
        One line, if the model has no conv layer, a name fits none, or the folder holds another run.

    Notes
    -----
    With torch.distributed, rank 0 records and the others do nothing. What was not closed is written at exit.
    """

    def __init__(
        self,
        model,
        folder: str | Path,
        *,
        optimizer: torch.optim.Optimizer | None = None,
        layers: Sequence[str] | None = None,
        snapshots: int = 40,
        seed: int | None = None,
        resume: bool = True,
        start: int | None = None,
        live: Sequence[Callable] = (),
    ):
        self.is_open = is_first_rank()
        if not self.is_open:
            return
        check(model, optimizer, layers, snapshots)
        self.start, self.live = start, live
        self.layers, left_out, self.cautions = of_model(model, layers)
        self.folder, self.buffer = Path(folder), SnapshotBuffer(snapshots)
        self.count, self.next_look = 0, 1  # steps
        optimizer = coefficients.unwrapped(optimizer)
        self.coefficients = coefficients.Coefficients(optimizer, self.layers)
        self.factors: dict[int, dict[str, float]] = {}
        self.history: list[dict] = []
        self.about = {
            **{"seed": seed, "optimizer": type(optimizer).__name__ if optimizer else None, "notes": []},
            **{"layers": {layer.name: layer.geometry() for layer in self.layers}, "left_out": left_out},
        }
        self.written, self.pause = time.monotonic(), SECONDS
        self.begin(files.read(self.folder), resume)
        atexit.register(self.close)

    def begin(self, before: files.State | None, resume: bool) -> None:
        """Keep the present state as the first, or continue with a state that was recorded before."""
        now = arrays(self.present())
        if before is not None and not resume:
            refuse(str(self.folder), "a recorded run", "a folder without one", "or pass resume=True to continue it")
        if before is not None and shapes(before.banks[0]) != shapes(now):
            refuse(str(self.folder), "a run of another model", "the same layers", "or record into another folder")
        equal = [number for number, bank in enumerate(before.banks if before else []) if same(bank, now)]
        if before is None and self.start:
            self.count = self.start
            self.give_up(LATE)
            self.keep(self.present())
        elif before is None or (equal == [0] and not self.start):  # a training that begins
            self.keep(self.present())
        else:
            self.resume(before, equal[-1] if equal else None)

    def resume(self, before: files.State, last: int | None) -> None:
        """Continue a run, whose state number `last` is the present one; None: none is."""
        now = before.about["step"] if self.start is None else self.start
        self.count = now if last is None else before.steps[last]
        kept = sum(step <= self.count for step in before.steps)
        self.buffer.steps, self.buffer.banks = before.steps[:kept], before.banks[:kept]
        self.buffer.resolution = before.about["resolution"]
        self.factors = dict(zip(before.steps, before.factors, strict=True))
        self.history = [row for row in before.history if row["step"] <= self.count]
        self.about["notes"] = before.about["notes"]
        if last is None or self.count != before.about["step"]:
            self.give_up(BETWEEN)
        else:
            self.next_look = before.about["next_look"]
            self.coefficients.resume(before.factors[last], before.about["momenta"])
        self.last = self.last_kept()

    def give_up(self, why: str) -> None:
        """Note at the present step why there are no decay factors from now on."""
        self.about["notes"].append(f"step {self.count}: {why}")
        self.coefficients.unknown_from_now(why)

    def last_kept(self) -> dict[str, torch.Tensor]:
        """Return the kernels that were kept last, where the layers are."""
        of = {layer.name: layer.device for layer in self.layers}
        return {name: torch.from_numpy(bank).to(of[name]) for name, bank in self.buffer.banks[-1].items()}

    def present(self) -> dict[str, torch.Tensor]:
        """Return the present kernels of each layer, `(out, in / groups, *space)` float32."""
        return {layer.name: layer.kernels().float() for layer in self.layers}

    @torch.no_grad()
    def step(self, steps: int = 1) -> None:
        """Count a step of the training, or several since the last call; call it after `optimizer.step()`."""
        if not self.is_open:
            return
        self.count += steps
        since = range(self.count - steps + 1, self.count + 1)
        if self.count < self.next_look or not any(map(self.buffer.is_due, since)):
            return
        now = self.present()
        moved = movement(self.last, now)
        self.next_look = self.count + self.ahead(moved)
        if self.buffer.is_far(moved):
            self.keep(now, moved)
            if time.monotonic() - self.written > self.pause:
                self.write(finished=False)

    def ahead(self, moved: float) -> int:
        """Return how many steps to go until the next look: half the way to the next state to keep, at this speed.

        At most 1/LOOKS of all steps so far, as the kernels may move faster later.
        """
        far = self.buffer.resolution if self.buffer.is_far(moved) else self.buffer.resolution - moved
        steps = self.count - self.buffer.steps[-1]
        return max(1, min(int(far * steps / (2 * moved)) if moved > 0 else 1, self.count // LOOKS))

    def keep(self, now: dict[str, torch.Tensor], moved: float = 0.0) -> None:
        """Keep the present state, and thin the kept ones when there are too many."""
        for send in self.live:
            send(self.count, {name: bank.copy() for name, bank in arrays(now).items()}, moved)
        self.factors[self.count] = self.coefficients.now()
        self.buffer.keep(self.count, arrays(now))
        self.last = self.last_kept()  # thinning may have dropped the present state

    def log(self, **values: float) -> None:
        """Add numbers to history.csv, such as a loss, at the present step."""
        if self.is_open:
            self.history.append({"step": self.count} | {name: number(name, value) for name, value in values.items()})

    def save(self) -> None:
        """Write the present state now, as when a checkpoint of the training is saved: from it a run resumes exactly."""
        if self.is_open:
            self.factors[self.count] = self.coefficients.now()
            self.buffer.append(self.count, arrays(self.present()))
            self.write(finished=False)

    def close(self, finished: bool = True) -> None:
        """Keep the last state, thin the kept ones to `snapshots`, and write all files."""
        if not self.is_open:
            return
        self.is_open = False
        atexit.unregister(self.close)
        self.factors[self.count] = self.coefficients.now()
        self.buffer.close(self.count, arrays(self.present()))
        self.coefficients.close()
        self.write(finished and not hasattr(sys, "last_value"))  # set by an error that ends the process

    def write(self, finished: bool) -> None:
        """Write all files."""
        started, steps = time.monotonic(), list(self.buffer.steps)
        reasons = {name: why or self.cautions.get(name, "") for name, why in self.coefficients.reasons.items()}
        now = {
            "step": self.count,
            "finished": finished,
            "resolution": self.buffer.resolution,
            "next_look": self.next_look,
        }
        now |= {"momenta": self.coefficients.momenta, "exact_decay": not any(self.coefficients.reasons.values())}
        self.factors = {step: self.factors[step] for step in steps}
        kept = steps, self.buffer.banks, list(self.factors.values()), reasons, self.history
        files.write(self.folder, files.State(*kept, self.about | now))
        self.written = time.monotonic()
        self.pause = max(SECONDS, SHARE * (self.written - started))

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, kind: type | None, *_) -> None:
        self.close(finished=kind is None)

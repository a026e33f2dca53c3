"""The cost of checkpoints: the default experiment's trainings with and without them, and the time spent in them.

`share` is the share of the time spent writing checkpoints and checking whether a checkpoint is due. It is measured
inside a training, because two whole trainings differ by more than this share.

.venv/bin/python benchmarks/checkpoints.py [--small] [--longer 10]
"""

from harness import figures, settings, stages, tables, targets, timing  # isort: skip
import statistics
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

import torch
from harness import ROOT
from harness.judging import Unreported, repeated, typical
from matplotlib.figure import Figure

from experiment.plan.experiment import Experiment
from kernelscope.training import checkpoint_files, checkpoints, run_files

REPEATS = 3
SMALL = {  # changes of the default config
    "experiment": {"architectures": ["templates"]},
    "datasets": {"waveforms": {"train_images": 90, "test_images": 30, "image_size": [32, 32]}},
    "training": {"steps": 6},
}
TABLES = {
    "checkpoints": {
        **{"architecture": "text", "without": "s", "with": "s", "checkpoints": "count", "size": "MB"},
        **{"share": "share", "worst_share": "share"},
    }
}
TARGETS = (targets.at_most(0.02, "training time that goes into checkpoints", "checkpoints", "worst_share"),)


class Timed(checkpoints.Checkpoints):
    """Checkpoints that add up their own cost."""

    made: list["Timed"] = []  # noqa: RUF012  # instances register here, to be found after the training

    def __init__(self, path: Path, key: str):
        super().__init__(path, key)
        self.count, self.seconds = 0, 0.0
        self.made.append(self)

    def write(self, arrays, progress):
        super().write(arrays, progress)
        self.count += 1
        self.seconds += self.cost

    def due(self, size):
        started = time.perf_counter()
        answer = super().due(size)
        self.seconds += time.perf_counter() - started
        return answer


def timed(plan: Experiment, arch: str, folder: Path) -> tuple[float, float, int, int]:
    """Return (seconds of a training, share of them in checkpoints, number of checkpoints, bytes of a checkpoint)."""
    with patch.object(run_files, "Checkpoints", Timed):
        seconds = timing.seconds(stages.stage("train_network", plan, folder, arch=arch, key="timed"))
    checkpoint_log = Timed.made[-1]
    size = checkpoint_log.path.stat().st_size if checkpoint_log.count else 0
    checkpoint_files.remove(checkpoint_log.path.parent)  # or the next training would resume from it
    return seconds, checkpoint_log.seconds / seconds, checkpoint_log.count, size


def measure(table: tables.Table, plan: Experiment, arch: str, folder: Path, repeats: int) -> None:
    """Train without and with checkpoints in turn."""
    without, kept = [], []
    for _ in range(repeats):
        without.append(timing.seconds(stages.stage("train_network", plan, folder, arch=arch)))
        kept.append(timed(plan, arch, folder))
    seconds, shares, counts, sizes = zip(*kept, strict=True)
    costs = typical(shares), max(shares)
    if repeats < REPEATS:
        costs = typical(shares), Unreported(repeated(repeats), max(shares))
    elif not min(counts):
        costs = [Unreported(f"no checkpoint is due in a training of {min(seconds):.1f} s")] * 2
    table.add(arch, typical(without), typical(seconds), int(statistics.median(counts)), max(sizes) / 1e6, *costs)


def figure(table: tables.Table) -> Figure:
    words = "share of the time of a training that goes into checkpoints"
    return figures.shares(table, "architecture", words, TARGETS[0].limit, f"median of {REPEATS}", "worst_share")


def main() -> None:
    options = tables.Options(__doc__, "six steps of one small training, a checkpoint after each")
    options.add_argument("--longer", type=int, default=1, help="so many times as many epochs")
    arguments = options.parse_args()
    torch.set_num_threads(1)
    plan = stages.experiment(*([SMALL] if arguments.small else []))
    images = plan.config["datasets"]["waveforms"]["train_images"]
    for training in plan.training.values():
        training["epochs"] = arguments.longer * settings.epochs(training, images)
    table = tables.Table("checkpoints", TABLES["checkpoints"])
    with tempfile.TemporaryDirectory(dir=ROOT / "results") as name:  # on the disk of results, not in memory
        stages.stage("make_dataset", plan, Path(name))()
        with patch.multiple(checkpoints, SHARE=1e9, LEAST=0) if arguments.small else nullcontext():
            for arch in plan.architectures:
                measure(table, plan, arch, Path(name), 1 if arguments.small else REPEATS)
    table.save(figure(table))
    targets.say(TARGETS, TABLES)


if __name__ == "__main__":
    main()

"""What checkpoints cost: the trainings of the default experiment, with and without, and the time spent in checkpoints.

Target: at most 2 % of the time of a training in each of three repeats. `share` is what goes into checkpoints and into
asking whether one is due; it is measured inside a training, as two whole trainings differ by more than that.

.venv/bin/python benchmarks/checkpoints.py [--small] [--longer 10]
"""

import common  # isort: skip
import statistics
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import stages
import torch
from matplotlib.figure import Figure

from experiment.experiment import Experiment
from kernelscope import checkpoint_files, checkpoints

TARGET = 0.02
REPEATS = 3


class Timed(checkpoints.Checkpoints):
    """Checkpoints that add up what they cost."""

    made: list["Timed"] = []  # noqa: RUF012  # each adds itself, so that it is found after the training

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


def timed(of: Experiment, arch: str, folder: Path) -> tuple[float, float, int, int]:
    """(seconds of a training, share of them in checkpoints, number of checkpoints, bytes of one)."""
    with patch.object(checkpoints, "Checkpoints", Timed):
        seconds = common.seconds(stages.stage("train_network", of, folder, arch=arch, key="timed"))
    kept = Timed.made[-1]
    size = kept.path.stat().st_size if kept.count else 0
    checkpoint_files.remove(kept.path.parent)  # or the next training would go on from there
    return seconds, kept.seconds / seconds, kept.count, size


def measure(table: common.Table, of: Experiment, arch: str, folder: Path) -> None:
    """Trainings with and without in turn."""
    plain, kept = [], []
    for _ in range(REPEATS):
        plain.append(common.seconds(stages.stage("train_network", of, folder, arch=arch)))
        kept.append(timed(of, arch, folder))
    seconds, shares, counts, sizes = zip(*kept, strict=True)
    worst, counted = max(shares), int(statistics.median(counts))
    met = "met" if worst <= TARGET else "missed"
    if not min(counts):
        met = "none made"  # too short a training says nothing
    medians = (statistics.median(plain), statistics.median(seconds))
    table.add(arch, *medians, counted, max(sizes) / 1e6, statistics.median(shares), worst, TARGET, met)


def picture(table: common.Table) -> Figure:
    words = "share of the time of a training that goes into checkpoints"
    return common.shares(table, "architecture", words, TARGET, f"median of {REPEATS}", "worst_share")


if __name__ == "__main__":
    parser = common.parser(__doc__, "a fifth of the epochs")
    parser.add_argument("--longer", type=int, default=1, help="so many times as many epochs")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    of = stages.experiment()
    for settings in of.training.values():
        settings["epochs"] = max(2, settings["epochs"] * arguments.longer // (5 if arguments.small else 1))
    columns = ("plain_s", "seconds", "checkpoints", "megabytes", "share", "worst_share", "target", "met")
    table = common.Table("checkpoints", "architecture", *columns)
    with tempfile.TemporaryDirectory(dir=common.ROOT / "results") as name:  # the disk of results, not one in memory
        stages.stage("make_dataset", of, Path(name))()
        for arch in of.architectures:
            measure(table, of, arch, Path(name))
    table.save(picture(table))

"""What checkpoints cost: the trainings of the default experiment, their seconds beside those spent in checkpoints.

Target: at most 2 % of the training time. `python benchmarks/checkpoints.py 10` trains for ten times as many epochs.
"""

import common  # isort: skip
import sys
import tempfile
import time
from pathlib import Path

import torch

from experiment import loading
from kernelscope import checkpoints, datasets
from kernelscope.training import on_device, train

TARGET = 0.02


class Timed(checkpoints.Checkpoints):
    """Checkpoints that add up what they cost."""

    def __init__(self, path: Path):
        super().__init__(path, "key")
        self.count, self.seconds = 0, 0.0

    def write(self, arrays, progress):
        super().write(arrays, progress)
        self.count += 1
        self.seconds += self.cost

    def due(self, size):
        started = time.perf_counter()
        answer = super().due(size)
        self.seconds += time.perf_counter() - started
        return answer


def cost(layers: list[dict], settings: dict, sets) -> tuple[float, float, int, int]:
    """(share of the time that went into checkpoints, seconds of the training, number of checkpoints, bytes of one)."""
    with tempfile.TemporaryDirectory(dir=common.ROOT / "results") as folder:
        kept = Timed(Path(folder) / checkpoints.NAME)
        started = time.perf_counter()
        train(layers, settings, 0, *sets, lambda line: None, kept)
        seconds = time.perf_counter() - started
        return kept.seconds / seconds, seconds, kept.count, kept.path.stat().st_size if kept.count else 0


if __name__ == "__main__":
    torch.set_num_threads(1)
    longer = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    experiment = loading.load([])
    splits = datasets.build(experiment.config["datasets"]["waveforms"])
    sets = [on_device(splits[name].images, splits[name].labels, "cpu") for name in ("train", "test")]
    for arch in experiment.architectures:
        settings = experiment.training[arch] | {"epochs": experiment.training[arch]["epochs"] * longer}
        found = sorted(cost(experiment.layers[arch], settings, sets) for _ in range(3))
        (middle, seconds, count, size), worst = found[1], found[-1][0]
        print(
            f"{arch}: {seconds:.1f} s, {count} checkpoints of {size / 1e6:.2f} MB, {middle:.2%} of the time "
            f"(worst of 3: {worst:.2%}); target {TARGET:.0%}: {'met' if worst <= TARGET else 'missed'}",
            flush=True,
        )

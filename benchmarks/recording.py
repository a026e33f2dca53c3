"""What a recorder takes of a training step: a small network whose step is short, and ResNet-50 with 32 images.

The time in `Recorder.step` is added up over all steps, those at which states are kept and written among them. `share`
is its share of the time of the steps themselves, forward, backward and optimizer.

.venv/bin/python benchmarks/recording.py [--small]
"""

from harness import figures, tables, targets  # isort: skip
import tempfile
import time
from functools import partial

import torch
from matplotlib.figure import Figure
from torch import nn

import kernelscope as ks

TABLES = {
    "recording": {
        "network": "text",
        "weights": "count",
        "steps": "count",
        "step": "ms",
        "recorder": "ms",
        "share": "share",
    }
}
TARGETS = (
    targets.at_most(
        0.01, "share of a step of ResNet-50 that a recorder takes", "recording", "share", network="ResNet-50"
    ),
    targets.at_most(0.2, "a recorder in a step of a small network, ms", "recording", "recorder", network="small"),
)


class Bottleneck(nn.Module):
    """The block of ResNet-50 (He et al. 2016): 1 x 1, 3 x 3, 1 x 1, and the input."""

    def __init__(self, channels: int, inner: int, stride: int):
        super().__init__()
        conv = partial(nn.Conv2d, bias=False)
        self.conv1, self.bn1 = conv(channels, inner, 1), nn.BatchNorm2d(inner)
        self.conv2, self.bn2 = conv(inner, inner, 3, stride, 1), nn.BatchNorm2d(inner)
        self.conv3, self.bn3 = conv(inner, 4 * inner, 1), nn.BatchNorm2d(4 * inner)
        is_same = stride == 1 and channels == 4 * inner
        self.downsample = nn.Identity() if is_same else conv(channels, 4 * inner, 1, stride)

    def forward(self, x):
        inner = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu())).relu()
        return (self.bn3(self.conv3(inner)) + self.downsample(x)).relu()


def resnet50() -> nn.Module:
    """Return a network with the conv layers of ResNet-50."""
    layers, channels = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
    for stage, (blocks, inner) in enumerate(zip((3, 4, 6, 3), (64, 128, 256, 512), strict=True)):
        for block in range(blocks):
            layers.append(Bottleneck(channels, inner, 2 if stage and not block else 1))
            channels = 4 * inner
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000))


def small() -> nn.Module:
    """Return a network whose step takes a few milliseconds."""
    return nn.Sequential(
        *(nn.Conv2d(1, 12, 15), nn.ReLU(), nn.Conv2d(12, 16, 5, 2), nn.ReLU(), nn.Conv2d(16, 16, 3), nn.ReLU()),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 1000)),
    )


def measure(table: tables.Table, name: str, network: nn.Module, images: torch.Tensor, steps: int) -> None:
    """Train a network for some steps with a recorder, after one without."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    labels, of_steps, of_recorder = torch.arange(len(images)), 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder, ks.Recorder(network, folder, optimizer=optimizer) as recorder:
        for step in range(steps + 1):
            started = time.perf_counter()
            loss = nn.functional.cross_entropy(network(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            between = time.perf_counter()
            recorder.step()
            if step:  # the first step prepares the memory
                of_steps += between - started
                of_recorder += time.perf_counter() - between
    weights = sum(layer.module.weight.numel() for layer in recorder.layers)
    table.add(name, weights, steps, 1e3 * of_steps / steps, 1e3 * of_recorder / steps, of_recorder / of_steps)


def figure(table: tables.Table) -> Figure:
    """Draw the share of each network."""
    page = Figure(figsize=(6, 2), layout="constrained")
    axes = page.subplots()
    axes.barh(table.column("network"), [100 * share for share in table.column("share")], color=figures.SERIES[0])
    axes.set(xlabel="time of the recorder / time of the steps, %")
    return page


def main() -> None:
    few = tables.Options(__doc__, "three steps of each, with small images").parse_args().small
    torch.manual_seed(0)
    table = tables.Table("recording", TABLES["recording"])
    measure(table, "small", small(), torch.randn(32, 1, 32, 32), 3 if few else 1000)
    images = torch.randn(4, 3, 64, 64) if few else torch.randn(32, 3, 224, 224)
    measure(table, "ResNet-50", resnet50(), images, 3 if few else 12)
    table.save(figure(table))


if __name__ == "__main__":
    main()

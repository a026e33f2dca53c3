"""Small odd trainings and networks of others: runs that a recorder recorded, and checkpoints with code and images."""

import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

import kernelscope as ks

CODE = """
from torch import nn


def make():
    return nn.Sequential({layers})
"""
SIDE, CHANNELS = 16, {"1": "L", "3": "RGB"}
OPTIMIZERS = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=0.01),
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=0.01),
    "adamw": lambda parameters: torch.optim.AdamW(parameters, lr=0.02, weight_decay=0.5),
    "rprop": lambda parameters: torch.optim.Rprop(parameters),
    "": None,  # the recorder is not told
}


def recorded(root: Path, chance: random.Random, source: str) -> tuple[int, dict]:
    """Record one to three trainings of a few steps, some of which diverge; return their number, and their dataset."""
    runs, channels, optimizer = chance.choice((1, 2, 2, 3)), chance.choice((1, 3)), chance.choice(list(OPTIMIZERS))
    written, steps, snapshots = layers(chance, channels), chance.choice((1, 5, 12)), chance.choice((2, 3, 40))
    diverges = chance.random() < 0.2
    for run in range(runs):
        model = network(written, chance)
        train(model, root / f"seed{chance.choice((run, run + 9))}{run}", optimizer, steps, snapshots, diverges)
    (root / "notes.txt").write_text("about these trainings")
    return runs, {"source": "recorded"}


def train(model: nn.Module, folder: Path, optimizer: str, steps: int, snapshots: int, diverges: bool) -> None:
    """Record a training on noise."""
    chosen = (OPTIMIZERS[optimizer] or OPTIMIZERS["sgd"])(model.parameters())
    told = chosen if OPTIMIZERS[optimizer] else None
    with ks.Recorder(model, folder, optimizer=told, snapshots=snapshots) as recorder:
        for step in range(steps):
            images = torch.randn(4, model[0].in_channels, SIDE, SIDE, generator=torch.Generator().manual_seed(step))
            loss = nn.functional.cross_entropy(model(images).mean((-1, -2)), torch.arange(4) % 2)
            chosen.zero_grad()
            loss.backward()
            chosen.step()
            if diverges and step == steps - 1:
                with torch.no_grad():
                    model[0].weight[0] = torch.nan
            recorder.step()
            recorder.log(loss=loss)


def probed(root: Path, chance: random.Random, source: str) -> tuple[int, dict]:
    """Write checkpoints of one or two runs, the code of their network, and images; return the runs and a dataset."""
    runs, channels = chance.choice((1, 2)), chance.choice(list(CHANNELS))
    written = layers(chance, int(channels))
    (root.parent / "net.py").write_text(CODE.format(layers=written))
    root.mkdir()
    for run in range(runs):
        torch.save(network(written, chance).state_dict(), root / f"run{run}.pt")
    classes, rng = chance.choice((("",), ("2", "10"))), np.random.default_rng(chance.randrange(2**32))
    for number in range(chance.choice((6, 20))):
        place = root.parent / "images" / classes[number % len(classes)]
        place.mkdir(parents=True, exist_ok=True)
        pixels = rng.integers(0, 256, (SIDE + number % 3, SIDE, 3), np.uint8)
        Image.fromarray(pixels).convert(CHANNELS[channels]).save(place / f"{number}.png")
    sizes = {"image_size": [SIDE, SIDE]} if chance.random() < 0.7 else {}
    files = {"files": "{run}.pt", "model": "net.py:make", "images": "images"}
    return runs, {"source": "pretrained"} | files | sizes


def layers(chance: random.Random, channels: int) -> str:
    """Return the code of a few conv layers: square or not, strided, transposed, in groups, of any activation."""
    first = f"nn.Conv2d({channels}, 4, {chance.choice((2, 3, 5, (3, 5)))}, padding=2)"
    second = chance.choice(
        (
            "nn.Conv2d(4, 6, 3, groups=2)",
            "nn.Conv2d(4, 2, 1)",
            "nn.ConvTranspose2d(4, 3, 3, stride=2)",
            "nn.Conv2d(4, 5, 3, stride=2, dilation=2, bias=False)",
            "nn.Sequential(nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4))",
        )
    )
    between = chance.choice(("nn.ReLU()", "nn.Tanh(), nn.MaxPool2d(2)", "nn.LeakyReLU(0.1)", "nn.Identity()"))
    return ", ".join([first, between, second])


def network(written: str, chance: random.Random) -> nn.Sequential:
    """Return a network of these layers."""
    torch.manual_seed(chance.randrange(2**32))
    return eval(f"nn.Sequential({written})", {"nn": nn})

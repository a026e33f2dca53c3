"""The same networks with torch's own layers and optimizer, and the origin's way of feeding them."""

import time
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure
from PIL import Image
from torch import nn

from kernelscope.models import layer_lists


def network(layers: list[dict], image: tuple[int, int, int], classes: int) -> nn.Sequential:
    made, before, flat = [], [image, *layer_lists.shapes(layers, image, classes)], False
    for layer, shape, after in zip(layers, before, before[1:], strict=False):
        if layer["kind"] == "conv":
            made.append(nn.Conv2d(shape[0], after[0], layer["kernel_size"], layer["stride"]))
        elif layer["kind"] == "linear":
            made += [] if flat else [nn.Flatten()]
            made.append(nn.Linear(int(np.prod(shape)), after[0]))
            flat = True
        else:
            made.append(OTHERS[layer["kind"]](layer))
    return nn.Sequential(*made)


OTHERS = {
    "relu": lambda layer: nn.ReLU(),
    "tanh": lambda layer: nn.Tanh(),
    "max_pool": lambda layer: nn.MaxPool2d(layer["size"]),
    "global_max_pool": lambda layer: nn.AdaptiveMaxPool2d(1),
}


def same_weights(plain: nn.Sequential, ours: nn.Sequential) -> nn.Sequential:
    with torch.no_grad():
        for target, source in zip(plain.parameters(), ours.parameters(), strict=True):
            target.copy_(source)
    return plain


def files(folder: Path, pixels: torch.Tensor, labels: torch.Tensor) -> list[Path]:
    """Write an image file for each image, with its target beside it as text, and return the paths."""
    paths = []
    for number, (image, label) in enumerate(zip((255 * pixels[:, 0]).byte().numpy(), labels.tolist(), strict=True)):
        paths.append(folder / f"{number}.png")
        Image.fromarray(image).save(paths[-1])
        paths[-1].with_suffix(".txt").write_text(" ".join("1" if label == i else "0" for i in range(3)))
    return paths


def opened(path: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """Read one item as the origin's dataset does: open, decode, scale, parse."""
    pixels = np.array(Image.open(path).convert("L"), dtype=np.float32) / 255
    target = [float(word) for word in path.with_suffix(".txt").read_text().split()]
    return torch.from_numpy(pixels)[None], torch.tensor(target)


def origin_epoch(plain: nn.Sequential, optimizer, train: list[Path], test: list[Path], batch: int) -> None:
    """Train one epoch as the origin does: every image read from its file, accuracy image by image, a 300-dpi figure."""
    order = np.random.default_rng(0).permutation(len(train))
    for start in range(0, len(train), batch):
        pairs = [opened(train[i]) for i in order[start : start + batch]]
        x, y = (torch.stack(column) for column in zip(*pairs, strict=True))
        optimizer.zero_grad()
        nn.functional.l1_loss(plain(x), y).backward()
        optimizer.step()
    right = {"train": 0, "test": 0}
    with torch.no_grad():
        for split, paths in (("train", train), ("test", test)):
            for path in paths:
                x, y = opened(path)
                outputs = plain(x[None])[0]
                right[split] += all(abs(float(o) - float(t)) < 0.1 for o, t in zip(outputs, y, strict=True))
    kernels = plain[0].weight.detach().numpy()
    page = Figure(figsize=(10, 5))
    for axes, kernel in zip(page.subplots(1, len(kernels)), kernels, strict=True):
        axes.imshow(kernel[0], cmap="gray")
    page.suptitle(f"{right} {time.time()}")
    page.savefig(train[0].with_name("epoch.jpg"), dpi=300)

"""State dicts with the layers of well-known networks, by torchvision's names, and random weights."""

from collections.abc import Iterator

import torch

VGG_16 = (64, 64, "pool", 128, 128, "pool", *(256,) * 3, "pool", *(512,) * 3, "pool", *(512,) * 3, "pool")
ALEXNET = ((0, 64, 11), (3, 192, 5), (6, 384, 3), (8, 256, 3), (10, 256, 3))  # place, kernels, kernel size
EFFICIENTNET_B0 = (  # expansion, kernel size, kernels, blocks of a stage
    *((1, 3, 16, 1), (6, 3, 24, 2), (6, 5, 40, 2), (6, 3, 80, 3)),
    *((6, 5, 112, 3), (6, 5, 192, 4), (6, 3, 320, 1)),
)
Shapes = Iterator[tuple[str, tuple[int, ...]]]


def alexnet() -> Shapes:
    channels = 3
    for place, kernels, size in ALEXNET:
        yield from with_bias(f"features.{place}", kernels, channels, size, size)
        channels = kernels
    yield from classifier(channels * 6 * 6, (1, 4, 6))


def vgg16() -> Shapes:
    channels, place = 3, 0
    for kernels in VGG_16:
        if kernels != "pool":
            yield from with_bias(f"features.{place}", kernels, channels, 3, 3)
            channels, place = kernels, place + 1  # a ReLU follows
        place += 1
    yield from classifier(channels * 7 * 7, (0, 3, 6))


def efficientnet_b0() -> Shapes:
    yield from normalized("features.0", 32, 3, 3, 3)
    channels = 32
    for stage, (expansion, size, kernels, blocks) in enumerate(EFFICIENTNET_B0, 1):
        for number in range(blocks):
            place, wide, squeezed = f"features.{stage}.{number}.block", channels * expansion, max(1, channels // 4)
            if expansion > 1:
                yield from normalized(f"{place}.0", wide, channels, 1, 1)
            first = int(expansion > 1)
            yield from normalized(f"{place}.{first}", wide, 1, size, size)
            yield from with_bias(f"{place}.{first + 1}.fc1", squeezed, wide, 1, 1)
            yield from with_bias(f"{place}.{first + 1}.fc2", wide, squeezed, 1, 1)
            yield from normalized(f"{place}.{first + 2}", kernels, wide, 1, 1)
            channels = kernels
    yield from normalized("features.8", 1280, channels, 1, 1)
    yield from with_bias("classifier.1", 1000, 1280)


NETWORKS = {"AlexNet": alexnet, "VGG-16": vgg16, "EfficientNet-B0": efficientnet_b0}


def with_bias(name: str, *shape: int) -> Shapes:
    yield f"{name}.weight", shape
    yield f"{name}.bias", shape[:1]


def normalized(name: str, *shape: int) -> Shapes:
    """Yield a conv layer and the batch norm after it."""
    yield f"{name}.0.weight", shape
    for part in ("weight", "bias", "running_mean", "running_var"):
        yield f"{name}.1.{part}", shape[:1]
    yield f"{name}.1.num_batches_tracked", ()


def classifier(inputs: int, places: tuple[int, ...]) -> Shapes:
    for place, outputs in zip(places, (4096, 4096, 1000), strict=True):
        yield from with_bias(f"classifier.{place}", outputs, inputs)
        inputs = outputs


def series(network: str, times: int, seed: int) -> Iterator[dict[str, torch.Tensor]]:
    """Yield a state dict for each of several times: the start, from which every weight drifts at random."""
    generator = torch.Generator().manual_seed(seed)
    state = dict.fromkeys(name for name, _ in NETWORKS[network]())
    for time in range(times):
        for name, shape in NETWORKS[network]():
            noise = torch.randn(shape, generator=generator) / max(1, torch.Size(shape[1:]).numel()) ** 0.5
            state[name] = noise if time == 0 else 0.5 * state[name] + noise
        yield state

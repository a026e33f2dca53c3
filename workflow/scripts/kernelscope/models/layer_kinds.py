"""Every kind of layer, each in one class: its settings, its shape, its weights, and what it computes.

A new kind is one more class here, and its name in layer_lists.py for those who write architectures. Parameters that
are drawn from the seed, or are not one number a channel, also need a case in networks.initialise and in seed_stack.py.

Planning and the page ask for shapes where torch is not installed or not wanted, and a script depends on all that its
modules import, even inside a function (experiment/provenance/fingerprint.py). So torch is not imported here:
networks.py, which computes, hands it over as F (functions.py).
"""

import math
from dataclasses import dataclass

from kernelscope.models.layer_base import Layer, Parameter, Window, check_maps


@dataclass(frozen=True)
class Conv(Layer, kind="conv"):
    """Cross-correlation with `kernels` square kernels plus bias, on images with `padding` zeros on each side.

    With several towers each equal part of the kernels sees only the same part of the channels. A bias before a batch
    normalization would do nothing.
    """

    name: str
    kernels: int
    kernel_size: int
    stride: int = 1
    towers: int = 1
    padding: int = 0
    bias: bool = True
    optional = ("towers", "padding", "bias")

    @property
    def window(self) -> Window:
        return Window(f"kernel_size {self.kernel_size} of {self.name}", self.kernel_size, self.stride, self.padding)

    def shape(self, before, classes, earlier):
        _, *maps = super().shape(before, classes, earlier)
        for what, count in (("channels", before[0]), ("kernels", self.kernels)):
            if count % self.towers:
                raise ValueError(
                    f"{self.name}: found {count} {what} for {self.towers} towers; allowed: as many for each of them"
                )
        return (self.kernels, *maps)

    def parameters(self, before, after):
        kernel = before[0] // self.towers, self.kernel_size, self.kernel_size
        bias = {"bias": Parameter((self.kernels,))} if self.bias else {}
        return {"weight": Parameter((self.kernels, *kernel))} | bias

    def forward(self, F, x, own):
        bias = own.bias if self.bias else None
        return F.conv2d(x, own.weight, bias, self.stride, self.padding, groups=self.towers)

    def linear(self, F, x, own):
        return F.conv2d(x, own.weight, None, self.stride, self.padding, groups=self.towers)


@dataclass(frozen=True)
class Linear(Layer, kind="linear"):
    """A fully connected layer on the flattened input; `units` None stands for one per class."""

    name: str
    units: int | None

    def shape(self, before, classes, earlier):
        return (self.units or classes,)

    def parameters(self, before, after):
        return {"weight": Parameter((*after, math.prod(before))), "bias": Parameter(after)}

    def forward(self, F, x, own):
        return F.linear(x.flatten(1), own.weight, own.bias)


@dataclass(frozen=True)
class BatchNorm(Layer, kind="batch_norm"):
    """Each channel less its mean, over its standard deviation, times a weight, plus a bias (Ioffe and Szegedy 2015).

    Mean and variance are those of the batch in training, else running averages, which are kept with the weights.
    """

    name: str
    momentum: float = 0.1
    epsilon: float = 1e-5
    channelwise = True

    def parameters(self, before, after):
        starts = {"weight": 1.0, "bias": 0.0, "running_mean": 0.0, "running_var": 1.0}
        return {part: Parameter(before[:1], start, part in ("weight", "bias")) for part, start in starts.items()}

    def forward(self, F, x, own):
        parts = own.running_mean, own.running_var, own.weight, own.bias
        return F.batch_norm(x, *parts, own.training, self.momentum, self.epsilon)

    def linear(self, F, x, own):
        return x * (own.weight / (own.running_var + self.epsilon).sqrt())[:, None, None]


@dataclass(frozen=True)
class Pool(Layer):
    """What every block of `size` x `size` has in common; rows and cols that fill no block are left out."""

    size: int
    name: str = ""
    channelwise = True

    @property
    def window(self) -> Window:
        return Window(f"pooling window {self.size}", self.size, self.size)

    def linear(self, F, x, own):
        return F.avg_pool2d(x, self.size)


class AveragePool(Pool, kind="average_pool"):
    forward = Pool.linear


class MaxPool(Pool, kind="max_pool"):
    """In the linear network the mean, as any pixel of a block may be the largest."""

    def forward(self, F, x, own):
        return F.max_pool2d(x, self.size)


@dataclass(frozen=True)
class GlobalMaxPool(Layer, kind="global_max_pool"):
    """The largest of every channel; by amax, as its gradient is deterministic on a GPU too."""

    name: str = ""
    channelwise = True

    def shape(self, before, classes, earlier):
        check_maps(self.kind, before)
        return before[:1]

    def forward(self, F, x, own):
        return x.amax((2, 3))


@dataclass(frozen=True)
class ReLU(Layer, kind="relu"):
    name: str = ""
    channelwise = True

    def forward(self, F, x, own):
        return x.relu()

    def rectified(self, F, x, own):
        passed = x.clone()
        passed.register_hook(lambda gradient: gradient.clamp(min=0))
        return passed


@dataclass(frozen=True)
class Tanh(Layer, kind="tanh"):
    name: str = ""
    channelwise = True

    def forward(self, F, x, own):
        return x.tanh()


@dataclass(frozen=True)
class LocalResponseNorm(Layer, kind="local_response_norm"):
    """a / (k + alpha sum a^2)^beta, the sum over `size` neighbouring channels of the tower (Krizhevsky 2012, 3.3)."""

    towers: int = 1
    size: int = 5
    k: float = 2
    alpha: float = 1e-4
    beta: float = 0.75
    name: str = ""

    def forward(self, F, x, own):
        return F.local_response_norm(x, self.towers, self.size, self.k, self.alpha, self.beta)


@dataclass(frozen=True)
class Centre(Layer, kind="centre"):
    """`scale` times the input, less its mean over training images and pixels, channel by channel; nothing is learned.

    The mean is kept with the weights.
    """

    name: str
    scale: float
    channelwise = True

    def parameters(self, before, after):
        return {"mean": Parameter(before[:1], 0.0, trained=False)}

    def forward(self, F, x, own):
        return x * self.scale - own.mean[:, None, None]


@dataclass(frozen=True)
class Add(Layer, kind="add"):
    """A residual connection (He et al. 2016): the input plus the output of the earlier layer called `source`."""

    source: str
    name: str = ""

    @property
    def sources(self) -> tuple[str]:
        return (self.source,)

    def shape(self, before, classes, earlier):
        check_maps(self.kind, before)
        if self.source not in earlier:
            raise ValueError(f"add: found no layer {self.source!r} before it; allowed: {', '.join(earlier)}")
        if earlier[self.source] != before:
            raise ValueError(
                f"add: found {earlier[self.source]} of {self.source} and {before}; allowed: the same shape"
            )
        return before

    def forward(self, F, x, own, earlier):
        """Where padding is taken away (layer_lists.unpadded), the earlier output is larger, by as much on each side."""
        rows, cols = ((large - small) // 2 for large, small in zip(earlier.shape[2:], x.shape[2:], strict=True))
        return x + earlier[:, :, rows : rows + x.shape[2], cols : cols + x.shape[3]]

    linear = forward

"""All layer kinds, one class each: its settings, its output shape, its weights, and what it computes.

To add a kind, write a class here, and give the kind a name in layer_lists.py that architectures use. layer_base.Layer
describes the methods. Parameters that are drawn from the seed, or that are not one number per channel, also need a
case in networks.initialize and in seed_stack.py.

This module does not import torch: networks.py passes torch's functions in as F (functions.py). Planning and the page
use shapes where torch may not be installed, and a script depends on everything that its modules import, even inside a
function (experiment/provenance/fingerprint.py).
"""

import math
from dataclasses import dataclass

from kernelscope.models.layer_base import Layer, Parameter, Window, check_maps
from kernelscope.refusal import did_you_mean, quoted, refuse


@dataclass(frozen=True)
class Conv(Layer, kind="conv"):
    """Cross-correlation with square kernels, plus a bias.

    Parameters
    ----------
    name : name of the layer
    kernels : number of kernels, the channels of the output
    kernel_size : rows and cols of a kernel, in pixels of the input
    stride : distance between neighboring responses, in pixels of the input
    towers : equal parts into which kernels and channels are split; a kernel sees only the channels of its tower
    padding : zeros on each side of the input
    bias : whether kernels have a bias; without effect before a batch normalization
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
        return Window(f"kernel_size of {self.name}", self.kernel_size, self.stride, self.padding)

    def shape(self, before, classes, earlier):
        _, *maps = super().shape(before, classes, earlier)
        for what, count in (("channels", before[0]), ("kernels", self.kernels)):
            if count % self.towers:
                refuse(f"towers of {self.name}", f"{self.towers} for {count} {what}", f"a divisor of {count}")
        return (self.kernels, *maps)

    def parameters(self, before, after):
        kernel = before[0] // self.towers, self.kernel_size, self.kernel_size
        bias = {"bias": Parameter((self.kernels,))} if self.bias else {}
        return {"weight": Parameter((self.kernels, *kernel))} | bias

    def forward(self, F, x, params):
        bias = params.bias if self.bias else None
        return F.conv2d(x, params.weight, bias, self.stride, self.padding, groups=self.towers)

    def linear(self, F, x, params):
        return F.conv2d(x, params.weight, None, self.stride, self.padding, groups=self.towers)


@dataclass(frozen=True)
class Linear(Layer, kind="linear"):
    """A fully connected layer on the flattened input.

    Parameters
    ----------
    name : name of the layer
    units : number of outputs; None: one for each class
    """

    name: str
    units: int | None

    def shape(self, before, classes, earlier):
        return (self.units or classes,)

    def parameters(self, before, after):
        return {"weight": Parameter((*after, math.prod(before))), "bias": Parameter(after)}

    def forward(self, F, x, params):
        return F.linear(x.flatten(1), params.weight, params.bias)


@dataclass(frozen=True)
class BatchNorm(Layer, kind="batch_norm"):
    """Batch normalization (Ioffe and Szegedy 2015): weight (x - mean) / standard deviation + bias, for each channel.

    In training, mean and variance are those of the batch. Otherwise they are running averages, which are stored with
    the weights.

    Parameters
    ----------
    name : name of the layer
    momentum : weight of a batch in the running averages
    epsilon : added to the variance
    """

    name: str
    momentum: float = 0.1
    epsilon: float = 1e-5
    channelwise = True

    def parameters(self, before, after):
        starts = {"weight": 1.0, "bias": 0.0, "running_mean": 0.0, "running_var": 1.0}
        return {part: Parameter(before[:1], start, part in ("weight", "bias")) for part, start in starts.items()}

    def forward(self, F, x, params):
        arrays = params.running_mean, params.running_var, params.weight, params.bias
        return F.batch_norm(x, *arrays, params.training, self.momentum, self.epsilon)

    def linear(self, F, x, params):
        return x * (params.weight / (params.running_var + self.epsilon).sqrt())[:, None, None]


@dataclass(frozen=True)
class Pool(Layer):
    """Base of both pooling kinds: one number for every block of pixels; rows and cols that fill no block are dropped.

    Parameters
    ----------
    size : rows and cols of a block, in pixels of the input
    name : name of the layer, if another layer refers to it
    """

    size: int
    name: str = ""
    channelwise = True

    @property
    def window(self) -> Window:
        return Window("size of a pooling window", self.size, self.size)

    def linear(self, F, x, params):
        return F.avg_pool2d(x, self.size)


class AveragePool(Pool, kind="average_pool"):
    """The mean of every block of `size` x `size` pixels."""

    forward = Pool.linear


class MaxPool(Pool, kind="max_pool"):
    """The maximum of every block of `size` x `size` pixels; `linear` takes the mean, as any pixel may be largest."""

    def forward(self, F, x, params):
        return F.max_pool2d(x, self.size)


@dataclass(frozen=True)
class GlobalMaxPool(Layer, kind="global_max_pool"):
    """The maximum of every channel over all rows and cols; amax has a deterministic gradient also on a GPU.

    Parameters
    ----------
    name : name of the layer, if another layer refers to it
    """

    name: str = ""
    channelwise = True

    def shape(self, before, classes, earlier):
        check_maps(self.kind, before)
        return before[:1]

    def forward(self, F, x, params):
        return x.amax((2, 3))


@dataclass(frozen=True)
class ReLU(Layer, kind="relu"):
    """max(x, 0).

    Parameters
    ----------
    name : name of the layer, if another layer refers to it
    """

    name: str = ""
    channelwise = True

    def forward(self, F, x, params):
        return x.relu()

    def rectified(self, F, x, params):
        passed = x.clone()
        passed.register_hook(lambda gradient: gradient.clamp(min=0))
        return passed


@dataclass(frozen=True)
class Tanh(Layer, kind="tanh"):
    """tanh(x).

    Parameters
    ----------
    name : name of the layer, if another layer refers to it
    """

    name: str = ""
    channelwise = True

    def forward(self, F, x, params):
        return x.tanh()


@dataclass(frozen=True)
class LocalResponseNorm(Layer, kind="local_response_norm"):
    """Local response normalization x / (k + alpha sum x^2)^beta (Krizhevsky et al. 2012, section 3.3).

    Parameters
    ----------
    towers : equal parts into which the channels are split
    size : number of neighboring channels of the same tower in the sum
    k, alpha, beta : constants of the formula
    name : name of the layer, if another layer refers to it
    """

    towers: int = 1
    size: int = 5
    k: float = 2
    alpha: float = 1e-4
    beta: float = 0.75
    name: str = ""

    def forward(self, F, x, params):
        return F.local_response_norm(x, self.towers, self.size, self.k, self.alpha, self.beta)


@dataclass(frozen=True)
class Center(Layer, kind="center"):
    """scale x - mean, with the mean of scale x over all training images and pixels, per channel; nothing is learned.

    Parameters
    ----------
    name : name of the layer; the mean is stored with the weights as `<name>.mean`
    scale : factor of the input
    """

    name: str
    scale: float
    channelwise = True

    def parameters(self, before, after):
        return {"mean": Parameter(before[:1], 0.0, trained=False)}

    def forward(self, F, x, params):
        return x * self.scale - params.mean[:, None, None]


@dataclass(frozen=True)
class Add(Layer, kind="add"):
    """A residual connection (He et al. 2016): the input plus the output of an earlier layer.

    Parameters
    ----------
    source : name of the earlier layer; its output has the shape of the input
    name : name of the layer, if another layer refers to it
    """

    source: str
    name: str = ""

    @property
    def sources(self) -> tuple[str]:
        return (self.source,)

    def shape(self, before, classes, earlier):
        check_maps(self.kind, before)
        if self.source not in earlier:
            hint = did_you_mean(self.source, earlier)
            refuse("source of add", quoted(self.source), f"an earlier layer: {', '.join(earlier)}", hint)
        if earlier[self.source] != before:
            refuse("add", f"{earlier[self.source]} from {self.source} for an input of {before}", "equal shapes")
        return before

    def forward(self, F, x, params, earlier):
        """Return the sum; without padding (layer_lists.unpadded) the earlier output is larger by equal margins."""
        rows, cols = ((large - small) // 2 for large, small in zip(earlier.shape[2:], x.shape[2:], strict=True))
        return x + earlier[:, :, rows : rows + x.shape[2], cols : cols + x.shape[3]]

    linear = forward

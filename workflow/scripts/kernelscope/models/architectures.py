"""Architectures as visible lists of layers.

To add one: write a function that returns its layers, put it into ARCHITECTURES, and name it in the config. A training
depends on its own list of layers, not on this file, so nothing else is trained anew.
"""

from kernelscope.models.layer_lists import (
    GLOBAL_MAX_POOL,
    RELU,
    TANH,
    add,
    average_pool,
    batch_norm,
    centre,
    conv,
    linear,
    local_response_norm,
    max_pool,
)


def matched(kernels: int = 12, kernel_size: int = 15, stride: int = 1) -> list[dict]:
    """A bank of templates: only the best fit of each kernel anywhere in the image counts."""
    return [
        conv("conv1", kernels, kernel_size, stride),
        RELU,
        GLOBAL_MAX_POOL,
        linear("output", None),
    ]


def cnnkernels(kernels: int = 5, kernel_size: int = 15, stride: int = 1, widths: tuple = (1024, 256)) -> list[dict]:
    """The network of the origin (github.com/tbensky/CNNKernels) with settable sizes and logits as output."""
    return [
        conv("conv1", kernels, kernel_size, stride),
        RELU,
        conv("conv2", 1, kernel_size),
        RELU,
        max_pool(2),
        linear("hidden1", widths[0]),
        RELU,
        linear("hidden2", widths[1]),
        TANH,
        linear("output", None),
    ]


def cnnkernels_tanh(
    kernels: int = 5, kernel_size: int = 15, stride: int = 1, widths: tuple = (1024, 256)
) -> list[dict]:
    """`cnnkernels` with the origin's last tanh, for a regression on 0 and 1."""
    return [*cnnkernels(kernels, kernel_size, stride, widths), TANH]


def stacked(kernels: int = 16, kernel_size: int = 11, stride: int = 2, widths: tuple = (16, 32)) -> list[dict]:
    """Three conv layers, as in networks for photographs; `widths` are the kernels of the second and third."""
    return [
        conv("conv1", kernels, kernel_size, stride),
        RELU,
        max_pool(2),
        conv("conv2", widths[0], 5),
        RELU,
        max_pool(2),
        conv("conv3", widths[1], 3),
        RELU,
        GLOBAL_MAX_POOL,
        linear("output", None),
    ]


def krizhevsky(
    kernels: int = 96, kernel_size: int = 11, stride: int = 4, widths: tuple = (64, 64), towers: int = 2
) -> list[dict]:
    """The first layers of Krizhevsky, Sutskever and Hinton (2012): two towers that meet in the third conv layer.

    Theirs has 224 x 224 pixels, 256 and 384 kernels in the second and third layer (here `widths`), five conv and three
    linear layers, overlapping pooling, and the mean of every pixel taken out, not of every channel.
    """
    return [
        centre("input", 255),
        conv("conv1", kernels, kernel_size, stride),
        RELU,
        local_response_norm(towers),
        max_pool(2),
        conv("conv2", widths[0], 3, towers=towers),
        RELU,
        local_response_norm(towers),
        conv("conv3", widths[1], 3),
        RELU,
        GLOBAL_MAX_POOL,
        linear("output", None),
    ]


def small_resnet(kernels: int = 16, kernel_size: int = 7, stride: int = 2, widths: tuple = (16, 32)) -> list[dict]:
    """One residual block (He et al. 2016) between two conv layers, all padded and with batch normalization.

    `widths` are the kernels of the first conv layer in the block, and of the last of all.
    """
    return [
        conv("conv1", kernels, kernel_size, stride, padding=kernel_size // 2, bias=False),
        batch_norm("norm1"),
        RELU,
        max_pool(2, "block"),
        conv("conv2", widths[0], 3, padding=1, bias=False),
        batch_norm("norm2"),
        RELU,
        conv("conv3", kernels, 3, padding=1, bias=False),
        batch_norm("norm3"),
        add("block"),
        RELU,
        average_pool(2),
        conv("conv4", widths[1], 3, padding=1, bias=False),
        batch_norm("norm4"),
        RELU,
        GLOBAL_MAX_POOL,
        linear("output", None),
    ]


ARCHITECTURES = {
    "matched": matched,
    "cnnkernels": cnnkernels,
    "cnnkernels_tanh": cnnkernels_tanh,
    "stacked": stacked,
    "krizhevsky": krizhevsky,
    "small_resnet": small_resnet,
}

"""Architectures as visible lists of layers.

To add an architecture, write a function that returns its layers, put it into ARCHITECTURES, and name it in the config.
A training depends on its own list of layers, not on this file, so no other network is trained again.
"""

from kernelscope.models.layer_lists import (
    GLOBAL_MAX_POOL,
    RELU,
    TANH,
    add,
    average_pool,
    batch_norm,
    center,
    conv,
    linear,
    local_response_norm,
    max_pool,
)


def templates(kernels: int = 12, kernel_size: int = 15, stride: int = 1) -> list[dict]:
    """Return a bank of templates: only the maximum response of each kernel over the image counts.

    Parameters
    ----------
    kernels : number of kernels
    kernel_size : rows and cols of a kernel, in pixels
    stride : distance between neighboring responses, in pixels

    Returns
    -------
    a dict for each layer, in order (layer_lists.py)
    """
    return [
        conv("conv1", kernels, kernel_size, stride),
        RELU,
        GLOBAL_MAX_POOL,
        linear("output", None),
    ]


def cnnkernels(kernels: int = 5, kernel_size: int = 15, stride: int = 1, widths: tuple = (1024, 256)) -> list[dict]:
    """Return the original network (github.com/tbensky/CNNKernels), with other sizes if wanted, and logits as output.

    Parameters
    ----------
    kernels : number of kernels in the first conv layer; the second has one
    kernel_size : rows and cols of a kernel in both conv layers, in pixels
    stride : stride of the first conv layer, in pixels
    widths : units of the two hidden layers

    Returns
    -------
    a dict for each layer, in order (layer_lists.py)
    """
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
    """Return `cnnkernels` followed by the original's tanh, for a regression on 0 and 1; same parameters."""
    return [*cnnkernels(kernels, kernel_size, stride, widths), TANH]


def stacked(kernels: int = 16, kernel_size: int = 11, stride: int = 2, widths: tuple = (16, 32)) -> list[dict]:
    """Return three conv layers, as in networks for photographs.

    Parameters
    ----------
    kernels : number of kernels in the first conv layer
    kernel_size : rows and cols of a first-layer kernel, in pixels; kernels have 5 x 5 in the second, 3 x 3 in the third
    stride : stride of the first conv layer, in pixels
    widths : number of kernels in the second and third conv layer

    Returns
    -------
    a dict for each layer, in order (layer_lists.py)
    """
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
    """Return the first layers of Krizhevsky, Sutskever and Hinton (2012): two towers that meet in the third conv layer.

    Their network takes 224 x 224 pixels and subtracts the mean of every pixel; here the mean of every channel is
    subtracted. It has 256 and 384 kernels in the second and third layer (here `widths`), overlapping pooling, and
    five conv and three linear layers in all.

    Parameters
    ----------
    kernels : number of kernels in the first conv layer, a multiple of `towers`
    kernel_size : rows and cols of a first-layer kernel, in pixels; later kernels have 3 x 3
    stride : stride of the first conv layer, in pixels
    widths : number of kernels in the second and third conv layer; the first of both is a multiple of `towers`
    towers : parts of the first two conv layers that are not connected with each other

    Returns
    -------
    a dict for each layer, in order (layer_lists.py)
    """
    return [
        center("input", 255),
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
    """Return one residual block (He et al. 2016) between two conv layers, all padded and with batch normalization.

    Parameters
    ----------
    kernels : number of kernels in the first conv layer, and in the second of the block, whose outputs are added
    kernel_size : rows and cols of a first-layer kernel, in pixels; later kernels have 3 x 3
    stride : stride of the first conv layer, in pixels
    widths : number of kernels in the first conv layer of the block, and in the last conv layer

    Returns
    -------
    a dict for each layer, in order (layer_lists.py)
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


def small_alexnet(
    kernels: int = 96, kernel_size: int = 11, stride: int = 4, widths: tuple = (96, 96), towers: int = 2
) -> list[dict]:
    """Return three conv layers like those of Krizhevsky et al. (2012), for crops of photographs of 64 x 64 pixels.

    Layers are padded, so that kernels also see the borders, and batch normalization makes a few thousand steps enough.
    The original has 256 and 384 kernels in the second and third layer (here `widths`), overlapping pooling, no batch
    normalization, and five conv and three linear layers in all.

    Parameters
    ----------
    kernels : number of kernels in the first conv layer, a multiple of `towers`
    kernel_size : rows and cols of a first-layer kernel, in pixels; 5 x 5 in the second and 3 x 3 in the third layer
    stride : stride of the first conv layer, in pixels
    widths : number of kernels in the second and third conv layer; the first of both is a multiple of `towers`
    towers : parts of the first two conv layers that are not connected with each other

    Returns
    -------
    a dict for each layer, in order (layer_lists.py)
    """
    return [
        center("input", 1),
        conv("conv1", kernels, kernel_size, stride, padding=3),
        RELU,
        local_response_norm(towers),
        max_pool(2),
        conv("conv2", widths[0], 5, padding=2, towers=towers, bias=False),
        batch_norm("norm2"),
        RELU,
        max_pool(2),
        conv("conv3", widths[1], 3, padding=1, bias=False),
        batch_norm("norm3"),
        RELU,
        GLOBAL_MAX_POOL,
        linear("output", None),
    ]


ARCHITECTURES = {
    "templates": templates,
    "cnnkernels": cnnkernels,
    "cnnkernels_tanh": cnnkernels_tanh,
    "stacked": stacked,
    "krizhevsky": krizhevsky,
    "small_resnet": small_resnet,
    "small_alexnet": small_alexnet,
}

"""Two exact shortcuts for conv layers, each with the result of the plain layer.

Why they are exact: docs/explanation/methods.md#exact-shortcuts.
Shapes: x (B, in, H, W), kernels (out, in, k, k), bias (out,), cross-correlation as in torch, no padding.
"""

import math

import torch

CACHE = 400_000  # bytes of spectra at a time, which fit into the processor's cache (docs/log.md, 2026-11-27)
LEAST_IMAGES = 8  # at a time, however large


class FFTCorrelation(torch.autograd.Function):
    """Cross-correlation with stride 1, plus bias, by the correlation theorem: irfft2(rfft2(x) conj(rfft2(w))).

    Wrap-around affects only pixels that the crop to the valid region removes. The gradient of the kernels is a
    correlation of x with the error, the gradient of x a convolution of the error with the kernels, on the same grid.
    """

    @staticmethod
    def forward(ctx, x, kernels, bias):
        (H, W), k = x.shape[-2:], kernels.shape[-1]
        grid = fast_length(H), fast_length(W)
        chunk_size = images_at_once(max(kernels.shape[:2]), grid)
        K = torch.fft.rfft2(kernels, s=grid)  # (out, in, h, w)
        X, conjugate = [], K.conj_physical()
        output = x.new_empty(len(x), len(kernels), H - k + 1, W - k + 1)
        for chunk, target in zip(x.split(chunk_size), output.split(chunk_size), strict=True):
            X.append(torch.fft.rfft2(chunk, s=grid))  # (chunk, in, h, w)
            whole = torch.fft.irfft2(_over_inputs(X[-1], conjugate), s=grid)
            torch.add(whole[..., : H - k + 1, : W - k + 1], bias[:, None, None], out=target)  # while it is in the cache
        ctx.save_for_backward(K, *X)
        ctx.sizes = H, W, k, grid, chunk_size
        return output

    @staticmethod
    def backward(ctx, error):
        K, *X = ctx.saved_tensors
        H, W, k, grid, chunk_size = ctx.sizes
        to_x = error.new_empty(len(error), K.shape[1], H, W) if ctx.needs_input_grad[0] else None
        product = 0
        for number, (x, chunk) in enumerate(zip(X, error.split(chunk_size), strict=True)):
            E = torch.fft.rfft2(chunk, s=grid)  # (chunk, out, h, w)
            if to_x is not None:
                whole = torch.fft.irfft2(_over_inputs(E, K.transpose(0, 1)), s=grid)
                to_x[number * chunk_size :][:chunk_size] = whole[..., :H, :W]
            product = product + _over_images(E, x)
        return to_x, torch.fft.irfft2(product, s=grid)[..., :k, :k], error.sum((0, 2, 3))


def _over_inputs(a, b):
    """Return sum_i a[m, i] b[n, i] at each frequency: (M, I, h, w), (N, I, h, w) -> (M, N, h, w)."""
    return torch.stack([(a * plane).sum(1) if len(plane) > 1 else a[:, 0] * plane[0] for plane in b], dim=1)


def _over_images(e, x):
    """Return sum_b conj(e[b, o]) x[b, i] at each frequency: (B, O, h, w), (B, I, h, w) -> (O, I, h, w).

    The smaller of both is conjugated; if that is x, the sum is conjugated too.
    """
    if e.shape[1] <= x.shape[1]:
        return torch.stack([(plane[:, None] * x).sum(0) for plane in e.conj_physical().unbind(1)])
    x = x.conj_physical()
    return torch.stack([(e * plane[:, None]).sum(0) for plane in x.unbind(1)], dim=1).conj_physical()


def images_at_once(channels: int, grid: tuple[int, int]) -> int:
    """Return how many images are transformed at a time: many if they are small, as each call has a fixed cost."""
    return max(LEAST_IMAGES, CACHE // (8 * channels * grid[0] * (grid[1] // 2 + 1)))


def fast_length(least: int) -> int:
    """Return the smallest length from `least` on without prime factors above 5, for which an FFT is fast."""
    length = least
    while True:
        rest = length
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return length
        length += 1


def fft_correlate(x, kernels, bias, stride: int = 1):
    """Compute the conv layer by FFT; the stride must be 1."""
    return FFTCorrelation.apply(x, kernels, bias)


def correlate(x, kernels, bias, stride: int = 1):
    """Compute the conv layer with torch."""
    return torch.nn.functional.conv2d(x, kernels, bias, stride)


class OneChannelCorrelation(torch.autograd.Function):
    """Cross-correlation of images with one channel by torch, except for the gradient of the kernels.

    The gradient is a correlation of the images with the error over images and positions, so it is a conv layer too:
    the images of the batch become its channels, the error its kernels, and the stride its dilation. Whether it is
    faster than torch's own gradient depends on the machine; see `over_the_batch` of benchmarks/geometry.py.
    """

    @staticmethod
    def forward(ctx, x, kernels, stride):
        ctx.save_for_backward(x, kernels)
        ctx.stride = stride
        return torch.nn.functional.conv2d(x, kernels, None, stride)

    @staticmethod
    def backward(ctx, error):
        (x, kernels), stride, k = ctx.saved_tensors, ctx.stride, ctx.saved_tensors[1].shape[-1]
        to_x = None
        if ctx.needs_input_grad[0]:
            to_x = torch.nn.grad.conv2d_input(x.shape, kernels, error, stride)
        to_kernels = torch.nn.functional.conv2d(x.transpose(0, 1), error.transpose(0, 1), dilation=stride)
        return to_x, to_kernels[..., :k, :k].transpose(0, 1), None


def one_channel_correlate(x, kernels, bias, stride: int = 1):
    """Compute the conv layer on images (B, 1, H, W)."""
    return OneChannelCorrelation.apply(x, kernels, stride) + bias[:, None, None]


def expected_gain(image: tuple[int, int, int], layer: dict, work: str) -> float:
    """Return how many times as fast as torch the FFT should be on a CPU.

    The estimate models the cost of both, in milliseconds for 50 images. Its factors were fitted by hand to 22
    geometries on 2026-11-26, for the code and a machine of that day (docs/log.md); benchmarks/geometry.py shows where
    they are wrong now.

    Parameters
    ----------
    image : (channels, rows, cols) of the input, padding included
    layer : entry of a list of layers, of kind conv
    work : `forward` alone, forward and backward of the `first` layer (whose images need no gradient), or of a `later`
        layer
    """
    channels, kernels, k = image[0], layer["kernels"], layer["kernel_size"]
    grid = math.prod(fast_length(side) for side in image[1:])
    positions = math.prod(side - k + 1 for side in image[1:])
    filled = -(-kernels // 16) * 16  # torch fills whole vectors
    plain = 1.7e-6 * channels * filled * k * k * positions
    fft = grid * (22e-6 * (channels + kernels) * math.log2(grid) + 58e-6 * channels * kernels)
    return BACKWARD[work] * plain / fft


# Factors of `expected_gain` for each kind of work: cost of a step, torch relative to FFT; also fitted by hand.
BACKWARD = {"forward": 1.0, "first": 4.0, "later": 1.8}


# The faster way by `expected_gain`; torch alone; the FFT wherever the stride is 1.
WAYS = ("auto", "library", "fft")


def chosen(way: str, image: tuple[int, int, int], layer: dict, work: str):
    """Return the function that computes a conv layer on a CPU; `way` is one of WAYS, the rest as in `expected_gain`."""
    if way == "library":
        return correlate
    if layer["stride"] == 1 and (way == "fft" or expected_gain(image, layer, work) > 1):
        return fft_correlate
    return one_channel_correlate if image[0] == 1 and work != "forward" else correlate


def patch_pays(image: tuple[int, int, int], layer: dict) -> bool:
    """Whether a layer has so many positions that a backward pass through one patch per kernel and image is cheaper.

    The bound was measured on 2026-11-26: fetching a patch cost as much as 200 positions (docs/log.md).
    """
    return math.prod((side - layer["kernel_size"]) // layer["stride"] + 1 for side in image[1:]) >= 200


def largest_response(x, kernels, bias, stride: int = 1, respond=correlate):
    """Return the maximum over positions of the conv layer's output, (B, out), with its gradient.

    Only the best patch of each kernel and image has a gradient. So the patch is found without gradients by `respond`,
    and the response is computed again on that patch alone: the full convolution needs no backward pass.
    """
    k = kernels.shape[-1]
    with torch.no_grad():
        row, col = (index * stride for index in first_largest(respond(x, kernels, bias, stride)))  # (B, out)
    return torch.einsum("boikl,oikl->bo", windows_at(x, row, col, k), kernels) + bias


def windows_at(x, row, col, k: int):
    """Return the windows (B, out, in, k, k) of x that begin at row and col, (B, out) each; no other is copied."""
    windows = x.unfold(2, k, 1).unfold(3, k, 1)  # (B, in, H', W', k, k), a view
    image = torch.arange(len(x), device=x.device)[:, None]
    return windows[image, :, row, col]


def first_largest(maps):
    """Return row and col (...) of the maximum of each map (..., h, w), the first of equal maxima.

    The row comes first, as the maximum of a row takes a fraction of the time of its position.
    """
    row = maps.amax(-1).argmax(-1)
    best = maps.gather(-2, row[..., None, None].expand(*row.shape, 1, maps.shape[-1])).squeeze(-2)
    return row, best.argmax(-1)

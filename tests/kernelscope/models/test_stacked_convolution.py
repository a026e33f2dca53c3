"""Conv layers of several seeds at once against torch's conv layer, seed by seed: values and gradients."""

import pytest
import torch
from plain_convolution import pooled_plainly, value_and_gradients
from torch.nn import functional

from kernelscope.models import seed_stack

# seeds, images, input channels, rows, cols, kernels, kernel size, stride
CASES = [
    (1, 1, 1, 5, 5, 1, 5, 1),
    (3, 2, 1, 24, 24, 5, 15, 1),
    (2, 3, 3, 17, 29, 4, 6, 1),
    (4, 2, 2, 31, 14, 3, 7, 2),
    (3, 5, 1, 20, 23, 2, 7, 3),
    (2, 4, 4, 13, 13, 4, 1, 1),
    (2, 1, 5, 7, 40, 1, 7, 1),
    (2, 3, 1, 19, 16, 2, 5, 4),
]
WAYS = [seed_stack.grouped, seed_stack.by_fft]

pytestmark = pytest.mark.usefixtures("one_thread")


def tensors(seeds, images, channels, rows, cols, kernels, size, stride, dtype=torch.float64):
    generator = torch.Generator().manual_seed(rows * cols + size)
    shapes = (seeds, images, channels, rows, cols), (seeds, kernels, channels, size, size), (seeds, kernels)
    return [torch.randn(shape, generator=generator, dtype=dtype).requires_grad_() for shape in shapes]


def plainly(stride, conv=functional.conv2d):
    """Return the function that computes each seed separately."""
    return lambda *stacks: torch.stack([conv(*arrays, stride=stride) for arrays in zip(*stacks, strict=True)])


def assert_same(ours, theirs, tolerance=1e-10):
    for actual, reference in zip(ours, theirs, strict=True):
        assert actual.shape == reference.shape
        assert actual.dtype == reference.dtype
        error = float(((actual - reference).abs().max() / reference.abs().max()).detach())
        assert error < tolerance


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("at_once", [1, 1 << 14, 1 << 30])
def test_every_seed_has_the_maps_of_its_own_kernels_and_their_gradients(monkeypatch, way, case, at_once):
    monkeypatch.setattr(seed_stack, "AT_ONCE", at_once)
    x, kernels, _ = tensors(*case)
    ours = value_and_gradients(lambda *both: way(*both, case[-1]), [x, kernels])
    assert_same(ours, value_and_gradients(plainly(case[-1]), [x, kernels]))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
def test_a_first_layer_needs_no_gradient_for_the_images(way, case):
    x, kernels, _ = tensors(*case)
    x = x.detach()
    ours = value_and_gradients(lambda kernels: way(x, kernels, case[-1]), [kernels])
    assert_same(ours, value_and_gradients(lambda kernels: plainly(case[-1])(x, kernels), [kernels]))


@pytest.mark.parametrize("way", WAYS)
def test_single_precision_is_single_precision(way):
    x, kernels, _ = tensors(3, 20, 1, 64, 64, 5, 15, 1, dtype=torch.float32)
    ours = value_and_gradients(way, [x, kernels])
    assert_same(ours, value_and_gradients(plainly(1), [x, kernels]), 1e-5)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("at_once", [1, 1 << 30])
def test_the_largest_response_is_conv_and_global_max_pool_of_every_seed(monkeypatch, way, case, at_once):
    monkeypatch.setattr(seed_stack, "AT_ONCE", at_once)
    *_, stride = case
    inputs = tensors(*case)
    ours = value_and_gradients(lambda *args: seed_stack.largest_response(*args, stride, way), inputs)
    pooled = pooled_plainly(stride)
    theirs = value_and_gradients(plainly(None, lambda *args, stride: pooled(*args)), inputs)
    assert_same(ours, theirs)


@pytest.mark.parametrize(
    ("way", "cuda", "size", "stride", "expected"),
    [
        ("auto", False, 15, 1, seed_stack.grouped),
        ("auto", True, 15, 1, seed_stack.by_fft),
        ("auto", True, 7, 1, seed_stack.by_fft),
        ("auto", True, 5, 1, seed_stack.grouped),
        ("auto", True, 11, 2, seed_stack.by_fft),
        ("auto", True, 7, 2, seed_stack.grouped),
        ("library", True, 15, 1, seed_stack.grouped),
        ("fft", True, 3, 2, seed_stack.by_fft),
        ("fft", False, 3, 2, seed_stack.by_fft),
    ],
)
def test_large_kernels_go_by_fft_on_a_gpu_and_a_way_that_is_asked_for_is_taken(way, cuda, size, stride, expected):
    class Stack:
        is_cuda = cuda

    assert seed_stack.chosen(way, Stack, torch.empty(2, 3, 1, size, size), stride) is expected

"""Both shortcuts against torch's plain conv layer: values and gradients."""

import math

import numpy as np
import pytest
import scipy.fft
import scipy.signal
import torch
from plain_convolution import pooled_plainly, value_and_gradients
from torch.nn import functional

from kernelscope.models import convolution

# images, input channels, rows, cols, kernels, kernel size
CASES = [
    (1, 1, 5, 5, 1, 5),
    (3, 1, 24, 24, 5, 15),
    (2, 3, 17, 29, 4, 6),
    (9, 2, 31, 14, 3, 12),
    (17, 5, 20, 23, 1, 7),
    (8, 4, 13, 13, 4, 1),
    (2, 1, 7, 40, 3, 7),
]


pytestmark = pytest.mark.usefixtures("one_thread")


def tensors(images, channels, rows, cols, kernels, size, dtype=torch.float64):
    generator = torch.Generator().manual_seed(rows * cols + size)
    shapes = (images, channels, rows, cols), (kernels, channels, size, size), (kernels,)
    return [torch.randn(shape, generator=generator, dtype=dtype).requires_grad_() for shape in shapes]


@pytest.mark.parametrize("cache", [0, convolution.CACHE])  # at least 8 images at a time, or all of these
@pytest.mark.parametrize("case", CASES)
def test_the_fft_layer_is_the_conv_layer_of_torch_with_its_gradients(case, cache, monkeypatch):
    monkeypatch.setattr(convolution, "CACHE", cache)
    inputs = tensors(*case)
    ours = value_and_gradients(convolution.fft_correlate, inputs)
    theirs = value_and_gradients(functional.conv2d, inputs)
    for actual, reference in zip(ours, theirs, strict=True):
        assert actual.shape == reference.shape
        torch.testing.assert_close(actual, reference, rtol=1e-10, atol=1e-10)


def test_the_fft_layer_is_as_good_in_single_precision():
    inputs = tensors(20, 1, 64, 64, 5, 15, dtype=torch.float32)
    ours = value_and_gradients(convolution.fft_correlate, inputs)
    theirs = value_and_gradients(functional.conv2d, inputs)
    for actual, reference in zip(ours, theirs, strict=True):
        assert actual.dtype == torch.float32
        torch.testing.assert_close(actual, reference, rtol=1e-4, atol=1e-5 * float(reference.detach().abs().max()))


def test_the_fft_layer_has_the_gradients_of_finite_differences():
    assert torch.autograd.gradcheck(convolution.fft_correlate, tensors(2, 2, 3, 4, 2, 2))


def test_the_fft_layer_does_not_need_a_gradient_for_the_images():
    x, kernels, bias = tensors(9, 1, 20, 18, 3, 12)
    x = x.detach()
    ours = value_and_gradients(lambda k, b: convolution.fft_correlate(x, k, b), [kernels, bias])
    theirs = value_and_gradients(lambda k, b: functional.conv2d(x, k, b), [kernels, bias])
    for actual, reference in zip(ours, theirs, strict=True):
        torch.testing.assert_close(actual, reference, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("layer", [convolution.fft_correlate, convolution.correlate])
def test_a_layer_is_the_correlation_of_scipy_plus_bias(layer):
    x, kernels, bias = (tensor.detach() for tensor in tensors(3, 2, 15, 21, 4, 6))
    ours = layer(x, kernels, bias).numpy()
    for i in range(3):
        for o in range(4):
            expected = sum(
                scipy.signal.correlate2d(x[i, c].numpy(), kernels[o, c].numpy(), mode="valid") for c in range(2)
            )
            assert ours[i, o] == pytest.approx(expected + float(bias[o]), abs=1e-10)


def test_a_layer_with_a_stride_keeps_every_such_position():
    x, kernels, bias = (tensor.detach() for tensor in tensors(2, 3, 17, 22, 4, 5))
    whole = convolution.correlate(x, kernels, bias)
    for stride in (2, 3, 5):
        thinned = convolution.correlate(x, kernels, bias, stride)
        torch.testing.assert_close(thinned, whole[..., ::stride, ::stride], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_the_largest_response_is_conv_and_global_max_pool_with_their_gradients(case, stride):
    inputs = tensors(*case)
    ours = value_and_gradients(lambda *args: convolution.largest_response(*args, stride), inputs)
    theirs = value_and_gradients(pooled_plainly(stride), inputs)
    for actual, reference in zip(ours, theirs, strict=True):
        assert actual.shape == reference.shape
        torch.testing.assert_close(actual, reference, rtol=1e-10, atol=1e-10)


def test_the_largest_response_has_the_gradients_of_finite_differences():
    assert torch.autograd.gradcheck(convolution.largest_response, tensors(2, 2, 5, 6, 2, 3))


def test_on_black_images_the_largest_response_is_the_bias():
    x, kernels, bias = tensors(3, 1, 12, 10, 4, 5)
    x = torch.zeros_like(x)
    output, to_kernels, to_bias = value_and_gradients(
        lambda k, b: convolution.largest_response(x, k, b), [kernels, bias]
    )
    assert torch.equal(output, bias.expand(3, 4))
    assert (to_kernels == 0).all()
    assert (to_bias != 0).all()


def test_the_largest_response_does_not_depend_on_where_the_best_patch_is():
    kernels, bias = torch.randn(5, 1, 6, 6, generator=torch.Generator().manual_seed(0)), torch.zeros(5)
    pattern = torch.rand(6, 6, generator=torch.Generator().manual_seed(1))
    x = torch.zeros(4, 1, 30, 34)
    for image, (row, col) in zip(x, [(6, 6), (12, 20), (18, 9), (17, 21)], strict=True):
        image[0, row : row + 6, col : col + 6] = pattern
    responses = convolution.largest_response(x, kernels, bias)
    assert (responses > 0).all()
    torch.testing.assert_close(responses, responses[:1].expand(4, 5), rtol=1e-5, atol=1e-5)


def test_a_permutation_of_images_and_kernels_permutes_the_largest_responses():
    x, kernels, bias = (tensor.detach() for tensor in tensors(6, 2, 15, 13, 5, 4))
    images, order = torch.tensor([3, 0, 5, 1, 4, 2]), torch.tensor([4, 2, 0, 1, 3])
    expected = convolution.largest_response(x, kernels, bias)[images][:, order]
    permuted = convolution.largest_response(x[images], kernels[order], bias[order])
    torch.testing.assert_close(permuted, expected, rtol=1e-12, atol=1e-12)
    assert len(expected.unique()) == 30


@pytest.mark.parametrize("layer", [convolution.fft_correlate, convolution.largest_response])
def test_a_layer_gives_the_same_bits_twice_and_leaves_its_arguments_as_they_were(layer):
    inputs = tensors(9, 1, 30, 26, 4, 13, dtype=torch.float32)
    before = [tensor.detach().clone() for tensor in inputs]
    first, second = value_and_gradients(layer, inputs), value_and_gradients(layer, inputs)
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    assert all(torch.equal(a, b) for a, b in zip(before, inputs, strict=True))


@pytest.mark.parametrize(("channels", "grid", "images"), [(3, (32, 32), 30), (12, (32, 32), 8), (12, (64, 64), 8)])
def test_many_small_images_are_transformed_at_a_time(channels, grid, images):
    assert convolution.images_at_once(channels, grid) == images


def test_a_fast_length_is_the_next_with_small_factors_only():
    regular = sorted(
        2**a * 3**b * 5**c for a in range(12) for b in range(8) for c in range(6) if 2**a * 3**b * 5**c <= 2100
    )
    for least in range(1, 2001):
        expected = next(length for length in regular if length >= least)
        assert convolution.fast_length(least) == expected
        assert convolution.fast_length(least) == scipy.fft.next_fast_len(least, real=True)


def chosen(image, kernels, size, work, stride=1, way="auto"):
    return convolution.chosen(way, image, {"kernels": kernels, "kernel_size": size, "stride": stride}, work)


MEASURED = {  # image, kernels, kernel size, work -> how many times as fast the FFT was on 2026-11-26 (docs/log.md)
    ((1, 28, 28), 8, 5, "forward"): 0.34,
    ((1, 28, 28), 8, 5, "first"): 0.38,
    ((1, 48, 48), 6, 9, "forward"): 0.62,
    ((1, 64, 64), 12, 11, "forward"): 0.63,
    ((1, 64, 64), 12, 21, "forward"): 1.97,
    ((1, 100, 100), 12, 21, "forward"): 2.01,
    ((1, 64, 64), 12, 11, "first"): 4.19,
    ((1, 64, 64), 5, 15, "first"): 5.3,
    ((5, 50, 50), 1, 15, "later"): 24.8,
    ((3, 64, 64), 12, 15, "forward"): 2.11,
    ((8, 30, 30), 16, 7, "later"): 0.77,
    ((8, 30, 30), 16, 11, "later"): 2.42,
    ((12, 30, 30), 12, 5, "later"): 0.7,
}


@pytest.mark.parametrize("geometry", MEASURED)
def test_the_fft_is_taken_where_it_was_faster_when_its_rule_was_fitted(geometry):
    assert (chosen(*geometry) == convolution.fft_correlate) == (MEASURED[geometry] > 1)


@pytest.mark.parametrize("geometry", MEASURED)
def test_a_way_that_is_asked_for_is_gone_but_where_the_fft_cannot(geometry):
    assert chosen(*geometry, way="library") == convolution.correlate
    assert chosen(*geometry, way="fft") == convolution.fft_correlate
    for way in convolution.WAYS:
        assert chosen(*geometry, stride=2, way=way) != convolution.fft_correlate


def test_the_gradient_of_kernels_on_one_channel_is_found_over_the_batch_where_the_fft_is_not_taken():
    assert chosen((1, 64, 64), 16, 11, "first", stride=2) == convolution.one_channel_correlate
    assert chosen((3, 64, 64), 16, 11, "first", stride=2) == convolution.correlate
    assert chosen((1, 64, 64), 12, 11, "forward") == convolution.correlate


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("case", [case for case in CASES if case[1] == 1])
def test_the_layer_on_one_channel_is_the_conv_layer_of_torch_with_its_gradients(case, stride):
    inputs = tensors(*case)
    ours = value_and_gradients(lambda *args: convolution.one_channel_correlate(*args, stride), inputs)
    theirs = value_and_gradients(lambda *args: functional.conv2d(*args, stride), inputs)
    for actual, reference in zip(ours, theirs, strict=True):
        torch.testing.assert_close(actual, reference, rtol=1e-10, atol=1e-10)


def test_one_patch_is_the_way_back_where_places_are_many():
    layer = {"kernels": 12, "kernel_size": 15, "stride": 1}
    assert convolution.patch_pays((1, 64, 64), layer)
    assert not convolution.patch_pays((1, 28, 28), layer)
    assert not convolution.patch_pays((1, 64, 64), layer | {"stride": 4})


def test_the_first_of_equal_responses_is_the_best_as_with_argmax():
    maps = torch.randint(0, 4, (6, 5, 7, 9), generator=torch.Generator().manual_seed(0)).float()
    maps[0, 0] = 0
    row, col = convolution.first_largest(maps)
    assert torch.equal(row * 9 + col, maps.flatten(2).argmax(2))


@pytest.mark.parametrize("case", CASES)
def test_the_largest_response_may_be_looked_for_by_fft(case):
    inputs = tensors(*case)
    ours = value_and_gradients(
        lambda *args: convolution.largest_response(*args, respond=convolution.fft_correlate), inputs
    )
    for actual, reference in zip(ours, value_and_gradients(pooled_plainly(1), inputs), strict=True):
        torch.testing.assert_close(actual, reference, rtol=1e-10, atol=1e-10)


def test_the_sum_over_images_is_the_same_whichever_factor_is_conjugated():
    generator = torch.Generator().manual_seed(0)
    for out, into in ((2, 5), (5, 2), (3, 3)):
        e = torch.randn(4, out, 3, 2, generator=generator, dtype=torch.complex128)
        x = torch.randn(4, into, 3, 2, generator=generator, dtype=torch.complex128)
        expected = np.einsum("bohw,bihw->oihw", e.numpy().conj(), x.numpy())
        ours = convolution._over_images(e, x).resolve_conj().numpy()
        assert ours.shape == (out, into, 3, 2)
        assert np.abs(ours - expected).max() < 1e-12
        assert math.isfinite(np.abs(ours).sum())

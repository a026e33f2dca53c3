"""The order of axes: each function against a plain loop, and what names, biases and shapes say."""

import itertools

import numpy as np
import pytest
import torch

from kernelscope.pretrained import axes

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("space", [(7,), (3, 5), (2, 3, 4)])
def test_rows_cols_in_out_become_out_in_rows_cols(space):
    weight = RNG.normal(size=(*space, 2, 6))
    moved = axes.of_hwio(weight)
    for out, channel in itertools.product(range(6), range(2)):
        np.testing.assert_array_equal(moved[out, channel], weight[..., channel, out])


def test_a_depthwise_kernel_of_an_input_channel_is_one_of_its_multiples():
    weight = RNG.normal(size=(3, 3, 4, 2))
    moved = axes.of_depthwise(weight)
    assert moved.shape == (8, 1, 3, 3)
    for channel, multiple in itertools.product(range(4), range(2)):
        np.testing.assert_array_equal(moved[channel * 2 + multiple, 0], weight[:, :, channel, multiple])


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_a_transposed_layer_computes_the_transpose_of_the_convolution_with_its_moved_kernels(groups):
    transposed = torch.nn.ConvTranspose2d(8, 4, 3, groups=groups, bias=False)
    weight = axes.of_transposed(transposed.weight.detach().numpy(), groups)
    x, y = torch.randn(1, 8, 5, 5), torch.randn(1, 4, 7, 7)
    by_group = [part.swapaxes(0, 1) for part in np.split(weight, groups)]
    there = torch.nn.functional.conv2d(y, torch.from_numpy(np.concatenate(by_group)), groups=groups)
    torch.testing.assert_close((transposed(x) * y).sum(), (there * x).sum(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("weight", "bias", "groups"),
    [
        ((16, 4, 5, 5), 4, 1),  # transposed, from 16 to 4
        ((8, 2, 5, 5), 4, 2),  # transposed, from 8 to 4 in two groups
        ((4, 16, 5, 5), 4, 0),  # from 16 to 4
        ((4, 4, 5, 5), 4, 0),  # the same either way, as far as this can be known
        ((8, 3, 5, 5), 4, 0),  # fits nothing
        ((16, 4, 5, 5), None, 0),
        ((16, 4), 4, 0),
    ],
)
def test_the_bias_tells_a_transposed_layer(weight, bias, groups):
    assert axes.groups(np.ones(weight), None if bias is None else np.ones(bias)) == groups


def test_names_of_tensorflow_or_the_given_order_decide_and_each_has_a_remark():
    weight, other = RNG.normal(size=(3, 3, 2, 6)).astype("f4"), np.ones((3, 3, 3, 3), "f4")
    arrays = {"a/kernel:0": weight, "a/bias:0": np.ones(6), "b.weight": other}
    moved, remarks = axes.in_order(arrays)
    assert list(moved) == ["a.weight", "a.bias", "b.weight"]
    assert moved["a.weight"].shape == (6, 2, 3, 3)
    assert [str(remark) for remark in remarks] == [f"a (3 x 3 x 2 x 6): {axes.BY_NAME}"]
    assert [len(axes.in_order(arrays, order)[1]) for order in axes.ORDERS] == [0, 2]


@pytest.mark.parametrize(
    ("shape", "looks"),
    [
        ((3, 3, 64, 64), True),
        ((5, 5, 3, 8), True),
        ((3, 3, 3, 3), False),
        ((64, 64, 3, 3), False),
        ((1, 1, 4, 8), False),
        ((4, 4, 1, 7), False),
    ],
)
def test_a_small_square_first_looks_like_the_axes_of_tensorflow(shape, looks):
    assert bool(axes.doubtful("a", np.ones(shape))) == looks

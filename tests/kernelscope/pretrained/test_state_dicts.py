"""What is read of a state_dict, what is left out, and why."""

import numpy as np
import pytest
import torch
from torch import nn

from kernelscope.pretrained import state_dicts

RNG = np.random.default_rng(0)
MIXED = {
    "stem.weight": torch.ones(4, 3, 7, 7),
    "rows.weight": torch.ones(4, 4, 1, 7),
    "line.weight": torch.ones(4, 4, 7),
    "volume.weight": torch.ones(4, 4, 3, 3, 3),
    "point.weight": torch.ones(8, 4, 1, 1),
    "attention.weight": torch.ones(1, 1, 65, 65),
    "head.weight": torch.ones(9, 9),
    "head.bias": torch.ones(9),
    "constant": torch.ones(1, 8, 4, 4),
    "steps": torch.tensor(3),
}


def tensor(*shape):
    return torch.from_numpy(RNG.normal(size=shape).astype(np.float32))


def test_every_layer_that_is_left_out_has_a_line_with_its_shape_and_the_reason():
    banks, left_out = state_dicts.conv_kernels(MIXED)
    assert list(banks) == ["stem"]
    assert [str(other) for other in left_out] == [
        "rows (4 x 4 x 1 x 7): not square",
        "line (4 x 4 x 7): kernels along one axis",
        "volume (4 x 4 x 3 x 3 x 3): kernels in three dimensions",
        "point (8 x 4 x 1 x 1): 1 x 1, which has no pattern; name it in `layers` to read it",
        "attention (1 x 1 x 65 x 65): larger than 64 x 64",
        "constant (1 x 8 x 4 x 4): not called `weight`",
    ]


def test_layers_are_chosen_by_patterns_and_1_x_1_by_name_only():
    assert list(state_dicts.conv_kernels(MIXED, ["st*", "point"])[0]) == ["stem", "point"]
    assert state_dicts.conv_kernels(MIXED, ["point"])[1] == []  # what was not asked for is not left out


def test_a_pattern_that_fits_nothing_is_refused():
    with pytest.raises(ValueError, match=r"layers: got 'steam', which fits no conv layer, .* .did you mean 'stem'?"):
        state_dicts.conv_kernels(MIXED, ["steam"])


def test_numbers_that_are_not_finite_are_read_and_stop_no_layer():
    broken = MIXED | {"deep.weight": torch.full((2, 2, 3, 3), float("nan"))}
    assert list(state_dicts.conv_kernels(broken, ["stem"])[0]) == ["stem"]
    banks = state_dicts.conv_kernels(broken)[0]
    assert np.isnan(banks["deep"]).all()
    assert np.isfinite(banks["stem"]).all()


def test_if_nothing_is_left_the_shapes_say_why():
    with pytest.raises(ValueError, match=r"only rows \(4 x 4 x 1 x 7\): not square, line"):
        state_dicts.conv_kernels({name: MIXED[name] for name in ("rows.weight", "line.weight")})


def test_without_any_weight_arrays_are_layers_by_their_shape():
    banks, _ = state_dicts.conv_kernels({"conv1": np.ones((2, 1, 3, 3), np.float32), "n": np.ones(3)})
    assert list(banks) == ["conv1"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: torch.quantize_per_tensor(torch.ones(2, 1, 3, 3), 0.1, 0, torch.qint8), "quantized weights"),
        (lambda: torch.ones(2, 1, 3, 3, device="meta"), "weights without values"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*quantize.*")
def test_weights_that_are_no_numbers_are_refused_by_name(make, words):
    with pytest.raises(ValueError, match=f"layer c: got {words}"):
        state_dicts.conv_kernels({"c.weight": make()})


def test_sparse_weights_are_read():
    dense = nn.functional.dropout(torch.ones(2, 1, 3, 3), 0.5)
    banks, _ = state_dicts.conv_kernels({"c.weight": dense.to_sparse()})
    np.testing.assert_array_equal(banks["c"], dense.numpy())


def test_layers_are_found_by_their_shape_and_named_without_weight():
    conv, other = tensor(4, 3, 5, 5), tensor(2, 4, 3, 3)
    layers, _ = state_dicts.conv_kernels(
        {"stem.weight": conv, "stem.bias": tensor(4), "fc.weight": tensor(9, 9), "b.weight": other, "step": 3}
    )
    assert list(layers) == ["stem", "b"]
    np.testing.assert_array_equal(layers["stem"], conv.numpy())
    assert {bank.dtype for bank in layers.values()} == {np.dtype("float32")}


@pytest.mark.parametrize("keys", [("state_dict",), ("model",), ("a", "b", "c")])
def test_mappings_in_mappings_are_searched(keys):
    content = {"conv1.weight": tensor(2, 1, 3, 3)}
    for key in reversed(keys):
        content = {"epoch": 7, key: content}
    assert list(state_dicts.conv_kernels(content)[0]) == ["conv1"]


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_become_float32(kind):
    bank = state_dicts.conv_kernels({"c.weight": tensor(2, 1, 3, 3).to(kind)})[0]["c"]
    assert bank.dtype == np.float32
    assert np.isfinite(bank).all()


@pytest.mark.parametrize(
    "value",
    [
        tensor(2, 1, 3, 5),
        tensor(2, 1, 65, 65),
        torch.zeros(2, 1, 3, 3, dtype=torch.int64),
        torch.zeros(0, 1, 3, 3),
        None,
    ],
)
def test_anything_but_a_bank_of_square_kernels_is_refused(value):
    with pytest.raises(ValueError, match=r"state_dict: got only x.*, expected at least one conv weight"):
        state_dicts.conv_kernels({"x": value})


def test_the_tensors_are_not_changed_and_not_shared():
    bank = tensor(1, 1, 3, 3)
    before = bank.clone()
    state_dicts.conv_kernels({"c": bank})[0]["c"][:] = 0
    assert torch.equal(bank, before)

import numpy as np
import pytest

from kernelscope.figures import kernel_grid, montage, raster
from kernelscope.measures import kernels

FACTOR = 0.5


def red(picture):
    return (picture.reshape(-1, 3) == raster.RED).all(1).sum()


def bank(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def sheet(layers, responses):
    drawn_layers = {name: montage.Layer(*bank, responses[name], factor=FACTOR) for name, bank in layers.items()}
    return montage.montage(drawn_layers, "title", "note", "RdBu_r")


def contains(whole, part):
    """Return whether `part` is somewhere in `whole`, pixel for pixel."""
    windows = np.lib.stride_tricks.sliding_window_view(whole[..., 0], part.shape[:2])
    places = np.argwhere((windows[:, :, :: part.shape[0] - 1] == part[:: part.shape[0] - 1, :, 0]).all((2, 3)))
    return any((whole[r : r + part.shape[0], c : c + part.shape[1]] == part).all() for r, c in places)


@pytest.mark.parametrize(
    "shape", [(4, 1, 7, 7), (3, 4, 5, 5), (1, 1, 1, 1), (1, 3, 1, 1), (20, 1, 3, 3), (2, 40, 3, 3)]
)
def test_red_stands_for_the_dead_and_only_for_them(shape):
    layers = {"conv1": np.stack([bank(*shape), np.ones(shape, np.float32) * bank(*shape, seed=1)])}
    alive = sheet(layers, {"conv1": np.full(shape[0], 0.5)})
    dead = sheet(layers, {"conv1": np.full(shape[0], 0.0)})
    assert alive.dtype == dead.dtype == np.uint8
    assert alive.ndim == 3
    assert red(alive) == 0 or shape[0] > 1  # a kernel may be weak compared with others
    assert red(dead) > red(alive)


def test_a_dead_kernel_is_named_dead_and_a_weak_one_weak():
    labels = montage.norm_labels(np.array([2.0, 3.0, 0.1, np.nan]), np.array([1.0, -1.0, 1.0, np.nan]))
    expected = [("2.00", raster.BLACK), ("3.00 dead", raster.RED), ("0.10 weak", raster.RED)]
    expected.append(("not finite", raster.RED))
    for label, (words, color) in zip(labels, expected, strict=True):
        np.testing.assert_array_equal(label, raster.text(words, 11, color))


def test_the_sheet_holds_all_four_panels_pixel_for_pixel():
    untrained, trained = bank(3, 1, 5, 5), 2 * bank(3, 1, 5, 5, seed=1)
    whole = sheet({"conv1": np.stack([untrained, trained])}, {"conv1": np.ones(3)})
    factor = kernel_grid.enlargement(3, 1, 5)
    change = kernels.change(trained, untrained, FACTOR)
    shared = float(np.abs(trained).max())
    assert contains(whole, kernel_grid.grid_image(untrained, shared, factor, "RdBu_r"))
    assert contains(whole, kernel_grid.grid_image(trained, shared, factor, "RdBu_r"))
    assert contains(whole, kernel_grid.grid_image(change, float(np.abs(change).max()), factor, "RdBu_r"))
    assert contains(whole, kernel_grid.grid_image(trained, np.abs(trained).max((1, 2, 3)), factor, "RdBu_r"))
    assert not contains(whole, kernel_grid.grid_image(-trained, shared, factor, "RdBu_r"))


def test_a_sheet_of_zeros_is_drawn_without_a_warning():
    whole = sheet({"conv1": np.zeros((2, 3, 1, 5, 5), np.float32)}, {"conv1": np.zeros(3)})
    assert red(whole) > 0


def test_kernels_that_are_not_finite_are_drawn_without_a_warning():
    trained = bank(3, 1, 5, 5)
    trained[1:] = np.nan
    whole = sheet({"conv1": np.stack([bank(3, 1, 5, 5), trained])}, {"conv1": np.array([1.0, np.nan, np.nan])})
    assert red(whole) > 0


def test_more_layers_make_a_taller_sheet():
    layers = {f"conv{i}": np.stack([bank(4, 2, 5, 5), bank(4, 2, 5, 5, seed=1)]) for i in (1, 2)}
    one_layer = sheet({"conv1": layers["conv1"]}, {"conv1": np.ones(4)})
    two = sheet(layers, {"conv1": np.ones(4), "conv2": np.ones(4)})
    assert two.shape[1] == one_layer.shape[1]
    assert two.shape[0] > 1.5 * one_layer.shape[0]


@pytest.mark.parametrize(("width", "columns"), [(100, 4), (302, 4), (303, 2), (632, 2), (633, 1), (2000, 1)])
def test_panels_stand_in_four_two_or_one_columns(width, columns):
    panels = [np.full((10, width, 3), value, np.uint8) for value in range(4)]
    page = montage.in_columns(panels)
    lines = 4 // columns
    assert page.shape == (lines * 10 + (lines - 1) * montage.GAP, columns * width + (columns - 1) * 2 * montage.GAP, 3)
    order = [
        int(page[line * (10 + montage.GAP), col * (width + 2 * montage.GAP), 0])
        for line in range(lines)
        for col in range(columns)
    ]
    assert order == [0, 1, 2, 3]


def test_two_sheets_are_equal():
    layers, responses = {"conv1": np.stack([bank(3, 1, 5, 5), bank(3, 1, 5, 5, seed=1)])}, {"conv1": np.ones(3)}
    np.testing.assert_array_equal(sheet(layers, responses), sheet(layers, responses))


def test_without_an_untrained_state_only_the_trained_kernels_are_drawn():
    rng = np.random.default_rng(0)
    bank = rng.normal(size=(3, 1, 9, 9))
    whole, half = (
        montage.layer_section("c", montage.Layer(untrained, bank, None, min_max_normalized=True), "RdBu_r")
        for untrained in (rng.normal(size=bank.shape), None)
    )
    colored = [int((abs(np.ptp(picture.astype(int), axis=-1)) > 60).sum()) for picture in (whole, half)]
    assert 0.3 < colored[1] / colored[0] < 0.7


def test_scaled_kernels_have_no_norms_and_unknown_responses_mark_nothing_as_dead():
    bank = np.random.default_rng(0).normal(size=(3, 1, 9, 9))
    plain, scaled = (
        montage.layer_section("c", montage.Layer(bank, bank, None, scaled), "RdBu_r") for scaled in (False, True)
    )
    assert scaled.shape[0] < plain.shape[0]
    assert not (plain.reshape(-1, 3) == montage.raster.RED).all(1).any()


@pytest.mark.parametrize(
    ("shape", "place", "shown"), [((4, 3, 7, 7), 0, True), ((4, 1, 7, 7), 0, False), ((4, 3, 7, 7), 1, False)]
)
def test_kernels_that_see_colors_are_also_shown_in_color(shape, place, shown):
    """Only the first layer is drawn in color: three channels of a later layer are no colors."""
    layers = {f"conv{i}": np.stack([bank(2, 2, 3, 3, seed=9)] * 2) for i in range(place)}
    layers["last"] = np.stack([bank(*shape), bank(*shape, seed=1)])
    drawn = sheet(layers, {name: np.full(len(banks[0]), 0.5) for name, banks in layers.items()})
    if shape[1] == 3:
        colors = kernel_grid.colored(layers["last"][1], kernel_grid.enlargement(4, 1, 7))
        assert contains(drawn, colors) == shown
    else:
        assert drawn.shape[0] < sheet({"conv1": np.repeat(layers["last"], 3, 2)}, {"conv1": np.full(4, 0.5)}).shape[0]

import math

import numpy as np
import pytest

from kernelscope.figures import kernel_grid, movie
from kernelscope.measures import kernels

COLUMNS = [f"{split}_{measure}" for measure in ("loss", "accuracy", "within") for split in ("train", "test")]
CURSOR = (230, 150, 0)
FACTORS = np.array([1.0, 0.7, 0.4])


def strip(epochs=(0.0, 1.0, 2.0), value=0.5):
    table = {"epoch": list(epochs)} | {name: [value] * len(epochs) for name in COLUMNS}
    return movie.Strip(table, 1.1)


@pytest.fixture(scope="module")
def usual_strip():
    return strip()


def run(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def frames(layers, steps, usual_strip, epochs=None, title="title"):
    epochs = np.linspace(0, 2, len(steps)) if epochs is None else epochs
    words = ["untrained" if step == 0 else f"epoch {step / 2:.2f}, step {step}" for step in steps]
    factors = {name: np.resize(FACTORS, len(bank)) for name, bank in layers.items()}
    return list(movie.frames(layers, factors, words, epochs, title, usual_strip, "RdBu_r"))


@pytest.mark.parametrize(
    ("layers", "steps"),
    [
        ({"conv1": run(4, 3, 1, 7, 7)}, [0, 1, 5, 20]),
        ({"conv1": run(3, 1, 1, 1, 1)}, [0, 1, 2]),
        ({"conv1": run(1, 2, 1, 5, 5)}, [0]),
        ({"conv1": run(2, 16, 1, 11, 11), "conv2": run(2, 16, 16, 5, 5)}, [0, 123456]),
    ],
    ids=["small", "one pixel", "one snapshot", "two layers"],
)
def test_there_is_a_frame_per_snapshot_and_all_are_of_one_even_size(layers, steps, usual_strip):
    made = frames(layers, steps, usual_strip)
    assert len(made) == len(steps)
    assert len({frame.shape for frame in made}) == 1
    height, width, depth = made[0].shape
    assert (height % 2, width % 2, depth) == (0, 0, 3)
    assert width >= movie.WIDTH
    assert all(frame.dtype == np.uint8 for frame in made)


@pytest.mark.parametrize("title", ["t", "a title of another length", "w" * 120])
def test_frames_are_even_whatever_the_title(title, usual_strip):
    made = frames({"c": run(2, 2, 1, 4, 4)}, [0, 1], usual_strip, title=title)
    assert made[0].shape == made[1].shape
    assert made[0].shape[0] % 2 == made[0].shape[1] % 2 == 0


def contains(whole, part):
    windows = np.lib.stride_tricks.sliding_window_view(whole[..., 0], (1, part.shape[1]))
    rows = np.argwhere((windows[:, :, 0] == part[part.shape[0] // 2, :, 0]).all(-1)) - [part.shape[0] // 2, 0]
    return any((whole[r : r + part.shape[0], c : c + part.shape[1]] == part).all() for r, c in rows if r >= 0)


def test_every_frame_shows_its_kernels_and_their_change_on_the_scale_of_the_run(usual_strip):
    bank = run(3, 4, 1, 6, 6) * np.array([1, 2, 5])[:, None, None, None, None]
    change = kernels.change(bank, bank[:1], FACTORS)
    factor = kernel_grid.enlargement(4, 1, 6, tallest=300)
    large = np.quantile(np.abs(bank), 0.995), np.quantile(np.abs(change[1:]), 0.995)
    for t, frame in enumerate(frames({"c": bank}, [0, 1, 2], usual_strip)):
        assert contains(frame, kernel_grid.grid_image(bank[t], large[0], factor, "RdBu_r"))
        assert contains(frame, kernel_grid.grid_image(change[t], large[1], factor, "RdBu_r"))
        assert not contains(frame, kernel_grid.grid_image(bank[(t + 1) % 3], large[0], factor, "RdBu_r"))


def test_a_run_of_zeros_and_one_that_ends_not_finite_have_frames(usual_strip):
    ends = run(3, 2, 1, 5, 5)
    ends[2] = np.nan
    for bank in (np.zeros((3, 2, 1, 5, 5)), ends):
        assert len(frames({"c": bank}, [0, 1, 2], usual_strip)) == 3


def test_a_run_that_is_not_finite_from_the_first_step_on_has_frames(usual_strip):
    bank = run(2, 2, 1, 5, 5)
    bank[1] = np.nan
    assert len(frames({"c": bank}, [0, 1], usual_strip)) == 2


def cursor_columns(picture):
    return np.flatnonzero((picture == CURSOR).all(-1).any(0))


def test_the_cursor_moves_in_both_panels_in_proportion_to_the_epoch(usual_strip):
    places = {epoch: cursor_columns(usual_strip.at(epoch)) for epoch in (0.0, 0.5, 1.0, 2.0)}
    assert {len(columns) for columns in places.values()} == {4}  # two panels, two pixels wide
    left = {epoch: columns[0] for epoch, columns in places.items()}
    right = {epoch: columns[2] for epoch, columns in places.items()}
    for side in (left, right):
        span = side[2.0] - side[0.0]
        assert span > 300
        assert abs(side[1.0] - side[0.0] - span / 2) <= 1
        assert abs(side[0.5] - side[0.0] - span / 4) <= 1
    assert left[2.0] < right[0.0]


def test_only_the_cursor_differs_from_the_background_which_stays_as_it_is(usual_strip):
    before = usual_strip.background.copy()
    picture = usual_strip.at(1.3)
    np.testing.assert_array_equal(usual_strip.background, before)
    changed = (picture != before).any(-1)
    assert changed.any()
    assert (picture[changed] == CURSOR).all()


@pytest.mark.parametrize("value", [0.0, math.nan])
def test_a_strip_of_zeros_or_of_nothing_finite_is_drawn_without_a_warning(value):
    assert len(cursor_columns(strip(value=value).at(1.0))) == 4
    assert len(cursor_columns(strip((0.0,), value).at(0.0))) == 4


def test_the_first_and_the_last_frame_are_held():
    assert list(movie.with_held_ends(["a", "b", "c"], 3, 2)) == ["a", "a", "a", "b", "c", "c"]
    assert list(movie.with_held_ends(["a", "b"], 1, 1)) == ["a", "b"]
    assert list(movie.with_held_ends(["a", "b"], 0, 0)) == ["a", "b"]
    assert list(movie.with_held_ends(["a"], 2, 3)) == ["a"] * 4


def test_two_movies_are_equal(usual_strip):
    layers = {"c": run(3, 2, 2, 5, 5)}
    for first, second in zip(frames(layers, [0, 1, 2], usual_strip), frames(layers, [0, 1, 2], strip()), strict=True):
        np.testing.assert_array_equal(first, second)


def test_without_a_change_only_the_kernels_are_drawn(usual_strip):
    bank, words = run(1, 2, 1, 9, 9), ["epoch 5"]
    (without_change,), (with_change,) = (
        list(movie.frames({"c": bank}, {"c": np.ones(1)}, words, np.array([1.0]), "t", usual_strip, "RdBu_r", change))
        for change in (False, True)
    )
    colored = [int((np.ptp(frame.astype(int), axis=-1) > 60).sum()) for frame in (without_change, with_change)]
    assert colored[0] < colored[1]


def test_words_stand_below_the_strip_or_in_its_place(usual_strip):
    plain, below, alone = usual_strip.at(1), movie.Noted(usual_strip, "words").at(1), movie.Noted(None, "words").at(1)
    np.testing.assert_array_equal(below[: plain.shape[0], : plain.shape[1]], plain)
    np.testing.assert_array_equal(below[-alone.shape[0] :, : alone.shape[1]], alone)
    assert alone.shape[0] < plain.shape[0] < below.shape[0]

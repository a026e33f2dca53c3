"""Crops come from where they say, at every scale, and training and test crops share no pixel of an image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up.large_images import SETTINGS, photographs, written

from kernelscope.crops import canvases, large_images, regions
from kernelscope.refusal import Refusal

SIDES = st.integers(8, 200)


def test_scales_grow_by_one_factor_and_equal_ends_are_one():
    assert regions.scales(1, 4, 3) == pytest.approx([1, 2, 4])
    assert regions.scales(2, 2, 5) == [2.0]


@given(st.tuples(SIDES, SIDES), st.tuples(st.integers(8, 40), st.integers(8, 40)), st.floats(0.01, 0.9))
def test_the_two_regions_are_disjoint_cover_the_image_and_hold_a_crop(size, crop, share):
    found = regions.split(size, crop, share)
    if found is None:
        along = int(size[1] >= size[0])
        assert size[along] < 2 * crop[along] or size[1 - along] < crop[1 - along] or share > 0.5
        return
    count = np.zeros(size, int)
    for region in found.values():
        assert all(side >= least for side, least in zip(region.shape, crop, strict=True))
        count[region.top : region.bottom, region.left : region.right] += 1
    assert (count == 1).all()


def test_an_image_without_room_for_two_crops_is_refused_in_one_line():
    with pytest.raises(
        Refusal, match=r"^a\.png: got an image of 30 x 39 pixels, expected at least 20 x 20 pixels, twice"
    ):
        regions.levels("a.png", (30, 39), (20, 20), [1.0], 0.2)


def test_scales_at_which_crops_do_not_fit_are_left_out():
    found = regions.levels("a.png", (40, 80), (20, 20), [1.0, 2.0, 4.0], 0.25)
    assert [scale for scale, _ in found] == [1.0, 2.0]


@pytest.mark.parametrize("limit", [1e9, 0])
def test_fresh_crops_are_windows_of_the_levels_of_their_image(tmp_path, limit):
    folder = photographs(tmp_path / "in", count=3)
    path, _ = written(tmp_path, folder=str(folder))
    large = canvases.read(path, limit)
    assert isinstance(large.pixels, np.memmap) == (limit == 0)
    numbers = np.arange(len(large.sources))
    places = large.places(large.sources[numbers], np.random.default_rng(0))
    for number, place, crop in zip(numbers, places, large.crops(places), strict=True):
        assert large.levels[place.level, 0] == large.sources[number]
        level = large.level(place.level)
        assert np.array_equal(crop, level[place.row : place.row + 20, place.col : place.col + 20])


def test_places_reach_every_scale_and_both_ends_of_a_level(tmp_path):
    path, _ = written(tmp_path, folder=str(photographs(tmp_path / "in", count=2)))
    large = canvases.read(path, 1e9)
    places = large.places(np.zeros(20_000, int), np.random.default_rng(0))
    for level in range(large.first[0], large.first[1]):
        rows = {place.row for place in places if place.level == level}
        assert rows == set(range(large.levels[level, 2] - 20 + 1))
    assert {place.level for place in places} == set(range(large.first[0], large.first[1]))


def test_a_level_is_reduced_without_aliasing():
    stripes = np.tile(np.array([0, 255], np.uint8), (64, 32))
    assert np.ptp(large_images.reduced(stripes, 2)[:, 4:-4].astype(int)) < 30
    assert large_images.reduced(stripes, 1) is stripes


def test_a_dataset_without_large_images_has_no_canvases(tmp_path):
    from kernelscope.data import image_file

    with image_file.written(tmp_path / "images.npz") as archive:
        archive.add("train_images", np.zeros((2, 8, 8), np.uint8))
    assert canvases.read(tmp_path / "images.npz", 1e9) is None


def test_equal_settings_give_equal_bytes(tmp_path):
    folder = str(photographs(tmp_path / "in", count=2))
    one, other = (written(tmp_path / name, folder=folder)[0].read_bytes() for name in ("a", "b"))
    assert one == other
    assert one != written(tmp_path / "c", folder=folder, seed=SETTINGS["seed"] + 1)[0].read_bytes()

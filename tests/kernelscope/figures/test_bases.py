"""Sheets of bases, and how well their units tell classes apart."""

import numpy as np

from kernelscope.figures import bases, raster

RNG = np.random.default_rng(0)


def arrays(layers: int) -> dict[str, np.ndarray]:
    sides = {1: 6, 2: 10, 3: 16}
    by_name = {f"linear/conv{n}": RNG.normal(size=(5, 1, sides[n], sides[n])) for n in range(1, layers + 1)}
    by_name |= {f"patches/conv{n}": RNG.normal(size=(5, sides[n], sides[n])) for n in range(1, layers + 1)}
    by_name |= {f"example/{name}": RNG.normal(size=(12, 12)) for name in ("crop", "untrained", "trained")}
    return by_name | {f"error/{name}": np.float32(0.5) for name in ("untrained", "trained")}


def test_every_base_is_drawn_on_its_own_scale():
    bank = np.stack([np.full((2, 2), value) for value in (1.0, -5.0)])
    drawn = bases.tiles(bank, 1, "RdBu_r", 2)
    assert drawn.shape == (4, 7, 3)
    ends = raster.signed(np.array([1.0, -1.0]), 1, "RdBu_r")
    np.testing.assert_array_equal(drawn[1, [1, 4]], ends)


def test_a_row_that_is_not_full_is_white_and_no_more_than_24_are_drawn():
    drawn = bases.tiles(np.ones((3, 2, 2)), 1, "gray", 2)
    assert (drawn[4:6, 4:6] == 255).all()
    many = bases.tiles(np.ones((100, 2, 2)), 1, "gray", 12)
    assert many.shape == (7, 37, 3)


def test_the_network_with_most_layers_stands_left_with_its_second_layer_both_ways():
    short, deep = (bases.Network(name, "", arrays(layers)) for name, layers in (("short", 1), ("deep", 2)))
    alone = bases.networks([deep], "gray")
    both = bases.networks([short, deep], "gray")
    assert both.shape[1] >= alone.shape[1]
    np.testing.assert_array_equal(both[:20, :40], alone[:20, :40])  # "deep", not "short"


def test_classes_stand_side_by_side_and_a_page_has_room_for_all():
    networks = [bases.Network(name, "", arrays(3)) for name in ("a", "b")]
    narrow, wide = bases.classes(networks[:1], "gray"), bases.classes(networks, "gray")
    assert wide.shape[0] == narrow.shape[0]
    assert wide.shape[1] > narrow.shape[1]
    page = bases.page("title", [wide], ["a note"], "gray")
    assert page.shape[0] > wide.shape[0]
    assert page.dtype == np.uint8


def test_a_histogram_of_every_layer_says_how_many_units_and_what_shuffled_labels_give():
    values = {
        "precision": {"conv1": np.array([0.3, 0.4]), "conv2": np.array([0.9, 0.8, np.nan])},
        "entropy": {"conv1": np.array([2.0, 1.9]), "conv2": np.array([np.nan])},
    }
    null = {measure: {"conv1": 0.25, "conv2": 0.5} for measure in values}
    page = bases.figure(values, null, 2)
    legends = [[text.get_text() for text in axes.get_legend().get_texts()] for axes in page.axes]
    assert legends[0] == [
        "conv1, 2 units, mean 0.35 (shuffled 0.25)",
        "conv2, 2 units, mean 0.85 (shuffled 0.50)",
    ]
    assert legends[1] == ["conv1, 2 units, mean 1.95 (shuffled 0.25)"]  # no unit of the other layer is ever on
    picture = bases.as_image(page)
    assert picture.shape[2] == 3
    assert len(np.unique(picture)) > 10

"""Sheets of bases, and how well their units tell classes apart."""

import numpy as np
from drawn import pixels, strings

from kernelscope.figures import bases, colormaps
from kernelscope.figures.drawing import Words, painted

RNG = np.random.default_rng(0)


def arrays(layers: int) -> dict[str, np.ndarray]:
    sides = {1: 6, 2: 10, 3: 16}
    by_name = {f"linear/conv{n}": RNG.normal(size=(5, 1, sides[n], sides[n])) for n in range(1, layers + 1)}
    by_name |= {f"patches/conv{n}": RNG.normal(size=(5, sides[n], sides[n])) for n in range(1, layers + 1)}
    by_name |= {f"example/{name}": RNG.normal(size=(12, 12)) for name in ("crop", "untrained", "trained")}
    return by_name | {f"error/{name}": np.float32(0.5) for name in ("untrained", "trained")}


def test_every_base_is_drawn_on_its_own_scale_and_none_touches_another():
    bank = np.stack([np.full((2, 2), value) for value in (1.0, -5.0)])
    drawn = painted(bases.tiles(bank, 1, "RdBu_r", 2))
    ends = colormaps.signed(np.array([1.0, -1.0]), 1, "RdBu_r")
    np.testing.assert_array_equal(drawn[0, [0, 2 + bases.BETWEEN]], ends)
    assert (drawn[:, 2 : 2 + bases.BETWEEN] == 255).all()
    assert bases.BETWEEN >= 3


def test_no_more_than_24_bases_are_drawn():
    assert len(pixels(bases.tiles(np.ones((100, 2, 2)), 1, "gray", 12))) == 24


def test_the_network_with_most_layers_is_left_with_its_second_layer_both_ways():
    short, deep = (bases.Network(name, "", arrays(layers)) for name, layers in (("short", 1), ("deep", 2)))
    both = bases.networks([short, deep], "gray")
    lefts = {part.string: left for _, left, part in both.parts if isinstance(part, Words)}
    assert lefts["deep"] == lefts["its second layer"] == 0 < lefts["short"]
    assert both.width >= bases.networks([deep], "gray").width


def test_classes_are_side_by_side_and_a_page_has_room_for_all():
    networks = [bases.Network(name, "", arrays(3)) for name in ("a", "b")]
    narrow, wide = bases.classes(networks[:1], "gray"), bases.classes(networks, "gray")
    assert wide.height == narrow.height
    assert wide.width > narrow.width
    assert {"a", "b", "layer 2", "layer 3"} <= set(strings(wide))
    page = bases.page("title", [wide], ["a note"], "gray", "screen")
    assert page.height > wide.height
    assert "a note" in strings(page)


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

"""Sheets of bases, and how well their units tell classes apart."""

import numpy as np
import pytest
from drawn import pixels, strings

from kernelscope.figures import bases, colormaps, styling
from kernelscope.figures.drawing import Words, painted

RNG = np.random.default_rng(0)
WAYS = "linear", "patches"


def arrays(layers: int) -> dict[str, np.ndarray]:
    sides = {1: 6, 2: 10, 3: 16}
    by_name = {f"linear/conv{n}": RNG.normal(size=(5, 1, sides[n], sides[n])) for n in range(1, layers + 1)}
    by_name |= {f"patches/conv{n}": RNG.normal(size=(5, sides[n], sides[n])) for n in range(1, layers + 1)}
    by_name |= {f"example/{name}": RNG.normal(size=(12, 12)) for name in ("crop", "untrained", "trained")}
    return by_name | {f"error/{name}": np.float32(0.5) for name in ("untrained", "trained")}


def test_every_base_is_drawn_on_its_own_scale_and_none_touches_another():
    bank = np.stack([np.full((2, 2), value) for value in (1.0, -5.0)])
    drawn = painted(bases.tiles(bank, 1, "RdBu_r", 99, 2))
    ends = colormaps.signed(np.array([1.0, -1.0]), 1, "RdBu_r")
    np.testing.assert_array_equal(drawn[0, [0, 2 + bases.BETWEEN]], ends)
    assert (drawn[:, 2 : 2 + bases.BETWEEN] == 255).all()
    assert bases.BETWEEN >= 3


def test_no_more_than_24_bases_are_drawn():
    assert len(pixels(bases.tiles(np.ones((100, 2, 2)), 1, "gray", 99))) == 24


def test_the_network_with_most_layers_is_left_with_its_second_layer_both_ways():
    short, deep = (bases.Network(name, "", arrays(layers)) for name, layers in (("short", 1), ("deep", 2)))
    both = bases.networks([short, deep], "gray", "screen")
    lefts = {part.string: left for _, left, part in both.parts if isinstance(part, Words)}
    assert lefts["deep"] == lefts["its second layer"] == 0 < lefts["short"]
    assert both.width >= bases.networks([deep], "gray", "screen").width


@pytest.mark.parametrize("use", styling.USES)
@pytest.mark.parametrize("side", [2, 64, 400])
def test_no_figure_of_bases_is_wider_than_its_page(use, side):
    large = {
        f"{way}/conv{n}": np.ones((13, 1, side, side))[:, *[0] * (way != "linear")] for n in (1, 2) for way in WAYS
    }
    large |= {f"example/{name}": np.ones((side, side)) for name in ("crop", "untrained", "trained")}
    networks = [bases.Network("a name " * 20, "", arrays(2) | large) for _ in range(3)]
    chart = bases.figure({"precision": {"conv1": np.array([0.3])}}, {"precision": {"conv1": 0.2}}, 1, use)
    for drawn in (bases.networks(networks, "gray", use), bases.as_image(chart)):
        page = bases.page("title", [drawn], [], "gray", use)
        assert page.width <= styling.USES[use].width
    columns = bases.classes([network._replace(name="a") for network in networks], "gray", use)
    assert columns.width <= bases.inside(use)


def test_bases_that_are_not_drawn_are_noted():
    deep, short = bases.Network("deep", "", arrays(3)), bases.Network("short", "", arrays(2))
    many = {"linear/conv1": np.ones((30, 1, 6, 6))}
    notes = bases.cuts([deep._replace(arrays=deep.arrays | many), short], is_of_classes=False)
    counts = {note.item: note.count for note in notes if note.count}
    assert counts == {"bases of conv1 of deep": 6, "bases of conv3 of deep": 5, "bases of conv2 of short": 5}
    many = {"linear/conv2": np.ones((30, 1, 6, 6))}
    notes = bases.cuts([deep._replace(arrays=deep.arrays | many)], is_of_classes=True)
    assert {note.item: note.count for note in notes if note.count} == {
        "bases of conv1 of deep": 5,
        "bases of conv2 of deep": 18,
    }


def test_classes_are_side_by_side_and_a_page_has_room_for_all():
    networks = [bases.Network(name, "", arrays(3)) for name in ("a", "b")]
    narrow, wide = (bases.classes(some, "gray", "screen") for some in (networks[:1], networks))
    assert wide.height == narrow.height
    assert wide.width > narrow.width
    assert {"a", "b", "layer 2", "layer 3"} <= set(strings(wide))
    page = bases.page("title", [wide], ["a note"], "gray", "screen")
    assert page.height > wide.height
    assert "a note" in strings(page)


def test_a_network_that_failed_lacks_layers_and_its_column_says_so():
    networks = [bases.Network("failed", "", arrays(2)), bases.Network("whole", "", arrays(3))]
    words = strings(bases.classes(networks, "gray", "screen"))
    assert {"failed", "whole", "layer 2", "layer 3"} <= set(words)
    assert list(words).count("not trained") == 1


def test_numbers_that_are_not_finite_are_not_written():
    unknown = arrays(1) | {"error/trained": np.float32(np.nan)}
    words = strings(bases.networks([bases.Network("a", "", unknown)], "gray", "screen"))
    assert {"error 0.50", "error unknown"} <= set(words)
    chart = bases.figure({"precision": {"conv1": np.array([0.3])}}, {"precision": {"conv1": np.nan}}, 1, "screen")
    assert [text.get_text() for text in chart.axes[0].get_legend().get_texts()] == ["conv1, 1 unit, mean 0.30"]


def test_a_histogram_of_every_layer_says_how_many_units_and_what_shuffled_labels_give():
    values = {
        "precision": {"conv1": np.array([0.3, 0.4]), "conv2": np.array([0.9, 0.8, np.nan])},
        "entropy": {"conv1": np.array([2.0, 1.9]), "conv2": np.array([np.nan])},
    }
    null = {measure: {"conv1": 0.25, "conv2": 0.5} for measure in values}
    page = bases.figure(values, null, 2, "screen")
    legends = [[text.get_text() for text in axes.get_legend().get_texts()] for axes in page.axes]
    assert legends[0] == [
        "conv1, 2 units, mean 0.35 (shuffled 0.25)",
        "conv2, 2 units, mean 0.85 (shuffled 0.50)",
    ]
    assert legends[1] == ["conv1, 2 units, mean 1.95 (shuffled 0.25)"]  # no unit of the other layer is ever on
    picture = bases.as_image(page)
    assert picture.shape[2] == 3
    assert len(np.unique(picture)) > 10

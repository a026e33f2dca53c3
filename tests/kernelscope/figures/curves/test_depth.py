"""Figures of deep networks have every layer, and say which stage it is in."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color

from kernelscope.figures import styling
from kernelscope.figures.curves import depth, measures
from kernelscope.measures.curves import Curve

STEPS = [0, 5, 20]
LAYERS = ["stem.conv", *(f"layer{stage}.{block}.conv" for stage in (1, 2) for block in range(6))]


def curves_of(layers=LAYERS, steps=STEPS, kernels=5) -> dict:
    """Return curves of random values, each layer further from 0 than the one before."""
    rng, curves = np.random.default_rng(0), {}
    for number, layer in enumerate(layers):
        for measure in (*measures.PANELS, "cosine_last"):
            values = rng.uniform(size=(len(steps), kernels)) / 20 + number / 20
            band = (0.1, 0.3) if measure == "lag1" else None
            curves.setdefault(layer, {})[measure] = Curve(np.array(steps), values, band, True, np.full(kernels, 0.5))
    return curves


def drawn(page):
    FigureCanvasAgg(page).draw()
    return page


def dots(axes, color) -> dict[float, float]:
    """Return layer -> height of the dots of a color."""
    marked = [line for line in axes.get_lines() if line.get_marker() == "o" and same_color(line.get_color(), color)]
    return {float(line.get_xdata()[0]): float(line.get_ydata()[0]) for line in marked}


@pytest.mark.parametrize("count", [8, 13, 161])
def test_every_layer_has_the_median_of_its_kernels_untrained_and_trained(count):
    curves = curves_of([f"features.{i}" for i in range(count)])
    page = drawn(depth.measures_figure(curves, "title", "note", "step", False))
    assert page.get_suptitle() == f"title · {count} layers"
    for panel, measure in zip(page.axes, measures.PANELS, strict=True):
        for state, place in (("untrained", 0), ("trained", -1)):
            expected = [np.median(of_layer[measure].values[place]) for of_layer in curves.values()]
            np.testing.assert_allclose(list(dots(panel, depth.STATES[state]).values()), expected)


def test_each_layer_has_the_end_of_its_null_and_a_measure_without_values_says_so():
    curves = curves_of()
    for of_layer in curves.values():
        of_layer["separability"].values[:] = np.nan
    page = drawn(depth.measures_figure(curves, "", "", "step", False))
    panels = dict(zip(measures.PANELS, page.axes, strict=True))
    (ends,) = {tuple(segment[:, 1]) for line in panels["lag1"].collections for segment in line.get_segments()}
    assert ends == (0.3, 0.3)
    assert len(panels["lag1"].collections) == len(LAYERS)
    assert [text.get_text() for text in panels["separability"].texts] == ["not defined"]


def test_a_single_snapshot_is_the_trained_state_and_nothing_settles():
    curves = curves_of(steps=[500])
    page = drawn(depth.measures_figure(curves, "", "", "step", False))
    assert not dots(page.axes[0], depth.STATES["untrained"])
    assert len(dots(page.axes[0], depth.STATES["trained"])) == len(LAYERS)
    page = drawn(depth.settling_figure(curves, "", "", "step"))
    assert "one snapshot" in page.axes[0].texts[0].get_text()


def test_likeness_and_settling_of_every_layer():
    curves = curves_of()
    values = np.repeat([[0.1], [0.5], [1.0]], 5, 1)
    late = np.repeat([[0.95], [0.99], [1.0]], 5, 1)
    for number, of_layer in enumerate(curves.values()):
        curve = of_layer["cosine_last"]
        of_layer["cosine_last"] = curve._replace(values=late if number == 2 else values)
    page = drawn(depth.settling_figure(curves, "", "", "step"))
    image = page.axes[0].images[0].get_array()
    np.testing.assert_allclose(image, [late[:, 0] if i == 2 else values[:, 0] for i in range(len(LAYERS))])
    assert dots(page.axes[1], styling.BLUE) == {i + 1.0: 0.0 if i == 2 else 20.0 for i in range(len(LAYERS))}


def test_kernels_that_never_settle_are_counted_as_never_and_not_left_out():
    curves = curves_of(["a", "b"])
    never = np.array([[0.1] * 5, [0.2] * 5, [1.0, 1.0, np.nan, np.nan, np.nan]])
    curves["b"]["cosine_last"] = curves["b"]["cosine_last"]._replace(values=never)
    page = drawn(depth.settling_figure(curves, "", "", "step"))
    assert dots(page.axes[1], styling.BLUE)[2.0] == STEPS[-1]


def test_stages_are_layers_whose_names_begin_alike():
    assert depth.stages(LAYERS) == [("stem", 1, 1), ("layer1", 2, 7), ("layer2", 8, 13)]
    assert depth.named_stages(LAYERS) == "stages, white and shaded in turn: stem 1, layer1 2 to 7, layer2 8 to 13"
    assert depth.named_stages(["features.0", "features.3"]) == ""
    assert depth.named_stages([f"conv{i}" for i in range(12)]) == ""


@pytest.mark.parametrize(
    ("count", "numbers"),
    [
        (1, [1]),
        (2, [1, 2]),
        (8, range(1, 9)),
        (9, [1, 2, 4, 6, 8]),
        (49, [1, 10, 20, 30, 40]),
        (161, [1, 50, 100, 150]),
    ],
)
def test_the_first_layer_and_round_numbers_are_written_below(count, numbers):
    assert [place + 1 for place in depth.layer_ticks(count)] == list(numbers)

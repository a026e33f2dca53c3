import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color

from kernelscope.figures.curves import measures, settling
from kernelscope.measures.curves import Curve

STEPS = [0, 5, 20]
MEASURES = [*measures.PANELS, "cosine_untrained", "cosine_last"]


def curves_of(layers=("conv1", "conv2"), kernels=3, value=None, power=True, steps=STEPS) -> dict:
    """Return curves whose values are all `value`, or random."""
    rng, curves = np.random.default_rng(0), {}
    for layer in layers:
        for measure in MEASURES:
            values = rng.uniform(size=(len(steps), kernels)) if value is None else np.full((len(steps), kernels), value)
            band = (0.1, 0.3) if measure == "lag1" else None
            curve = Curve(np.array(steps), values, band, power, np.full(kernels, 0.5))
            curves.setdefault(layer, {})[measure] = curve
    return curves


def measures_figure(curves, title, note, factor=np.nan):
    return measures.measures_figure(curves, title, note, dict.fromkeys(curves, factor), "step", False)


def settling_figure(curves, title, note):
    return settling.settling_figure(curves, title, note, "step")


def drawn(page):
    FigureCanvasAgg(page).draw()
    return page


def words(page) -> str:
    own = [text.get_text() for axes in page.axes for text in (*axes.texts, axes.yaxis.label, axes.title)]
    return " ".join([*own, *(text.get_text() for legend in page.legends for text in legend.get_texts())])


def test_a_line_for_each_kernel_and_a_thick_one_for_their_median():
    curves = curves_of()
    page = drawn(measures_figure(curves, "title", "note"))
    for panel, measure in zip(page.axes, measures.PANELS, strict=True):
        for layer, thin in zip(curves, panel.collections, strict=True):
            expected = curves[layer][measure].values
            np.testing.assert_array_equal([path.vertices[:, 1] for path in thin.get_paths()], expected.T)
        medians = [line for line in panel.get_lines() if len(line.get_xdata()) == len(STEPS)]
        assert len(medians) == 2
        for layer, thick in zip(curves, medians, strict=True):
            np.testing.assert_array_equal(thick.get_ydata(), np.median(curves[layer][measure].values, 1))
            assert thick.get_linewidth() > 2


def test_chance_is_a_band_for_one_layer_and_a_line_for_each_of_several():
    alone = drawn(measures_figure(curves_of(("conv1",)), "", "")).axes
    band = alone[0].patches[0]
    np.testing.assert_allclose((band.get_y(), band.get_height()), (0.1, 0.2))
    assert same_color(band.get_facecolor()[:3], measures.BAND)
    assert not alone[1].patches
    several = drawn(measures_figure(curves_of(), "", "")).axes
    lines = [line for line in several[0].get_lines() if line.get_linestyle() == "--"]
    assert [line.get_ydata()[0] for line in lines] == [0.3, 0.3]
    assert not several[0].patches


def test_what_the_panels_do_not_show_is_said():
    assert "too small to test" in words(measures_figure(curves_of(power=False), "", ""))
    plain = words(measures_figure(curves_of(), "", ""))
    assert "too small" not in plain
    assert "not finite" not in plain
    assert "decay factor" not in plain
    assert "decay factor 0.47" in words(measures_figure(curves_of(), "", "", 0.4686))
    broken = curves_of(layers=("conv1",))
    broken["conv1"]["norm"].values[-1, 1] = np.nan
    assert "1 of 3 not finite" in words(measures_figure(broken, "", ""))


@pytest.mark.parametrize("figure", [measures_figure, settling_figure])
def test_measures_without_a_value_are_said_to_be_undefined(figure):
    page = drawn(figure(curves_of(value=np.nan), "", ""))
    legends = " ".join(text.get_text() for axes in page.axes if axes.get_legend() for text in axes.get_legend().texts)
    assert "not defined" in words(page) + legends


@pytest.mark.parametrize("figure", [measures_figure, settling_figure])
def test_one_kernel_at_one_step_is_drawn(figure):
    assert drawn(figure(curves_of(("conv1",), 1, steps=[0]), "", "")).axes


def test_of_one_snapshot_dots_are_in_the_middle_and_nothing_settles():
    curves = curves_of(("conv1",), 3, steps=[500])
    for panel in drawn(measures_figure(curves, "", "")).axes:
        low, high = panel.get_xlim()
        assert low < 500 == (low + high) / 2
        assert panel.get_xticks().tolist() == []
    page = drawn(settling_figure(curves, "", ""))
    assert "one snapshot" in words(page)
    assert not any(axes.lines for axes in page.axes)


def test_steps_at_which_no_kernel_has_a_value_are_a_gap():
    curves = curves_of(("conv1",))
    curves["conv1"]["lag1"].values[1] = np.nan
    curves["conv1"]["lag1"].values[2, 0] = np.nan
    (median,) = drawn(measures_figure(curves, "", "")).axes[0].get_lines()
    values = curves["conv1"]["lag1"].values
    np.testing.assert_allclose(median.get_ydata(), [np.median(values[0]), np.nan, np.mean(values[2, 1:])])


def test_the_band_of_settling_holds_the_quartiles():
    curves = curves_of(("conv1",), 9)
    page = drawn(settling_figure(curves, "", ""))
    for axes, measure in zip(page.axes, ("cosine_untrained", "cosine_last"), strict=True):
        table = curves["conv1"][measure].values
        np.testing.assert_allclose(axes.get_lines()[0].get_ydata(), np.median(table, 1))
        corners = axes.collections[0].get_paths()[0].vertices[:, 1]
        for q in (0.25, 0.75):
            for expected in np.quantile(table, q, axis=1):
                assert np.isclose(corners, expected).any()

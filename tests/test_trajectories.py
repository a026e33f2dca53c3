import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color

from kernelscope import trajectories

STEPS = [0, 5, 20]
MEASURES = [*trajectories.PANELS, "cosine_untrained", "cosine_last"]


def frame_of(layers=("conv1", "conv2"), kernels=3, value=None, p=0.5) -> pd.DataFrame:
    """Rows of measures.csv of whole kernels; all values are `value`, or random."""
    rng = np.random.default_rng(0)
    keys = [(s, name, i, m) for name in layers for m in MEASURES for s in STEPS for i in range(kernels)]
    frame = pd.DataFrame(keys, columns=["step", "layer", "kernel", "measure"])
    frame["value"] = rng.uniform(size=len(frame)) if value is None else value
    null = frame["measure"] == "lag1"
    return frame.assign(null_mean=np.where(null, 0.1, np.nan), null_99=np.where(null, 0.3, np.nan), p=p)


def drawn(page):
    FigureCanvasAgg(page).draw()
    return page


def words(page) -> str:
    return " ".join(text.get_text() for axes in page.axes for text in (*axes.texts, axes.yaxis.label, axes.title))


def test_a_line_for_each_kernel_and_a_thick_one_for_their_median():
    frame = frame_of()
    page = drawn(trajectories.measures_figure(frame, "title", "note"))
    panels = np.array(page.axes).reshape(2, len(trajectories.PANELS))
    for layer, line in zip(("conv1", "conv2"), panels, strict=True):
        for measure, panel in zip(trajectories.PANELS, line, strict=True):
            rows = frame[(frame["layer"] == layer) & (frame["measure"] == measure)]
            expected = np.array([rows[rows["step"] == step].sort_values("kernel")["value"] for step in STEPS])
            (thin,), (thick,) = panel.collections, panel.get_lines()
            np.testing.assert_array_equal([one.vertices[:, 1] for one in thin.get_paths()], expected.T)
            np.testing.assert_array_equal(thick.get_ydata(), np.median(expected, 1))
            np.testing.assert_array_equal(thick.get_xdata(), STEPS)
            assert thick.get_linewidth() > thin.get_linewidth()[0]
    band = panels[0, 0].patches[0]
    np.testing.assert_allclose((band.get_y(), band.get_height()), (0.1, 0.2))
    assert same_color(band.get_facecolor()[:3], trajectories.BAND)
    assert not panels[0, 1].patches


def test_what_the_panels_do_not_show_is_said():
    assert "too small to test" in words(drawn(trajectories.measures_figure(frame_of(p="no power"), "", "")))
    plain = words(drawn(trajectories.measures_figure(frame_of(), "", "")))
    assert "too small" not in plain
    assert "not finite" not in plain
    broken = frame_of(layers=("conv1",))
    broken.loc[(broken["kernel"] == 1) & (broken["step"] == 20), "value"] = np.nan
    assert "(1 of 3 not finite)" in words(drawn(trajectories.measures_figure(broken, "", "")))


@pytest.mark.parametrize("figure", [trajectories.measures_figure, trajectories.settling_figure])
def test_measures_without_a_value_are_said_to_be_undefined(figure):
    page = drawn(figure(frame_of(value=np.nan), "", ""))
    legends = " ".join(text.get_text() for axes in page.axes if axes.get_legend() for text in axes.get_legend().texts)
    assert "not defined" in words(page) + legends


@pytest.mark.parametrize("figure", [trajectories.measures_figure, trajectories.settling_figure])
def test_one_kernel_at_one_step_is_drawn(figure):
    frame = frame_of(("conv1",), 1)
    assert drawn(figure(frame[frame["step"] == 0], "", "")).axes


def test_the_band_of_settling_holds_the_quartiles():
    frame = frame_of(("conv1",), 9)
    page = drawn(trajectories.settling_figure(frame, "", ""))
    for axes, measure in zip(page.axes, ("cosine_untrained", "cosine_last"), strict=True):
        rows = frame[frame["measure"] == measure]
        table = np.array([rows[rows["step"] == step]["value"] for step in STEPS])
        np.testing.assert_allclose(axes.get_lines()[0].get_ydata(), np.median(table, 1))
        corners = axes.collections[0].get_paths()[0].vertices[:, 1]
        for q in (0.25, 0.75):
            for expected in np.quantile(table, q, axis=1):
                assert np.isclose(corners, expected).any()

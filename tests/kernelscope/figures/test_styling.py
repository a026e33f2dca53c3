"""The style that all figures share."""

from itertools import pairwise, product

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from tiers import rows

from kernelscope.figures import architectures, history, seeds, similarity, styling
from kernelscope.figures.curves import depth, measures, settling
from kernelscope.measures.curves import Curve

# Colors as people without green (deuteranopes) and without red receptors (protanopes) see them: matrices for linear
# RGB at full severity, Machado, Oliveira and Fernandes, IEEE Trans. Vis. Comput. Graph. 15 (2009) 1291.
SEEN = {
    "all receptors": np.eye(3),
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}
LAB = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]  # sRGB to XYZ
WHITE = [0.9505, 1.0, 1.089]


def lab(colors: list[str], kind: str) -> np.ndarray:
    """Return CIE L*a*b*, (n, 3)."""
    rgb = np.array([to_rgb(color) for color in colors])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = np.clip(linear @ np.transpose(SEEN[kind]), 0, 1) @ np.transpose(LAB) / WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.column_stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])])


def nearest(colors: list[str], kind: str) -> float:
    """Return the smallest distance between two colors; 2.3 is just noticeable side by side."""
    seen = lab(colors, kind)
    apart = np.linalg.norm(seen[:, None] - seen, axis=2)
    return apart[~np.eye(len(seen), dtype=bool)].min()


def test_the_color_blind_tell_all_series_apart():
    assert all(nearest(styling.SERIES, kind) > 10 for kind in SEEN)
    assert nearest(["#c0392b", "#6b6b1e"], "no green") < nearest(["#c0392b", "#6b6b1e"], "all receptors") / 2


def test_a_color_is_told_as_three_bytes_too():
    assert styling.rgb("#0072b2") == (0, 0x72, 0xB2)


def test_series_begin_anew_when_the_colors_are_used_up():
    colors = [styling.series(number) for number in range(2 * len(styling.SERIES))]
    assert len(set(colors)) == len(styling.SERIES)
    assert colors[: len(styling.SERIES)] == colors[len(styling.SERIES) :]


def test_nothing_is_set_smaller_than_can_be_read_at_half_size():
    """Ten points at 150 dpi are 21 pixels, so capitals are 7 pixels high in a figure of half the size."""
    assert min(styling.HEAD, styling.TITLE, styling.TEXT) / 72 * styling.USES["screen"].dpi >= 20


def chart():
    page = styling.page((9, 4))
    axes = page.subplots()
    axes.plot([0, 1], [0, 1], label="a")
    axes.set(xlabel="x", ylabel="y")
    axes.annotate("note", (0.5, 0.5), fontsize=styling.TEXT)
    styling.plain(axes)
    styling.legend(axes)
    styling.headed(page, "head")
    styling.noted(page, "note")
    return page


SIZES = [("slide", (40 / 3, 7.5), 24 / 144), ("paper", (174 / 25.4, 3.04), 6.9 / 72)]


@pytest.mark.parametrize(("use", "inches", "least"), SIZES)
def test_all_letters_of_a_chart_have_the_size_of_its_use(use, inches, least):
    page = styling.fitted(chart(), styling.USES[use])
    np.testing.assert_allclose(page.get_size_inches(), inches, rtol=0.01)
    FigureCanvasAgg(page).draw()
    texts = page.findobj(lambda artist: isinstance(artist, Text) and artist.get_text())
    sizes = {text.get_text(): text.get_fontsize() for text in texts}
    assert min(sizes.values()) / 72 >= least
    scale = styling.USES[use].letters
    ticks = {
        label.get_fontsize() for axis in (page.axes[0].xaxis, page.axes[0].yaxis) for label in axis.get_ticklabels()
    }
    assert {sizes["x"], sizes["a"], sizes["note"], *ticks} == {styling.TEXT * scale}
    assert sizes["head"] == styling.HEAD * scale


def test_a_chart_for_the_screen_stays_as_it_is():
    page = chart()
    assert styling.fitted(page, styling.USES["screen"]).get_size_inches().tolist() == [9, 4]


SCORES = [f"{split}_{score}" for split in ("train", "test") for score in ("loss", "accuracy", "within")]


def charts():
    """Return every kind of chart, of data with long names."""
    scores = {name: [0.5, 0.9] for name in SCORES}
    profiles = {state: {seed: np.full(9, 1 / 9) for seed in range(3)} for state in seeds.COLORS}
    ends = {"state": "trained", "arch_a": "net", "arch_b": "net", "seed_a": 0, "seed_b": 1, "shuffled_99": 0.1}
    pairs = [ends | {"layer_a": f"conv{i}", "layer_b": f"conv{i}", "cka": 0.5} for i in range(4)]
    run = dict.fromkeys(("test_accuracy", "lag1", "lag1_null_99", "initial_ratio", "decay_factor", "alive"), 0.5)
    archs = [f"an_architecture_{i}" for i in range(9)]
    curve = Curve(np.array([0, 9]), np.full((2, 3), 0.5), (0.1, 0.3), True, np.full(3, 0.5))
    layers = {f"conv{i}": dict.fromkeys([*measures.PANELS, "cosine_untrained", "cosine_last"], curve) for i in range(3)}
    deep = {f"layer{i // 12}.{i % 12}.conv": layers["conv1"] for i in range(49)}
    title = "waveforms · an_architecture · seed 0"
    return {
        "history": lambda use: history.figure({"epoch": [0, 1]} | scores, 1.1, title, "a note", 1 / 3),
        "agreement": lambda use: seeds.across_seeds(profiles, pairs, "net", title),
        "similarity": lambda use: similarity.figure(pairs, set(), title),
        "measures": lambda use: measures.measures_figure(
            layers, title, "a note", dict.fromkeys(layers, 0.5), "step", False
        ),
        "settling": lambda use: settling.settling_figure(layers, title, "a note", "step"),
        "measures by depth": lambda use: depth.measures_figure(deep, title, "a note", "step", False),
        "settling by depth": lambda use: depth.settling_figure(deep, title, "a note", "step"),
        "architectures": lambda use: architectures.figure(
            archs,
            [run | {"arch": arch, "failure": ""} for arch in archs],
            {arch: [{"layer": "conv1", "similarity": 0.5, "null_99": 0.4}] for arch in archs},
            {arch: np.zeros((60, 700, 3), np.uint8) for arch in archs},
            1 / 3,
            title,
            use,
        ),
    }


CHARTS = [
    "history",
    "agreement",
    "similarity",
    "measures",
    "settling",
    "architectures",
    "measures by depth",
    "settling by depth",
]
QUICK = (
    *(("history", "paper"), ("agreement", "screen"), ("similarity", "slide")),
    *(("measures", "paper"), ("settling", "screen"), ("architectures", "slide")),
    *(("measures by depth", "slide"), ("settling by depth", "paper")),
)


@pytest.mark.parametrize(("name", "use"), rows(product(CHARTS, styling.USES), *QUICK))
def test_every_kind_of_chart_is_readable_and_inside_its_page(name, use):
    page = styling.fitted(charts()[name](use), styling.USES[use])
    FigureCanvasAgg(page).draw()
    texts = page.findobj(lambda artist: isinstance(artist, Text) and artist.get_text() and artist.get_visible())
    least = {"screen": 20 / 150, "slide": 24 / 144, "paper": 6 / 72}[use]
    assert min(text.get_fontsize() for text in texts) / 72 >= least
    written = [*page.texts, *(text for axes in page.axes for text in (*axes.texts, axes.title))]
    boxes = [text.get_window_extent() for text in written if text.get_text()]
    assert all(box.x0 > -2 and box.x1 < page.bbox.x1 + 2 for box in boxes)
    for axes in page.axes:
        for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
            drawn = [label.get_window_extent() for label in labels if label.get_text() and label.get_visible()]
            assert not any(
                a.overlaps(b) and a.x1 - b.x0 > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1 for a, b in pairwise(drawn)
            )


def test_what_a_figure_cannot_hold_is_told():
    note = styling.cut("samples", "classes", 10, 6, "slide")
    assert str(note) == "cut: 4 of 10 classes: not in samples, which is made for a slide"
    assert styling.cut("samples", "classes", 6, 6, "slide").count == 0


@pytest.mark.parametrize(("use", "counts"), [("screen", [0, 72]), ("paper", [0, 136]), ("slide", [34, 194])])
def test_of_a_wide_layer_a_figure_has_only_some_kernels(use, counts):
    assert [note.count for note in styling.cut_kernels("montage", {"conv1": 40, "conv2": 200}, use)] == counts

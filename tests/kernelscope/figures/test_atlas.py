import numpy as np
import pytest
from drawn import count, look, overlapping, said, strings

from kernelscope.figures import atlas, drawing, kernel_tiles, styling
from kernelscope.figures.colormaps import NOT_FINITE
from kernelscope.figures.drawing import painted

RNG = np.random.default_rng(0)
FRAME = np.array((230, 60, 50))
SHOWN = {"class": {"p_corrected": 0.01}, "needed": {"p_corrected": 0.2}, "feature": {"p_corrected": 0.01}}
ROW = {
    **{
        "alive": True,
        "selective_class": "square",
        "selectivity": 0.254,
        "selectivity_null": 0.05,
        "description": "peak; 2nd",
    },
    **{"ablation_class": "gaussian", "ablation_drop": 0.126, "ablation_low": -0.05, "ablation_high": 0.3},
    **{"z": 3.0},
}


def tuning(kernel, value=1.0):
    angles = {"bar": range(0, 180, 15), "corner": range(0, 360, 15), "arc": range(0, 360, 15)}
    return [
        {"kernel": kernel, "stimulus": name, "angle": angle, "trained": value and value * (1 + angle) / (1 + number)}
        for number, (name, response) in enumerate(angles.items())
        for angle in response
    ]


def layer(out=3, channels=1, k=5, response=1.0, pixels=(), images=3, value=1.0) -> atlas.Layer:
    top = np.tile(np.arange(images), (out, 1))
    trained = RNG.normal(size=(out, channels, k, k))
    return atlas.Layer(
        *(trained, trained / 2, {name: RNG.normal(size=(out, 1, 9, 9)) for name in pixels}),
        *(top, top + 1, top + 2, np.full(top.shape, response), k),
        [row for i in range(out) for row in tuning(i, value)],
        1.5,
    )


def rows_of(count, name="conv1"):
    return [ROW | {"layer": name, "kernel": i} for i in range(count)]


def cells(given, images, kernel=0, use="screen", **changed):
    row = ROW | {"kernel": kernel, "tests": SHOWN} | changed
    return atlas.cells(given, row, images, look(use))


def pages(layers, rows, images=None, use="screen"):
    images = RNG.integers(0, 200, (3, 24, 24), np.uint8) if images is None else images
    tests = {(row["layer"], row["kernel"]): SHOWN for row in rows}
    return atlas.pages(layers, rows, tests, images, look(use))


def colors(cell):
    return {words.string: words.color for words in cell.words}


@pytest.mark.parametrize("shape", [(96, 96), (96, 96, 3), (48, 48), (32, 64), (96, 32)])
@pytest.mark.parametrize(("top", "left", "field"), [(0, 0, 5), (7, 11, 9), (3, 2, 29)])
def test_the_frame_lies_around_the_field(shape, top, left, field):
    image = RNG.integers(0, 200, shape, np.uint8)
    image[..., :] = image // 2  # nothing else is as red as the frame
    drawn = atlas.thumbnail(image, top, left, field, 98)
    scale = drawn.shape[1] / shape[1]
    assert drawn.shape == (round(shape[0] * scale), 96, 3)
    rows, cols = np.nonzero((drawn == FRAME).all(-1))
    wanted = np.rint(np.array([top, top + field, left, left + field]) * scale)
    assert abs(np.array([rows.min(), rows.max() + 1, cols.min(), cols.max() + 1]) - wanted).max() <= 1


def test_the_thumbnail_is_the_image_but_for_its_frame():
    image = RNG.integers(0, 200, (96, 96), np.uint8)
    drawn = atlas.thumbnail(image, 20, 30, 11, 98)
    differing = (drawn != image[..., None]).any(-1)
    assert not any(part.any() for part in (differing[:20], differing[31:], differing[23:28, 33:38]))


def test_a_field_as_large_as_the_image_has_its_frame_at_the_border():
    drawn = atlas.thumbnail(np.zeros((24, 24), np.uint8), 0, 0, 24, 98)
    edges = (drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1])
    assert all((edge == FRAME).all() for edge in edges)


def test_the_images_of_a_kernel_are_those_that_it_responds_to():
    images, given = RNG.integers(0, 200, (3, 24, 24), np.uint8), layer()
    given.top_response[1] = (2.0, 0.5, 0.0)
    given.top_response[2] = (0.0, np.nan, -1)
    label = "images that it responds to most, and where"
    for kernel, shown in ((0, 3), (1, 2)):
        cell = cells(given, images, kernel)[label]
        expected = [atlas.thumbnail(images[i], i + 1, i + 2, 5, atlas.COLUMN["screen"]) for i in range(3)]
        assert [count(cell, image) for image in expected] == [1] * shown + [0] * (3 - shown)
    assert strings(cells(given, images, 2)[label]) == ["none"]


def test_words_are_gray_where_there_is_no_evidence_and_the_legend_says_so():
    written = {
        string: color
        for cell in atlas.words(ROW | {"tests": SHOWN}, 110).values()
        for string, color in colors(cell).items()
    }
    assert written == {
        **{"square 0.25": drawing.BLACK, "untrained 0.05": drawing.BLACK, "13\u00a0%": drawing.GRAY},
        **{"(−5 to 30)": drawing.GRAY, "most of gaussian": drawing.GRAY, "peak": drawing.BLACK, "2nd": drawing.BLACK},
    }
    unproven = SHOWN | {"feature": {"p_corrected": 0.06}, "class": {"p_corrected": None}}
    words = atlas.words(ROW | {"tests": unproven}, 110)
    assert set(colors(words[atlas.FEATURES]).values()) == {drawing.GRAY}
    assert set(colors(words["selective for"]).values()) == {drawing.GRAY}
    assert atlas.GRAY_WORDS in said(pages({"conv1": layer(1)}, rows_of(1))["conv1"])


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"ablation_drop": 0.004}, "nothing"),
        ({"ablation_drop": 0.005}, "nothing"),
        ({"ablation_class": None, "ablation_drop": None}, "nothing"),
        ({"selective_class": None, "selectivity": None}, "none"),
        ({"description": None}, "no feature"),
    ],
)
def test_what_is_nothing_is_said(changed, word):
    written = [string for cell in atlas.words(ROW | {"tests": {}} | changed, 110).values() for string in strings(cell)]
    assert word in written
    assert not any(" 0\u00a0%" in string for string in written)


def test_kernels_that_are_dead_silent_or_not_finite_are_marked():
    images = np.zeros((3, 24, 24), np.uint8)
    for given, words in (
        (layer(value=0.0), ("dead", "silent")),
        (layer(value=None), ("not finite", "not finite")),
    ):
        written = [string for cell in cells(given, images, alive=False).values() for string in strings(cell)]
        assert set(words) <= set(written)
        tile = kernel_tiles.tile(given.trained[0], 1.5, atlas.COLUMN["screen"], "RdBu_r", alive=False)
        assert count(cells(given, images, alive=False)["trained"], tile) == 1


def test_the_tuning_plot_has_a_curve_for_each_stimulus_highest_where_the_response_is():
    plot = atlas.tuning_plot(tuning(0), 98, 58)
    assert strings(plot) == ["0°", "180°", "360°"]
    drawn = painted(plot).astype(int)
    for name, color in atlas.CURVES.items():
        assert (drawn == color).all(-1).sum() > 50, name
    corner = np.argwhere((drawn == atlas.CURVES["corner"]).all(-1))
    highest = corner[corner[:, 0].argmin()]
    assert abs(highest[1] - 345 / 360 * (98 - 5)) < 4


def test_a_page_holds_all_tiles_of_its_layer_on_the_scale_of_the_run():
    layers = {"conv1": layer(2), "conv2": layer(3, 4, 3, pixels=("linear", "maximized"))}
    drawn = pages(layers, rows_of(2) + rows_of(3, "conv2"))
    width = atlas.COLUMN["screen"]
    for name, given in layers.items():
        for bank in (given.trained, given.change):
            assert all(count(drawn[name], kernel_tiles.tile(kernel, 1.5, width, "RdBu_r")) == 1 for kernel in bank)
        for bank in given.pixels.values():
            tiles = [kernel_tiles.tile(kernel, float(np.abs(kernel).max()), width, "RdBu_r") for kernel in bank]
            assert all(count(drawn[name], tile) == 1 for tile in tiles)


@pytest.mark.parametrize("use", styling.USES)
@pytest.mark.parametrize("pixels", [(), ("linear", "maximized")])
def test_no_words_overlap_and_a_slide_shows_the_clearest_kernels(use, pixels):
    given = layer(14, 16, 5, pixels=pixels)
    rows = [
        row | {"z": float(row["kernel"]), "description": "lower-right corner, triangle; only its 4th best"}
        for row in rows_of(14)
    ]
    drawn, size = pages({"conv1": given}, rows, use=use)["conv1"], styling.USES[use]
    assert not overlapping(drawn)
    assert drawn.width <= size.width
    if use == "slide":
        assert drawn.height <= size.height
        assert [string for string in strings(drawn) if string.startswith("kernel ")] == [
            f"kernel {i}" for i in range(9, 14)
        ]
        assert "5 of 14 kernels" in said(drawn)


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_orange_is_explained_where_it_is_used(value):
    given = layer(1)
    given.trained[0, 0, 0, 0] = value
    (page,) = pages({"conv1": given}, rows_of(1)).values()
    assert (NOT_FINITE in {words.color for words in page.words}) == (not np.isfinite(value))


@pytest.mark.parametrize("out", [3, 5, 6, 40])
def test_what_a_slide_leaves_out_is_in_a_note(out):
    (note,) = styling.cut_kernels("atlas", {"conv1": out}, "slide", others=1)
    drawn = atlas.clearest([ROW | {"kernel": kernel} for kernel in range(out)], styling.USES["slide"].kernels)
    assert len(drawn) + note.count == note.of == out


def test_only_the_legend_of_kernels_that_see_images_speaks_of_colors():
    in_color = "red, green, blue, and all in color"
    for pixels in ((), ("linear",)):
        page = pages({"conv1": layer(channels=3, pixels=pixels)}, rows_of(3))["conv1"]
        assert (in_color in said(page)) == (not pixels)

import numpy as np
import pytest

from kernelscope.figures import atlas, kernel_grid, raster

RNG = np.random.default_rng(0)
FRAME = np.array((230, 60, 50))
ROW = {
    **{
        "alive": True,
        "selective_class": "square",
        "selectivity": 0.254,
        "selectivity_p": 0.01,
        "selectivity_null": 0.05,
        "description": "peak; 2nd",
        "feature_p": 0.01,
    },
    **{"ablation_class": "gaussian", "ablation_drop": 0.126, "ablation_low": -0.05, "ablation_high": 0.3},
    **{"ablation_p": 0.2},
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
    )


def rows_of(count, name="conv1"):
    return [ROW | {"layer": name, "kernel": i} for i in range(count)]


def contains(picture, part) -> bool:
    """Return whether `part` is somewhere in the figure, pixel for pixel."""
    windows = np.lib.stride_tricks.sliding_window_view(picture, part.shape)[:, :, 0]
    places = np.argwhere(
        (windows[..., 0, 0, :] == part[0, 0]).all(-1) & (windows[..., -1, -1, :] == part[-1, -1]).all(-1)
    )
    return any(np.array_equal(windows[row, col], part) for row, col in places)


def texts(monkeypatch) -> list[tuple]:
    """Return all that is written from now on, with its color."""
    written, write = [], raster.text

    def noted(string, size=14, color=raster.BLACK, bold=False):
        written.append((string, color))
        return write(string, size, color, bold)

    monkeypatch.setattr(atlas, "text", noted)
    return written


@pytest.mark.parametrize(("channels", "k"), [(1, 15), (1, 1), (3, 5), (16, 5), (1, 64)])
def test_the_pixels_of_a_tile_are_those_of_the_kernel_in_a_block(channels, k):
    kernel = RNG.normal(size=(channels, k, k))
    drawn = atlas.kernel_tile(kernel, "RdBu_r")
    assert drawn.shape[1] <= atlas.COLUMN
    matching = [
        factor
        for factor in range(1, atlas.COLUMN // k + 1)
        if np.array_equal(kernel_grid.block(kernel, np.abs(kernel).max(), factor, "RdBu_r"), drawn)
    ]
    assert len(matching) == 1
    assert kernel_grid.block(kernel, 1.0, matching[0] + 1, "RdBu_r").shape[1] > atlas.COLUMN


@pytest.mark.parametrize("kernel", [np.zeros((1, 5, 5)), np.full((2, 5, 5), np.nan), np.full((1, 1, 1), np.inf)])
def test_kernels_of_zeros_and_what_is_not_finite_are_drawn(kernel):
    colors = {tuple(pixel) for pixel in atlas.kernel_tile(kernel, "RdBu_r").reshape(-1, 3)}
    assert (tuple(raster.NOT_FINITE) in colors) == (not np.isfinite(kernel).all())


@pytest.mark.parametrize("shape", [(96, 96), (96, 96, 3), (48, 48), (32, 64), (96, 32)])
@pytest.mark.parametrize(("top", "left", "field"), [(0, 0, 5), (7, 11, 9), (3, 2, 29)])
def test_the_frame_lies_around_the_field(shape, top, left, field):
    image = RNG.integers(0, 200, shape, np.uint8)
    image[..., :] = image // 2  # nothing else is as red as the frame
    drawn = atlas.thumbnail(image, top, left, field)
    scale = drawn.shape[1] / shape[1]
    assert drawn.shape == (round(shape[0] * scale), atlas.COLUMN - 2, 3)
    rows, cols = np.nonzero((drawn == FRAME).all(-1))
    wanted = np.rint(np.array([top, top + field, left, left + field]) * scale)
    assert abs(np.array([rows.min(), rows.max() + 1, cols.min(), cols.max() + 1]) - wanted).max() <= 1


def test_the_thumbnail_is_the_image_but_for_its_frame():
    image = RNG.integers(0, 200, (96, 96), np.uint8)
    drawn = atlas.thumbnail(image, 20, 30, 11)
    differing = (drawn != image[..., None]).any(-1)
    assert not any(part.any() for part in (differing[:20], differing[31:], differing[23:28, 33:38]))


def test_a_field_as_large_as_the_image_has_its_frame_at_the_border():
    drawn = atlas.thumbnail(np.zeros((24, 24), np.uint8), 0, 0, 24)
    edges = (drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1])
    assert all((edge == FRAME).all() for edge in edges)


def test_the_images_of_a_kernel_are_those_that_it_answers_to():
    images, given = RNG.integers(0, 200, (3, 24, 24), np.uint8), layer()
    given.top_response[1] = (2.0, 0.5, 0.0)
    given.top_response[2] = (0.0, np.nan, -1)
    label = "images that it answers to most, and where"
    for kernel, count in ((0, 3), (1, 2)):
        cell = atlas.cells(given, ROW | {"kernel": kernel}, images, "RdBu_r")[label]
        expected = [atlas.thumbnail(images[i], i + 1, i + 2, 5) for i in range(count)]
        np.testing.assert_array_equal(cell[:, 1:-1], raster.above(*expected, gap=3))
    none = atlas.cells(given, ROW | {"kernel": 2}, images, "RdBu_r")[label]
    np.testing.assert_array_equal(none, raster.centered(raster.text("none", 11, raster.RED), atlas.COLUMN))


def test_every_row_of_cells_is_at_one_height():
    columns = [{"": raster.blank(h, 98, (0, 0, 0)), "b": raster.blank(10, 98, (9, 9, 9))} for h in (5, 20, 1)]
    drawn = atlas.strip(columns)
    tops = [np.flatnonzero((drawn[:, col] == 9).all(-1)).min() for col in (130, 240, 340)]
    assert len(set(tops)) == 1


@pytest.mark.parametrize(
    ("kernels", "lines"), [(1, [1]), (12, [12]), (13, [7, 6]), (25, [9, 9, 7]), (32, [11, 11, 10])]
)
def test_columns_are_wrapped_into_nearly_equal_lines(kernels, lines):
    images = np.zeros((3, 24, 24), np.uint8)
    drawn = atlas.strips(layer(kernels), rows_of(kernels), images, "RdBu_r")
    widths = [atlas.LABELS + count * (6 + atlas.COLUMN) for count in lines]
    assert [strip.shape[1] for strip in drawn] == widths


def test_words_are_gray_where_untrained_kernels_do_as_well(monkeypatch):
    written = texts(monkeypatch)
    atlas.words(ROW)
    assert written == [
        *[("square 0.25", raster.BLACK), ("untrained 0.05", raster.BLACK), ("13\u00a0%", raster.GRAY)],
        *[("(−5 to 30)", raster.GRAY), ("most of gaussian", raster.GRAY)],
        *[("peak", raster.BLACK), ("2nd", raster.BLACK)],
    ]
    written.clear()
    atlas.words(ROW | {"feature_p": 0.06})
    assert written[-2:] == [("peak", raster.GRAY), ("2nd", raster.GRAY)]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"ablation_drop": 0.004}, "nothing"),
        ({"ablation_drop": 0.005}, "nothing"),
        ({"ablation_class": None, "ablation_drop": None, "ablation_p": None}, "nothing"),
        ({"selective_class": None, "selectivity": None, "selectivity_p": None}, "none"),
        ({"description": None}, "no feature"),
    ],
)
def test_what_is_nothing_is_said_in_gray(monkeypatch, changed, word):
    written = texts(monkeypatch)
    atlas.words(ROW | changed)
    assert (word, raster.GRAY) in written
    assert not any(" 0\u00a0%" in string for string, _ in written)


def test_kernels_that_are_dead_silent_or_not_finite_are_marked(monkeypatch):
    images = np.zeros((3, 24, 24), np.uint8)
    for given, word in ((layer(value=0.0), "dead or weak"), (layer(value=None), "not finite")):
        written = texts(monkeypatch)
        atlas.cells(given, ROW | {"kernel": 0, "alive": False}, images, "RdBu_r")
        assert (word, raster.RED) in written
        assert (("silent" if word == "dead or weak" else "not finite"), raster.RED) in written


def test_the_tuning_plot_has_a_curve_for_each_stimulus_highest_where_the_response_is():
    drawn = atlas.tuning_plot(tuning(0)).astype(int)
    axis = atlas.angle_axis()
    np.testing.assert_array_equal(drawn[-len(axis) :, : axis.shape[1]], axis)
    for name, color in atlas.CURVES.items():
        assert (drawn == color).all(-1).sum() > 50, name
    corner = np.argwhere((drawn == atlas.CURVES["corner"]).all(-1))
    highest = corner[corner[:, 0].argmin()]
    assert abs(highest[1] - 345 / 360 * (atlas.COLUMN - 5)) < 4


def test_the_sheet_holds_the_tiles_of_all_layers():
    layers = {"conv1": layer(2), "conv2": layer(3, 4, 3, pixels=("linear", "maximized"))}
    rows = rows_of(2) + rows_of(3, "conv2")
    drawn = atlas.sheet(layers, rows, RNG.integers(0, 200, (3, 24, 24), np.uint8), "title", "note", "RdBu_r")
    for given in layers.values():
        for bank in (given.trained, given.change, *given.pixels.values()):
            assert all(contains(drawn, atlas.kernel_tile(kernel, "RdBu_r")) for kernel in bank)
    assert (
        atlas.kernel_tile(RNG.normal(size=(100, 15, 15)), "RdBu_r").shape[1] == atlas.COLUMN
    )  # many channels are shrunk


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_orange_is_explained_where_it_is_used(monkeypatch, value):
    written, given = texts(monkeypatch), layer(1)
    given.trained[0, 0, 0, 0] = value
    atlas.sheet({"conv1": given}, rows_of(1), np.zeros((3, 24, 24), np.uint8), "", "", "RdBu_r")
    assert (("not finite", raster.NOT_FINITE) in written) == (not np.isfinite(value))

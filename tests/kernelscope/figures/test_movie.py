import math

import make_movie
import numpy as np
import pytest

from kernelscope.figures import captions, colormaps, drawing, history, movie
from kernelscope.training import failures

COLUMNS = [f"{split}_{measure}" for measure in ("loss", "accuracy", "within") for split in ("train", "test")]
BELOW = movie.BOTTOM
TITLE = movie.heading("title", "")


def strip(epochs=(0.0, 1.0, 2.0), value=0.5):
    table = {"epoch": list(epochs)} | {name: [value] * len(epochs) for name in COLUMNS}
    return history.Strip(table, 1.1, *movie.STRIP)


@pytest.fixture(scope="module")
def usual_strip():
    return strip()


def run(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def shown(banks, names=None):
    return movie.layers(banks, names or {}, {name: np.ones(bank.shape[1], bool) for name, bank in banks.items()})


def frames(banks, strip=None, title="title", note="", names=None):
    count = len(next(iter(banks.values())))
    moments = ["untrained", *(f"epoch {step / 2:.2f}, step {step}" for step in range(1, count))]
    epochs = np.linspace(0, 2, count)
    drawn = movie.heading(title, "")
    return list(movie.frames(shown(banks, names), moments, epochs, drawn, note, strip, "RdBu_r"))


BANKS = {
    "small": {"conv1": run(4, 3, 1, 7, 7)},
    "one pixel": {"conv1": run(3, 1, 1, 1, 1)},
    "one snapshot": {"conv1": run(1, 2, 1, 5, 5)},
    "many": {"conv1": run(2, 96, 3, 11, 11)},
    "deep": {"conv1": run(2, 16, 1, 11, 11), "conv2": run(2, 16, 16, 5, 5), "conv3": run(2, 32, 16, 3, 3)},
    "five layers": {f"conv{i}": run(2, 4, 2, 3, 3) for i in range(5)},
    "large": {"conv1": run(2, 12, 1, 64, 64)},
}


@pytest.mark.parametrize("banks", BANKS.values(), ids=BANKS)
def test_there_is_a_frame_of_1280_x_720_per_snapshot(banks, usual_strip):
    made = frames(banks, usual_strip, title="t" * 200)
    assert len(made) == len(next(iter(banks.values())))
    assert {frame.shape for frame in made} == {(720, 1280, 3)}
    assert all(frame.dtype == np.uint8 for frame in made)


@pytest.mark.parametrize("banks", BANKS.values(), ids=BANKS)
def test_every_weight_is_at_least_four_even_pixels_on_even_edges_and_no_layer_covers_another(banks):
    top = movie.TOP
    for layer in shown(banks):
        assert layer.factor >= 4
        assert layer.factor % 2 == 0
        places = layer.places(top)
        assert all(row % 2 == col % 2 == 0 for row, col in places)
        assert all(movie.MARGIN + movie.LABELS <= col <= movie.WIDTH - layer.size[1] for _, col in places)
        if layer.values.shape[-1] < 64:  # a kernel of 64 weights is higher than its room
            assert max(row for row, _ in places) + layer.size[0] <= top + layer.height <= movie.BOTTOM
        top += layer.height


def test_all_frames_show_the_numbers_of_the_weights_at_their_places():
    bank = run(3, 4, 2, 5, 5)
    (layer,) = shown({"c": bank})
    spare = movie.even(max(0, movie.BOTTOM - movie.TOP - layer.height) // 2)
    for t, frame in enumerate(frames({"c": bank})):
        for kernel, (row, col) in enumerate(layer.places(movie.TOP + spare)):
            for channel in range(2):
                left = col + channel * (5 * layer.factor + movie.CHANNEL)
                part = frame[row : row + 5 * layer.factor : layer.factor, left : left + 5 * layer.factor : layer.factor]
                expected = colormaps.signed(bank[t, kernel, channel], colormaps.limit(bank), "RdBu_r")
                np.testing.assert_array_equal(part, expected)


SHAPES = {
    "a second layer of one kernel with many channels": {"conv1": (8, 1, 15, 15), "conv2": (1, 8, 15, 15)},
    "a kernel with more channels than fit": {"conv1": (2, 64, 15, 15)},
    "the largest kernels": {"conv1": (4, 3, 64, 64)},
    "three layers of the largest kernels": {f"conv{i}": (4, 1, 64, 64) for i in range(3)},
    "four layers": {f"conv{i}": (512, 3, 3, 3) for i in range(4)},
    "kernels of one weight": {"conv1": (4, 600, 1, 1)},
}


@pytest.mark.parametrize("case", SHAPES)
def test_whatever_the_layers_are_everything_is_inside_the_frame_and_what_is_not_drawn_is_named(case):
    rng = np.random.default_rng(0)
    banks = {name: rng.normal(size=(2, *shape)).astype(np.float32) for name, shape in SHAPES[case].items()}
    living = {name: np.ones(bank.shape[1], bool) for name, bank in banks.items()}
    shown = movie.layers(banks, {}, living)
    (first, *_) = movie.frames(shown, ["a", "b"], np.arange(2.0), TITLE, "note", None, "RdBu_r")
    assert first.shape == (720, 1280, 3)
    assert sum(layer.height for layer in shown) <= movie.BOTTOM - movie.TOP
    assert [layer.name for layer in shown] + list(shown[-1].without) == list(banks)
    for layer in shown:
        assert layer.values.shape[1] == len(layer.numbers) > 0
        assert layer.channels == banks[layer.name].shape[2] >= layer.values.shape[2]
        assert layer.limit == pytest.approx(colormaps.limit(banks[layer.name]))


def test_if_not_all_kernels_fit_the_largest_living_ones_are_drawn():
    bank = run(1, 200, 1, 15, 15) * np.arange(1, 201)[:, None, None, None]
    alive = np.arange(200) != 199
    (layer,) = movie.layers({"c": bank}, {}, {"c": alive})
    assert len(layer.numbers) < 200
    assert layer.numbers == sorted(layer.numbers)
    assert 198 in layer.numbers
    assert 199 not in layer.numbers
    words = [part.string for part in movie.background([layer], [movie.TOP], TITLE, "", "RdBu_r").words]
    assert f"{len(layer.numbers)} of 200 kernels" in words
    assert {str(number) for number in layer.numbers} <= set(words)


def test_a_single_layer_has_the_names_of_its_kernels():
    names = {"c": {0: captions.Name("lower-right corner, square"), 1: captions.Name("peak, gaussian", is_shown=False)}}
    background = movie.background(shown({"c": run(2, 6, 1, 9, 9)}, names), [movie.TOP], TITLE, "", "RdBu_r")
    written = {part.string: part.color for part in background.words}
    assert written["peak, gaussian"] == drawing.GRAY
    assert {"lower-right corner,", "square"} <= set(written)
    assert min(part.size for part in background.words) >= 16


FAILURES = [value for name, value in vars(failures).items() if name.isupper() and isinstance(value, str)]


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("name", ["waveforms · templates · seed 0", f"{'images' * 5} · {'network' * 8} · seed 12 (a)"])
def test_the_name_of_a_run_and_its_failure_are_whole_beside_the_clock(name, failure):
    drawn = movie.heading(name, failure)
    words = " ".join(part.string for part in drawn.words)
    assert words == f"{name} FAILED: {failure}"
    assert drawn.height <= movie.TOP - movie.MARGIN // 2
    assert movie.MARGIN + drawn.width <= movie.WIDTH - movie.MARGIN - movie.CLOCK


@pytest.mark.parametrize("channels", [1, 2, 3, 5, 12, 16])
@pytest.mark.parametrize("kind", ["first", "deeper"])
def test_the_number_of_a_kernel_is_right_below_its_last_row(channels, kind):
    bank = run(1, 5, channels, 5, 5)
    *_, layer = shown({"c": bank} if kind == "first" else {"b": run(1, 2, 1, 5, 5), "c": bank})
    background = movie.background([layer], [100], TITLE, "", "RdBu_r")
    numbers = {part.string: top for top, _, part in background.parts if getattr(part, "string", "").isdigit()}
    for number, tile, (row, _) in zip(layer.numbers, layer.tiles(0, "RdBu_r"), layer.places(100), strict=True):
        ink = np.flatnonzero((tile != 255).any((1, 2)))
        assert 0 < numbers[str(number)] - (row + ink[-1]) <= 3


def test_kernels_of_red_green_and_blue_are_in_color_and_those_of_deeper_layers_are_not():
    banks = {"conv1": run(2, 4, 3, 5, 5), "conv2": run(2, 4, 3, 5, 5)}
    first, second = shown(banks)
    limit, f = colormaps.limit(banks["conv1"]), first.factor
    expected = np.rint(127.5 * (1 + np.clip(banks["conv1"][1] / limit, -1, 1))).transpose(0, 2, 3, 1)
    np.testing.assert_array_equal(first.tiles(1, "RdBu_r")[:, ::f, ::f], expected)
    assert (first.in_color, second.in_color) == (True, False)
    words = [[part.string for part in movie.about(layer, "RdBu_r").words] for layer in (first, second)]
    assert ["gray" in " ".join(each) for each in words] == [True, False]


def test_nothing_but_the_kernels_the_clock_and_the_curves_changes(usual_strip):
    bank = np.repeat(run(1, 3, 1, 7, 7), 3, 0)
    first, *_, last = frames({"c": bank}, usual_strip)
    rows, cols = np.nonzero((first != last).any(-1))
    above = rows < movie.BOTTOM
    assert rows[above].max() < movie.TOP
    assert cols[above].min() >= movie.WIDTH - movie.MARGIN - 340


def test_a_run_of_zeros_and_one_that_ends_not_finite_have_frames(usual_strip):
    ends = run(3, 2, 1, 5, 5)
    ends[1:] = np.nan
    for bank in (np.zeros((3, 2, 1, 5, 5)), ends):
        assert len(frames({"c": bank}, usual_strip)) == 3


def cursor_columns(picture):
    return np.flatnonzero((picture == history.CURSOR).all(-1).any(0))


def test_the_curves_are_drawn_up_to_now_only(usual_strip):
    full = usual_strip.full
    for epoch in (0.0, 0.5, 1.0, 2.0):
        image = usual_strip.at(epoch)
        columns = cursor_columns(image)
        left, right = columns[:2], columns[2:]
        assert len(columns) == 4  # two panels, two pixels wide
        middle = round(usual_strip.axes[1].bbox.x0) - 80
        np.testing.assert_array_equal(image[:, left[1] + 1 : middle], usual_strip.empty[:, left[1] + 1 : middle])
        np.testing.assert_array_equal(image[:, right[1] + 1 :], usual_strip.empty[:, right[1] + 1 :])
        inside = slice(round(usual_strip.axes[0].bbox.x0) + 2, left[0] - 1)
        np.testing.assert_array_equal(image[60:100, inside], full[60:100, inside])
    assert not np.array_equal(full, usual_strip.empty)


def test_the_legend_of_all_curves_is_inside_the_strip():
    full = strip().full
    assert len(strip().axes[1].get_legend_handles_labels()[0]) == 4
    assert (full[:2] == 255).all()
    assert (full[:, -2:] == 255).all()


def test_the_cursor_moves_in_proportion_to_the_epoch(usual_strip):
    left = {epoch: cursor_columns(usual_strip.at(epoch))[0] for epoch in (0.0, 0.5, 1.0, 2.0)}
    span = left[2.0] - left[0.0]
    assert span > 400
    assert abs((left[1.0] - left[0.0]) - span / 2) <= 1
    assert abs((left[0.5] - left[0.0]) - span / 4) <= 1


def test_the_score_is_that_of_the_last_epoch_that_was_evaluated():
    curves = strip()
    curves.history["test_accuracy"] = [0.25, 0.5, 0.875]
    assert [curves.score(at) for at in (0.0, 0.9, 1.0, 2.0)] == [
        f"{share} of test images right" for share in ("25.0\u00a0%", "25.0\u00a0%", "50.0\u00a0%", "87.5\u00a0%")
    ]
    curves.history["test_accuracy"] = [math.nan] * 3
    assert curves.score(2.0) == ""


def test_words_are_in_the_place_of_a_strip_that_is_not_known():
    (frame,) = frames({"c": run(1, 2, 1, 5, 5)}, None, note="published kernels, as they are")
    assert frame[BELOW:].min() < 120
    (without,) = frames({"c": run(1, 2, 1, 5, 5)}, None)
    assert without[BELOW:].min() == 255


def test_the_first_and_the_last_frame_are_held():
    assert list(movie.with_held_ends(["a", "b", "c"], 3, 2)) == ["a", "a", "a", "b", "c", "c"]
    assert list(movie.with_held_ends(["a", "b"], 1, 1)) == ["a", "b"]
    assert list(movie.with_held_ends(["a", "b"], 0, 0)) == ["a", "b"]
    assert list(movie.with_held_ends(["a"], 2, 3)) == ["a"] * 4


def test_two_movies_are_equal(usual_strip):
    banks = {"c": run(3, 2, 2, 5, 5)}
    for first, second in zip(frames(banks, usual_strip), frames(banks, strip()), strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("banks", BANKS.values(), ids=BANKS)
def test_what_there_is_no_room_for_is_in_notes(banks):
    layers = shown(banks)
    counts = {note.item: (note.count, note.of) for note in movie.cuts(layers)}
    assert counts["layers"] == (len(banks) - len(layers), len(banks))
    for layer in layers:
        _, out, channels, *_ = banks[layer.name].shape
        _, kernels, parts, *_ = layer.values.shape
        assert counts[f"kernels of {layer.name}"] == (out - kernels, out)
        assert counts[f"channels of {layer.name}"] == (channels - parts, channels)


@pytest.mark.parametrize("snapshots", [1, 2, 119, 120, 121, 1000])
def test_a_movie_has_the_first_and_the_last_of_at_most_so_many_snapshots(snapshots):
    chosen = make_movie.thinned(snapshots)
    assert (chosen[0], chosen[-1]) == (0, snapshots - 1)
    assert len(set(chosen)) == len(chosen) == min(snapshots, make_movie.MOST_FRAMES)
    assert np.ptp(np.diff([*chosen, chosen[-1] + snapshots // len(chosen)])) <= 1


def test_the_words_below_a_movie_count_what_it_shows():
    outcome = {"spec": {}}
    assert "at 40 snapshots," in make_movie.about(outcome, 40, 40)
    assert "at 120 of 1000 snapshots," in make_movie.about(outcome, 120, 1000)

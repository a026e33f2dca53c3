import numpy as np
import pytest
from drawn import count, look, overlapping, pixels, said, strings

from kernelscope.figures import captions, kernel_tiles, montage, styling
from kernelscope.measures import kernels

FACTOR = 0.5
NAMES = {0: captions.Name("peak, triangle"), 1: captions.Name("corner, square", is_shown=False)}


def bank(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def layer(*shape, response=1.0, limit=1.5, **more):
    return montage.Layer(
        bank(*shape), bank(*shape, seed=1), np.full(shape[0], response), factor=FACTOR, limit=limit, **more
    )


def page(one, use="screen"):
    return montage.pages({"conv1": one}, look(use))["conv1"]


def tile(kernel, limit, alive=True, use="screen"):
    return kernel_tiles.tile(kernel, limit, montage.TILE[use], "RdBu_r", alive)


def test_states_are_on_the_scale_of_the_run_and_the_trained_kernel_also_on_its_own():
    one = layer(3, 1, 5, 5)
    drawn = page(one)
    change = kernels.change(one.trained, one.untrained, FACTOR)
    for states in (one.untrained, one.trained, change):
        assert all(count(drawn, tile(kernel, 1.5)) == 1 for kernel in states)
    assert all(count(drawn, tile(kernel, float(np.abs(kernel).max()))) == 1 for kernel in one.trained)
    assert "weights −1.5" in said(drawn)


def test_every_kernel_has_its_number_its_name_and_its_norm():
    drawn = page(layer(3, 1, 5, 5, names=NAMES))
    for i, norm in enumerate(kernels.norms(bank(3, 1, 5, 5, seed=1))):
        assert f"kernel {i}" in strings(drawn)
        assert f"{norm:.2f}" in strings(drawn)
    assert "peak, triangle" in said(drawn)
    colors = {words.string: words.color for words in drawn.words}
    assert colors["corner, square"] != colors["peak, triangle"]
    assert captions.NO_EVIDENCE in said(drawn)
    assert captions.NO_EVIDENCE not in said(page(layer(3, 1, 5, 5, names={0: NAMES[0]})))


def test_dead_and_weak_kernels_have_dashes_and_a_word():
    one = layer(3, 1, 5, 5, response=0.0)
    drawn = page(one)
    assert count(drawn, tile(one.trained[0], 1.5, alive=False)) == 1
    assert "dead" in said(drawn)
    assert "dashed" in said(drawn)
    assert "dashed" not in said(page(layer(3, 1, 5, 5)))
    weak = one._replace(response=np.ones(3), trained=one.trained * np.array([1, 1, 0.01])[:, None, None, None])
    assert "weak" in said(page(weak))
    broken = one._replace(trained=np.full((3, 1, 5, 5), np.nan))
    assert "not finite" in said(page(broken))


def test_a_run_of_zeros_is_drawn_without_a_warning():
    zeros = np.zeros((2, 1, 5, 5))
    assert pixels(page(montage.Layer(zeros, zeros, np.zeros(2))))


@pytest.mark.parametrize(("out", "shown"), [(3, 3), (6, 6), (40, 6)])
def test_a_slide_shows_at_most_six_kernels_and_says_of_how_many(out, shown):
    one = layer(out, 1, 5, 5)
    drawn = page(one, "slide")
    numbers = [string for string in strings(drawn) if string.startswith("kernel ")]
    assert len(numbers) == shown
    assert (f"{shown} of {out} kernels" in said(drawn)) == (shown < out)
    strongest = np.argsort(-kernels.norms(one.trained))[:shown]
    assert numbers == [f"kernel {i}" for i in sorted(strongest.tolist())]


@pytest.mark.parametrize("use", styling.USES)
@pytest.mark.parametrize("shape", [(12, 1, 15, 15), (40, 16, 3, 3), (2, 3, 7, 7), (1, 1, 1, 1)])
def test_no_words_overlap_and_a_slide_is_not_overfull(use, shape):
    drawn = page(
        layer(*shape, names={i: captions.Name("lower-right corner, a class of its own") for i in range(40)}), use
    )
    assert not overlapping(drawn)
    size = styling.USES[use]
    assert drawn.height <= (size.height or np.inf)
    assert drawn.width <= size.width


def test_each_layer_has_a_page_and_only_the_first_is_also_in_color():
    layers = {"conv1": layer(4, 3, 7, 7), "conv2": layer(4, 3, 7, 7)}
    first, second = montage.pages(layers, look("screen")).values()
    colors = [kernel_tiles.colored(kernel, montage.TILE["screen"]) for kernel in layers["conv1"].trained]
    assert all(count(first, color) == 1 for color in colors)
    assert not any(count(second, color) for color in colors)


def test_without_an_untrained_state_there_is_no_change_and_without_sizes_no_norm():
    one = layer(3, 1, 9, 9)
    assert "not published" in said(page(one._replace(untrained=None)))
    scaled = page(one._replace(min_max_normalized=True))
    assert "norm" not in strings(scaled)
    assert count(scaled, tile(one.trained[0], float(np.abs(one.trained[0]).max()))) == 1


def test_pretrained_runs_are_named_above_their_kernels():
    runs = {"a · epoch 1": layer(2, 1, 9, 9), "b · epoch 1": layer(1, 1, 9, 9)._replace(untrained=None)}
    drawn = montage.of_runs(runs, "zero", ["a note"], look("screen"))
    assert [strings(drawn).count(words) for words in ("a", "b", "epoch 1")] == [2, 1, 3]
    assert said(drawn).count("not published") == 2  # untrained, and the change
    for state in (runs["a · epoch 1"].untrained, runs["a · epoch 1"].trained):
        assert all(count(drawn, tile(kernel, float(np.abs(kernel).max()))) >= 1 for kernel in state)


def test_pretrained_kernels_of_color_images_are_drawn_in_color_too():
    runs = {"a": layer(2, 3, 7, 7), "b": layer(1, 3, 7, 7)._replace(untrained=None)}
    drawn = montage.of_runs(runs, "zero", [], look("screen"))
    kernels_in_color = [kernel_tiles.colored(kernel, montage.TILE["screen"]) for kernel in runs["a"].trained]
    assert all(count(drawn, kernel) >= 1 for kernel in kernels_in_color)
    gray = montage.of_runs(runs | {"c": layer(1, 1, 7, 7)}, "zero", [], look("screen"))
    assert all(count(gray, kernel) == 0 for kernel in kernels_in_color)


@pytest.mark.parametrize(
    ("counts", "use", "shown"),
    [([3, 2], "screen", 5), ([40, 2], "screen", 18), ([9, 9], "slide", 6), ([2] * 200, "screen", 128)],
)
def test_of_pretrained_runs_the_first_kernels_are_drawn_and_the_figure_says_how_many(counts, use, shown):
    runs = {f"run {number}": layer(out, 1, 5, 5) for number, out in enumerate(counts)}
    drawn = montage.of_runs(runs, "zero", [], look(use))
    columns = montage.drawn_of(runs, styling.USES[use])
    assert len(columns) == sum("kernel " in string for string in strings(drawn)) == shown
    assert (f"{shown} of {sum(counts)} kernels" in said(drawn)) == (shown < sum(counts))


@pytest.mark.parametrize("out", [3, 6, 7, 40])
def test_what_a_slide_leaves_out_is_in_a_note(out):
    (note,) = styling.cut_kernels("montage", {"conv1": out}, "slide")
    drawn = montage.strongest(layer(out, 1, 5, 5), styling.USES["slide"].kernels)
    assert len(drawn) + note.count == note.of == out


def test_two_pages_are_equal():
    assert str(page(layer(3, 1, 5, 5))) == str(page(layer(3, 1, 5, 5)))

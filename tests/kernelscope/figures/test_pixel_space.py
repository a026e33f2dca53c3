import numpy as np
import pytest
from drawn import count, look, overlapping, said, strings

from kernelscope.figures import captions, kernel_tiles, pixel_space, styling

RNG = np.random.default_rng(0)
KINDS = "linear", "rectified", "maximized"
NAMES = {"conv1": {0: captions.Name("peak, triangle")}}


def run(out=3, channels=1, second=2):
    """Return banks and pixels of two layers: 5 x 5 kernels, then 3 x 3 kernels that see 7 x 7 pixels."""
    banks = {"conv1": RNG.normal(size=(out, channels, 5, 5)), "conv2": RNG.normal(size=(second, out, 3, 3))}
    pixels = {}
    for name, bank in banks.items():
        shape = bank.shape if name == "conv1" else (second, channels, 7, 7)
        pixels |= {f"{kind}/{name}": RNG.normal(size=shape) for kind in KINDS}
        pixels[f"gain/{name}"] = np.full(len(bank), 1.5)
    return banks, pixels | {"linear/conv1": banks["conv1"]}


def drawn(banks, pixels, response=1.0, colormap="RdBu_r", use="screen"):
    responses = {name: np.full(len(bank), response) for name, bank in banks.items()}
    limits = dict.fromkeys(banks, 1.5)
    return pixel_space.pages(banks, pixels, limits, responses, NAMES, look(use, colormap))


@pytest.mark.parametrize(("channels", "colormap"), [(1, "RdBu_r"), (2, "gray"), (3, "RdBu_r")])
def test_every_image_is_on_its_page_on_its_own_scale(channels, colormap):
    banks, pixels = run(channels=channels)
    pages = drawn(banks, pixels, colormap=colormap)
    for name, kind in [("conv1", "maximized"), *(("conv2", kind) for kind in KINDS)]:
        for image in pixels[f"{kind}/{name}"]:
            own = kernel_tiles.tile(image, float(np.abs(image).max()), pixel_space.TILE["screen"], colormap)
            tile = kernel_tiles.colored(image, pixel_space.TILE["screen"]) if channels == 3 else own
            assert count(pages[name], tile) == 1


@pytest.mark.parametrize("channels", [1, 3])
def test_kernels_of_the_first_layer_are_on_the_scale_of_the_run(channels):
    banks, pixels = run(channels=channels)
    page = drawn(banks, pixels)["conv1"]
    for kernel in banks["conv1"]:
        assert count(page, kernel_tiles.of_images(kernel, 1.5, pixel_space.TILE["screen"], "RdBu_r")) == 1
    assert "peak, triangle" in said(page)
    assert strings(page).count("1.5×") == 3


def test_dead_kernels_have_dashes_and_a_word():
    banks, pixels = run()
    page = drawn(banks, pixels, response=-1.0)["conv1"]
    tile = kernel_tiles.tile(banks["conv1"][0], 1.5, pixel_space.TILE["screen"], "RdBu_r", alive=False)
    assert count(page, tile) == 1
    assert strings(page).count("dead") == 3


def test_what_the_words_below_a_kernel_say():
    labels = pixel_space.kernel_labels(
        np.array([2.0, 3, 0.1, np.nan, 2, 2]), np.array([1, -1, 1, 1, 1, np.nan]), np.array([1.25, 2, 2, 2, np.nan, 2])
    )
    assert labels == ["1.2×", "dead", "2.0× weak", "not finite", "no patch", "not finite"]


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_nothing_and_what_is_not_finite_is_drawn_without_a_warning(value):
    banks, pixels = run()
    pixels = {name: np.full_like(array, value) for name, array in pixels.items()}
    assert len(drawn({name: np.full_like(array, value) for name, array in banks.items()}, pixels, value)) == 2


@pytest.mark.parametrize("use", styling.USES)
@pytest.mark.parametrize(("out", "channels", "field"), [(1, 1, 1), (100, 1, 11), (33, 3, 49), (16, 1, 200), (7, 2, 64)])
def test_no_page_is_wider_than_its_use_and_no_words_overlap(use, out, channels, field):
    banks = {"conv2": RNG.normal(size=(out, 4, 3, 3))}
    pixels = {f"{kind}/conv2": RNG.normal(size=(out, channels, field, field)) for kind in KINDS}
    page = drawn(banks, pixels | {"gain/conv2": np.full(out, np.nan)}, use=use)["conv2"]
    assert page.width <= styling.USES[use].width
    assert page.height <= (styling.USES[use].height or np.inf)
    assert not overlapping(page)
    assert (f"6 of {out} kernels" in said(page)) == (use == "slide" and out > 6)

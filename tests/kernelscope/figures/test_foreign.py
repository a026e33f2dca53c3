"""Figures of networks of others say what they do not show."""

import numpy as np
import pytest

from kernelscope.figures import foreign, kernel_tiles, styling

RNG = np.random.default_rng(0)


def drawn(monkeypatch, channels, kernels=2, best=2, dead=False):
    """Return the headings of a page about one layer, and the page as pixels."""
    headings, plain = [], foreign.table.heading
    monkeypatch.setattr(foreign.table, "heading", lambda text: headings.append(text) or plain(text))
    bank = RNG.normal(size=(kernels, channels, 3, 3)).astype(np.float32)
    pictures = [RNG.random((channels, 9, 9)) for _ in range(best)]
    rows = [{"layer": "conv", "kernel": i, "dead": dead, "class": "a"} for i in range(kernels)]
    page = foreign.page("t", {"conv": bank}, {"conv": pictures}, {"conv": [pictures] * best}, rows, "RdBu_r")
    return headings, foreign.drawing.painted(page)


@pytest.mark.parametrize(("channels", "words"), [(1, ""), (3, ""), (16, ""), (40, "; drawn: 16 of 40 channels")])
def test_channels_that_are_not_drawn_are_told(monkeypatch, channels, words):
    headings, _ = drawn(monkeypatch, channels)
    assert headings == [f"conv: 2 kernels of 3 x 3{words}"]


def test_kernels_that_are_not_drawn_are_told(monkeypatch):
    headings, _ = drawn(monkeypatch, 1, kernels=5, best=2)
    assert headings == ["conv: 5 kernels of 3 x 3; drawn: the first 2"]


@pytest.mark.parametrize("channels", [1, 3])
def test_dead_kernels_have_dashes_in_color_too(monkeypatch, channels):
    asked = []
    monkeypatch.setattr(kernel_tiles, "dashed", lambda pixels: asked.append(pixels) or pixels)
    drawn(monkeypatch, channels, dead=True)
    assert len(asked) == 2


def test_three_channels_of_a_deeper_layer_are_no_colors(monkeypatch):
    asked = []
    plain = kernel_tiles.colored
    monkeypatch.setattr(kernel_tiles, "colored", lambda kernel, *rest: asked.append(kernel) or plain(kernel, *rest))
    banks = {name: RNG.normal(size=(1, 3, 3, 3)).astype(np.float32) for name in ("conv1", "conv2")}
    pictures = [RNG.random((3, 9, 9))]
    rows = [{"layer": name, "kernel": 0, "dead": False, "class": "a"} for name in banks]
    foreign.page("t", banks, dict.fromkeys(banks, pictures), {name: [pictures] for name in banks}, rows, "RdBu_r")
    assert [kernel.tolist() for kernel in asked] == [banks["conv1"][0].tolist()]


@pytest.mark.parametrize("use", styling.USES)
@pytest.mark.parametrize("kernels", [2, 20])
def test_pages_are_no_wider_than_their_use(use, kernels):
    bank = RNG.normal(size=(kernels, 3, 5, 5)).astype(np.float32)
    best = [RNG.random((3, 9, 9)) for _ in range(kernels)]
    rows = [{"layer": "conv", "kernel": i, "dead": False, "class": "a"} for i in range(kernels)]
    page = foreign.page("t", {"conv": bank}, {"conv": best}, {"conv": [best[:3]] * kernels}, rows, "RdBu_r", use)
    others = {"flat": RNG.normal(size=(kernels, 3, 3, 5)), "line": RNG.normal(size=(kernels, 2, 9))}
    components = {"flat": (RNG.normal(size=(15, 3, 5)), np.full(15, 1 / 15))}
    for each in (page, foreign.of_shapes("t", components, others, "RdBu_r", use)):
        assert each.width <= styling.USES[use].width

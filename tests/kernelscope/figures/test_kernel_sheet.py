import numpy as np

from kernelscope.figures import kernel_grid, kernel_sheet

RNG = np.random.default_rng(0)


def bank(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def test_three_channels_are_shown_in_color_and_others_as_planes():
    kernels = bank(3, 3, 5, 5)
    _, drawn = kernel_sheet.section("c", kernels, "RdBu_r")
    assert np.array_equal(drawn, kernel_grid.colored(kernels, kernel_sheet.factor(kernels[:, :1])))
    _, planes = kernel_sheet.section("c", bank(3, 2, 5, 5), "RdBu_r")
    assert planes.shape[0] > drawn.shape[0]  # a row for each kernel


def test_of_many_kernels_and_channels_the_first_are_drawn():
    _, all_of_them = kernel_sheet.section("c", bank(4, 4, 5, 5), "RdBu_r")
    heading, some = kernel_sheet.section("c", bank(500, 100, 5, 5), "RdBu_r")
    plain, _ = kernel_sheet.section("c", bank(32, 16, 5, 5), "RdBu_r")
    assert some.shape[0] < 40 * 32 + 100
    assert heading.shape[1] > plain.shape[1]
    assert all_of_them.std() > 10


def test_a_sheet_has_a_section_for_every_layer():
    one_layer, two_layers = ({f"c{i}": bank(3, 1, 5, 5) for i in range(n)} for n in (1, 2))
    heights = [kernel_sheet.sheet(layers, "title", "RdBu_r").shape[0] for layers in (one_layer, two_layers)]
    assert heights[1] > heights[0] + 50

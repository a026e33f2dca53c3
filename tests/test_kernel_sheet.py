import numpy as np

from kernelscope import kernel_sheet

RNG = np.random.default_rng(0)


def bank(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def test_three_channels_are_red_green_and_blue_on_one_scale():
    kernels = np.zeros((2, 3, 2, 2), np.float32)
    kernels[0, :, 0, 0] = [1, -1, 0.5]
    kernels[1, 0, 1, 1] = 0.01  # alone it is the largest of its kernel
    drawn = kernel_sheet.coloured(kernels)
    factor = kernel_sheet.factor(kernels[:, :1])
    first, second = drawn[1, 1], drawn[1 + factor, 2 + 3 * factor]
    assert first.tolist() == [255, 0, 191]
    assert second.tolist() == [255, 128, 128]


def test_a_kernel_of_zeros_is_grey():
    assert (kernel_sheet.coloured(np.zeros((1, 3, 2, 2)))[1:-1, 1:-1] == 128).all()


def test_of_many_kernels_and_channels_the_first_are_drawn():
    _, all_of_them = kernel_sheet.section("c", bank(4, 4, 5, 5), "RdBu_r")
    heading, some = kernel_sheet.section("c", bank(500, 100, 5, 5), "RdBu_r")
    plain, _ = kernel_sheet.section("c", bank(32, 16, 5, 5), "RdBu_r")
    assert some.shape[0] < 40 * 32 + 100
    assert heading.shape[1] > plain.shape[1]
    assert all_of_them.std() > 10


def test_a_sheet_has_a_section_for_every_layer():
    one, two = ({f"c{i}": bank(3, 1, 5, 5) for i in range(n)} for n in (1, 2))
    heights = [kernel_sheet.sheet(layers, "title", "RdBu_r").shape[0] for layers in (one, two)]
    assert heights[1] > heights[0] + 50

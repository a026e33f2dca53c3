import numpy as np
import pytest

from kernelscope.probes import bases


def gratings(count: int, k: int) -> np.ndarray:
    row, col = np.mgrid[:k, :k]
    angles = np.linspace(0, np.pi, count, endpoint=False)
    return np.stack([np.cos(1.5 * (row * np.sin(a) + col * np.cos(a))) for a in angles])[:, None]


def test_gratings_are_oriented_and_noise_is_as_oriented_as_noise():
    columns = bases.orientation(gratings(8, 10), 99)
    assert (columns["oriented"], columns["p_oriented"]) == (1, 0.01)
    assert columns["null_oriented"] < 0.1
    noise = bases.orientation(np.random.default_rng(5).normal(size=(24, 1, 10, 10)), 99)
    assert noise["p_oriented"] > 0.05


def test_a_deeper_base_is_laid_out_of_those_below():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(3, 1, 4, 4)), rng.normal(size=(2, 3, 2, 2))
    drawn = bases.linear({"conv1": first, "conv2": second}, 2)
    np.testing.assert_allclose(drawn["conv1"], first, rtol=1e-6)
    expected = np.zeros((2, 7, 7))
    for out, kernel, row, col in np.ndindex(2, 3, 2, 2):
        for a, b in np.ndindex(2, 2):  # the block of the unit
            top, left = 2 * row + a, 2 * col + b
            expected[out, top : top + 4, left : left + 4] += second[out, kernel, row, col] * first[kernel, 0] / 4
    np.testing.assert_allclose(drawn["conv2"][:, 0], expected, rtol=1e-5)


def test_what_is_in_the_image_where_a_base_is_on_is_weighted_with_its_probability():
    images = np.random.default_rng(0).normal(size=(3, 11, 11)).astype(np.float32)
    maps = np.zeros((3, 2, 4, 4))
    maps[0, 0, 1, 2], maps[2, 0, 3, 0] = 0.75, 0.25
    patches = bases.excited(images, {"conv1": maps}, [4], 2)["conv1"]
    np.testing.assert_allclose(patches[0], 0.75 * images[0, 2:6, 4:8] + 0.25 * images[2, 6:10, 0:4], rtol=1e-5)
    np.testing.assert_array_equal(patches[1], np.zeros((4, 4)))


def test_a_base_is_alive_if_it_is_once_more_probably_on_than_off():
    bank = np.ones((3, 1, 2, 2))
    bank[2] = 0.01
    np.testing.assert_array_equal(bases.alive(bank, np.array([2.0, -1.0, 2.0])), [True, False, False])


def test_the_end_of_a_layer_is_its_last_row():
    rows = [
        {"layer": "1", "test_loss": "0.9", "free_energy": "0.1"},
        {"layer": "1", "test_loss": "0.5", "free_energy": ""},
    ]
    ended = bases.ended([*rows, {"layer": "2", "test_loss": "0.7", "free_energy": "0"}], 1)
    assert ended["error"] == 0.5
    assert ended["free_energy"] != pytest.approx(0)

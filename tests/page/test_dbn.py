import numpy as np

from kernelscope.page import dbn


def test_images_from_both_methods_have_one_channel():
    drawn = {"linear/conv1": np.zeros((2, 1, 5, 5)), "patches/conv1": np.zeros((2, 7, 7))}
    assert {name: images.shape for name, images in dbn.pixels(drawn).items()} == {
        "linear/conv1": (2, 1, 5, 5),
        "patches/conv1": (2, 1, 7, 7),
    }


def test_a_basis_that_is_weak_or_never_likely_to_be_on_is_dead_in_the_table():
    bank = np.ones((3, 3, 1, 2, 2))
    bank[-1, 1] = 0.05  # below a tenth of the largest norm
    outcome = {"largest_responses": {"conv1": [2.0, 2.0, -0.5]}}
    alive = dbn.alive(outcome, {"conv1": bank})
    assert alive == {"conv1": [True, False, False]}
    atlas = {"columns": ["layer", "kernel", "alive", "norm"], "rows": [["conv1", n, None, 1.5] for n in range(3)]}
    rows = dbn.with_life(atlas, alive)["rows"]
    assert rows == [["conv1", 0, True, 1.5], ["conv1", 1, False, 1.5], ["conv1", 2, False, 1.5]]

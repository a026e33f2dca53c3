import numpy as np

from kernelscope.comparison import vocabulary as comparison_vocabulary
from kernelscope.figures import colormaps, kernel_grid, raster, vocabulary

RNG = np.random.default_rng(0)
BANKS = {seed: {"conv1": RNG.normal(size=(2, 1, 5, 5)), "conv2": RNG.normal(size=(2, 2, 3, 3))} for seed in (0, 1)}
LIMIT = colormaps.limit(np.concatenate([bank["conv1"] for bank in BANKS.values()]))


def type_row(number, seeds, exemplar, name="type"):
    key = {"layer": "conv1", "type": number, "name": name, "kernels": 2, "seeds": seeds, "seeds_total": 2}
    return key | {"seeds_permuted": 1.5, "exemplar_seed": exemplar[0], "exemplar_kernel": exemplar[1], "reason": ""}


def member(seed, kernel, number, similarity):
    return {"layer": "conv1", "seed": seed, "kernel": kernel, "type": number, "similarity": similarity}


VOCABULARY = [type_row(1, 2, (0, 0)), type_row(2, 1, (1, 1))]
MEMBERS = [member(0, 0, 1, 1.0), member(0, 1, 1, 0.5), member(1, 0, 1, 0.7), member(1, 1, 2, 1.0)]


def tile(seed, kernel):
    return kernel_grid.block(BANKS[seed]["conv1"][kernel], LIMIT, -(-vocabulary.TILE // 5), "RdBu_r")


def count(whole, part):
    """Return how often `part` is in `whole`, pixel for pixel."""
    windows = np.lib.stride_tricks.sliding_window_view(whole[..., 0], (1, part.shape[1]))[:, :, 0]
    places = np.argwhere((windows == part[3, :, 0]).all(-1)) - [3, 0]
    h, w = part.shape[:2]
    return len({(r, c) for r, c in places if r >= 0 and np.array_equal(whole[r : r + h, c : c + w], part)})


def sheet(types=VOCABULARY, members=MEMBERS):
    return vocabulary.sheet(types, members, BANKS, "title", "RdBu_r")


def test_exemplars_and_the_kernel_of_each_seed_that_is_most_like_them_are_drawn_on_one_scale():
    picture = sheet()
    assert picture.dtype == np.uint8
    assert count(picture, tile(0, 0)) == 2  # as the exemplar, and in the column of its seed
    assert count(picture, tile(0, 1)) == 0  # the first kernel of the seed is more like the exemplar
    assert count(picture, tile(1, 0)) == 1
    assert count(picture, tile(1, 1)) == 2


def test_kernels_have_gaps_of_three_pixels_and_more():
    assert vocabulary.GAP >= 3
    row = raster.beside(tile(0, 0), tile(0, 1), gap=vocabulary.GAP)
    assert (row[:, tile(0, 0).shape[1] :][:, : vocabulary.GAP] == 255).all()


def test_many_types_and_seeds_are_cut_and_the_caption_says_so():
    many = [type_row(i + 1, 2, (0, 0)) for i in range(vocabulary.MOST_TYPES + 5)]
    limited, more = (sheet(rows, MEMBERS) for rows in (many[: vocabulary.MOST_TYPES], many))
    assert 0 < more.shape[0] - limited.shape[0] < 60  # one line of words, no more tiles


def test_a_layer_without_types_has_its_reason():
    empty, _ = comparison_vocabulary.empty_rows("conv2", {0: np.ones(2, bool)}, comparison_vocabulary.DEEPER)
    plain, with_layer = sheet(), sheet([*VOCABULARY, *empty])
    assert with_layer.shape[0] > plain.shape[0]
    assert sheet(empty, []).std() > 0

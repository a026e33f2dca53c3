import numpy as np
import pytest

from kernelscope.comparison.pairs import compare
from kernelscope.figures import kernel_grid, matched, raster


def has(picture, color):
    return (picture.reshape(-1, 3) == color).all(1).any()


def seed(number, shapes, dead=()):
    rng = np.random.default_rng(number)
    kernels = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    alive = {name: np.array([(name, i) not in dead for i in range(shape[0])]) for name, shape in shapes.items()}
    return matched.Seed(kernels, alive, f"seed {number}")


def tables_of(seeds):
    return compare(
        {number: each.kernels for number, each in seeds.items()},
        {number: each.alive for number, each in seeds.items()},
        False,
        20,
    )


PAIR = {"similarity": 0.6, "kernels": 4, "matched": 3, "null": "rotated", "null_mean": 0.4, "p": 0.005, "reason": ""}


def rows_of(seeds):
    return tables_of(seeds)[0]


def sheet(seeds, rows=None, pairs=None):
    own_rows, own_pairs = tables_of(seeds)
    rows, pairs = own_rows if rows is None else rows, own_pairs if pairs is None else pairs
    return matched.sheet(seeds, rows, pairs, "title", "note", "RdBu_r")


def row(kernel_a, kernel_b, similarity, seed_a=0, seed_b=1, layer="c"):
    return {
        **{"layer": layer, "seed_a": seed_a, "seed_b": seed_b, "kernel_a": kernel_a, "kernel_b": kernel_b},
        **{"similarity": similarity, "threshold": 0.3, "reason": ""},
    }


def test_columns_are_matched_to_the_first_seed_and_the_most_alike_come_first():
    rows = [row(0, 2, 0.2), row(1, 0, 0.9), row(2, 1, 0.5)]
    rows += [row(0, 1, 0.4, seed_b=2), row(1, 2, 0.7, seed_b=2), row(2, 0, 0.9, seed_b=2)]
    rows += [row(0, 0, 1.0, seed_a=1, seed_b=2)]  # not of the first seed
    assert matched.columns({0: 3, 1: 3, 2: 3}, rows) == [[1, 0, 2], [2, 1, 0], [0, 2, 1]]


def test_kernels_without_a_match_are_in_the_last_columns():
    rows = [
        row(0, 1, 0.9),
        row(1, None, None),
        row(None, 0, None),
        row(1, 0, 0.8, seed_b=2),
        row(0, None, None, seed_b=2),
    ]
    assert matched.columns({0: 2, 1: 2, 2: 2}, rows) == [[0, 1, None], [1, None, 0], [None, 0, 1]]


def test_the_order_of_channels_is_complete_where_kernels_have_no_match():
    order = [[1, 2, 0], [0, None, 2], [2, None, None], [None, 0, 1], [None, 1, None]]
    assert matched.channels(order, {0: 3, 1: 3, 2: 3}) == {0: [0, 1, 2], 1: [0, 2, 1], 2: [2, 0, 1]}


def test_the_caption_says_how_many_pairs_cannot_be_compared_and_why():
    empty = dict.fromkeys(PAIR) | {"reason": "kernels not finite"}
    no_pair, one_pair, two_pairs = (
        matched.caption("c", {0: (2, 1, 5, 5)}, pairs) for pairs in ([PAIR, PAIR], [PAIR, empty], [empty, empty])
    )
    assert [len(lines) for lines in (no_pair, one_pair, two_pairs)] == [3, 4, 2]
    for lines, words in ((one_pair, "1 of 2"), (two_pairs, "2 of 2")):
        expected = raster.text(f"{words} pairs of seeds cannot be compared: kernels not finite", 13)
        np.testing.assert_array_equal(lines[-1], expected)


def test_the_caption_says_how_alike_kernels_are_and_how_alike_chance_makes_them():
    assert matched.likeness([PAIR, PAIR | {"similarity": 0.7, "matched": 1}]) == [
        "4 of 8 pairs of kernels are as alike as kernels of one type",
        "mean similarity 0.65; the same kernels rotated by lot 0.40 (tests over all seeds: seed_tests.csv)",
    ]
    deeper = PAIR | {"null": "channels in random order"}
    assert "channels in random order 0.40" in matched.likeness([deeper])[1]
    assert matched.likeness([]) == []


def test_the_columns_of_one_seed_are_its_kernels():
    assert matched.columns({7: 3}, []) == [[0], [1], [2]]


SHAPES = [
    {"conv1": (4, 1, 7, 7)},
    {"conv1": (1, 1, 1, 1)},
    {"conv1": (18, 1, 5, 5), "conv2": (3, 18, 3, 3), "conv3": (2, 3, 3, 3)},
]


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("numbers", [(0,), (0, 1), (2, 5, 9)])
def test_a_red_frame_is_around_kernels_that_are_not_alive_and_no_other(shapes, numbers):
    seeds = {number: seed(number, shapes) for number in numbers}
    rows, pairs = tables_of(seeds)
    picture = sheet(seeds, rows, pairs)
    assert picture.dtype == np.uint8
    assert not has(picture, raster.RED)
    last = numbers[-1]
    seeds[last] = seed(last, shapes, dead={(list(shapes)[-1], 0)})
    with_dead = sheet(seeds, rows, pairs)
    assert has(with_dead, raster.RED)
    changed = (with_dead != picture).any(-1)
    assert (with_dead[changed] == raster.RED).all()


def test_one_kernel_is_drawn_on_its_own_scale():
    it = seed(0, {"c": (2, 1, 3, 3)}, dead={("c", 1)})
    scaled = matched.Seed({"c": it.kernels["c"] * 1000}, it.alive, "")
    np.testing.assert_array_equal(
        matched.tile(it, "c", 0, None, 4, "gray"), matched.tile(scaled, "c", 0, None, 4, "gray")
    )
    kernel = it.kernels["c"][0]
    np.testing.assert_array_equal(
        matched.tile(it, "c", 0, None, 4, "gray"), kernel_grid.block(kernel, np.abs(kernel).max(), 4, "gray")
    )
    assert (matched.tile(it, "c", 1, None, 4, "gray")[0] == raster.RED).all()


def test_channels_are_laid_out_in_the_order_of_the_layer_before():
    it = seed(0, {"c": (1, 3, 2, 2)})
    moved = matched.Seed({"c": it.kernels["c"][:, [2, 0, 1]]}, it.alive, "")
    plain = matched.tile(it, "c", 0, None, 3, "gray")
    np.testing.assert_array_equal(matched.tile(moved, "c", 0, [1, 2, 0], 3, "gray"), plain)
    assert not np.array_equal(matched.tile(moved, "c", 0, None, 3, "gray"), plain)


def test_the_same_network_in_another_order_gives_the_same_sheet():
    a = seed(0, {"conv1": (3, 1, 4, 4), "conv2": (4, 3, 3, 3)})._replace(label="x")
    orders = {"conv1": [2, 0, 1], "conv2": [1, 3, 0, 2]}
    kernels = {"conv1": a.kernels["conv1"][orders["conv1"]]}
    kernels["conv2"] = a.kernels["conv2"][orders["conv2"]][:, orders["conv1"]]
    similarity = [0.4, 0.9, 0.6, 0.7]  # the best is not the first
    same, other = (
        [
            row(i, place(order, i), similarity[i], layer=layer)
            for layer, order in orders.items()
            for i in range(len(order))
        ]
        for place in (lambda order, i: i, lambda order, i: order.index(i))
    )
    expected, both = sheet({0: a, 1: a}, same, []), {0: a, 1: matched.Seed(kernels, a.alive, "x")}
    np.testing.assert_array_equal(sheet(both, other, []), expected)
    assert not np.array_equal(sheet(both, same, []), expected)


def contains(whole, part):
    """Return whether `part` is somewhere in `whole`, pixel for pixel."""
    windows = np.lib.stride_tricks.sliding_window_view(whole[..., 0], (1, part.shape[1]))[:, :, 0]
    half = part.shape[0] // 2
    places = np.argwhere((windows == part[half, :, 0]).all(-1)) - [half, 0]
    return any((whole[r : r + part.shape[0], c : c + part.shape[1]] == part).all() for r, c in places if r >= 0)


def test_the_first_seed_keeps_the_order_of_its_channels():
    a = seed(0, {"conv1": (3, 1, 4, 4), "conv2": (2, 3, 3, 3)})
    similarity = {"conv1": [0.1, 0.9, 0.5], "conv2": [0.3, 0.2]}
    rows = [row(i, i, value, layer=layer) for layer, values in similarity.items() for i, value in enumerate(values)]
    factor = matched.TILE // (3 * 2)
    picture = sheet({0: a, 1: a}, rows)
    for kernel in a.kernels["conv2"]:
        assert contains(picture, kernel_grid.block(kernel, np.abs(kernel).max(), factor, "RdBu_r"))


def test_what_has_no_match_is_gray():
    seeds = {number: seed(number, {"c": (2, 1, 5, 5)}) for number in (0, 1)}
    all_matched, none = (sheet(seeds, rows) for rows in ([row(0, 0, 0.9), row(1, 1, 0.8)], []))
    kernel = seeds[0].kernels["c"][0]
    tile = kernel_grid.block(kernel, np.abs(kernel).max(), matched.TILE // 5, "RdBu_r")
    blank = np.full_like(tile, matched.NO_MATCH)
    assert contains(none, blank)
    assert not contains(all_matched, blank)
    assert contains(all_matched, tile)
    assert contains(none, matched.faded(tile))
    assert not contains(none, tile)


def test_dead_and_not_finite_banks_are_drawn_without_a_warning():
    seeds = {number: seed(number, {"c": (3, 1, 5, 5)}) for number in (0, 1, 2)}
    seeds[1].kernels["c"][:] = 0
    seeds[2].kernels["c"][:] = np.nan
    assert sheet(seeds).shape[1] > 100


def test_where_a_seed_has_fewer_kernels_its_place_stays_empty():
    seeds = {0: seed(0, {"c": (3, 1, 9, 9)}), 1: seed(1, {"c": (2, 1, 9, 9)})}
    columns = matched.columns({0: 3, 1: 2}, rows_of(seeds))
    assert sorted(kernels[1] for kernels in columns if kernels[1] is not None) == [0, 1]
    blank = matched.tile(seeds[1], "c", None, None, 3, "RdBu_r")
    assert blank.shape == matched.tile(seeds[1], "c", 0, None, 3, "RdBu_r").shape
    assert (blank == matched.NO_MATCH).all()
    assert sheet(seeds).shape[2] == 3


def test_the_heading_says_so_where_seeds_have_other_numbers_of_kernels():
    words = matched.caption("c", {0: (5, 1, 9, 9), 1: (4, 1, 9, 9)}, [PAIR])
    same = matched.caption("c", {0: (5, 1, 9, 9), 1: (5, 1, 9, 9)}, [PAIR])
    assert words[0].shape[1] > same[0].shape[1]

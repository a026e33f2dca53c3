import numpy as np
import pytest
from drawn import count, look, overlapping, pixels, said, strings

from kernelscope.comparison.pairs import compare
from kernelscope.figures import drawing, kernel_tiles, matched, styling


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
    return pages(seeds, rows, pairs)["c"]


def pages(seeds, rows, pairs, use="screen", names=None):
    limits = {number: dict.fromkeys(each.kernels, LIMIT) for number, each in seeds.items()}
    return matched.pages(seeds, rows, pairs, names or {}, limits, look(use))


LIMIT = 2.0


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
    use = styling.USES["screen"]
    for pairs, words in (([PAIR, PAIR], ""), ([PAIR, empty], "1 of 2"), ([empty, empty], "2 of 2")):
        lines = " ".join(said(line) for line in matched.caption(pairs, use))
        assert (f"{words} pairs of seeds cannot be compared: kernels not finite" in lines) == bool(words)
    assert "nothing to compare" in said(matched.caption([], use)[0])


def test_the_caption_says_how_alike_kernels_are_and_how_alike_chance_makes_them():
    assert matched.likeness([PAIR, PAIR | {"similarity": 0.7, "matched": 1}]) == [
        "4 of 8 pairs of kernels are as alike as kernels of one type",
        "mean similarity 0.65; the same kernels rotated at random 0.40 (tests over all seeds: seed_tests.csv)",
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


@pytest.mark.parametrize("use", styling.USES)
@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("numbers", [(0,), (0, 1), (2, 5, 9, 10)])
def test_dead_kernels_have_dashes_no_words_overlap_and_a_slide_is_not_overfull(use, shapes, numbers):
    last, name = numbers[-1], list(shapes)[-1]
    seeds = {number: seed(number, shapes) for number in numbers}
    seeds[numbers[0]] = seed(numbers[0], shapes, dead={(name, 0)})
    rows, pairs = tables_of(seeds)
    for layer, page in pages(seeds, rows, pairs, use, {(layer, 0): "type 12" for layer in shapes}).items():
        assert not overlapping(page)
        assert page.height <= (styling.USES[use].height or np.inf)
        dashed = any((part == 0).all(-1).any() for part in pixels(page))
        assert dashed == (layer == name) or use == "slide"
        left_out = len(matched.columns(dict.fromkeys(numbers, shapes[layer][0]), matched.of_layer(rows, layer))) - 6
        assert ("columns: the most alike" in said(page)) == (use == "slide" and left_out > 0)
        assert ("3 of 4 seeds" in said(page)) == (use == "slide" and len(numbers) > 3)
    assert seeds[last].label in said(page) or use == "slide"


def test_every_kernel_has_its_number_its_type_and_its_lowest_similarity():
    seeds = {number: seed(number, {"c": (2, 1, 5, 5)}) for number in (0, 1, 2)}
    rows = [row(0, 1, 0.9), row(0, 0, 0.7, seed_b=2), row(1, 0, 0.5), row(1, 1, 0.6, seed_b=2)]
    page = pages(seeds, rows, [PAIR | {"layer": "c"}], names={("c", 0): "type 3"})["c"]
    assert strings(page).count("kernel 0") == strings(page).count("kernel 1") == 3
    assert "type 3" in strings(page)
    assert {"0.70", "0.50"} <= set(strings(page))
    assert strings(page).count("2 of 2") == 2


def tile(seed, index, layer="c", limit=LIMIT):
    width = matched.TILE["screen"]
    return kernel_tiles.tile(seed.kernels[layer][index], limit, width, "RdBu_r", bool(seed.alive[layer][index]))


def test_kernels_are_on_the_scale_of_their_run_and_what_has_no_match_is_gray():
    seeds = {number: seed(number, {"c": (2, 1, 5, 5)}) for number in (0, 1)}
    all_matched, none = (sheet(seeds, rows) for rows in ([row(0, 0, 0.9), row(1, 1, 0.8)], []))
    drawn = tile(seeds[0], 0)
    blank = np.full_like(drawn, matched.NO_MATCH)
    assert count(all_matched, drawn) == 1
    assert count(all_matched, blank) == 0
    assert count(none, drawn) == 0
    assert count(none, matched.faded(drawn)) == 1
    assert "no match" in strings(none)


def test_channels_are_in_the_order_of_the_layer_before():
    a = seed(0, {"conv1": (3, 1, 4, 4), "conv2": (4, 3, 3, 3)})._replace(label="x")
    orders = {"conv1": [2, 0, 1], "conv2": [1, 3, 0, 2]}
    kernels = {"conv1": a.kernels["conv1"][orders["conv1"]]}
    kernels["conv2"] = a.kernels["conv2"][orders["conv2"]][:, orders["conv1"]]
    similarity = [0.4, 0.9, 0.6, 0.7]  # the best is not the first
    rows = [
        row(i, order.index(i), similarity[i], layer=layer) for layer, order in orders.items() for i in range(len(order))
    ]
    page = pages({0: a, 1: matched.Seed(kernels, a.alive, "y")}, rows, [])["conv2"]
    assert all(count(page, tile(a, kernel, "conv2")) == 2 for kernel in range(4))  # of both seeds


def test_only_kernels_of_the_first_layer_are_in_color():
    a = seed(0, {"conv1": (2, 3, 4, 4), "conv2": (2, 3, 3, 3)})
    drawn = pages({0: a, 1: a._replace(label="y")}, [row(0, 0, 0.9, layer=name) for name in a.kernels], [])
    width = matched.TILE["screen"]
    colored = [kernel_tiles.colored(bank[0], width, limit=LIMIT) for bank in a.kernels.values()]
    assert [count(drawn[name], pixels) for name, pixels in zip(a.kernels, colored, strict=True)] == [2, 0]
    assert count(drawn["conv2"], tile(a, 0, "conv2")) == 2


def test_dead_and_not_finite_banks_are_drawn_without_a_warning():
    seeds = {number: seed(number, {"c": (3, 1, 5, 5)}) for number in (0, 1, 2)}
    seeds[1].kernels["c"][:] = 0
    seeds[2].kernels["c"][:] = np.nan
    assert drawing.painted(sheet(seeds)).shape[1] > 100


def test_where_a_seed_has_fewer_kernels_its_place_stays_empty():
    seeds = {0: seed(0, {"c": (3, 1, 9, 9)}), 1: seed(1, {"c": (2, 1, 9, 9)})}
    order = matched.columns({0: 3, 1: 2}, rows_of(seeds))
    assert sorted(kernels[1] for kernels in order if kernels[1] is not None) == [0, 1]
    assert "the seeds have 2 to 3 kernels" in said(sheet(seeds))

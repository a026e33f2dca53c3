import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from kernelscope.comparison import matching, permutation, pool
from kernelscope.comparison import pairs as comparison_pairs


def smooth(*shape, seed=0):
    return gaussian_filter(np.random.default_rng(seed).normal(size=shape), (0, 0, 1, 1))


def network(seed):
    return {"conv1": smooth(6, 1, 7, 7, seed=10 * seed), "conv2": smooth(5, 6, 5, 5, seed=10 * seed + 1)}


def compare(banks, ignore_sign, n_resamples):
    """Compare banks of which every kernel is alive."""
    alive = {s: {layer: np.ones(len(each), bool) for layer, each in bank.items()} for s, bank in banks.items()}
    return comparison_pairs.compare(banks, alive, ignore_sign, n_resamples)


def reordered(bank, seed=3):
    """Return the network with its kernels in another order: conv1 is permuted, and the channels of conv2 follow."""
    rng = np.random.default_rng(seed)
    first, second = rng.permutation(6), rng.permutation(5)
    return {"conv1": bank["conv1"][first], "conv2": bank["conv2"][second][:, first]}, first, second


def test_the_same_network_in_another_order_is_similar_1_in_every_layer():
    a = network(0)
    b, first, second = reordered(a)
    matches, pairs = compare({0: a, 1: b}, False, 20)
    np.testing.assert_allclose([row["similarity"] for row in matches], 1)
    for layer, order in (("conv1", first), ("conv2", second)):
        matched = [(row["kernel_a"], row["kernel_b"]) for row in matches if row["layer"] == layer]
        assert [order[b] for _, b in matched] == [a for a, _ in matched]
    assert [row["similarity"] for row in pairs] == [1, 1] or np.allclose([row["similarity"] for row in pairs], 1)
    assert [row["p"] for row in pairs] == [1 / 21, 1 / 21]


def test_without_the_order_of_the_layer_before_it_would_not_be():
    a = network(0)
    b, _, _ = reordered(a)
    assert matching.match(a["conv2"], b["conv2"]).similarity.mean() < 0.9


def test_every_pair_of_seeds_and_layer_has_its_rows_and_every_kernel_a_row_in_both_seeds():
    banks = {seed: network(seed) for seed in (5, 0, 3)}
    matches, pairs = compare(banks, False, 20)
    expected = [(layer, a, b) for a, b in ((0, 3), (0, 5), (3, 5)) for layer in ("conv1", "conv2")]
    assert [(row["layer"], row["seed_a"], row["seed_b"]) for row in pairs] == expected
    assert [row["kernels"] for row in pairs] == [6, 5] * 3
    assert all(tuple(row) == comparison_pairs.PAIR_COLUMNS for row in pairs)
    assert all(set(row) == set(comparison_pairs.MATCH_COLUMNS) for row in matches)
    for layer, count in (("conv1", 6), ("conv2", 5)):
        rows = [row for row in matches if (row["layer"], row["seed_a"], row["seed_b"]) == (layer, 0, 3)]
        for end in ("kernel_a", "kernel_b"):
            assert sorted(row[end] for row in rows if row[end] is not None) == list(range(count))


def test_the_numbers_of_a_pair_are_those_of_its_assignment_and_of_rotated_kernels():
    banks = {seed: {"conv1": network(seed)["conv1"]} for seed in (0, 1)}
    matches, (pair,) = compare(banks, False, 40)
    first, second = (banks[seed]["conv1"] for seed in (0, 1))
    of = pool.pooled({0: first, 1: second}, {0: np.ones(6, bool), 1: np.ones(6, bool)})
    null = permutation.rotated(of, 40, [0, 1]).null
    observed = matching.match(first, second).similarity.mean()
    np.testing.assert_allclose(pair["similarity"], observed)
    np.testing.assert_allclose((pair["null_mean"], pair["null_99"]), (null.mean(), np.quantile(null, 0.99)))
    np.testing.assert_allclose(pair["p"], (1 + (null >= observed - 1e-9).sum()) / 41)
    assert pair["null"] == comparison_pairs.ROTATED
    partners = [row for row in matches if row["reason"] == ""]
    assert pair["matched"] == len(partners)
    cut = comparison_pairs.threshold({0: first, 1: second}, {0: np.ones(6, bool), 1: np.ones(6, bool)}, False)
    assert {row["threshold"] for row in matches} == {cut}
    assert all(row["similarity"] > cut for row in partners)


def test_kernels_without_a_partner_have_a_row_with_the_reason_and_dead_kernels_match_nothing():
    a = network(0)["conv1"]
    b = np.concatenate([a[:5], network(7)["conv1"][:1]])
    alive = {0: {"c": np.array([True] * 4 + [False, True])}, 1: {"c": np.ones(6, bool)}}
    matches, (pair,) = comparison_pairs.compare({0: {"c": a}, 1: {"c": b}}, alive, False, 20)
    same = [row for row in matches if row["kernel_a"] == row["kernel_b"]]
    assert sorted(row["kernel_a"] for row in same) == [0, 1, 2, 3]
    reasons = {(row["kernel_a"], row["kernel_b"]): row["reason"] for row in matches if row["reason"]}
    assert reasons[4, None] == comparison_pairs.DEAD
    assert reasons[None, 4] == comparison_pairs.UNMATCHED
    assert pair["kernels"] == 5


def test_shift_and_sign_stand_in_the_rows():
    spot = np.zeros((1, 1, 9, 9))
    spot[0, 0, 3:6, 3:6] = [[1, -1, 0], [2, 1, -3], [0, 1, -1]]  # sums to zero, so that centering leaves the border 0
    moved = -np.roll(spot, (1, -2), (2, 3))
    (row,), _ = compare({0: {"c": moved}, 1: {"c": spot}}, True, 20)
    assert (row["shift_row"], row["shift_col"], row["sign"]) == (1, -2, -1)
    np.testing.assert_allclose(row["similarity"], 1)


def test_unrelated_banks_that_share_structure_over_channels_do_not_match_beyond_chance():
    """Kernels are of rank 1 over their channels, which surrogates with independent channels would find alike."""
    rng = np.random.default_rng(5)
    p = []
    for _ in range(20):
        banks = {}
        for seed in (0, 1):
            first = rng.normal(size=(8, 1, 7, 7))
            second = rng.normal(size=(8, 8, 1, 1)) * rng.normal(size=(8, 1, 5, 5))
            banks[seed] = {"conv1": first, "conv2": second}
        p.append(compare(banks, False, 39)[1][1]["p"])
    assert np.mean(np.array(p) <= 0.05) <= 0.2
    assert 0.3 <= np.mean(p) <= 0.7


def spoilt(what):
    bank = network(1)
    if what == pool.NOT_FINITE:
        bank["conv1"][2, 0, 3, 3] = np.inf
    elif what == pool.CONSTANT:
        bank["conv1"][:] = np.arange(6)[:, None, None, None]
    return bank


@pytest.mark.parametrize("why", [pool.NOT_FINITE, pool.CONSTANT])
def test_a_pair_with_a_bank_that_cannot_be_compared_keeps_rows_without_numbers(why):
    matches, pairs = compare({0: network(0), 1: spoilt(why), 2: network(2)}, False, 20)
    assert [pair["reason"] for pair in pairs if pair["layer"] == "conv1"] == [why, "", why]
    assert [pair["reason"] for pair in pairs if pair["layer"] == "conv2"] == [""] * 3
    for row in [*matches, *pairs]:
        empty = row["layer"] == "conv1" and 1 in (row["seed_a"], row["seed_b"])
        unmatched = row["reason"] == comparison_pairs.UNMATCHED
        assert (row["similarity"] is None) == (empty or unmatched)
        assert bool(row["reason"]) == (empty or unmatched)
    assert all(tuple(row) == comparison_pairs.PAIR_COLUMNS for row in pairs)
    empty = [row for row in matches if row["reason"] == why]
    assert len(empty) == 2 * 12


def test_kernels_of_one_pixel_cannot_be_compared_and_the_layer_behind_them_can():
    banks = {s: {"conv1": smooth(3, 1, 1, 1, seed=s), "conv2": smooth(4, 3, 5, 5, seed=10 + s)} for s in (0, 1)}
    _, (first, second) = compare(banks, False, 20)
    assert (first["reason"], first["p"], first["kernels"]) == (pool.ONE_PIXEL, None, 3)
    assert second["reason"] == ""
    assert second["p"] > 0


@pytest.mark.parametrize("bound", ["MOST_PRODUCTS", "MOST_KERNELS"])
def test_layers_that_take_too_long_have_rows_with_the_reason_and_a_note(monkeypatch, bound):
    banks = {seed: network(seed) for seed in (0, 1)}
    all_of_them = compare(banks, False, 20)
    assert comparison_pairs.fitting(banks, 20)[0] == ["conv1", "conv2"]
    first = matching.products(6, 1, 7, 20 + comparison_pairs.ONCE, comparison_pairs.ONCE)
    monkeypatch.setattr(comparison_pairs, bound, {"MOST_PRODUCTS": first, "MOST_KERNELS": 5}[bound])
    fitting, note = comparison_pairs.fitting(banks, 20)
    rest = {"MOST_PRODUCTS": ["conv1"], "MOST_KERNELS": ["conv2"]}[bound]
    assert (fitting, note.kind, note.count, note.of) == (rest, "left_out", 1, 2)
    matches, pairs = compare(banks, False, 20)
    for rows, before in ((matches, all_of_them[0]), (pairs, all_of_them[1])):
        left_out = [row for row in rows if row["layer"] not in rest]
        assert {(row["reason"], row["similarity"]) for row in left_out} == {(comparison_pairs.TOO_WIDE, None)}
        if rest == ["conv1"]:
            assert [row for row in rows if row["layer"] in rest] == [row for row in before if row["layer"] in rest]


def test_what_a_layer_takes_grows_with_its_weights_the_draws_and_the_pairs():
    bank = {"a": smooth(2, 1, 5, 5), "b": smooth(3, 2, 5, 5)}
    sizes = [matching.products(3, 2, k, *draws) for k, draws in ((5, (1, 1)), (5, (9, 9)), (7, (9, 9)))]
    assert sizes == sorted(sizes) and sizes[0] == 9 * (3 + 2 * 9 * 5)
    assert comparison_pairs.fitting({0: bank, 1: bank, 2: bank}, 20)[0] == ["a", "b"]
    vgg = np.broadcast_to(np.float32(0), (512, 512, 3, 3))  # its widest layer
    for seeds, fitting in ((2, ["a", "b"]), (40, ["a"])):
        banks = {seed: {"a": bank["a"], "b": vgg} for seed in range(seeds)}
        assert comparison_pairs.fitting(banks, 199)[0] == fitting


def test_one_seed_has_nothing_to_compare():
    assert compare({4: network(0)}, False, 20) == ([], [])


def test_two_comparisons_are_equal():
    banks = {seed: network(seed) for seed in (0, 1)}
    assert compare(banks, False, 20) == compare(banks, False, 20)


def test_of_banks_of_other_numbers_so_many_are_matched_as_the_smaller_has():
    a = smooth(6, 1, 7, 7)
    matches, pairs = compare({0: {"c": a}, 1: {"c": a[[5, 2, 0, 3]]}}, False, 20)
    partners = [row for row in matches if row["reason"] == ""]
    assert sorted((row["kernel_a"], row["kernel_b"]) for row in partners) == [(0, 2), (2, 1), (3, 3), (5, 0)]
    np.testing.assert_allclose([row["similarity"] for row in partners], 1)
    assert [row["kernel_a"] for row in matches if row["reason"]] == [1, 4]
    assert (pairs[0]["kernels"], pairs[0]["reason"]) == (4, "")


@pytest.mark.parametrize("shape", [(6, 1, 5, 5), (6, 2, 7, 7)])
def test_kernels_of_other_sizes_or_channels_cannot_be_compared(shape):
    matches, pairs = compare({0: {"c": smooth(4, 1, 7, 7)}, 1: {"c": smooth(*shape)}}, False, 20)
    assert len(matches) == 4 + len(smooth(*shape))
    assert {row["similarity"] for row in (*matches, *pairs)} == {None}
    assert pairs[0]["reason"] == "kernels of other sizes"

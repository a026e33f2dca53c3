import numpy as np
import pytest

from kernelscope.comparison import universal


def rows_of(p, layer="c"):
    """Return rows of matches.csv: p[(a, b)] lists p_corrected of a's kernels, each matched to the same kernel of b."""
    return [
        {"layer": layer, "seed_a": a, "seed_b": b, "kernel_a": i, "kernel_b": i, "p_corrected": value}
        for (a, b), values in p.items()
        for i, value in enumerate(values)
    ]


def everywhere(seeds, kernels, p):
    return rows_of({(a, b): [p] * kernels for a in range(seeds) for b in range(a + 1, seeds)})


def test_the_table_of_kernels_checked_by_eye():
    rows = rows_of({(0, 1): [0.01, 0.05, 0.9], (0, 2): [0.01, 0.06, None], (1, 2): [0.01, 0.01, float("nan")]})
    table = universal.kernel_rows(rows)
    assert all(tuple(row) == universal.KERNEL_COLUMNS for row in table)
    counts = {(row["seed"], row["kernel"]): (row["matched_in"], row["other_seeds"], row["universal"]) for row in table}
    assert [counts[0, i] for i in range(3)] == [(2, 2, True), (1, 2, False), (0, 2, False)]
    assert [counts[1, i] for i in range(3)] == [(2, 2, True), (2, 2, True), (0, 2, False)]
    assert [counts[2, i] for i in range(3)] == [(2, 2, True), (1, 2, False), (0, 2, False)]


def test_a_match_counts_for_both_of_its_kernels():
    rows = [
        {"layer": "c", "seed_a": 3, "seed_b": 8, "kernel_a": i, "kernel_b": 1 - i, "p_corrected": i} for i in (0, 1)
    ]
    matched_in = {(row["seed"], row["kernel"]): row["matched_in"] for row in universal.kernel_rows(rows)}
    assert matched_in == {(3, 0): 1, (3, 1): 0, (8, 0): 0, (8, 1): 1}


@pytest.mark.parametrize(("matched", "universally"), [(4, True), (3, False), (5, True)])
def test_four_of_five_other_seeds_are_enough(matched, universally):
    p = {(0, b): [0.01 if b <= matched else 1.0] for b in range(1, 6)}
    p |= {(a, b): [1.0] for a in range(1, 6) for b in range(a + 1, 6)}
    assert universal.kernel_rows(rows_of(p))[0]["universal"] == universally


def test_shares_are_those_of_plain_loops_over_resampled_seeds():
    rng = np.random.default_rng(0)
    matched = rng.uniform(size=(5, 4, 5)) < 0.8
    matched[range(5), :, range(5)] = False
    copies = rng.multinomial(5, [0.2] * 5, 30)
    for share, counts in zip(universal.shares(matched, copies), copies, strict=True):
        sample = np.repeat(np.arange(5), counts)
        values = []
        for s in sample:
            others = [t for t in sample if t != s]
            values += [sum(matched[s, i, t] for t in others) >= 0.8 * len(others) - 1e-9 for i in range(4) if others]
        np.testing.assert_allclose(share, np.mean(values) if values else np.nan)


def test_all_and_none():
    for p, share in ((0.001, 1), (0.5, 0)):
        (row,) = universal.share_rows(everywhere(6, 3, p), set(), 9)
        assert tuple(row) == universal.COLUMNS
        assert [row[name] for name in ("share", "low", "high", "share_not_failed")] == [share] * 4
        assert (row["seeds"], row["trained"], row["failed"], row["kernels"], row["universal"]) == (
            6,
            9,
            0,
            18,
            18 * share,
        )


def test_failed_seeds_count_in_share_and_not_beside_it():
    p = {(a, b): [None if b == 5 else 0.01] * 2 for a in range(6) for b in range(a + 1, 6)}
    p = {pair: values for pair, values in p.items() if pair[0] != 4} | {(4, 5): [None, None]}
    (row,) = universal.share_rows(rows_of(p), {5}, 6)
    assert (row["seeds"], row["failed"]) == (6, 1)
    np.testing.assert_allclose(row["share"], 5 / 6)  # five of six kernels are matched in 4 of 5 other seeds
    assert row["share_not_failed"] == 1


@pytest.mark.parametrize("seeds", [2, 3])
def test_two_and_three_seeds_have_a_share_and_no_interval(seeds):
    (row,) = universal.share_rows(everywhere(seeds, 3, 0.01), set(), seeds)
    assert (row["seeds"], row["share"], row["low"], row["high"]) == (seeds, 1, None, None)


def test_one_seed_has_no_row():
    assert universal.share_rows([], set(), 0) == []
    assert universal.kernel_rows([]) == []


def test_where_all_others_failed_there_is_no_share_without_them():
    (row,) = universal.share_rows(everywhere(2, 3, 0.01), {1}, 2)
    assert row["share"] == 1
    assert np.isnan(row["share_not_failed"])


def test_the_interval_is_around_the_share_and_the_same_twice():
    rng = np.random.default_rng(3)
    p = {(a, b): np.where(rng.uniform(size=8) < 0.85, 0.01, 1).tolist() for a in range(8) for b in range(a + 1, 8)}
    (row,) = universal.share_rows(rows_of(p), set(), 6)
    assert 0 <= row["low"] <= row["share"] <= row["high"] <= 1
    assert row["low"] < row["high"]
    assert universal.share_rows(rows_of(p), set(), 6) == [row]


def test_every_layer_has_its_row():
    rows = rows_of({(0, 1): [0.01]}, "conv2") + rows_of({(0, 1): [0.9]}, "conv1")
    assert [(row["layer"], row["share"]) for row in universal.share_rows(rows, set(), 6)] == [
        ("conv2", 1),
        ("conv1", 0),
    ]

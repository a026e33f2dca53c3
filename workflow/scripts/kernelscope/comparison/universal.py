"""Universal kernels: kernels that recur in most of the other seeds, matched better than chance."""

import numpy as np

LEVEL = 0.05  # largest p_corrected of a kernel that is matched better than chance
MOST = 0.8  # smallest share of the other seeds in which a universal kernel is matched
FEWEST = 4  # smallest number of seeds with an interval

KERNEL_COLUMNS = ("layer", "seed", "kernel", "matched_in", "other_seeds", "universal")
COLUMNS = ("layer", "seeds", "trained", "failed", "kernels", "universal", "share", "low", "high", "share_not_failed")


def kernel_rows(matches: list[dict]) -> list[dict]:
    """Return rows of universal_kernels.csv: how many other seeds match each kernel, and whether it is universal.
    Parameters
    ----------
    matches : list of dict
        Rows of matches.csv, with numbers as numbers, and None or NaN in empty cells.

    Returns
    -------
    list of dict
        A row with KERNEL_COLUMNS for each layer, seed and kernel; every seed is the reference in turn. `other_seeds`
        counts the others, including failed ones. A match without p does not count as a match.
    """
    rows = []
    for layer in dict.fromkeys(row["layer"] for row in matches):
        seeds, matched = table([row for row in matches if row["layer"] == layer])
        counts, others = matched.sum(2), len(seeds) - 1
        for (i, kernel), count in np.ndenumerate(counts):
            key = {"layer": layer, "seed": seeds[i], "kernel": kernel}
            rows.append(
                key | {"matched_in": int(count), "other_seeds": others, "universal": bool(enough(count, others))}
            )
    return rows


def share_rows(
    matches: list[dict], failed: set[int], trained: int, n_resamples: int = 1000, seed: int = 0
) -> list[dict]:
    """Return rows of universal.csv: the share of universal kernels in each layer, with its interval.

    A kernel is universal if it is matched at p_corrected <= LEVEL in at least MOST of the other seeds.

    Parameters
    ----------
    matches : list of dict
        Rows of matches.csv, with numbers as numbers, and None or NaN in empty cells. A single seed has no matches and
        so no row.
    failed : set of int
        Seeds whose training failed.
    trained : int
        Number of trained seeds; not all of them may be compared with each other.
    n_resamples : int
        Number of bootstrap resamples.
    seed : int
        Seed of the resampling.

    Returns
    -------
    list of dict
        A row with COLUMNS for each layer. `seeds` is the number of seeds that were compared. `share` is the share of
        universal kernels over all seeds, including failed ones, and `share_not_failed` the share over the seeds that
        did not fail. `low` and `high` are the ends of the 95 % percentile interval of `share` over seeds drawn with
        replacement, where a seed is never compared with its own copy. They are None for fewer than FEWEST seeds, whose
        resamples are uninformative.
    """
    rows = []
    for number, layer in enumerate(dict.fromkeys(row["layer"] for row in matches)):
        seeds, matched = table([row for row in matches if row["layer"] == layer])
        each_once = np.ones((1, len(seeds)))
        not_failed = np.array([number_of_seed not in failed for number_of_seed in seeds], float)
        rng = np.random.default_rng([seed, number])
        resampled = rng.multinomial(len(seeds), np.full(len(seeds), 1 / len(seeds)), n_resamples)
        low, high = np.nanquantile(shares(matched, resampled), (0.025, 0.975)) if len(seeds) >= FEWEST else (None, None)
        rows.append(
            {
                "layer": layer,
                "seeds": len(seeds),
                "trained": trained,
                "failed": int((not_failed == 0).sum()),
                "kernels": matched.shape[0] * matched.shape[1],
                "universal": int(enough(matched.sum(2), len(seeds) - 1).sum()),
                "share": shares(matched, each_once)[0],
                "low": low,
                "high": high,
                "share_not_failed": shares(matched, not_failed[None])[0],
            }
        )
    return rows


def table(rows: list[dict]) -> tuple[list[int], np.ndarray]:
    """Return the seeds of a layer and whether kernels match better than chance: bool (seed, kernel, other seed)."""
    seeds = sorted({row[end] for row in rows for end in ("seed_a", "seed_b")})
    kernels = 1 + max(int(row[end]) for row in rows for end in ("kernel_a", "kernel_b"))
    matched = np.zeros((len(seeds), kernels, len(seeds)), bool)
    for row in rows:
        if row["p_corrected"] is None or not row["p_corrected"] <= LEVEL:
            continue
        a, b = seeds.index(row["seed_a"]), seeds.index(row["seed_b"])
        matched[a, int(row["kernel_a"]), b] = matched[b, int(row["kernel_b"]), a] = True
    return seeds, matched


def enough(count, others):
    """Return whether `count` is at least MOST of `others`; False where there are no others."""
    return (count >= MOST * others - 1e-9) & (np.asarray(others) > 0)


def shares(matched: np.ndarray, copies: np.ndarray) -> np.ndarray:
    """Return the share of universal kernels in resampled sets of seeds.

    Parameters
    ----------
    matched : bool array (seed, kernel, other seed)
        Whether a kernel is matched in another seed; False for a seed and itself.
    copies : array (n_resamples, seeds)
        How often each seed occurs in each resample.

    Returns
    -------
    array (n_resamples,)
        The share in each resample; NaN for a resample without two different seeds.
    """
    count = np.einsum("skt,dt->dsk", matched.astype(float), copies)
    others = copies.sum(1, keepdims=True) - copies
    universal = enough(count, others[..., None]).mean(2)
    weight = copies * (others > 0)
    total = weight.sum(1)
    return np.divide((weight * universal).sum(1), total, out=np.full(len(copies), np.nan), where=total > 0)

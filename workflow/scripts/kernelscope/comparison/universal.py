"""How many kernels come back in every seed: matched in most of the other seeds beyond what chance gives."""

import numpy as np

LEVEL = 0.05  # largest p_corrected of a kernel that is matched beyond chance
MOST = 0.8  # share of the other seeds in which a universal kernel is matched
FEWEST = 4  # seeds; with fewer there is no interval

KERNEL_COLUMNS = ("layer", "seed", "kernel", "matched_in", "of", "universal")
COLUMNS = ("layer", "seeds", "trained", "failed", "kernels", "universal", "share", "low", "high", "share_not_failed")


def kernel_rows(matches: list[dict]) -> list[dict]:
    """A row per layer, seed and kernel from rows of matches.csv (numbers, None or NaN where empty).

    Every seed is the reference in turn. A failed seed counts among the others, and a match without p counts as none.
    """
    rows = []
    for layer in dict.fromkeys(row["layer"] for row in matches):
        seeds, matched = table([row for row in matches if row["layer"] == layer])
        counts, others = matched.sum(2), len(seeds) - 1
        for (s, kernel), count in np.ndenumerate(counts):
            key = {"layer": layer, "seed": seeds[s], "kernel": kernel}
            rows.append(key | {"matched_in": int(count), "of": others, "universal": bool(enough(count, others))})
    return rows


def share_rows(matches: list[dict], failed: set[int], trained: int, draws: int = 1000, seed: int = 0) -> list[dict]:
    """A row per layer; `failed` are the seeds whose training failed, all of which count in `seeds` and `share`.

    `seeds` are those that were compared with each other, of as many as were `trained`.

    share is the share of universal kernels over all seeds, share_not_failed that among the seeds that did not fail.
    low and high are its 95 % percentile interval over seeds drawn with replacement, where a seed is never compared
    with its own copy; None below FEWEST seeds, whose resamples say nothing. One seed has no matches and so no row.
    """
    rows = []
    for number, layer in enumerate(dict.fromkeys(row["layer"] for row in matches)):
        seeds, matched = table([row for row in matches if row["layer"] == layer])
        once = np.ones((1, len(seeds)))
        well = np.array([s not in failed for s in seeds], float)
        rng = np.random.default_rng([seed, number])
        resampled = rng.multinomial(len(seeds), np.full(len(seeds), 1 / len(seeds)), draws)
        low, high = np.nanquantile(shares(matched, resampled), (0.025, 0.975)) if len(seeds) >= FEWEST else (None, None)
        rows.append(
            {
                "layer": layer,
                "seeds": len(seeds),
                "trained": trained,
                "failed": int((well == 0).sum()),
                "kernels": matched.shape[0] * matched.shape[1],
                "universal": int(enough(matched.sum(2), len(seeds) - 1).sum()),
                "share": shares(matched, once)[0],
                "low": low,
                "high": high,
                "share_not_failed": shares(matched, well[None])[0],
            }
        )
    return rows


def table(rows: list[dict]) -> tuple[list[int], np.ndarray]:
    """The seeds of one layer, and whether each kernel is matched beyond chance: bool (seed, kernel, other seed)."""
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
    """Whether `count` of `others` seeds are at least MOST of them; never where there are no others."""
    return (count >= MOST * others - 1e-9) & (np.asarray(others) > 0)


def shares(matched: np.ndarray, copies: np.ndarray) -> np.ndarray:
    """The share of universal kernels (draws,) where seed s occurs copies[:, s] times; NaN without two different seeds.

    matched: bool (seed, kernel, other seed), False for a seed and itself; copies (draws, seeds).
    """
    count = np.einsum("skt,dt->dsk", matched.astype(float), copies)
    others = copies.sum(1, keepdims=True) - copies
    universal = enough(count, others[..., None]).mean(2)
    weight = copies * (others > 0)
    total = weight.sum(1)
    return np.divide((weight * universal).sum(1), total, out=np.full(len(copies), np.nan), where=total > 0)

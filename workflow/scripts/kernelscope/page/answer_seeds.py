"""How alike the seeds are, beside its chances, and the kernels that are most alike in all seeds."""

CHANCES = {  # claim of seed_tests.csv -> what its null does to the kernels, in a few words
    "same_kinds_rotation": "rotated at random",
    "same_kernels": "permuted",
    "same_kernels_within_types": "permuted within types",
}
MOST_PAIRS = 60  # pairs of seeds drawn one by one
MOST_COLUMNS = 8
MOST_ROWS = 4  # seeds below each other


def similarity(layer: str, tables: dict[str, list[dict]], verdicts: dict[str, str]) -> dict:
    """Return the similarity of matched kernels and of its null models.

    Parameters
    ----------
    layer : str
    tables : dict
        Rows of `seed_tests` and `pairs`.
    verdicts : dict
        Claim -> verdict of its statement about this layer.

    Returns
    -------
    dict
        value, or None if seeds were not compared; pairs: that of each pair of seeds, empty if there are many;
        chances: a dict for each null with words, mean, sd and verdict.
    """
    wanted = {"layer": layer, "state": "trained"}
    tests = [
        row
        for row in tables["seed_tests"]
        if row["claim"] in CHANCES and row["value"] is not None and wanted.items() <= row.items()
    ]
    pairs = [row["similarity"] for row in tables["pairs"] if row["layer"] == layer and row["similarity"] is not None]
    chances = [
        {"words": CHANCES[row["claim"]], "claim": row["claim"], "mean": row["null_mean"], "sd": row["null_sd"]}
        | {"verdict": verdicts.get(row["claim"], "")}
        for row in tests
        if row["null_mean"] is not None
    ]
    value = tests[0]["value"] if tests else None
    return {"value": value, "pairs": pairs if len(pairs) <= MOST_PAIRS else [], "chances": chances}


def columns(layer: str, matches: list[dict], seeds: list[int]) -> dict:
    """Return the best matched kernels.

    Parameters
    ----------
    layer : str
    matches : list of dict
        Rows of matches.csv.
    seeds : list of int
        Seeds that take part.

    Returns
    -------
    dict
        seeds: the first of them. rows: {"kernels": one of each of these seeds, None without a match, "similarity": the
        lowest similarity to the kernel of the first seed}; kernels that have a match in most seeds first, then the most
        similar ones.
    """
    reference, *others = shown = seeds[:MOST_ROWS]
    partners: dict[int, dict[int, tuple[int, float]]] = {}
    for row in matches:
        if row["layer"] != layer or row["similarity"] is None:
            continue
        for one, other in (("a", "b"), ("b", "a")):
            if row[f"seed_{one}"] == reference and row[f"seed_{other}"] in others:
                of_kernel = partners.setdefault(row[f"kernel_{one}"], {})
                of_kernel[row[f"seed_{other}"]] = row[f"kernel_{other}"], row["similarity"]
    order = sorted(partners.items(), key=lambda item: (-len(item[1]), -lowest(item[1])))
    rows = [
        {"kernels": [kernel, *(of.get(seed, (None,))[0] for seed in others)], "similarity": lowest(of)}
        for kernel, of in order[:MOST_COLUMNS]
    ]
    return {"seeds": shown, "rows": rows}


def lowest(partners: dict[int, tuple[int, float]]) -> float:
    """Return the lowest similarity of a kernel's partners."""
    return min(similarity for _, similarity in partners.values())

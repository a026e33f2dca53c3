"""How alike the seeds are, beside its chances, and the kernels that are most alike in all seeds."""

from kernelscope.page.answer_groups import Kernel

CHANCES = {  # claim of seed_tests.csv -> what its null does to the kernels, in a few words
    "same_kinds_rotation": "rotated by 180°",
    "same_kernels": "dealt to seeds at random",
    "same_kernels_within_types": "dealt within each type",
}
MOST_PAIRS = 60  # pairs of seeds drawn one by one
MOST_COLUMNS = 8
MOST_ROWS = 6  # seeds below each other


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


def columns(layer: str, matches: list[dict], seeds: list[int]) -> list[dict]:
    """Return the best matched kernels: {"kernels": [[seed, kernel], ...], "similarity": the lowest of the column}.

    Parameters
    ----------
    layer : str
    matches : list of dict
        Rows of matches.csv.
    seeds : list of int
        Seeds that take part; each column has a kernel of the first one and of every other one shown.
    """
    reference, *others = seeds[:MOST_ROWS]
    partners: dict[int, dict[int, tuple[Kernel, float]]] = {}
    for row in matches:
        if row["layer"] != layer or row["similarity"] is None:
            continue
        for one, other in (("a", "b"), ("b", "a")):
            if row[f"seed_{one}"] == reference and row[f"seed_{other}"] in others:
                partner = (row[f"seed_{other}"], row[f"kernel_{other}"])
                partners.setdefault(row[f"kernel_{one}"], {})[partner[0]] = (partner, row["similarity"])
    found = [
        {
            "kernels": [[reference, kernel], *(list(of[seed][0]) for seed in others)],
            "similarity": min(similar for _, similar in of.values()),
        }
        for kernel, of in partners.items()
        if len(of) == len(others)
    ]
    return sorted(found, key=lambda column: -column["similarity"])[:MOST_COLUMNS]

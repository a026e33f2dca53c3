"""The kernels of all seeds in groups: by type, or else by the feature or the class that they respond to, or by seed."""

from collections.abc import Iterable

import numpy as np

from kernelscope.stats import pvalues

Kernel = tuple[int, int]  # seed, number of the kernel
LABELS = {"feature": ("feature_beyond_noise", "feature"), "class": ("class",)}  # claims with labels, the stronger first
MANY = 1 / 5  # share of the kernels that pass, from which on labels say more than types, as in the headline
REST = "nothing beyond chance"
MOST_EVIDENCE = 6  # kernels shown beside a sentence


def groups(found: dict, labels: dict[str, dict[Kernel, str]], kernels: dict[int, int]) -> dict:
    """Return the kernels of a layer in the groups that say most about them.

    Parameters
    ----------
    found : dict
        As of `types`.
    labels : dict
        As of `labels_of`.
    kernels : dict
        Seed -> number of its kernels in the layer.

    Returns
    -------
    dict
        by: "feature" or "class" if at least a fifth of the kernels respond to one beyond chance; else the first that
        there is of "type", "feature", "class" and "seed". reason: why there are no types, or "". rows: as of `by_type`
        and `by_label`.
    """
    typed = sum(len(row["kernels"]) for row in found["rows"])
    for claim, of_kernels in labels.items():
        if len(of_kernels) >= max(1, MANY * typed):
            rest = [
                tuple(kernel) for row in found["rows"] for kernel in row["kernels"] if tuple(kernel) not in of_kernels
            ]
            rows = by_label(of_kernels, rest, len(kernels))
            return {"by": claim, "reason": found["reason"], "rows": rows}
    if found["rows"]:
        return found
    rows = [group(f"seed {seed}", "", [(seed, kernel) for kernel in range(n)]) for seed, n in kernels.items()]
    return {"by": "seed", "reason": found["reason"], "rows": rows}


def types(layer: str, tables: dict[str, list[dict]], labels: dict[str, dict[Kernel, str]]) -> dict:
    """Return the kernels of a layer by type, in the form of `groups`; no rows, but a reason, if there are no types.

    tables: rows of `vocabulary` and `types`; both may be empty. labels: as of `labels_of`.
    """
    of_layer = [row for row in tables["vocabulary"] if row["layer"] == layer]
    known = [row for row in of_layer if row["type"] is not None]
    reason = "" if known or not of_layer else of_layer[0]["reason"] or ""
    return {"by": "type", "reason": reason, "rows": by_type(known, tables["types"], labels)}


def labels_of(layer: str, rows: list[dict]) -> dict[str, dict[Kernel, str]]:
    """Return "feature" and "class" -> the kernels that pass its strongest test, with their labels.

    rows: of the kernel_tests of all seeds, each with its `seed`.
    """
    tested = {row["claim"] for row in rows if row["layer"] == layer and row["p"] is not None}
    strongest = {name: next((claim for claim in claims if claim in tested), "") for name, claims in LABELS.items()}
    return {name: passing(rows, layer, claim) for name, claim in strongest.items()}


def group(name: str, detail: str, kernels: Iterable[Kernel], **more) -> dict:
    """Return one group."""
    return {"name": name, "detail": detail, "kernels": [list(kernel) for kernel in kernels], **more}


def shown(found: dict, seeds: Iterable[int]) -> dict:
    """Return groups with only the kernels of these seeds; the counts stay those of all."""
    seeds = set(seeds)
    rows = [row | {"kernels": [kernel for kernel in row["kernels"] if kernel[0] in seeds]} for row in found["rows"]]
    return found | {"rows": rows}


def passing(rows: list[dict], layer: str, claim: str) -> dict[Kernel, str]:
    """Return (seed, kernel) -> its label, of the living trained kernels that pass a test after correction, best first.

    They are the kernels that the statement of this claim counts: the correction is over the kernels of all seeds.
    """
    wanted = {"layer": layer, "claim": claim, "state": "trained", "alive": "True"}
    tested = [row for row in rows if row["p"] is not None and all(row[key] == value for key, value in wanted.items())]
    p = pvalues.corrected(np.array([row["p"] for row in tested], float))
    order = sorted(np.flatnonzero(p <= pvalues.LEVEL), key=lambda i: (p[i], -tested[i]["value"]))
    return {(tested[i]["seed"], tested[i]["kernel"]): tested[i]["label"] or "" for i in order}


def by_type(known: list[dict], members: list[dict], labels: dict[str, dict[Kernel, str]]) -> list[dict]:
    """Return a group for each type, in the order of the vocabulary, its kernels most like the exemplar first.

    Each has name, detail, kernels [[seed, kernel], ...], and seeds, total and permuted: the number of seeds that have
    the type, of all seeds, and if the kernels are permuted among the seeds.
    """
    rows = []
    for row in known:
        found = [member for member in members if (member["layer"], member["type"]) == (row["layer"], row["type"])]
        kernels = [(of["seed"], of["kernel"]) for of in sorted(found, key=lambda of: -of["similarity"])]
        numbers = {"seeds": row["seeds"], "total": row["seeds_total"], "permuted": row["seeds_permuted"]}
        rows.append(group(row["name"], detail(row, kernels, labels), kernels, **numbers))
    return rows


def detail(row: dict, kernels: list[Kernel], labels: dict[str, dict[Kernel, str]]) -> str:
    """Return how many kernels of a type pass the test of what the type is named after, or what some of them prefer."""
    for claim, of_kernels in labels.items():
        told = [of_kernels[kernel] for kernel in kernels if of_kernels.get(kernel)]
        if told:
            most = max(dict.fromkeys(told), key=told.count)
            words = f"{told.count(most)} of {len(kernels)}"
            verb = {"class": "prefer "}.get(claim, "")
            return words if row["name"].partition(" (")[0] == most else f"{words} {verb}{most}"
    return "" if row["name"].startswith("type ") else "not beyond chance"


def by_label(of_kernels: dict[Kernel, str], rest: list[Kernel], total: int) -> list[dict]:
    """Return a group for each label, the most frequent first, and one for the `rest`; total: the number of seeds."""
    names: dict[str, list[Kernel]] = {}
    for kernel, label in of_kernels.items():
        names.setdefault(label, []).append(kernel)
    rows = [(*row, False) for row in sorted(names.items(), key=lambda item: -len(item[1]))]
    rows += [(REST, rest, True)] * bool(rest)
    return [
        group(name, str(len(kernels)), kernels, seeds=len({seed for seed, _ in kernels}), total=total, rest=is_rest)
        for name, kernels, is_rest in rows
    ]


def evidence(rows: list[dict], layers: Iterable[str], shown: Iterable[int]) -> dict[str, list[list[int]]]:
    """Return "layer/claim" -> the first kernels that pass, [[seed, kernel], ...], of the seeds on the page."""
    seeds, tests, found = set(shown), {}, {}
    for row in rows:
        tests.setdefault(row["claim"], {}).setdefault(row["layer"], []).append(row)
    for layer in layers:
        for claim, of_layer in tests.items():
            kernels = [list(kernel) for kernel in passing(of_layer.get(layer, []), layer, claim) if kernel[0] in seeds]
            if kernels:
                found[f"{layer}/{claim}"] = kernels[:MOST_EVIDENCE]
    return found

"""Statements about what the layers of pretrained networks respond to, from layer_responses.csv of every run."""

import numpy as np

from kernelscope.statements.statement import Number, Statement

TABLE = "layer_responses.csv"
NULL = "untrained copies of the network"
NO_TEST = "not tested in every run"


def statements(rows: list[dict]) -> list[Statement]:
    """Return statements about each layer, not judged yet, from the rows of all runs."""
    found = []
    for layer in dict.fromkeys(row["layer"] for row in rows):
        of_layer = [row for row in rows if row["layer"] == layer]
        about = {"layer": layer, "table": TABLE}
        found.append(selective(of_layer)._replace(**about))
        if all(row["dead"] is not None for row in of_layer):
            found.append(dead(of_layer)._replace(**about))
    return found


def selective(rows: list[dict]) -> Statement:
    """Return whether the kernels of a layer prefer one class more than untrained ones do, in every run.

    The p of a claim about all runs is the largest of theirs (Berger 1982). Each p is already corrected over the layers
    of its network, so the statement is in no family.
    """
    columns, words = "selectivity, untrained, p", (("runs", "run" if len(rows) == 1 else "runs"),)
    tests = [row["p"] for row in rows]
    known = all(p is not None for p in tests)
    values = {key: mean(rows, key) for key in ("selectivity", "untrained")}
    test = {"p": max(tests) if known else None, "sides": 1, "correction": "holm", "n": len(rows), "n_unit": "runs"}
    number = Number("selectivity", values["selectivity"], untrained=values["untrained"], null=NULL, **test)
    reason = "" if known else next((row["reason"] for row in rows if row["p"] is None and row["reason"]), NO_TEST)
    return Statement("selective_layer", (number,), words=words, columns=columns, reason=reason)


def dead(rows: list[dict]) -> Statement:
    """Return how many kernels of a layer are dead, in all runs together, and in untrained copies on average."""
    total, untrained = sum(row["dead"] for row in rows), mean(rows, "dead_untrained")
    beside = None if untrained is None else untrained * len(rows)
    kernels = sum(row["kernels"] for row in rows)
    number = Number("dead", total, "kernels", n=kernels, n_unit="kernels", untrained=beside)
    return Statement("dead_kernels", (number,), columns="dead, dead_untrained")


def mean(rows: list[dict], key: str) -> float | None:
    """Return the mean of a column; None without numbers."""
    values = [row[key] for row in rows if row[key] is not None]
    return float(np.mean(values)) if values else None

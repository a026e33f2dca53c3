"""Statements about when the kernels of each layer settle, and in which order, from settling.csv."""

from kernelscope.statements.statement import SEEDS, Number, Statement, negated, p_of, untested

TABLE = "settling.csv"


def statements(rows: list[dict], steps: int | None = None) -> list[Statement]:
    """Return a statement for each layer and for each two layers, from rows of settling.csv; not judged yet.

    steps: of a whole training; None if unknown.
    """
    return [order(row) if row["layer_b"] else of_layer(row, steps) for row in rows]


def of_layer(row: dict, total: int | None) -> Statement:
    """Return when the median kernel of one layer settles."""
    shared = {"n": row["seeds"], "n_unit": SEEDS}
    if row["share"] is None:
        failed = Number("failed", row["failed"], SEEDS)
        is_told = not row["failed"] or ", as " in row["reason"]  # which says that every run failed
        failures = "" if is_told else f" ({row['failed']} {'run' if row['failed'] == 1 else 'runs'} failed)"
        why = ("why", row["reason"]), ("failures", failures)
        return Statement("never_settled", (failed,), layer=row["layer_a"], words=why, table=TABLE, columns="failed")
    share = Number("share", row["share"], "share", row["low"], row["high"], **shared)
    steps = [Number(name, row[f"settled_{name}"], "step", **shared) for name in ("after", "step")]
    steps.append(Number("gap", row["settled_step"] - row["settled_after"], "step", **shared))
    steps += [Number("total", total, "step")] if total else []
    words, columns = (("unit", row["unit"]),), "share, settled_after, settled_step"
    return Statement("settled", (share, *steps), layer=row["layer_a"], words=words, table=TABLE, columns=columns)


def order(row: dict) -> Statement:
    """Return whether one layer settles before another."""
    first, second = row["layer_a"], row["layer_b"]
    size, low, high = row["difference"], row["low"], row["high"]
    if size is not None and size < 0:
        first, second, size, (low, high) = second, first, -size, negated(low, high)
    null = {"null": "layers exchanged in each seed", "null_value": 0.0}
    difference = Number("difference", size, "share", low, high, **null, **p_of(row, 2, row["seeds"]))
    words, subject = (
        (("first", first), ("second", second), ("unit", row["unit"])),
        f"{row['layer_a']}, {row['layer_b']}",
    )
    about = {"subject": subject, "words": words, "table": TABLE, "columns": "difference, p"}
    return Statement("layer_order", (difference,), **about, **untested(row))

"""The statement about the types of kernels over all seeds, from vocabulary.csv."""

from kernelscope.statements.statement import KERNELS, SEEDS, Number, Statement

TABLE = "vocabulary.csv"
MOST_LABELS = 3


def statements(rows: list[dict]) -> list[Statement]:
    """Return a description of the types of each layer that has types, from rows of vocabulary.csv."""
    types = [row for row in rows if row["seeds"]]
    layers = dict.fromkeys(row["layer"] for row in types)
    return [of_layer(layer, [row for row in types if row["layer"] == layer]) for layer in layers]


def of_layer(layer: str, rows: list[dict]) -> Statement:
    """Return the description of the types of one layer."""
    total = max(row["seeds_total"] for row in rows)
    counts = {"kernels": sum(row["kernels"] for row in rows), "types": len(rows)}
    counts["shared"] = sum(row["seeds"] == total for row in rows)
    numbers = [Number(name, count, "kernels" if name == "kernels" else "types") for name, count in counts.items()]
    numbers.append(Number("seeds", total, SEEDS))
    named = sorted((row for row in rows if row["feature"]), key=lambda row: -row["seeds"])[:MOST_LABELS]
    numbers += [Number(f"label: {row['feature']}", row["seeds"], SEEDS, n=total, n_unit=SEEDS) for row in named]
    return Statement("vocabulary", tuple(numbers), layer=layer, table=TABLE, columns=f"type, seeds, {KERNELS}")

"""Descriptions of kernels that were trained elsewhere, and of seeds that share their start: what cannot be known."""

from kernelscope.statements.statement import SEEDS, Number, Statement

TABLE, RUNS = "summary.csv", "runs"


def statements(
    rows: list[dict], dataset: str, names: list[str], scaled: bool, untrained: list[bool], probed: bool = False
) -> list[Statement]:
    """Return what pretrained kernels are and what is unknown about them.

    Parameters
    ----------
    rows : list of dict
        Rows of summary.csv of the dataset, one for each name.
    dataset : str
    names : list of str
        The runs, in the order of the seeds.
    scaled : bool
        Whether sign, zero and size of the weights are lost.
    untrained : list of bool
        Whether the first state of each run is the untrained one.
    probed : bool
        Whether the networks are known and were given images.

    Returns
    -------
    list of Statement
        Descriptions, not judged yet.
    """
    runs = Number("runs", len(names), RUNS, n=len(names), n_unit=RUNS)
    kernels = tuple(
        Number(f"run: {name} (seed {row['seed']})", row["kernels"], "kernels")
        for name, row in zip(names, rows, strict=True)
    )
    about = [Statement("published", (runs, *kernels), columns="kernels")]
    about.append(Statement("published_probed" if probed else "published_rest", (runs,)))
    about += [Statement("published_scaled", (runs,))] if scaled else []
    some = (
        ("published_start", "lag1_null_99", [not known for known in untrained]),
        ("published_failed", "failure", [bool(row["failure"]) for row in rows]),
    )
    for claim, column, concerned in some:
        if chosen := [name for name, concerns in zip(names, concerned, strict=True) if concerns]:
            number = Number("some", len(chosen), RUNS, n=len(names), n_unit=RUNS)
            about.append(Statement(claim, (number,), words=(("names", ", ".join(chosen)),), columns=column))
    word = ("runs_word", "run" if len(names) == 1 else "runs")
    return [statement._replace(dataset=dataset, table=TABLE, words=(*statement.words, word)) for statement in about]


def one_start(seeds: int, dataset: str, arch: str) -> Statement:
    """Return that all seeds of an architecture start from the same weights."""
    number = Number("seeds", seeds, SEEDS, n=seeds, n_unit=SEEDS)
    return Statement("one_start", (number,), dataset=dataset, arch=arch, table="summary.csv", columns="seed")

"""The findings of an experiment as Markdown: a paragraph per architecture, from its tables."""

from collections.abc import Sequence

from kernelscope.data import notes
from kernelscope.findings import controls, factors, runs, seeds

HEAD = """# Findings

Written from the tables of this experiment by fixed sentences; each names its table in brackets. Intervals are over
seeds. A p is corrected over the kernels of a layer (Benjamini and Hochberg); that of seeds or pairs of seeds is not.
Where chance does as well, there is no claim. `snakemake -c1 -f {path}` (with the `--configfile` of the experiment)
writes this page again.
"""


def page(path: str, parts: list[str]) -> str:
    """Return the whole page from its parts, as of `over_all` and `of_architecture`."""
    return "\n".join([HEAD.format(path=path), *parts])


def over_all(dataset: str, across: dict[str, list[dict]], facts: dict) -> str:
    """Return the part about a dataset.

    across: its tables `architectures` and perhaps `similarity`, each a list of rows with numbers as numbers. facts: the
    content of its inferred.json; {} for generated images.
    """
    sentences = "\n".join(f"* {sentence}" for sentence in [*notes.notes(facts), *seeds.across(**across)])
    return f"## {dataset}\n\n{sentences}\n"


def of_sweeps(conditions: list[dict], effects: list[dict], levels: list[dict]) -> list[str]:
    """Return a part for each design, and a part for architectures of no sweep, from the tables of a sweep."""
    parts, designs = [], list(dict.fromkeys(row["design"] for row in effects))
    for name in designs:
        conditions_of_design = [row for row in conditions if row["base"] in name.split(", ")]
        tables_of_design = ([row for row in table if row["design"] == name] for table in (effects, levels))
        parts.append((f"Sweep of {name}", factors.sweep(*tables_of_design, conditions_of_design)))
    swept = {base for name in designs for base in name.split(", ")}
    if others := [factors.alone(row) for row in conditions if row["base"] not in swept]:
        parts.append(("Beside the sweeps", others))
    return [
        f"### {title}\n\n" + "\n".join(f"* {sentence}" for sentence in sentences) + "\n" for title, sentences in parts
    ]


def of_pretrained(dataset: str, names: list[str], min_max_normalized: bool, summary: list[dict]) -> str:
    """Return the part about a dataset of pretrained kernels: which runs they are from, and what is unknown about them.

    names: the runs in the order of the seeds. min_max_normalized: whether sign, zero and size of the weights are lost.
    summary: rows of summary.csv.
    """
    sentences = "\n".join(f"* {sentence}" for sentence in runs.pretrained(names, min_max_normalized, summary))
    return f"## {dataset}\n\n{sentences}\n"


def of_architecture(arch: str, tables: dict[str, list[dict]], further: Sequence[str] = ()) -> str:
    """Return the part about one architecture.

    tables: as in `paragraph`. further: sentences from tables that only some architectures have.
    """
    return "\n".join([f"### {arch}\n", paragraph(tables), *(f"* {sentence}" for sentence in further), ""])


def paragraph(tables: dict[str, list[dict]]) -> str:
    """Return all sentences about one architecture as a list in Markdown.

    tables: `summary`, `atlas`, `subspace_fit`, `pairs`, `universal`, `energy_agreement`, `cka`, each with a column
    `seed` if its rows are about runs, and empty if it is unknown; and `controls`: kind -> atlas rows of that control.
    """
    first = first_layer(tables["atlas"])
    sentences = [
        runs.trained(tables["summary"]),
        runs.beyond_null(first, "lag1", "smoother", "the untrained layer"),
        runs.beyond_null(first, "orientation_concentration", "more oriented", "noise as smooth"),
        runs.untouched(first),
        runs.settled(tables["atlas"]),
        runs.preferred_features(tables["atlas"]),
        runs.counted(tables["atlas"], "selectivity_p", "prefer a class more than untrained kernels do"),
        runs.counted(tables["atlas"], "ablation_p", "cost the network accuracy when replaced by their mean"),
        seeds.subspace_fit(tables["subspace_fit"]),
        *seeds.compared(tables["universal"]),
        *seeds.matched(tables["pairs"]),
        *seeds.permuted(tables["pairs"]),
        *seeds.universal(tables["universal"]),
        *seeds.energy(tables["energy_agreement"]),
        *seeds.cka(tables["cka"]),
        *controls.controls(first, {kind: first_layer(rows) for kind, rows in tables["controls"].items()}),
    ]
    return "\n".join(f"* {sentence}" for sentence in sentences if sentence)


def first_layer(rows: list[dict]) -> list[dict]:
    """Return the rows of the first layer."""
    return [row for row in rows if row["layer"] == rows[0]["layer"]]

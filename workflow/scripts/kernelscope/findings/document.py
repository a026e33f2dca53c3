"""The findings of an experiment as Markdown: a paragraph per architecture, written by `sentences` from its tables."""

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
    """The whole page; its parts are those of `over_all` and `of_architecture`."""
    return "\n".join([HEAD.format(path=path), *parts])


def over_all(dataset: str, across: dict[str, list[dict]], found: dict) -> str:
    """A dataset with its tables `architectures` and perhaps `similarity`, each a list of rows with numbers as numbers.

    found: its found.json; {} of images that were drawn.
    """
    said = "\n".join(f"* {sentence}" for sentence in [*notes.notes(found), *seeds.across(**across)])
    return f"## {dataset}\n\n{said}\n"


def of_sweeps(cells: list[dict], effects: list[dict], levels: list[dict]) -> list[str]:
    """A part for each design, and one for architectures of no sweep, from cells.csv, effects.csv and levels.csv."""
    parts, designs = [], list(dict.fromkeys(row["design"] for row in effects))
    for name in designs:
        mine = [row for row in cells if row["base"] in name.split(", ")]
        own = ([row for row in table if row["design"] == name] for table in (effects, levels))
        parts.append((f"Sweep of {name}", factors.sweep(*own, mine)))
    swept = {base for name in designs for base in name.split(", ")}
    if others := [factors.alone(row) for row in cells if row["base"] not in swept]:
        parts.append(("Beside the sweeps", others))
    return [f"### {title}\n\n" + "\n".join(f"* {sentence}" for sentence in said) + "\n" for title, said in parts]


def of_published(dataset: str, names: list[str], scaled: bool, summary: list[dict]) -> str:
    """A dataset of published kernels: whose runs they are and what is unknown of them.

    names: of its runs, in the order of the seeds. scaled: whether sign, zero and size of the weights are lost. summary:
    its rows of summary.csv.
    """
    said = "\n".join(f"* {sentence}" for sentence in runs.published(names, scaled, summary))
    return f"## {dataset}\n\n{said}\n"


def of_architecture(arch: str, tables: dict[str, list[dict]], further: Sequence[str] = ()) -> str:
    """The tables as in `paragraph`; further: sentences from tables that only some architectures have."""
    return "\n".join([f"### {arch}\n", paragraph(tables), *(f"* {sentence}" for sentence in further), ""])


def paragraph(tables: dict[str, list[dict]]) -> str:
    """All sentences about one architecture.

    tables: `summary`, `atlas`, `explained`, `pairs`, `universal`, `energy_agreement`, `cka`, each with a column
    `seed` where it is of runs, and empty where it is unknown; and `controls`: kind -> atlas rows of that control.
    """
    first = first_layer(tables["atlas"])
    said = [
        runs.trained(tables["summary"]),
        runs.beyond_null(first, "lag1", "smoother", "the untrained layer"),
        runs.beyond_null(first, "orientation_concentration", "more oriented", "the untrained layer"),
        runs.beyond_null(first, "gabor_r2", "better fitted by a Gabor", "noise of the same spectrum"),
        runs.untouched(first),
        runs.settled(tables["atlas"]),
        runs.answered(tables["atlas"]),
        runs.counted(tables["atlas"], "selectivity_p", "prefer a class more than under shuffled labels"),
        runs.counted(tables["atlas"], "knockout_p", "cost the network some class when replaced by their mean"),
        seeds.explained(tables["explained"]),
        *seeds.compared(tables["universal"]),
        *seeds.matched(tables["pairs"]),
        *seeds.dealt(tables["pairs"]),
        *seeds.universal(tables["universal"]),
        *seeds.energy(tables["energy_agreement"]),
        *seeds.cka(tables["cka"]),
        *controls.controls(first, {kind: first_layer(rows) for kind, rows in tables["controls"].items()}),
    ]
    return "\n".join(f"* {sentence}" for sentence in said if sentence)


def first_layer(rows: list[dict]) -> list[dict]:
    return [row for row in rows if row["layer"] == rows[0]["layer"]]

"""The findings of an experiment as Markdown, made from statements.csv: what is shown, what is not, what is open."""

from collections.abc import Container, Iterable, Iterator

from kernelscope.statements.statement import NO_EVIDENCE, QUESTIONS, SHOWN, UNDECIDED

HEAD = """# Findings

{scope}. The numbers are in `statements.csv`, which names the table behind each of them.
A claim is shown if its p is at most 0.05 and untrained networks do worse. Counts of kernels are corrected over the
kernels of a layer (Benjamini and Hochberg), the main claims about seeds and controls over the dataset (Holm).
Brackets hold 95 % intervals over seeds. All seeds share one set of images: another draw of images is not covered.
`snakemake -c1 -f {path}` (with the `--configfile` of the experiment) writes this page again.
"""
TITLES = {SHOWN: "", NO_EVIDENCE: "No evidence:", UNDECIDED: "Cannot be decided with this design:"}
FEW = 12  # deeper layers that are listed one by one


def page(path: str, rows: list[dict], notes: dict[str, list[str]], controls: Container[str] = ()) -> str:
    """Return the whole page.

    Parameters
    ----------
    path : str
        Of the page, for its command.
    rows : list of dict
        All rows of statements.csv.
    notes : dict
        dataset -> sentences about its images.
    controls : container of str
        Architectures that are controls of others; they are told in short.
    """
    statements = list({row["statement"]: row for row in reversed(rows)}.values())[::-1]
    count = len({(row["dataset"], row["arch"]) for row in statements if row["arch"]})
    scope = "One architecture" if count == 1 else f"{count} architectures"
    parts = [HEAD.format(path=path, scope=scope)]
    for dataset in dict.fromkeys(row["dataset"] for row in statements):
        of_dataset = [row for row in statements if row["dataset"] == dataset]
        parts.append(f"## {dataset or 'All datasets'}\n")
        parts += [f"* {sentence}" for sentence in notes.get(dataset, [])]
        parts += section([row for row in of_dataset if not row["arch"]])
        for arch in dict.fromkeys(row["arch"] for row in of_dataset if row["arch"]):
            of_arch = [row for row in of_dataset if row["arch"] == arch]
            lines = of_control(of_arch) if arch in controls else section(of_arch)
            parts += ["", f"### {arch}", "", *lines]
        parts.append("")
    return "\n".join(parts)


def section(rows: list[dict]) -> Iterator[str]:
    """Yield the lines about one architecture: by verdict, and within it in the order of the questions."""
    layers = list(dict.fromkeys(row["layer"] for row in rows if row["layer"]))
    first = [row for row in rows if not row["layer"] or row["layer"] == layers[0]]
    for verdict, title in TITLES.items():
        of_verdict = [row for row in first if (row["verdict"] or SHOWN) == verdict]
        if not of_verdict:
            continue
        if title:
            yield from ("", title, "")
        for row in sorted(of_verdict, key=lambda row: list(QUESTIONS).index(row["question"])):
            yield f"* {row['layer'] + ': ' if row['layer'] and len(layers) > 1 else ''}{row['text']}"
    if deeper := layers[1:]:
        yield from ("", "Deeper layers, in short:", "")
        yield from (f"* {layer}: {in_short(row for row in rows if row['layer'] == layer)}" for layer in deeper[:FEW])
        if len(deeper) > FEW:
            yield f"* and {len(deeper) - FEW} more layers, in `statements.csv`"


def of_control(rows: list[dict]) -> Iterator[str]:
    """Yield the lines about a control: what is said of the runs, and each layer in short."""
    yield from (f"* {row['text']}" for row in rows if row["question"] == "works")
    for layer in dict.fromkeys(row["layer"] for row in rows if row["layer"]):
        yield f"* {layer}: {in_short(row for row in rows if row['layer'] == layer)}"


def in_short(rows: Iterable[dict]) -> str:
    """Return the claims about one layer by verdict, in a line."""
    by_verdict: dict[str, list[str]] = {SHOWN: [], NO_EVIDENCE: [], UNDECIDED: []}
    for row in rows:
        if row["verdict"]:
            by_verdict[row["verdict"]].append(row["claim"].replace("_", " "))
    return "; ".join(f"{verdict}: {', '.join(claims)}" for verdict, claims in by_verdict.items() if claims) + "."

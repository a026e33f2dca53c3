"""The findings of an experiment as Markdown, made from statements.csv: what is shown, what is not, what is open."""

from collections.abc import Container, Iterator

from kernelscope.findings import answers, claimed, layout, questions, verdict_lists
from kernelscope.findings.claimed import Network

HEAD = """# Findings

A claim is *shown* if p is at most 0.05 and untrained networks do worse; p is written where it says more than that.
p are corrected: counts of kernels over the kernels of a layer (Benjamini and Hochberg), main claims about seeds and
controls over the dataset (Holm). Brackets hold 95 % intervals over seeds; another draw of images is not covered.
The numbers are in `statements.csv`. `snakemake -c1 -f {path}` (with `--configfile`) writes this page again.
"""
MOST = 12  # lines about a network
OF_CONTROL = 4  # lines about a control
NETWORKS = 20  # networks with a section of their own in a dataset


def page(path: str, rows: list[dict], notes: dict[str, list[str]], archs: list[str], controls: Container[str]) -> str:
    """Return the whole page.

    Parameters
    ----------
    path : str
        Of the page, for its command.
    rows : list of dict
        All rows of statements.csv.
    notes : dict
        dataset -> sentences about its images.
    archs : list of str
        All networks, in the order of the config.
    controls : container of str
        Those that are controls of others; they are reported in short.
    """
    datasets = list(dict.fromkeys(row["dataset"] for row in rows))
    lines = HEAD.format(path=path).splitlines()
    for dataset in datasets:
        of_dataset = [row for row in rows if row["dataset"] == dataset]
        lines += section(dataset or "All datasets", of_dataset, notes.get(dataset, []), archs, controls)
    return "\n".join([*lines, ""])


def section(dataset: str, rows: list[dict], notes: list[str], archs: list[str], controls: Container[str]) -> Iterator[str]:
    """Yield the lines about one dataset."""
    known = {row["arch"] or "" for row in rows}
    ordered = [*(arch for arch in archs if arch in known), *sorted(known.difference(archs, [""]))]
    real = [arch for arch in ordered if arch not in controls]
    yield from ("", f"## {dataset}", "")
    for note in notes:
        yield from layout.wrap(f"* {note}")
    for answer in answers.in_short(rows, real):
        yield from layout.wrap(f"* {layout.escaped(answer)}")
    if "" in known:
        yield from of_network(Network("", claimed.statements(row for row in rows if not row["arch"])))
    for arch in ordered:
        network = claimed.network(rows, arch)
        seeds = f" ({network.seeds} {'seed' if network.seeds == 1 else 'seeds'})" if network.seeds else ""
        control = ", a control" if arch in controls else ""
        yield from ("", f"### {arch}{control}{seeds}", "")
        yield from of_control(network) if arch in controls else of_network(network)
    tables = sorted({name for row in rows for name in (row["table"] or "").split(", ") if name})
    yield from ("", *layout.wrap(f"Tables: {', '.join(f'`{name}`' for name in tables)}."))


def of_network(network: Network) -> list[str]:
    """Return the lines about a network, at most MOST: what is shown, question by question, and what is not."""
    bullets = [(question.title, questions.told(question, network)) for question in questions.QUESTIONS]
    bullets.append(("No evidence", verdict_lists.no_evidence(network.first)))
    seeds = f" with {network.seeds} {'seed' if network.seeds == 1 else 'seeds'}" if network.seeds else ""
    bullets.append((f"Cannot be decided{seeds}", verdict_lists.undecided(network.first)))
    bullets.append(("Deeper layers", verdict_lists.deeper(network)))
    return fitted([(title, sentences) for title, sentences in bullets if sentences], MOST)


def fitted(bullets: list[tuple[str, list[str]]], most: int) -> list[str]:
    """Return bullets in at most this many lines, the longest shortened first."""
    allowed = [most] * len(bullets)
    while True:
        lines = [layout.bullet(*bullet, room) for bullet, room in zip(bullets, allowed, strict=True)]
        longest = max(range(len(lines)), key=lambda i: len(lines[i]), default=0)
        if sum(map(len, lines)) <= most or len(lines[longest]) == 1:
            return [line for of_bullet in lines for line in of_bullet]
        allowed[longest] = len(lines[longest]) - 1


def of_control(network: Network) -> list[str]:
    """Return the lines about a control: what is reported of the runs, and each layer in short."""
    works = questions.told(questions.QUESTIONS[0], network)
    layers = [f"{layer}: {verdict_lists.in_brief([of for of in network.statements if of.layer == layer])}" for layer in network.layers]
    return fitted([("Works", works), ("Layers", layers)], OF_CONTROL)

"""The findings of an experiment as Markdown, made from statements.csv: what is shown, what is not, what is open."""

from collections.abc import Container, Iterator, Mapping
from types import MappingProxyType

from kernelscope.findings import answers, claimed, layout, questions, verdict_lists
from kernelscope.findings.claimed import Network
from kernelscope.findings.layout import Bullet
from kernelscope.statements.number_words import of_count

HEAD = """# Findings

A claim is *shown* if p is at most 0.05 and untrained networks, where testable, do not show it.
p is given where it adds information, and corrected only for counts of kernels and settings of sweeps (Benjamini
and Hochberg), and for similar kernels, individual kernels, and controls with random labels or scrambled images
(Holm). Brackets are 95 % intervals over seeds; all seeds saw the same images. "(+3)": three more in `statements.csv`.
"""
AGAIN = "To remake this: `snakemake -c1 -f {path}`, with the `--configfile`."
MOST = 12  # lines about a network
WORDS = 205  # about a network
OF_CONTROL = 4  # lines about a control
LATER = 2  # lines about deeper layers, and about what has no evidence


def page(
    path: str,
    rows: list[dict],
    defects: dict[str, list[str]],
    archs: list[str],
    controls: Container[str],
    random_labels: Mapping[str, str] = MappingProxyType({}),
    notes: Mapping[str, list[str]] = MappingProxyType({}),
) -> str:
    """Return the whole page.

    Parameters
    ----------
    path : str
        Of the page, for its command.
    rows : list of dict
        All rows of statements.csv.
    defects : dict
        dataset -> sentences about what networks had to tell about its images, and what is wrong with these.
    archs : list of str
        All networks, in the order of the config.
    controls : container of str
        Those that are controls of others; they are reported in short.
    random_labels : mapping
        Network -> the same network trained on random labels.
    notes : mapping
        dataset -> sentences about what was left out, cut, assumed, clipped or converted where it was read.
    """
    lines = [*HEAD.splitlines(), *layout.wrap(AGAIN.format(path=path))]
    for dataset in dict.fromkeys(row["dataset"] for row in rows):
        of_dataset = [row for row in rows if row["dataset"] == dataset]
        wrong, of_job = defects.get(dataset, []), notes.get(dataset, [])
        lines += section(dataset or "All datasets", of_dataset, wrong, archs, controls, random_labels, of_job)
    return "\n".join([*lines, ""])


def section(
    dataset: str,
    rows: list[dict],
    defects: list[str],
    archs: list[str],
    controls: Container[str],
    random_labels: Mapping[str, str],
    notes: list[str],
) -> Iterator[str]:
    """Yield the lines about one dataset."""
    known = sorted(dict.fromkeys(row["arch"] or "" for row in rows), key=bool)
    ordered = [arch for arch in archs if arch in known] + [arch for arch in known if arch not in archs]
    yield from ("", f"## {dataset}")
    yield from bullets(defects)
    if short := answers.in_short(rows, [arch for arch in ordered if arch not in controls]):
        yield from ("", "### In short", *bullets(short))
    for arch in ordered:
        network = claimed.network(rows, arch, random_labels.get(arch, ""))
        lines = of_control(network) if arch in controls else of_network(network)
        yield from ("", f"### {heading(network, arch in controls)}" if arch else "### All networks", *lines)
    if notes:
        yield from ("", "### Notes", *bullets(notes))
    tables = sorted({name for row in rows for name in (row["table"] or "").split(", ") if name})
    yield from ("", *layout.wrap(f"Tables: {', '.join(f'`{name}`' for name in tables)}."))


def bullets(sentences: list[str]) -> Iterator[str]:
    """Yield the lines of sentences, each as a bullet."""
    for sentence in sentences:
        yield from layout.wrap(f"* {layout.escaped(sentence)}")


def heading(network: Network, control: bool) -> str:
    """Return the heading of a network: its name, and how many seeds it has."""
    return f"{network.arch}: {', '.join(filter(None, ('a control' * control, seeds(network))))}".removesuffix(": ")


def seeds(network: Network) -> str:
    """Return the number of seeds of a network in words, "" if it is unknown."""
    return f"{network.seeds} {of_count('seeds', network.seeds)}" if network.seeds else ""


def of_network(network: Network) -> list[str]:
    """Return the lines about a network, at most MOST: what is shown, question by question, and what is not."""
    bullets = [Bullet(f"*{of.title}.*", questions.told(of, network), most=of.lines) for of in questions.QUESTIONS]
    bullets.append(Bullet("*No evidence*", verdict_lists.no_evidence(network.first), "; ", LATER))
    with_seeds = f" with {seeds(network)}" if seeds(network) else ""
    bullets.append(Bullet(f"*Cannot be decided{with_seeds}:*", verdict_lists.undecided(network.first), "; "))
    bullets.append(Bullet("*Deeper layers.*", verdict_lists.by_layer(network, network.layers[1:]), most=LATER))
    return layout.fitted(bullets, MOST, WORDS)


def of_control(network: Network) -> list[str]:
    """Return the lines about a control: what is reported of the runs, and each layer in short."""
    works = Bullet("*Works.*", questions.told(questions.QUESTIONS[0], network))
    return layout.fitted([works, Bullet("*Layers.*", verdict_lists.by_layer(network, network.layers))], OF_CONTROL)

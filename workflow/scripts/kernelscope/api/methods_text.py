"""A paragraph about the methods of an experiment for a paper, with its numbers filled in from the results."""

from collections import Counter
from pathlib import Path
from statistics import fmean, stdev

from kernelscope.api import runs
from kernelscope.io import cells, records
from kernelscope.version import VERSION

MOST = 12  # networks that the paragraph describes
VERDICTS = ("shown", "no evidence", "cannot be decided")
CORRECTIONS = {"holm": "Holm", "bh": "Benjamini and Hochberg"}


def paragraph(folder: Path) -> str:
    """Return the paragraph for the results in a folder."""
    groups = {}
    for row in cells.read(folder / "summary.csv"):
        groups.setdefault((row["dataset"], row["arch"]), []).append(row)
    sentences = [
        of_network(folder, dataset, arch, rows) for (dataset, arch), rows in list(groups.items())[:MOST] if rows
    ]
    if len(groups) > MOST:
        sentences.append(f"The other {len(groups) - MOST} networks are in summary.csv and settings.json.")
    return " ".join([*sentences, of_statements(folder), of_software(folder, groups)]) + "\n"


def of_network(folder: Path, dataset: str, arch: str, rows: list[dict]) -> str:
    """Return how a network was trained, from how many seeds, and how accurate it became."""
    record = folder / "runs" / dataset / arch / f"seed{rows[0]['seed']}" / "run.json"
    spec = records.read_json(record).get("spec", {}) if record.is_file() else {}
    training, layers = spec.get("training"), spec.get("layers")
    if not isinstance(training, dict) or not isinstance(layers, list):
        return f"The kernels of {arch} on {dataset} were not trained here; they are from {counted(len(rows), 'run')}."
    parameters, control = rows[0].get("parameters"), spec.get("control")
    control = f" (control: {control.replace('_', ' ')})" if isinstance(control, str) else ""
    size = f", {parameters:,} parameters" if isinstance(parameters, int) else ""
    return (
        f"The network {arch} ({layers_in_words(layers)}{size}) was trained on {dataset}{control} "
        f"from {counted(len(rows), 'seed')} with {training_in_words(training)}{outcome(rows)}."
    )


def layers_in_words(layers: list) -> str:
    """Return the conv layers: `conv1: 12 kernels of 15 x 15`."""
    convs = [layer for layer in layers if isinstance(layer, dict) and layer.get("kind") == "conv"]
    words = [
        f"{of.get('name')}: {counted(of.get('kernels'), 'kernel')} of {of.get('kernel_size')} x {of.get('kernel_size')}"
        for of in convs
    ]
    return "; ".join(words) or f"{len(layers)} layers"


def training_in_words(training: dict) -> str:
    """Return the settings of a training."""
    length = f"{training['epochs']} epochs" if training.get("epochs") else f"{training.get('steps')} updates"
    decay = training.get("weight_decay")
    decay = decay.get("conv") if isinstance(decay, dict) else decay
    return (
        f"{training.get('optimizer')} ({str(training.get('schedule')).replace('_', '-')} schedule, learning rate "
        f"{training.get('learning_rate')}, weight decay {decay} of kernels, batches of {training.get('batch_size')}, "
        f"{length}, loss {str(training.get('loss')).replace('_', ' ')})"
    )


def outcome(rows: list[dict]) -> str:
    """Return the mean and standard deviation of the test accuracy without failed runs, and how many runs failed."""
    good = [row for row in rows if not row["failure"]]
    values = [100 * row["test_accuracy"] for row in good if isinstance(row["test_accuracy"], int | float)]
    failed = f"; {len(rows) - len(good)} of {counted(len(rows), 'run')} failed" if len(good) < len(rows) else ""
    if not good:
        return "; every run failed"
    if not values:
        return failed
    spread = f", standard deviation {stdev(values):.1f}" if len(values) > 1 else ""
    return f"; test accuracy {fmean(values):.1f} % (mean of {counted(len(values), 'run')}{spread}){failed}"


def of_statements(folder: Path) -> str:
    """Return how many claims were tested with which verdict, and how p values were corrected."""
    verdicts, corrections = {}, {}
    for row in runs.statements(folder):
        if row["verdict"]:
            verdicts[row["statement"]] = row["verdict"]
        if row.get("family") and row.get("correction") in CORRECTIONS:
            corrections[row["family"]] = CORRECTIONS[row["correction"]]
    count = Counter(verdicts.values())
    words = ", ".join(f"{count[verdict]} {verdict}" for verdict in VERDICTS)
    families = Counter(corrections.values())
    corrected = " and ".join(f"{counted(number, 'family', 'families')} by {name}" for name, number in families.items())
    return (
        f"Of {counted(len(verdicts), 'tested claim')}, the verdicts are: {words}."
        + (f" For several tests at once, the p values of {corrected} are corrected." if corrected else "")
        + " statements.csv has the null that each claim was compared with."
    )


def of_software(folder: Path, groups) -> str:
    """Return the versions of what trained the networks."""
    versions = {}
    for dataset, arch in groups:
        for path in sorted((folder / "runs" / dataset / arch).glob("seed*/run.json")):
            for name, version in (records.read_json(path).get("versions") or {}).items():
                versions.setdefault(name, set()).add(str(version))
    words = [f"{name} {' and '.join(sorted(found))}" for name, found in sorted(versions.items())]
    return f"Everything was computed with {', '.join([f'kernelscope {VERSION}', *words])}."


def counted(count: int | None, word: str, several: str = "") -> str:
    """Return a count with its noun."""
    return f"{count} {word if count == 1 else several or word + 's'}"

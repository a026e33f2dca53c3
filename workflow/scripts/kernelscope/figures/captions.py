"""The words on figures: which run it is and how it ended, and the names of its kernels."""

from typing import NamedTuple

import numpy as np

from kernelscope.figures import drawing
from kernelscope.io import run_info
from kernelscope.io.notes import Note
from kernelscope.stats.pvalues import LEVEL


def title(spec: dict, epoch: float | None = None) -> str:
    """Return dataset, architecture, seed and, if given, epoch."""
    run = f"{spec['dataset']} · {spec['arch']} · {seed(spec['seed'], spec.get('pretrained', ''))}"
    return run if epoch is None else f"{run} · epoch {epoch:g}"


def outcome(run: dict, drawn: bool = True) -> str:
    """Return test accuracy, loss and failure from the content of run.json; for a pretrained run, what it is and lacks.

    drawn: whether kernels are in the figure, so that a reader must know what red and blue mean.
    """
    if "pretrained" in run:
        return pretrained(run, drawn)
    test = run["test"]
    loss = "not finite" if test["loss"] is None else f"{test['loss']:.4f}"
    if test["accuracy"] is None:
        line = f"learned without labels; error of the reconstruction by the first layer {loss} of the square"
        return line + (f"  —  FAILED: {run['failure']}" if run["failure"] else "")
    line = f"test accuracy {percent(test['accuracy'])}, test loss {loss}"
    if test["within"] is not None:
        line += f", all outputs within 0.1 of the target {percent(test['within'])}"
    return line + (f"  —  FAILED: {run['failure']}" if run["failure"] else "")


def percent(share: float, digits: int = 1) -> str:
    """Return a share in percent, on one line with its sign."""
    return f"{100 * share:z.{digits}f}\u00a0%"


def pretrained(run: dict, drawn: bool) -> str:
    """Return what a reader must know about pretrained kernels."""
    source = run["pretrained"]
    lost = "published without sign, zero and size: each kernel minus its mean" + ", red above it, blue below" * drawn
    parts = [lost if source["min_max_normalized"] else "published kernels, as they are"]
    if source["time"] and not source["untrained"]:
        parts.append("untrained state not published")
    return "; ".join(parts) + (f"  —  FAILED: {run['failure']}" if run["failure"] else "")


def seed(number: int, name: str = "") -> str:
    """Return a seed, with the name of a pretrained run."""
    return f"seed {number}" + f" ({name})" * bool(name)


def when(run: dict, step: int, epoch: float) -> str:
    """Return the epoch and step of a snapshot, as far as they are known."""
    if "pretrained" not in run:
        return f"epoch {epoch:.2f}, step {step}" if step else "untrained"
    if run_info.untrained(run, [True]) and step == 0:
        return "untrained"
    time = run_info.time(run)
    return f"epoch {epoch:g}" if time == "epoch" else f"step {step}" if time else "trained"


def change(factor: float) -> str:
    """Return the name of a change; without a decay factor it is an estimate."""
    return "change since untrained" + " (estimate)" * bool(np.isnan(factor))


def kernels(count: int) -> str:
    """Return a number of kernels in words."""
    return "1 kernel" if count == 1 else f"{count} kernels"


def bank(layer: str, trained: np.ndarray) -> str:
    """Return the name of a layer with the number and the size of its kernels (out, in, k, k)."""
    out, channels, k, _ = trained.shape
    return f"{layer}: {kernels(out)} of {k}\u00a0x\u00a0{k}" + f"\u00a0x\u00a0{channels}\u00a0channels" * (channels > 1)


def numbered(class_names: list[str]) -> tuple[list[str], str]:
    """Return the names of classes as figures write them, and a note about the numbered ones, or "".

    A class whose name has letters that the font lacks is `class 3`, by its label.
    """
    drawn = [drawing.composed(name) if drawing.spelled(name) == drawing.composed(name) else "" for name in class_names]
    lacking = [label for label, name in enumerate(drawn) if not name]
    for label in lacking:
        name = f"class {label}"
        while name in drawn:
            name += "*"
        drawn[label] = name
    words = "class names have" if len(lacking) > 1 else "class name has"
    note = f"{len(lacking)} {words} letters that the font lacks: numbered as in parameters.csv"
    return drawn, note * bool(lacking)


def renamed(class_names: list[str], names: list[str]) -> Note:
    """Return the note of a job about the classes that its figure numbers; names: as `numbered` returns them."""
    others = [name for name, drawn in zip(class_names, names, strict=True) if drawing.composed(name) != drawn]
    return Note("converted", "class names", len(others), len(names), "numbered in figures, whose font lacks letters")


class Name(NamedTuple):
    """What a kernel responds to, and whether there is evidence that this is more than an untrained kernel does."""

    words: str
    is_shown: bool = True


NO_EVIDENCE = "gray name: no evidence that it is more than an untrained kernel"


def kernel(number: int, name: Name | None, width: int) -> drawing.Drawing:
    """Return the number of a kernel, and below it its name, in lines of at most `width` pixels."""
    head = drawing.text(f"kernel {number}", drawing.SMALL, bold=True)
    if name is None:
        return head
    color = drawing.BLACK if name.is_shown else drawing.GRAY
    return drawing.above(head, drawing.paragraph(name.words, width, drawing.SMALL, color, align=0.5), align=0.5)


def names(rows: list[dict]) -> dict[str, dict[int, Name]]:
    """Return layer -> kernel -> the feature and the class that it responds to, from rows of atlas.csv."""
    found: dict[str, dict[int, Name]] = {}
    for row in rows:
        if row["feature"]:
            is_shown = row["feature_p"] is not None and row["feature_p"] <= LEVEL
            name = Name(f"{row['feature']}, {row['feature_class']}", is_shown)
            found.setdefault(row["layer"], {})[int(row["kernel"])] = name
    return found


def unproven(names: dict[int, Name]) -> list[drawing.Drawing]:
    """Return what gray names mean, if there are any."""
    few = any(not name.is_shown for name in names.values())
    return [drawing.text(NO_EVIDENCE, drawing.SMALL, drawing.GRAY)] * few

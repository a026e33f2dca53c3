"""The notes about a pretrained run: what of its files is not read, and what was assumed and converted."""

from collections.abc import Iterator, Mapping

import numpy as np

from kernelscope.io.names import MOMENTS
from kernelscope.io.notes import Note
from kernelscope.pretrained import state_dicts
from kernelscope.pretrained.contents import LEFT_OUT, Remark
from kernelscope.pretrained.file_names import File
from kernelscope.pretrained.history import KEPT, OTHER_NAMES, Logged
from kernelscope.refusal import listed

NOT_SQUARE = "not square planes, which only kernels.csv, layer_measures.csv and shapes.png have"


def of_files(remarks: list[Remark], layers: int) -> Iterator[Note]:
    """Yield a note for each reason why layers and parts of a checkpoint are not read as they are; `layers` are read."""
    for item, others, read in (
        ("layers", [other for other in remarks if other.shape], layers),
        ("parts of the checkpoint", [other for other in remarks if not other.shape], 1),
    ):
        unread = sum(other.kind == LEFT_OUT for other in others)
        for kind, why in dict.fromkeys((other.kind, other.why) for other in others):
            same = [other for other in others if (other.kind, other.why) == (kind, why)]
            names = [f"{other.name} ({other.shape})" if other.shape else other.name for other in same]
            yield Note(kind, item, len(names), read + unread, f"{why}: {listed(names)}")


def of_shapes(others: dict[str, np.ndarray], layers: int) -> Note:
    """Return the note about layers (t, out, in, *space) that are not square planes, of all layers that are read."""
    names = listed(f"{name} ({' x '.join(map(str, bank.shape[1:]))})" for name, bank in others.items())
    return Note("left_out", "layers", len(others), layers, f"{NOT_SQUARE}: {names}")


def of_names(names: dict[str, str]) -> Note:
    """Return the note about layers whose names in the files tables and addresses cannot hold."""
    others = [f"{short} was {name}" for name, short in names.items() if short != name]
    return Note("converted", "layers", len(others), len(names), f"other names than in the files: {listed(others)}")


def of_equal(runs: list[str]) -> Note:
    """Return the note about runs whose files are the same; none are if there are no names."""
    text = f"different networks, although their files are the same: {listed(runs)}"
    return Note("assumed", "runs", len(runs), len(runs), text)


def of_times(files: list[File], steps: np.ndarray) -> Iterator[Note]:
    """Yield a note about the times of snapshots, as far as the names of the files do not have them."""
    step, epoch = files[0].time
    if (step, epoch) == (None, None) and steps.tolist() == [1]:
        yield Note("assumed", "snapshots", 1, 1, "trained, as its file has no time")
    elif step is None and epoch is not None:
        yield Note("assumed", "snapshots", len(steps), len(steps), "their epochs serve as steps, which are unknown")
    elif epoch is None and step is not None:
        yield Note("assumed", "snapshots", len(steps), len(steps), "their steps serve as epochs, which are unknown")


def of_numbers(doubles: int, files: int, arrays: dict[str, np.ndarray], min_max_normalized: bool) -> Iterator[Note]:
    """Yield the notes about how weights were converted.

    Parameters
    ----------
    doubles, files : files with weights of 64 bits, of how many
    arrays : of kernels.npz
    min_max_normalized : whether the weights have lost their zero
    """
    yield Note("converted", "files", doubles, files, "from float64 to float32")
    if min_max_normalized:
        kernels = sum(bank.shape[1] for name, bank in arrays.items() if name not in MOMENTS)
        yield Note("converted", "kernels", kernels, kernels, "centered, as their zero is lost (min_max_normalized)")


def of_history(columns: list[str]) -> Iterator[Note]:
    """Yield a note about the columns of a file of losses that are not read."""
    others = [column for column in columns if OTHER_NAMES.get(column, column) not in KEPT]
    yield Note("left_out", "columns of the losses", len(others), len(columns), f"not read: {listed(others)}")


def of_logged(logged: Logged, columns: list[str]) -> Iterator[Note]:
    """Yield notes about what a loop logged: columns that are not read, or have another name, and means of rows."""
    read = ("step", *logged.columns.values())
    others = [column for column in columns if column not in read]
    yield Note("left_out", "columns of the losses", len(others), len(columns), f"not read: {listed(others)}")
    renamed = [f"{theirs} is {ours}" for ours, theirs in logged.columns.items() if ours != theirs]
    yield Note("assumed", "columns of the losses", len(renamed), len(columns), listed(renamed))
    if len(logged.rows) < logged.count:
        yield Note(
            "converted", "rows of the losses", logged.count, logged.count, f"{len(logged.rows)} means of several"
        )


def is_double(content) -> bool:
    """Whether a file holds weights of 64 bits."""
    values = state_dicts.flat(content).values() if isinstance(content, Mapping) else [content]
    return any(str(getattr(value, "dtype", "")).endswith("float64") for value in values)

"""What the names of pretrained files say: the run, the time in its training, the layer, the kernel."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from kernelscope.io.names import MOMENTS, natural
from kernelscope.refusal import quoted, refuse

PLACES = {"run": r"[^/]+", "step": r"\d{1,9}", "epoch": r"\d{1,9}", "layer": r"[^/]+?", "kernel": r"\d{1,6}"}
TIMES = ("step", "epoch")
DEFAULTS = (
    *("{run}/kernel_{epoch}_{kernel}.pt", "{run}/kernels.npz", "{run}/kernels_{epoch}.npz", "{run}/kernels_{epoch}.pt"),
    *("{run}/{epoch}.npz", "{run}/{epoch}.pt", "{run}/{epoch}.npy", "{run}.npz", "{run}.pt", "{run}.npy"),
)
CODE = "constants.pkl"  # in an archive of TorchScript, by which torch tells it from a state_dict
TORCH = (".pt", ".pth", ".ckpt", ".bin", ".tar")  # endings of PyTorch files; .tar as in .pth.tar
HDF5 = (".keras", ".h5", ".hdf5")  # of Keras
ENDINGS = (*TORCH, ".safetensors", *HDF5, ".onnx", ".npz", ".npy")
INDEX = ".index.json"  # of a file that names the files of a network
LONGEST = 64  # characters in the name of a run or a layer
LAYER = re.compile(r"[\w.\-]{1,64}")


class File(NamedTuple):
    """A file and what its name says, or None; `layer` and `kernel` may be given in the file itself."""

    name: str
    run: str
    step: int | None = None
    epoch: int | None = None
    layer: str | None = None
    kernel: int | None = None

    @property
    def time(self) -> tuple[int | None, int | None]:
        """Return (step, epoch)."""
        return self.step, self.epoch


def places(pattern: str) -> list[str]:
    """Return the placeholders of a pattern such as `{run}/kernel_{epoch}_{kernel}.pt`; ValueError for a bad pattern."""
    placeholders, where = re.findall(r"\{([^{}]*)\}", pattern), f"pattern {quoted(pattern)}"
    for placeholder in placeholders:
        if placeholder not in PLACES:
            refuse(where, f"the placeholder {{{placeholder}}}", " or ".join(f"{{{name}}}" for name in PLACES))
        if placeholders.count(placeholder) > 1:
            refuse(where, f"the placeholder {{{placeholder}}} twice", "each placeholder once")
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", pattern)):
        refuse(where, "a single brace", "placeholders such as {run}")
    return placeholders


def expression(pattern: str) -> re.Pattern:
    """Return the regular expression of a pattern, with a named group for each placeholder."""
    places(pattern)
    parts = re.split(r"\{([^{}]*)\}", pattern)
    texts = [f"(?P<{part}>{PLACES[part]})" if i % 2 else re.escape(part) for i, part in enumerate(parts)]
    return re.compile("".join(texts))


def named(names: Iterable[str], pattern: str, run: str) -> list[File]:
    """Return the files whose names match the pattern, in the given order; `run` is used if the pattern has no {run}."""
    regex = expression(pattern)
    return [file({"run": run} | match.groupdict(), name) for name in names if (match := regex.fullmatch(name))]


def file(cells: dict[str, str], name: str) -> File:
    """Return the file with this name, given the text of each placeholder; "" counts as missing.

    ValueError for a text that the placeholder cannot hold.
    """
    given = {place: text for place, text in cells.items() if text}
    for place in (*TIMES, "kernel"):
        if place in given and not re.fullmatch(PLACES[place], given[place], re.ASCII):
            digits = 6 if place == "kernel" else 9
            refuse(name, f"the {place} {quoted(given[place])}", f"a whole number of at most {digits} digits")
    if not given["run"].isprintable() or len(given["run"]) > LONGEST:
        refuse(name, f"the run {quoted(given['run'])}", f"a name of at most {LONGEST} printable characters")
    check_layer(given.get("layer", "conv"), name)
    numbers = {place: int(given[place]) for place in (*TIMES, "kernel") if place in given}
    return File(name, given["run"], layer=given.get("layer"), **numbers)


def check_layer(layer: str, name: str) -> None:
    """Raise ValueError unless a layer's name can be used in tables, arrays and addresses."""
    if not LAYER.fullmatch(layer) or layer in MOMENTS:
        taken = f", and not {' or '.join(MOMENTS)}" if layer in MOMENTS else ""
        refuse(name, f"the layer {quoted(layer)}", f"a name of 1 to {LONGEST} letters, digits, dots, - and _{taken}")


def usable(names: Iterable[str]) -> dict[str, str]:
    """Return the name of each layer in a file -> a name that tables, arrays and addresses can hold.

    Other characters become dots, of a long name the end is kept, and a number makes equal names different.

    >>> usable(["conv1/kernel:0", "steps"])
    {'conv1/kernel:0': 'conv1.kernel.0', 'steps': 'steps_'}
    """
    found: dict[str, str] = {}
    for name in names:
        short = re.sub(r"[^\w.\-]", ".", name)[-LONGEST:] or "_"
        short = short if short not in MOMENTS else f"{short}_"
        choices = (short, *(f"{short[-LONGEST + 6 :]}_{number}" for number in range(2, 10_000)))
        found[name] = next(choice for choice in choices if choice not in found.values())
    return found


def check_ending(path: Path) -> None:
    """Raise ValueError unless the ending of a file is of a kind that can be read."""
    if path.suffix.lower() not in ENDINGS and not path.name.endswith(INDEX):
        expected = f"{', '.join(ENDINGS)} or {INDEX}"
        refuse(str(path), f"the ending {path.suffix}" if path.suffix else "no ending", expected)


def runs(files: Iterable[File]) -> dict[str, list[File]]:
    """Group files by run.

    Runs are sorted by name, seed2 before seed10, and the files of a run by time, layer and kernel.
    """
    by_run: dict[str, list[File]] = {}
    for file in files:
        by_run.setdefault(file.run, []).append(file)
    key = lambda file: (*(-1 if t is None else t for t in file.time), file.layer or "", file.kernel or 0, file.name)  # noqa: E731
    return {name: sorted(by_run[name], key=key) for name in sorted(by_run, key=natural)}


def check_run(files: list[File]) -> None:
    """Raise ValueError, naming a file, unless all snapshots of a run have the same layers and kernels."""
    if len({(file.step is None, file.epoch is None) for file in files}) > 1:
        refuse(files[-1].name, time_given(files[-1]), f"{time_given(files[0])}, as in {files[0].name}")
    seen: dict[tuple, str] = {}
    for file in files:
        key = (file.time, file.layer, file.kernel)
        if key in seen:
            refuse(file.name, f"the same time, layer and kernel as {seen[key]}", "one file for each")
        seen[key] = file.name
    snapshots = {
        time: [file for file in files if file.time == time] for time in dict.fromkeys(file.time for file in files)
    }
    first = next(iter(snapshots.values()))
    for snapshot in snapshots.values():
        check_numbers(snapshot)
        if {(file.layer, file.kernel) for file in snapshot} != {(file.layer, file.kernel) for file in first}:
            refuse(
                snapshot[0].name,
                f"a snapshot of {len(snapshot)} files",
                f"the same layers and kernels in every snapshot of a run, as in {first[0].name} ({len(first)} files)",
            )


def time_given(file: File) -> str:
    """Return in words how a file gives its time."""
    given = [name for name in TIMES if getattr(file, name) is not None]
    return f"a time in {' and '.join(f'{name}s' for name in given)}" if given else "no time"


def check_numbers(files: list[File]) -> None:
    """Raise ValueError unless the kernels of every layer of a snapshot are numbered without gaps, from 0 or 1."""
    for layer in {file.layer for file in files}:
        of_layer = [file for file in files if file.layer == layer]
        numbers = [file.kernel for file in of_layer]
        if None in numbers:
            if len(numbers) > 1:
                refuse(of_layer[0].name, "a whole layer beside single kernels of it", "one of the two")
            continue
        start = min(numbers)
        missing = sorted(set(range(start, max(numbers) + 1)) - set(numbers))
        if start > 1 or missing:
            number = missing[0] if missing else start - 1
            refuse(
                of_layer[0].name, f"no kernel {number} in its snapshot", "kernels numbered without gaps, from 0 or 1"
            )

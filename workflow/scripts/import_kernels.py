"""Import the kernels of a pretrained run, as if it had been trained here."""

import platform
from pathlib import Path

import numpy as np

from kernelscope.io import array_files, cli, csv_files, files, notes, records
from kernelscope.io.names import KERNELS, MOMENTS, OTHER_KERNELS
from kernelscope.pretrained import formats, kernels, shards
from kernelscope.pretrained import history as pretrained_history
from kernelscope.pretrained import notes as pretrained_notes
from kernelscope.pretrained.contents import LEFT_OUT, Remark, described
from kernelscope.pretrained.file_names import File
from kernelscope.refusal import refuse


def import_kernels(spec: dict, folder: str, snapshots: str, history: str, run: str) -> None:
    """Read the files of a pretrained run; write the artifacts of a training as far as they are known.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "pretrained": name of the run, "min_max_normalized": whether the weights have
        lost their sign, zero and scale, "layers": patterns of the layers to read, or null, "part": the part of a
        checkpoint to read, or null, "axes": the order of the axes, or null, "files": [[name, step, epoch, layer,
        kernel, sha256], ...], "history": [name, sha256] or null}; with exact decay factors, also "decay": [name,
        sha256]; where other runs have the same files, also "equal": the names of all these runs
    folder : folder of the pretrained files
    snapshots, history, run : snapshots.npz, history.csv and run.json, to write
    """
    pretrained_files = [File(name, spec["pretrained"], *rest) for name, *rest, _ in spec["files"]]
    hashes = {name: sha256 for name, *_, sha256 in spec["files"]}
    choice = kernels.Choice(spec["layers"], spec["part"], spec["axes"], is_square=False)
    doubles = {}

    def content(name: str):
        found = formats.read(intact(folder, name, hashes[name]))
        doubles[name] = pretrained_notes.is_double(found)
        return found

    arrays, remarks, names = kernels.snapshots(pretrained_files, content, choice)
    square, others = kernels.by_shape(arrays, pretrained_files[0].name)
    notes.keep(pretrained_notes.of_files(remarks, len(arrays) - len(MOMENTS)))
    notes.keep([pretrained_notes.of_shapes(others, len(square) + len(others))])
    notes.keep([pretrained_notes.of_names(names)])
    notes.keep(pretrained_notes.of_times(pretrained_files, arrays["steps"]))
    notes.keep([pretrained_notes.of_equal(spec.get("equal", []))])
    numbers = sum(doubles.values()), len(doubles), arrays, spec["min_max_normalized"]
    notes.keep(pretrained_notes.of_numbers(*numbers))
    arrays = kernels.centered(arrays) if spec["min_max_normalized"] else arrays
    rows = history_rows(spec, folder, pretrained_files, arrays)
    stored = {stored_name(name, others): array for name, array in arrays.items()}
    array_files.write_npz(snapshots, stored)
    csv_files.write_csv(history, pretrained_history.COLUMNS, rows)
    about = outcome(spec, arrays, pretrained_files, rows)
    if "decay" in spec:
        about["pretrained"]["decay"] = factors(folder, *spec["decay"], arrays)
    shapes = [Remark(name, described(bank[0]), pretrained_notes.NOT_SQUARE) for name, bank in others.items()]
    left_out = [one for one in remarks if one.kind == LEFT_OUT] + shapes
    about["pretrained"]["left_out"] = [one._asdict() for one in left_out]
    records.write_json(run, about | {"notes": notes.kept()})


def stored_name(name: str, others: dict) -> str:
    """Return the name of an array in snapshots.npz; kernels that are not square have a place of their own."""
    return name if name in MOMENTS else f"{OTHER_KERNELS if name in others else KERNELS}{name}"


def history_rows(spec: dict, folder: str, pretrained_files: list[File], arrays: dict[str, np.ndarray]) -> list[dict]:
    """Return the rows of history.csv, none without a file of losses; of a file without losses, the time of the end."""
    if spec["history"] is None:
        return []
    is_by_step = time(pretrained_files, len(arrays["steps"])) == "step" and is_equal(arrays["epochs"], arrays["steps"])
    rows = losses(folder, *spec["history"], is_by_step)
    return rows or [{"step": arrays["steps"][-1], "epoch": arrays["epochs"][-1]}]


def losses(folder: str, name: str, sha256: str, is_by_step: bool) -> list[dict]:
    """Return rows of history.csv from a file of losses, at the times of the kernels: steps, or else epochs."""
    table = csv_files.read_csv(intact(folder, name, sha256))
    if is_by_step and table and "step" in table[0]:
        logged = pretrained_history.logged(table)
        notes.keep(pretrained_notes.of_logged(logged, list(table[0])))
        return logged.rows
    rows = pretrained_history.rows(table, name)
    notes.keep(pretrained_notes.of_history(list(table[0])))
    return rows


def is_equal(epochs: np.ndarray, steps: np.ndarray) -> bool:
    """Whether the steps serve as epochs, which are unknown."""
    return bool(np.array_equal(epochs, steps.astype(epochs.dtype)))


def factors(folder: str, name: str, sha256: str, arrays: dict[str, np.ndarray]) -> dict[str, dict]:
    """Return layer -> its decay factor at each snapshot, None where there is none, and the reason of the last."""
    rows = csv_files.read_csv(intact(folder, name, sha256))
    steps, result = [str(step) for step in arrays["steps"].tolist()], {}
    for layer in (layer for layer in arrays if layer not in MOMENTS):
        of_layer = [row for row in rows if row.get("layer") == layer]
        if [row.get("step") for row in of_layer] != steps:
            refuse(name, f"other steps of {layer} than in kernels.npz", "a row for each of its steps")
        values = [float(row["factor"]) if row["factor"] else None for row in of_layer]
        result[layer] = {"factors": values, "reason": of_layer[-1]["reason"]}
    return result


def intact(folder: str, name: str, sha256: str) -> Path:
    """Return the path of a file; ValueError if it has changed since the workflow was planned."""
    return shards.check_unchanged(Path(folder, name), sha256, files.digest_of)


def time(pretrained_files: list[File], snapshots: int) -> str:
    """Return what the steps count: "step"; "epoch" if only epochs are known; "" for one state of unknown time."""
    if pretrained_files[0].time == (None, None):
        return "step" if snapshots > 1 else ""
    return "epoch" if pretrained_files[0].step is None else "step"


def outcome(spec: dict, arrays: dict[str, np.ndarray], pretrained_files: list[File], rows: list[dict]) -> dict:
    """Return the content of run.json, like that of a training as far as it is known."""
    untrained, scaled = bool(arrays["steps"][0] == 0), spec["min_max_normalized"]
    unknown = ["the images it was trained on", "biases", "responses", "how the training ended"]
    unknown += ["sign, zero and size of the weights"] * scaled + ["the untrained state"] * (not untrained)
    about = {"run": spec["pretrained"], "min_max_normalized": scaled, "untrained": untrained}
    about |= {"time": time(pretrained_files, len(arrays["steps"])), "history": bool(rows), "unknown": unknown}
    return {
        "pretrained": about,
        "failure": kernels.failure(arrays),
        "never_predicted": [],
        "constant_predictor_loss": None,
        "parameters": None,
        "largest_responses": {},
        **pretrained_history.scores(rows),
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "spec": {key: value for key, value in spec.items() if key != "files"},
    }


if __name__ == "__main__":
    cli.run(import_kernels, __doc__)

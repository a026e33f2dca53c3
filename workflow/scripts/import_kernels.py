"""Take over the kernels of a run that was trained elsewhere, as if it had been trained here."""

import platform
from pathlib import Path

import numpy as np

from kernelscope.io import array_files, cli, csv_files, files, records
from kernelscope.pretrained import history as pretrained_history
from kernelscope.pretrained import kernels
from kernelscope.pretrained.file_names import File


def import_kernels(spec: dict, folder: str, snapshots: str, history: str, run: str) -> None:
    """`folder` holds the published files.

    spec: {"dataset", "arch", "seed", "published": name of the run, "scaled": whether sign, zero and size are lost,
    "files": [[name, step, epoch, layer, kernel, sha256], ...], "history": [name, sha256] or null}.
    """
    found = [File(name, spec["published"], *rest) for name, *rest, _ in spec["files"]]
    hashes = {name: sha256 for name, *_, sha256 in spec["files"]}
    arrays = kernels.snapshots(found, lambda name: kernels.read(intact(folder, name, hashes[name])))
    arrays = kernels.centred(arrays) if spec["scaled"] else arrays
    rows = []
    if spec["history"] is not None:
        name, sha256 = spec["history"]
        rows = pretrained_history.rows(csv_files.read_csv(intact(folder, name, sha256)), name)
    kept = {name if name in ("steps", "epochs") else f"kernels/{name}": array for name, array in arrays.items()}
    array_files.write_npz(snapshots, kept)
    csv_files.write_csv(history, pretrained_history.COLUMNS, rows)
    records.write_json(run, outcome(spec, arrays, found, rows))


def intact(folder: str, name: str, sha256: str) -> Path:
    """The path of a file, if it is still the one that was there when the workflow was planned."""
    path = Path(folder, name)
    if files.digest_of(path) != sha256:
        raise ValueError(f"{path}: has changed since this job was planned; start Snakemake again")
    return path


def time(found: list[File], snapshots: int) -> str:
    """What the steps are: "step", "epoch" where only epochs are known, "" for a single state of unknown time."""
    if found[0].time == (None, None):
        return "step" if snapshots > 1 else ""
    return "epoch" if found[0].step is None else "step"


def outcome(spec: dict, arrays: dict[str, np.ndarray], found: list[File], rows: list[dict]) -> dict:
    """The content of run.json: as that of a training as far as it is known."""
    untrained = bool(arrays["steps"][0] == 0)
    unknown = ["the images it was trained on", "biases", "responses", "how the training ended"]
    unknown += ["sign, zero and size of the weights"] * spec["scaled"] + ["the untrained state"] * (not untrained)
    known = {
        "run": spec["published"],
        "scaled": spec["scaled"],
        "untrained": untrained,
        "time": time(found, len(arrays["steps"])),
        "history": bool(rows),
        "unknown": unknown,
    }
    return {
        "published": known,
        "failure": "",
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

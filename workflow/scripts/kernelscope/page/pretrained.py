"""What the page holds of published kernels, of which neither images nor network are known."""

from collections.abc import Callable

from kernelscope.io import array_files, partial_arrays, records, tables
from kernelscope.measures import curves
from kernelscope.page import run_payload
from kernelscope.probes import atlas_table


def architectures(spec: dict, run_folder: Callable[..., str], folder: str) -> dict[str, dict]:
    """Those of the spec with the conv layers of the first run, as far as they can be told from its kernels."""
    dataset, found = next(iter(spec["datasets"])), {}
    for arch, settings in spec["architectures"].items():
        run = run_folder(folder, dataset, arch, spec["shown"][0])
        shapes = {name: shape for name, shape in partial_arrays.shapes(f"{run}/kernels.npz").items() if len(shape) == 5}
        found[arch] = settings | {"layers": [layer(name, *shape) for name, shape in shapes.items()]}
    return found


def layer(name: str, _: int, out: int, channels: int, k: int, __: int) -> dict:
    """A conv layer of kernels (t, out, in, k, k); its stride is unknown."""
    return {"kind": "conv", "name": name, "kernels": out, "kernel_size": k, "stride": 1}


def run(folder: str) -> run_payload.Run:
    """A run, with an atlas of measures alone."""
    measured = curves.read(f"{folder}/measures.csv")
    banks = array_files.read_npz(f"{folder}/kernels.npz")
    own = [layer(name, *bank.shape) for name, bank in banks.items() if bank.ndim == 5]
    known = {"history": tables.read(f"{folder}/history.csv"), "atlas": atlas(measured)}
    return run_payload.Run(records.read_json(f"{folder}/run.json"), own, banks, {}, {}, {}, {}, measured, known)


def atlas(measured: dict[str, dict[str, curves.Curve]]) -> dict:
    """A table like atlas.csv, of measures alone."""
    rows = [row for name, of in measured.items() for row in atlas_table.of_measures(name, of)]
    return {
        "columns": list(atlas_table.COLUMNS),
        "rows": [[row[name] for name in atlas_table.COLUMNS] for row in rows],
    }


def comparison(folder: str, archs: list[str]) -> dict:
    """The JSON of the comparison: how kernels match, and nothing of what needs images."""
    return {
        "architectures": tables.read(f"{folder}/architectures.csv"),
        "similarity": {"columns": [], "rows": []},
        "archs": {
            arch: {name: tables.read(f"{folder}/{arch}/{name}.csv") for name in ("matches", "pairs")} for arch in archs
        },
    }

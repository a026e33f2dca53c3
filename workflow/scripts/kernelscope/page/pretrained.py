"""The page's data about pretrained kernels, whose images and network are unknown."""

from collections.abc import Callable

from kernelscope.io import array_files, partial_arrays, records, run_info, tables
from kernelscope.measures import curves
from kernelscope.page import comparison_payload, run_payload
from kernelscope.probes import atlas_table


def architectures(spec: dict, run_folder: Callable[..., str], folder: str) -> dict[str, dict]:
    """Return the architectures of the spec, with the conv layers of the first run as far as its kernels show them."""
    dataset, with_layers = next(iter(spec["datasets"])), {}
    for arch, settings in spec["architectures"].items():
        run = run_folder(folder, dataset, arch, spec["shown"][arch][0])
        shapes = {name: shape for name, shape in partial_arrays.shapes(f"{run}/kernels.npz").items() if len(shape) == 5}
        with_layers[arch] = settings | {"layers": [layer(name, *shape) for name, shape in shapes.items()]}
    return with_layers


def layer(name: str, _: int, out: int, channels: int, k: int, __: int) -> dict:
    """Return a conv layer of kernels (t, out, in, k, k); its stride is unknown."""
    return {"kind": "conv", "name": name, "kernels": out, "kernel_size": k, "stride": 1}


def run(folder: str) -> run_payload.Run:
    """Return a run, with an atlas of measures alone."""
    measured = curves.read(f"{folder}/measures.csv")
    banks = array_files.read_npz(f"{folder}/kernels.npz")
    layers = [layer(name, *bank.shape) for name, bank in banks.items() if bank.ndim == 5]
    run_tables = {"history": tables.read(f"{folder}/history.csv"), "atlas": atlas(measured)}
    outcome, factors = records.read_json(f"{folder}/run.json"), run_info.read_factors(f"{folder}/decay.csv")
    return run_payload.Run(outcome, layers, banks, factors, *({}, {}, {}, {}), measured, run_tables)


def atlas(measured: dict[str, dict[str, curves.Curve]]) -> dict:
    """Return a table like atlas.csv, with measures alone."""
    rows = [row for name, curves_of_layer in measured.items() for row in atlas_table.of_measures(name, curves_of_layer)]
    return {
        "columns": list(atlas_table.COLUMNS),
        "rows": [[row[name] for name in atlas_table.COLUMNS] for row in rows],
    }


def comparison(folder: str, archs: list[str]) -> dict:
    """Return the JSON of the comparison: how kernels match, without anything that needs images."""
    return {
        "cka": {"entries": [], "groups": []},
        "archs": {
            arch: {name: tables.read(f"{folder}/{arch}/{name}.csv") for name in comparison_payload.TABLES}
            for arch in archs
        },
    }

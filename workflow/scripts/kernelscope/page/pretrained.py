"""The page's data about pretrained kernels, whose images and network are unknown."""

import math

from kernelscope.io import partial_arrays, records, run_info, tables
from kernelscope.io.names import MOMENTS
from kernelscope.io.notes import Note, within
from kernelscope.measures import curves
from kernelscope.page import comparison_payload, run_payload
from kernelscope.probes import atlas_table

MOST_WEIGHTS = 8_000_000  # of all runs at both ends of their training, which are exact on the page: 36 MB


def architectures(spec: dict, runs: list[str]) -> tuple[dict[str, dict], Note]:
    """Return the architectures of the spec with the conv layers of these runs that the page has, and what it has not.

    runs: the folders of all runs on the page.
    """
    shapes: dict[str, tuple[int, ...]] = {}  # of a layer in the first run that has it
    sizes: dict[str, int] = {}
    for run in runs:
        of_run = {name: shape for name, shape in partial_arrays.shapes(f"{run}/kernels.npz").items() if len(shape) == 5}
        shapes = of_run | shapes
        for number, (name, shape) in enumerate(of_run.items()):
            is_first = number == 0  # is always there
            sizes[name] = sizes.get(name, 0) + (0 if is_first else min(shape[0], 2) * math.prod(shape[1:]))
    fitting, note = within(sizes, MOST_WEIGHTS, "not on the page, which would be too large")
    layers = [layer(name, *shapes[name]) for name in fitting]
    return {arch: settings | {"layers": layers} for arch, settings in spec["architectures"].items()}, note


def layer(name: str, _: int, out: int, channels: int, k: int, __: int) -> dict:
    """Return a conv layer of kernels (t, out, in, k, k); its stride is unknown."""
    return {"kind": "conv", "name": name, "kernels": out, "kernel_size": k, "stride": 1}


def channels(run: str) -> dict:
    """Return the channels of the images, which are those of the first kernels; nothing else is known of them."""
    return {"channels": next(shape[2] for shape in partial_arrays.shapes(f"{run}/kernels.npz").values() if shape[4:])}


def run(folder: str, on_page: list[dict]) -> run_payload.Run:
    """Return a run with these layers, as far as it has them, and with an atlas of measures alone."""
    names = {*MOMENTS, *(of["name"] for of in on_page)}
    measured = {name: of for name, of in curves.read(f"{folder}/measures.csv").items() if name in names}
    banks = partial_arrays.read(f"{folder}/kernels.npz", names.__contains__)
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


def comparison(folder: str, layers_of: dict[str, list[dict]]) -> dict:
    """Return the JSON of the comparison: how kernels match, without anything that needs images.

    layers_of: architecture -> its layers on the page.
    """
    return {
        "cka": {"entries": [], "groups": []},
        "archs": {
            arch: {
                name: tables.where(tables.read(f"{folder}/{arch}/{name}.csv"), "layer", *(of["name"] for of in layers))
                for name in comparison_payload.TABLES
            }
            for arch, layers in layers_of.items()
        },
    }

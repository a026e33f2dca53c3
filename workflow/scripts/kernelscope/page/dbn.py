"""The page's data about a convolutional deep belief network, which knows neither classes nor outputs."""

import numpy as np

from kernelscope.io import array_files, partial_arrays, records, run_info, tables
from kernelscope.measures import curves, kernels
from kernelscope.page import pretrained, run_payload

WAYS = ("linear/", "patches/")  # two ways to draw a basis in pixels: beginnings of names in bases.npz


def run(folder: str, layers: list[dict]) -> run_payload.Run:
    """Return a run: its deeper bases in pixels both ways, and an atlas of measures and of which bases are alive."""
    measured, outcome = curves.read(f"{folder}/measures.csv"), records.read_json(f"{folder}/run.json")
    banks = array_files.read_npz(f"{folder}/kernels.npz")
    return run_payload.Run(
        outcome,
        layers,
        banks,
        run_info.read_factors(f"{folder}/decay.csv"),
        *({}, {}, {}),
        pixels(partial_arrays.read(f"{folder}/bases.npz", lambda name: name.startswith(WAYS))),
        measured,
        {
            "history": tables.read(f"{folder}/history.csv"),
            "atlas": with_life(pretrained.atlas(measured), alive(outcome, banks)),
        },
    )


def alive(outcome: dict, banks: dict[str, np.ndarray]) -> dict[str, list[bool]]:
    """Return layer -> whether each of its bases is alive at the end, as of `kernels.alive`."""
    responses = {name: run_info.responses(outcome, name) for name in outcome["largest_responses"]}
    return {
        name: kernels.alive(kernels.norms(banks[name][-1]), response).tolist() for name, response in responses.items()
    }


def with_life(atlas: dict, alive: dict[str, list[bool]]) -> dict:
    """Return the atlas with its column `alive` filled."""
    layer, kernel, place = (atlas["columns"].index(name) for name in ("layer", "kernel", "alive"))
    rows = [[*row[:place], alive[row[layer]][row[kernel]], *row[place + 1 :]] for row in atlas["rows"]]
    return atlas | {"rows": rows}


def pixels(drawn: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return arrays of bases.npz, (out, field, field) or (out, 1, field, field), as (out, 1, field, field)."""
    return {name: bank.reshape(len(bank), 1, *bank.shape[-2:]) for name, bank in drawn.items()}

"""What the page holds of a convolutional deep belief network, which knows neither classes nor outputs."""

import numpy as np

from kernelscope import archives, artifacts, curves, published_page, run_block, tables

WAYS = ("linear/", "patches/")  # of drawing a base in pixels, beginnings of names in bases.npz


def run(folder: str, layers: list[dict]) -> run_block.Run:
    """A run: its deeper bases in pixels both ways, and an atlas of measures alone."""
    measured = curves.read(f"{folder}/measures.csv")
    return run_block.Run(
        artifacts.read_json(f"{folder}/run.json"),
        layers,
        artifacts.read_npz(f"{folder}/kernels.npz"),
        *({}, {}, {}),
        pixels(archives.read(f"{folder}/bases.npz", lambda name: name.startswith(WAYS))),
        measured,
        {"history": tables.read(f"{folder}/history.csv"), "atlas": published_page.atlas(measured)},
    )


def pixels(bases: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Those of bases.npz, (out, field, field) or (out, 1, field, field), as (out, 1, field, field)."""
    return {name: bank.reshape(len(bank), 1, *bank.shape[-2:]) for name, bank in bases.items()}

"""Compare the kernels of two files or models: how far they moved, which match, and whether they see images alike."""

from collections.abc import Sequence
from html import escape

import numpy as np

from kernelscope.api import reading, tables
from kernelscope.comparison import pairs
from kernelscope.measures import cka
from kernelscope.refusal import listed, refuse
from kernelscope.training.snapshot_buffer import relative

N_RESAMPLES = 199  # so that the smallest p is 0.005
OTHER_SHAPE = "other shapes"


class Comparison:
    """Two sets of kernels side by side. A notebook and `print` show a row for each layer that both have.

    Attributes
    ----------
    rows : list of dict
        `moved` is |b - a| / |b|, and `same number` the mean cosine of kernels with the same number: both are about two
        states of one training. `matched` is the mean similarity of matched kernels, `chance` that of kernels rotated by
        180 degrees at random (deeper layers: with channels in random order), and `p` the share of draws that match as
        well: these are about two trainings. `cka` is there if images were given. `reason` says what is missing and why.
    remarks : list of str
        What was left out.
    """

    def __init__(self, rows: list[dict], remarks: list[str]):
        self.rows, self.remarks = rows, remarks

    def __repr__(self) -> str:
        return "\n".join([tables.as_text(self.rows), *self.remarks])

    def _repr_html_(self) -> str:
        return tables.as_html(self.rows) + "".join(f"<p>{escape(remark)}</p>" for remark in self.remarks)


def compare(a, b, *, layers: Sequence[str] | None = None, images=None) -> Comparison:
    """Compare two files, models or mappings.

    Parameters
    ----------
    a, b
        As the source of `read`.
    layers : list of str, optional
        Names of layers, with `*` and `?`. By default all but those of 1 x 1.
    images : array or tensor (n, channels, rows, cols), optional
        At least 4 inputs of both models: how alike layers see them (debiased linear CKA).

    Raises
    ------
    ValueError
        One line, if no layer is in both, or images are given for what is no model.
    """
    one, two = (reading.read(each, layers=layers) for each in (a, b))
    names = [name for name in one if name in two]
    if not names:
        refuse("layers", f"none in both ({listed(one, 60)}; {listed(two, 60)})", "two states of one network")
    alike = similarities(a, b, names, images) if images is not None else {}
    rows = compared({name: one[name] for name in names}, {name: two[name] for name in names})
    rows = [row | ({"cka": alike[row["layer"]]} if alike else {}) for row in rows]
    rows = [row | {"reason": row.pop("reason")} for row in rows]  # the last column
    remarks = dict.fromkeys([*one.remarks, *two.remarks])
    return Comparison(rows, [*remarks, *only("a", one, two), *only("b", two, one)])


def only(which: str, one: reading.Kernels, other: reading.Kernels) -> list[str]:
    """Return a line about the layers that only one of both has, if there are any."""
    names = [name for name in one if name not in other]
    return [f"only in {which}: {listed(names)}"] if names else []


def compared(one: dict[str, np.ndarray], two: dict[str, np.ndarray]) -> list[dict]:
    """Return the rows about the layers that both have."""
    square = {name for name in one if one[name].ndim == 4 and one[name].shape[-1] == one[name].shape[-2]}
    square -= {name for name in square if one[name].shape[1:] != two[name].shape[1:]}
    banks = {seed: {name: of[name] for name in one if name in square} for seed, of in enumerate((one, two))}
    alive = {seed: {name: np.ones(len(bank), bool) for name, bank in of.items()} for seed, of in banks.items()}
    matched = {row["layer"]: row for row in pairs.compare(banks, alive, False, N_RESAMPLES)[1]} if square else {}
    return [row(name, one[name], two[name], matched.get(name, {})) for name in one]


def row(name: str, a: np.ndarray, b: np.ndarray, pair: dict) -> dict:
    """Return the row of a layer; `pair` is its row of pairs.csv, or empty."""
    same = a.shape == b.shape
    reason = "" if same else OTHER_SHAPE
    return {
        **{"layer": name, "kernels": " and ".join(dict.fromkeys((str(len(a)), str(len(b)))))},
        **{"moved": relative(b - a, b) if same else None, "same number": cosine(a, b) if same else None},
        **{"matched": pair.get("similarity"), "chance": pair.get("null_mean"), "p": pair.get("p")},
        "reason": reason or pair.get("reason", "not square planes") or "",
    }


def cosine(a: np.ndarray, b: np.ndarray) -> float | None:
    """Return the mean cosine of kernels (out, ...) with the same number; None if none is finite and not zero."""
    a, b = (bank.reshape(len(bank), -1).astype(np.float64) for bank in (a, b))
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    usable = np.isfinite(norms) & (norms > 0)
    return float(((a * b).sum(1)[usable] / norms[usable]).mean()) if usable.any() else None


def similarities(a, b, names: list[str], images) -> dict[str, float | None]:
    """Return the CKA of each layer of two models for the same images."""
    from kernelscope.api import responding  # torch takes seconds to import
    from kernelscope.recording import keras_layers

    for which, model in (("a", a), ("b", b)):
        if keras_layers.is_keras(model):
            refuse(which, "a Keras model", "a torch.nn.Module, because images are given")
    grams = [responding.grams(model, which, names, images) for which, model in (("a", a), ("b", b))]
    return {name: cka.debiased(*(of[name] for of in grams)) for name in names}

"""The page's data about one run: its kernels, how they emerged, what each is and what it responds to."""

import math
from typing import NamedTuple

import numpy as np

from kernelscope.figures import colormaps
from kernelscope.io import run_info
from kernelscope.io import tables as tables_io
from kernelscope.io.names import MOMENTS
from kernelscope.measures import kernels
from kernelscope.measures.curves import Curve
from kernelscope.models.layer_lists import Field, receptive_fields
from kernelscope.page import drawn, payloads
from kernelscope.page.drawn import Start
from kernelscope.page.pictures import Pictures
from kernelscope.page.series import Series

TABLES = ("history", "atlas", "ablation", "tuning")  # those that a view shows
IN_PIXELS = ("linear", "maximized", "patches")  # ways to draw kernels of deeper layers
PASSED = ("relu", "tanh", "max_pool", "average_pool", "center")  # what the page can project through, beside conv layers
TOPS = ("top_image", "top_row", "top_col", "top_response")
MOST_TUNED = 200  # a run with more kernels keeps only the tuning curves of its first layer
MOST_NUMBERS = 55_000_000  # weights x snapshots of a page (36 MB); with more, deeper layers are there at both ends only
COLORS = 64  # a weight between the ends is off by at most 1/64 of the color limit, which is two of 256 colors
BYTE = 127  # and by at most 1/127 of the largest weight of its layer
HEIGHT = 150  # a measure between the ends is off by at most 1/150 of its range, which is a pixel of a chart
DIGITS = 3  # of the largest response in the tuning curves of a kernel


class Run(NamedTuple):
    """The results of a run.

    outcome: run.json. layers: the layers of its spec. kernels: kernels.npz. factors: layer -> decay factors (t,), NaN
    where unknown. biases: layer -> (out,), at the end. means: layer -> (channels,) of the images, for layers that
    subtract them. probes and pixels: these files; probes is empty if the run saw images of its own. Both, and some
    tables and biases, are empty if kernels were published without images. measures: measures.csv. tables: the others
    by name, as of tables.py. composed: layers whose projection to pixels the page computes.
    """

    outcome: dict
    layers: list[dict]
    kernels: dict[str, np.ndarray]
    factors: dict[str, np.ndarray]
    biases: dict[str, np.ndarray]
    means: dict[str, np.ndarray]
    probes: dict[str, np.ndarray]
    pixels: dict[str, np.ndarray]
    measures: dict[str, dict[str, Curve]]
    tables: dict[str, dict]
    composed: frozenset[str] = frozenset()

    @property
    def banks(self) -> dict[str, np.ndarray]:
        """Return conv layer -> kernels (t, out, in, k, k), in the order of the network."""
        return {name: bank for name, bank in self.kernels.items() if name not in MOMENTS}


def numbers(shapes: dict[str, tuple[int, ...]]) -> int:
    """Return how many weights x snapshots are in a kernels.npz with arrays of these shapes."""
    return sum(int(np.prod(shape)) for shape in shapes.values() if len(shape) == 5)


def kept(run: Run, whole: bool) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return conv layer -> its kernels and decay factors on the page.

    whole: whether every layer is there at every snapshot; otherwise only the first is, and others at both ends.
    """
    first = next(iter(run.banks))
    every = {name: 1 if whole or name == first else max(1, len(bank) - 1) for name, bank in run.banks.items()}
    return {name: (bank[:: every[name]], run.factors[name][:: every[name]]) for name, bank in run.banks.items()}


def content(run: Run, whole: bool) -> dict:
    """Return the JSON of the payload; `whole` as in `kept`."""
    fields = receptive_fields(run.layers)
    layers = {name: layer(bank, fields[name]) for name, bank in run.banks.items()}
    for name, (bank, factors) in kept(run, whole).items():
        layers[name]["change_limit"] = change_limit(run.outcome, bank, factors)
        layers[name]["decay_factor"] = factors[-1]
        layers[name]["composed"] = name in run.composed
        if f"linear/{name}" in run.pixels:
            layers[name]["pixel_limit"] = colormaps.limit(run.pixels[f"linear/{name}"])
    outcome = {key: value for key, value in run.outcome.items() if key != "spec"}
    measures = {
        name: {key: nulls(entry) for key, entry in of_measures.items()} for name, of_measures in run.measures.items()
    }
    tables = run.tables | {"tuning": short_curves(run.tables["tuning"])} if "tuning" in run.tables else run.tables
    if "ablation" in tables:
        tables = tables | {"ablation": tables_io.where(tables["ablation"], "mode", "mean")}
    if "tuning" in tables and sum(entry["kernels"] for entry in layers.values()) > MOST_TUNED:
        tables = tables | {"tuning": tables_io.where(tables["tuning"], "layer", next(iter(layers)))}
    return {"outcome": outcome, "layers": layers, "measures": measures} | tables


def layer(bank: np.ndarray, field: Field) -> dict:
    """Return the description of a layer from its kernels (t, out, in, k, k) and its receptive field."""
    _, out, channels, k, _ = bank.shape
    scale = colormaps.limit(bank)
    return {"size": k, "kernels": out, "channels": channels, "field": field.size, "jump": field.jump, "limit": scale}


def coefficients(outcome: dict, bank: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Return the coefficients (t, out) of W_0 in kernels (t, out, in, k, k); NaN without the untrained state.

    factors: decay factors (t,), NaN where unknown.
    """
    untrained = run_info.untrained(outcome, bank)
    unknown = np.full(bank.shape[:2], np.nan)
    return unknown if untrained is None else kernels.coefficient(bank, untrained, factors)


def change_limit(outcome: dict, bank: np.ndarray, factors: np.ndarray) -> float:
    """Return the scale of the changes that `coefficients` makes of these kernels; 1 if they are unknown."""
    untrained = run_info.untrained(outcome, bank)
    return 1.0 if untrained is None else colormaps.limit(kernels.change(bank, untrained, factors))


def nulls(curve: Curve) -> dict:
    """Return what a curve is compared with."""
    band = None if curve.band is None else list(curve.band)
    return {"band": band, "power": bool(curve.power), "p": curve.p_corrected.tolist()}


def short_curves(table: dict) -> dict:
    """Return the table of tuning curves with as many decimals as the largest response of each kernel has DIGITS."""
    kernel, curves = (
        [table["columns"].index(name) for name in names] for names in (("layer", "kernel"), ("untrained", "trained"))
    )
    largest: dict[tuple, float] = {}
    for row in table["rows"]:
        key = tuple(row[at] for at in kernel)
        largest[key] = max([largest.get(key, 0.0), *(abs(row[at]) for at in curves if row[at] is not None)])
    decimals = {key: DIGITS - 1 - math.floor(math.log10(value)) if value > 0 else 0 for key, value in largest.items()}
    return table | {
        "rows": [shortened(row, curves, decimals[tuple(row[at] for at in kernel)]) for row in table["rows"]]
    }


def shortened(row: list, places: list[int], decimals: int) -> list:
    """Return a row with numbers at these places of at most so many decimals."""
    return [round(cell, decimals) if at in places and isinstance(cell, float) else cell for at, cell in enumerate(row)]


def arrays(run: Run, whole: bool) -> dict[str, np.ndarray | Series | Pictures]:
    """Return the arrays of the payload by name; `whole` as in `kept`.

    Weights are exact at the first and the last snapshot, and within their `tolerance` between.
    """
    steps, first = run.kernels["steps"], next(iter(run.banks))
    by_name = {"steps": steps, "epochs": run.kernels["epochs"]}
    by_name |= {f"mean/{name}": mean for name, mean in run.means.items()}
    drawn_from = starts(run)
    for name, (bank, factors) in kept(run, whole).items():
        of_start = coefficients(run.outcome, bank, factors)
        by_name[f"kernels/{name}"] = Series(bank, tolerance(run.banks[name]), drawn_from.get(name))
        by_name[f"coefficients/{name}"] = of_start
        if "pretrained" not in run.outcome:
            by_name[f"bias/{name}"] = run.biases.get(name, np.zeros(bank.shape[1], np.float32))
        for measure, curve in run.measures.get(name, {}).items():
            by_name[f"measures/{name}/{measure}"] = Series(
                payloads.rounded(curve.values), spread(curve.values) / HEIGHT
            )
            if not np.array_equal(curve.steps, steps):
                by_name[f"msteps/{name}/{measure}"] = curve.steps
        if name != first:
            in_pixels = {way: run.pixels.get(f"{way}/{name}") for way in IN_PIXELS}
            left = {way: images for way, images in in_pixels.items() if images is not None}
            left = {way: images for way, images in left.items() if way != "linear" or name not in run.composed}
            by_name |= {f"{way}/{name}": Pictures(images) for way, images in left.items()}
        by_name |= {f"{part}/{name}": run.probes[f"{part}/{name}"] for part in TOPS if run.probes}
    return by_name


def starts(run: Run) -> dict[str, Start]:
    """Return what draws the untrained kernels of each layer again, for layers where that is known."""
    spec = run.outcome.get("spec", {})
    if "seed" not in spec or len(run.kernels["steps"]) < 2:
        return {}
    seed = spec.get("training", {}).get("init_seed", spec["seed"])
    biased = {layer["name"] for layer in run.layers if layer["kind"] == "conv" and layer.get("bias", True)}
    return drawn.starts(seed, {name: bank[0] for name, bank in run.banks.items()}, biased)


def tolerance(bank: np.ndarray) -> float:
    """Return by how much a weight of a layer may be off between the first and the last snapshot."""
    return min(colormaps.limit(bank) / COLORS, float(colormaps.largest(bank)) / BYTE)


def spread(values: np.ndarray) -> float:
    """Return the difference between the largest and the smallest finite number; 0 without any."""
    finite = values[np.isfinite(values)]
    return float(np.ptp(finite)) if finite.size else 0.0


def composed(layers: list[dict]) -> frozenset[str]:
    """Return the conv layers whose kernels the page can project to pixels itself, at every snapshot.

    Before them are only other conv layers, and layers without weights that work on each channel alone.
    """
    names = []
    for layer in layers:
        if layer["kind"] == "conv" and layer.get("towers", 1) == 1:
            names.append(layer["name"])
        elif layer["kind"] not in PASSED:
            break
    return frozenset(names[1:])

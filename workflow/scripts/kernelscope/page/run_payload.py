"""The page's data about one run: its kernels, how they emerged, what each is and what it responds to."""

from typing import NamedTuple

import numpy as np

from kernelscope.figures import colormaps
from kernelscope.io import run_info
from kernelscope.measures import kernels
from kernelscope.measures.curves import Curve
from kernelscope.models.layer_lists import Field, receptive_fields
from kernelscope.page import payloads

TABLES = ("history", "atlas", "selectivity", "ablation", "tuning", "subspace_fit")
IN_PIXELS = ("linear", "maximized", "patches")  # ways to draw kernels of deeper layers
TOPS = ("top_image", "top_row", "top_col", "top_response")
DELTAS = ("kernels/", "measures/")  # beginnings of names of arrays that change little between snapshots
MOST_TUNED = 200  # a run with more kernels keeps only the tuning curves of its first layer


class Run(NamedTuple):
    """The results of a run.

    outcome: run.json. layers: the layers of its spec. kernels: kernels.npz. factors: layer -> decay factors (t,), NaN
    where unknown. biases: layer -> (out,), at the end. means: layer -> (channels,) of the images, for layers that
    subtract them. probes and pixels: these files; probes is empty if the run saw images of its own. Both, and some
    tables and biases, are empty if kernels were published without images. measures: measures.csv. tables: the others
    by name, as of tables.py.
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

    @property
    def banks(self) -> dict[str, np.ndarray]:
        """Return conv layer -> kernels (t, out, in, k, k), in the order of the network."""
        return {name: bank for name, bank in self.kernels.items() if name not in ("steps", "epochs")}

    @property
    def kept(self) -> dict[str, np.ndarray]:
        """Return the part of `banks` on the page: every snapshot of the first layer, the first and last of others."""
        return {name: bank[[0, -1]] if number else bank for number, (name, bank) in enumerate(self.banks.items())}

    def factors_kept(self, name: str) -> np.ndarray:
        """Return the decay factors of a layer at the snapshots of `kept`."""
        factors = self.factors[name]
        return factors if name == next(iter(self.banks)) else factors[[0, -1]]


def weights(shapes: dict[str, tuple[int, ...]]) -> int:
    """Return how many weights are kept of a kernels.npz with arrays of these shapes."""
    banks = [shape for shape in shapes.values() if len(shape) == 5]
    return sum(int(np.prod((2 if number else t, *shape))) for number, (t, *shape) in enumerate(banks))


def content(run: Run) -> dict:
    """Return the JSON of the payload."""
    fields = receptive_fields(run.layers)
    layers = {name: layer(bank, fields[name]) for name, bank in run.banks.items()}
    for name, bank in run.kept.items():
        factors = run.factors_kept(name)
        layers[name]["change_limit"] = change_limit(run.outcome, bank, factors)
        layers[name]["decay_factor"] = factors[-1]
    outcome = {key: value for key, value in run.outcome.items() if key != "spec"}
    measures = {
        name: {key: nulls(entry) for key, entry in of_measures.items()} for name, of_measures in run.measures.items()
    }
    tables = run.tables
    if "tuning" in tables and sum(entry["kernels"] for entry in layers.values()) > MOST_TUNED:
        tables = tables | {"tuning": of_layer(tables["tuning"], next(iter(layers)))}
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


def of_layer(table: dict, name: str) -> dict:
    """Return the rows of a table about one layer."""
    place = table["columns"].index("layer")
    return table | {"rows": [row for row in table["rows"] if row[place] == name]}


def arrays(run: Run) -> dict[str, np.ndarray]:
    """Return the arrays of the payload by name. Weights are exact; measures and images are rounded."""
    steps, (first, *_) = run.kernels["steps"], run.banks
    by_name = {"steps": steps, "epochs": run.kernels["epochs"]}
    by_name |= {f"mean/{name}": mean for name, mean in run.means.items()}
    for name, bank in run.kept.items():
        of_start = coefficients(run.outcome, bank, run.factors_kept(name))
        by_name |= {f"kernels/{name}": bank, f"coefficients/{name}": of_start}
        if "pretrained" not in run.outcome:
            by_name[f"bias/{name}"] = run.biases.get(name, np.zeros(bank.shape[1], np.float32))
        for measure, curve in run.measures.get(name, {}).items():
            by_name[f"measures/{name}/{measure}"] = payloads.rounded(curve.values)
            if not np.array_equal(curve.steps, steps):
                by_name[f"msteps/{name}/{measure}"] = curve.steps
        if name != first:
            in_pixels = {way: run.pixels.get(f"{way}/{name}") for way in IN_PIXELS}
            by_name |= {f"{way}/{name}": quantized(images) for way, images in in_pixels.items() if images is not None}
        by_name |= {f"{part}/{name}": run.probes[f"{part}/{name}"] for part in TOPS if run.probes}
    return by_name


def quantized(images: np.ndarray) -> np.ndarray:
    """Return images (out, c, h, w) in steps of 1/512 to 1/256 of the largest |value| of each.

    256 colors would not show more, and the page is smaller.
    """
    largest = np.abs(images).max((1, 2, 3), initial=0, where=np.isfinite(images), keepdims=True)
    step = np.ldexp(1.0, np.frexp(largest)[1] - 9)
    return (np.rint(images / step) * step).astype(np.float32)

"""What the page holds of one run: its kernels, how they came about, what each is and answers to."""

from typing import NamedTuple

import numpy as np

from kernelscope.figures import colormaps
from kernelscope.io import run_info
from kernelscope.measures import kernels
from kernelscope.measures.curves import Curve
from kernelscope.models.layer_lists import Field, receptive_fields
from kernelscope.page import payloads

TABLES = ("history", "atlas", "selectivity", "knockouts", "tuning", "explained")
IN_PIXELS = ("linear", "maximised", "patches")  # ways to draw kernels of deeper layers
TOPS = ("top_image", "top_row", "top_col", "top_response")
DELTAS = ("kernels/", "measures/")  # beginnings of the names of arrays that change little from snapshot to snapshot
MOST_TUNED = 200  # kernels of a run of which all tuning curves are kept


class Run(NamedTuple):
    """What a run left.

    outcome: run.json. layers: those of its spec. kernels: kernels.npz. biases: (out,) by layer, at the end; means:
    (channels,) of the images, by layer that takes them out.
    probes, pixels: these files, of the first nothing where the run saw images of its own, and nothing of either, nor
    of some tables and biases, where kernels were published without images. measures: measures.csv.
    tables: the others by name, as of tables.py.
    """

    outcome: dict
    layers: list[dict]
    kernels: dict[str, np.ndarray]
    biases: dict[str, np.ndarray]
    means: dict[str, np.ndarray]
    probes: dict[str, np.ndarray]
    pixels: dict[str, np.ndarray]
    measures: dict[str, dict[str, Curve]]
    tables: dict[str, dict]

    @property
    def banks(self) -> dict[str, np.ndarray]:
        """Conv layer -> (t, out, in, k, k), in the order of the data's way."""
        return {name: bank for name, bank in self.kernels.items() if name not in ("steps", "epochs")}

    @property
    def kept(self) -> dict[str, np.ndarray]:
        """Return the part of `banks` on the page: of the first layer all snapshots, of others the first and last."""
        return {name: bank[[0, -1]] if number else bank for number, (name, bank) in enumerate(self.banks.items())}


def weights(shapes: dict[str, tuple[int, ...]]) -> int:
    """How many weights of a kernels.npz with arrays of these shapes are kept."""
    banks = [shape for shape in shapes.values() if len(shape) == 5]
    return sum(int(np.prod((2 if number else t, *shape))) for number, (t, *shape) in enumerate(banks))


def content(run: Run) -> dict:
    """The JSON of the block."""
    fields = receptive_fields(run.layers)
    layers = {name: layer(bank, fields[name]) for name, bank in run.banks.items()}
    for name, bank in run.kept.items():
        layers[name]["change_limit"] = change_limit(run.outcome, bank)
    outcome = {key: value for key, value in run.outcome.items() if key != "spec"}
    measures = {name: {key: nulls(one) for key, one in of.items()} for name, of in run.measures.items()}
    tables = run.tables
    if "tuning" in tables and sum(one["kernels"] for one in layers.values()) > MOST_TUNED:
        tables = tables | {"tuning": of_layer(tables["tuning"], next(iter(layers)))}
    return {"outcome": outcome, "layers": layers, "measures": measures} | tables


def layer(bank: np.ndarray, field: Field) -> dict:
    """Of kernels (t, out, in, k, k) that see such fields."""
    _, out, channels, k, _ = bank.shape
    scale = colormaps.limit(bank)
    return {"size": k, "kernels": out, "channels": channels, "field": field.size, "jump": field.jump, "limit": scale}


def coefficients(outcome: dict, bank: np.ndarray) -> np.ndarray:
    """Return b (t, out) of `kernels.change` for kernels (t, out, in, k, k); NaN without the untrained state."""
    untrained = run_info.untrained(outcome, bank)
    unknown = np.full(bank.shape[:2], np.nan)
    return unknown if untrained is None else kernels.initial_coefficient(bank, untrained)


def change_limit(outcome: dict, bank: np.ndarray) -> float:
    """Return the scale of the changes that `coefficients` makes of these kernels; 1 where they are unknown."""
    untrained = run_info.untrained(outcome, bank)
    return 1.0 if untrained is None else colormaps.limit(kernels.change(bank, untrained))


def nulls(curve: Curve) -> dict:
    """What a curve is read against."""
    band = None if curve.band is None else list(curve.band)
    return {"band": band, "power": bool(curve.power), "p": curve.p_corrected.tolist()}


def of_layer(table: dict, name: str) -> dict:
    place = table["columns"].index("layer")
    return table | {"rows": [row for row in table["rows"] if row[place] == name]}


def arrays(run: Run) -> dict[str, np.ndarray]:
    """The arrays of the block by name. Weights are exact, measures and pictures rounded."""
    steps, (first, *_) = run.kernels["steps"], run.banks
    found = {"steps": steps, "epochs": run.kernels["epochs"]}
    found |= {f"mean/{name}": mean for name, mean in run.means.items()}
    for name, bank in run.kept.items():
        found |= {f"kernels/{name}": bank, f"coefficients/{name}": coefficients(run.outcome, bank)}
        if "published" not in run.outcome:
            found[f"bias/{name}"] = run.biases.get(name, np.zeros(bank.shape[1], np.float32))
        for measure, curve in run.measures.get(name, {}).items():
            found[f"measures/{name}/{measure}"] = payloads.rounded(curve.values)
            if not np.array_equal(curve.steps, steps):
                found[f"msteps/{name}/{measure}"] = curve.steps
        if name != first:
            own = {way: run.pixels.get(f"{way}/{name}") for way in IN_PIXELS}
            found |= {f"{way}/{name}": drawn(pictures) for way, pictures in own.items() if pictures is not None}
        found |= {f"{part}/{name}": run.probes[f"{part}/{name}"] for part in TOPS if run.probes}
    return found


def drawn(pictures: np.ndarray) -> np.ndarray:
    """Pictures (out, c, h, w) in steps of between a 256th and a 512th of the largest |value| of each, as 256 colours
    would not show more, and the page is smaller."""
    largest = np.abs(pictures).max((1, 2, 3), initial=0, where=np.isfinite(pictures), keepdims=True)
    step = np.ldexp(1.0, np.frexp(largest)[1] - 9)
    return (np.rint(pictures / step) * step).astype(np.float32)

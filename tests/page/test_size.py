"""The size of the default experiment's page, from fabricated runs that move as much as real ones."""

from pathlib import Path

import numpy as np
import pytest
from default_config import CONFIG
from fabricated import SOURCES

from experiment.plan.experiment import Experiment
from kernelscope.measures.curves import Curve
from kernelscope.page import payloads, run_payload

RNG = np.random.default_rng(0)
T = 40  # snapshots
STEPS = np.arange(T) * 8
MEASURES = 15
RUNS = {"templates": 14, "cnnkernels": 6, "stacked": 6}
SHAPES = {  # layer -> kernels (out, in, k)
    "templates": {"conv1": (12, 1, 15)},
    "cnnkernels": {"conv1": (8, 1, 15), "conv2": (1, 8, 15)},
    "stacked": {"conv1": (16, 1, 11), "conv2": (16, 16, 5), "conv3": (32, 16, 3)},
}
FIELDS = {"conv2": 29, "conv3": 49}


def moving(*shape: int) -> np.ndarray:
    """Return (T, ...) from one random state to another, and a random walk of 3 % of the norm a step."""
    first, last = (RNG.uniform(-0.1, 0.1, shape) for _ in range(2))
    time = np.linspace(0, 1, T).reshape(-1, *[1] * len(shape))
    walk = np.cumsum(RNG.normal(0, 0.03 * 0.058, (T, *shape)), 0)
    return ((1 - time) * first + time * last + walk).astype(np.float32)


def run(arch: str) -> run_payload.Run:
    shapes = SHAPES[arch]
    layers = CONFIG_LAYERS[arch]
    banks = {name: moving(out, channels, k, k) for name, (out, channels, k) in shapes.items()}
    curves = {
        name: Curve(STEPS, moving(shapes[name][0]), None, True, np.full(shapes[name][0], np.nan)) for name in shapes
    }
    kinds = [(kind, 15 * turn) for kind, count in (("bar", 12), ("corner", 24), ("arc", 24)) for turn in range(count)]
    kernels = [(name, kernel) for name in shapes for kernel in range(shapes[name][0])]
    angles = [[*kernel, *kind, *RNG.random(2)] for kernel in kernels for kind in kinds]
    smooth = lambda size, field: np.cumsum(np.cumsum(RNG.normal(0, 1, (size, 1, field, field)), -1), -2)  # noqa: E731
    return run_payload.Run(
        outcome={"failure": ""},
        layers=layers,
        kernels={"steps": STEPS, "epochs": STEPS / 30, **banks},
        factors={name: np.linspace(1, 0.1, T) for name in shapes},
        biases={},
        means={},
        probes={},
        pixels={f"maximized/{name}": smooth(shapes[name][0], FIELDS[name]) for name in shapes if name != "conv1"},
        measures={name: {f"m{i}": curves[name] for i in range(MEASURES)} for name in shapes},
        tables={
            "tuning": {"columns": ["layer", "kernel", "stimulus", "angle", "untrained", "trained"], "rows": angles}
        },
        composed=run_payload.composed(layers),
    )


CONFIG_LAYERS = Experiment(CONFIG).layers


@pytest.fixture(scope="module")
def sizes() -> dict[str, int]:
    """Return the size of a run of each network on the page."""
    made = {arch: run(arch) for arch in RUNS}
    return {a: len(payloads.packed(run_payload.arrays(r, True), run_payload.content(r, True))) for a, r in made.items()}


def test_the_default_page_has_at_most_4_mb(sizes):
    program = sum(Path(path).stat().st_size for path in SOURCES)
    assert program < 250_000
    assert 1e6 < sum(sizes[arch] * count for arch, count in RUNS.items()) + program < 4e6


def test_a_hundred_of_these_runs_have_at_most_40_mb(sizes):
    assert sum(sizes[arch] * count for arch, count in RUNS.items()) / sum(RUNS.values()) * 100 < 40e6


def test_every_layer_of_these_runs_is_there_at_every_snapshot():
    shapes = [{name: (T, out, channels, k, k) for name, (out, channels, k) in SHAPES[arch].items()} for arch in RUNS]
    assert 100 * max(map(run_payload.numbers, shapes)) <= run_payload.MOST_NUMBERS

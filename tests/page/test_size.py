"""The size of the default experiment's page, from fabricated runs that move as much as real ones."""

from pathlib import Path

import numpy as np
import pytest
import write_page
from default_config import CONFIG
from fabricated import IMAGES, SOURCES, do, experiment

from experiment.plan.experiment import Experiment
from kernelscope.data.image_file import ImageFile
from kernelscope.measures.curves import Curve
from kernelscope.models import networks
from kernelscope.page import (
    claims_payload,
    comparison_payload,
    html,
    network_payload,
    payloads,
    predictions_payload,
    run_payload,
)

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
CLAIMS = [f"claim {number}" for number in range(12)]
SHOWN_IMAGES = 400  # those that kernels respond to most, and wrong ones
REST = 60_000  # bytes of the overview, the answers of the first screen and the sentences


def moving(first: np.ndarray) -> np.ndarray:
    """Return (T, ...) from one state to a random one, and a random walk of 3 % of the norm a step."""
    shape, size = first.shape, np.sqrt(3) * float(first.std())
    time = np.linspace(0, 1, T).reshape(-1, *[1] * len(shape))
    walk = np.cumsum(RNG.normal(0, 0.03 * 0.58 * size, (T - 1, *shape)), 0)
    walk = np.concatenate([np.zeros((1, *shape)), walk])
    return ((1 - time) * first + time * RNG.uniform(-size, size, shape) + walk).astype(np.float32)


def untrained(arch: str) -> dict[str, np.ndarray]:
    """Return all weights of seed 0 before training."""
    network = networks.build(CONFIG_LAYERS[arch], (1, 64, 64), 3)
    networks.initialize(network, {"conv": None, "linear": None}, 0)
    return networks.weights(network)


def run(arch: str) -> run_payload.Run:
    shapes = SHAPES[arch]
    layers = CONFIG_LAYERS[arch]
    banks = {name: moving(untrained(arch)[f"{name}.weight"]) for name in shapes}
    assert {name: (*bank.shape[1:3], bank.shape[4]) for name, bank in banks.items()} == shapes
    curves = {
        name: Curve(
            STEPS, moving(RNG.uniform(-0.1, 0.1, shapes[name][0])), None, True, np.full(shapes[name][0], np.nan)
        )
        for name in shapes
    }
    kinds = [(kind, 15 * turn) for kind, count in (("bar", 12), ("corner", 24), ("arc", 24)) for turn in range(count)]
    kernels = [(name, kernel) for name in shapes for kernel in range(shapes[name][0])]
    angles = [[*kernel, *kind, *RNG.random(2)] for kernel in kernels for kind in kinds]
    smooth = lambda size, field: np.cumsum(np.cumsum(RNG.normal(0, 1, (size, 1, field, field)), -1), -2)  # noqa: E731
    return run_payload.Run(
        outcome={"failure": "", "spec": {"seed": 0, "training": {}}},
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


def table(columns: int, rows: int) -> dict:
    """Return a table of random numbers: small whole ones, such as of kernels, and two others."""
    cells = [[*RNG.integers(0, 16, columns - 2).tolist(), *RNG.random(2)] for _ in range(rows)]
    return {"columns": [f"column {i}" for i in range(columns)], "rows": cells}


def claims(arch: str) -> str:
    """Return the block of the claims about a run, all of them tested."""
    kernels = [(layer, kernel) for layer, shape in SHAPES[arch].items() for kernel in range(shape[0])]
    rows = [
        ["trained", layer, kernel, claim, *RNG.random(4), "upper-left corner, square", None]
        for layer, kernel in kernels
        for claim in CLAIMS
    ]
    return payloads.packed({}, claims_payload.content({"columns": ["state", *claims_payload.COLUMNS], "rows": rows}))


def network(arch: str) -> str:
    """Return the block of the weights of a network but its kernels; they are normal, as trained weights nearly are."""
    weights = {
        name: RNG.normal(0, array.std(), array.shape) for name, array in untrained(arch).items() if "conv" not in name
    }
    return payloads.packed(network_payload.arrays(weights), network_payload.content(0, weights))


def predictions(seeds: int) -> str:
    """Return the block of predictions of which more than fit into the list are wrong."""
    rows = [{"index": i, "label": i % 3, "prediction": i % 2, "probability": RNG.random()} for i in range(600)]
    tables = dict.fromkeys(range(seeds), rows)
    return payloads.packed(predictions_payload.arrays(tables, 3), predictions_payload.content(tables))


def comparison() -> str:
    """Return the block of the comparison of all runs, with a match for every kernel of every pair of seeds."""
    archs, energies = {}, {}
    for arch, seeds in RUNS.items():
        pairs, kernels = seeds * (seeds - 1) // 2, sum(shape[0] for shape in SHAPES[arch].values())
        rows = {"matches": pairs * kernels, "pairs": 3 * pairs}
        archs[arch] = {name: table(8, count) for name, count in rows.items()}
        energies[arch] = {state: (list(range(seeds)), RNG.random((seeds, 225))) for state in ("untrained", "trained")}
    content = comparison_payload.content(archs, {}, energies)
    return payloads.packed(comparison_payload.arrays(RNG.random((44, 44)), energies), content)


def images(folder: Path) -> str:
    """Return the block of the images of the default experiment."""
    drawn = experiment({"templates": CONFIG["architectures"]["templates"]}, [0], 64)
    default = {name: CONFIG["datasets"]["waveforms"][name] for name in IMAGES.keys() - {"train_images"}}
    drawn = Experiment(drawn.config | {"datasets": {"d": drawn.config["datasets"]["d"] | default}})
    do(drawn, folder, "make_dataset")
    at = folder / "data/d"
    tops = [np.arange(SHOWN_IMAGES)[None]]
    return write_page.data_text(ImageFile(str(at / "images.npz")), tops, str(at / "parameters.csv"))[0]


@pytest.fixture(scope="module")
def sizes() -> dict[str, int]:
    """Return the size of a run of each network on the page."""
    made = {arch: run(arch) for arch in RUNS}
    packed = {a: payloads.packed(run_payload.arrays(r, True), run_payload.content(r, True)) for a, r in made.items()}
    return {arch: len(packed[arch]) + len(claims(arch)) for arch in RUNS}


def test_the_default_page_has_at_most_4_mb(sizes, tmp_path):
    root = next(Path(path).parent for path in SOURCES if Path(path).name == "page.html")
    sources = {Path(path).relative_to(root).as_posix(): Path(path).read_text() for path in SOURCES}
    blocks = {f"network/{arch}": network(arch) for arch in RUNS}
    blocks |= {f"predictions/{arch}": predictions(seeds) for arch, seeds in RUNS.items()}
    blocks |= {"compare": comparison(), "data": images(tmp_path)}
    overview = {"answers": {"d": {"headline": "", "short": []}}}
    program = sum(map(len, html.chunks(sources, overview, blocks.items())))
    runs = sum(sizes[arch] * count for arch, count in RUNS.items())
    assert runs > 2e6
    assert min(map(len, [blocks["network/cnnkernels"], blocks["data"]])) > 100_000
    assert runs + program + REST <= 4_000_000, {name: len(text) for name, text in blocks.items()}


def test_a_hundred_of_these_runs_have_at_most_40_mb(sizes):
    assert sum(sizes[arch] * count for arch, count in RUNS.items()) / sum(RUNS.values()) * 100 < 36e6  # and the rest


def test_every_layer_of_these_runs_is_there_at_every_snapshot():
    shapes = [{name: (T, out, channels, k, k) for name, (out, channels, k) in SHAPES[arch].items()} for arch in RUNS]
    assert 100 * max(map(run_payload.numbers, shapes)) <= run_payload.MOST_NUMBERS

"""An experiment without training: its runs have any weights that a test wants, and all analyzes run on them.

The dataset is called `d`; jobs and specs come from the workflow.
"""

import importlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from default_config import CONFIG

from experiment.plan.experiment import Experiment
from experiment.plan.jobs import jobs
from experiment.plan.rule_table import RULES
from kernelscope.data import control_names, controls
from kernelscope.io import array_files, csv_files, records
from kernelscope.models import networks, responses

IMAGES = {
    **{"train_images": 60, "test_images": 60, "line_width": [1.0, 2.0]},
    **{"width": [0.1, 0.2], "amplitude": [0.3, 0.6]},
}
STEPS = np.array([0, 5, 10])
SCORES = {"accuracy": 0.5, "loss": 1.0, "within": None}
OUTCOME, DECAY = {"run": "run.json"}, {"decay": "decay.csv"}
DATA = {name: f"../../../../data/d/{name}.{kind}" for name, kind in (("images", "npz"), ("parameters", "csv"))}
SOURCES = [str(path) for path in sorted((Path(__file__).parents[2] / "workflow/page").rglob("*.*"))]
PATHS = {  # rule -> its paths by name, relative to the folder of its artifacts; lists of paths stay as they are
    "make_dataset": {"images": "images.npz", "parameters": "parameters.csv"},
    "extract_kernels": OUTCOME
    | DECAY
    | {"snapshots": "snapshots.npz", "kernels": "kernels.npz", "table": "kernels.csv"},
    "measure_kernels": OUTCOME
    | DECAY
    | {"kernels": "kernels.npz", "runs": "../..", "measures": "measures.csv", "nulls": "nulls.npz"},
    "draw_measures": OUTCOME
    | DECAY
    | {"measures": "measures.csv", "figure": ("measures.png",), "settling": ("settling.png",)},
    "compare_settling": {"runs": "../../../runs/d/{arch}", "settling": "settling.csv"},
    "probe_kernels": {
        **DATA,
        **DECAY,
        **{"snapshots": "snapshots.npz", "probes": "probes.npz", "subspace_fit": "subspace_fit.csv"},
        **{"response_nulls": "response_nulls.npz"},
        **{name: f"{name}.csv" for name in ("selectivity", "ablation", "features", "tuning")},
    },
    "pool_nulls": {"runs": "../../../runs/d/{arch}", "pooled": "pooled_nulls.npz"},
    "judge_kernels": {
        **OUTCOME,
        **{"kernels": "kernels.npz", "pooled": "../../../../compare/d/{arch}/pooled_nulls.npz"},
        **{"table": "kernel_tests.csv"},
    },
    "predict_images": {"images": DATA["images"], "snapshots": "snapshots.npz", "predictions": "predictions.csv"},
    "project_kernels": {"images": DATA["images"], "snapshots": "snapshots.npz", "pixels": "pixels.npz"},
    "draw_pixels": OUTCOME
    | {"kernels": "kernels.npz", "pixels": "pixels.npz", "atlas": "atlas.csv", "figure": ("pixels.png",)},
    "write_atlas": {"folder": ".", "atlas": "atlas.csv"},
    "draw_atlas": {"images": DATA["images"], "folder": ".", "atlas": ("atlas.png",)},
    "match_kernels": {"runs": "../../../runs/d/{arch}", "matches": "matches.csv", "pairs": "pairs.csv"},
    "draw_matched": {
        **{"runs": "../../../runs/d/{arch}", "matches": "matches.csv"},
        **{"pairs": "pairs.csv", "types": "types.csv", "vocabulary": "vocabulary.csv", "matched": ("matched.png",)},
    },
    "correlate_initial": {"folder": "../../..", "table": "initial_correlation.csv"},
    "compare_seeds": {
        **{"images": "../../../data/d/images.npz", "runs": "../../../runs/d", "profiles": "energy.csv"},
        **{"profile_agreement": "energy_agreement.csv", "cka": "cka.csv"},
    },
    "draw_agreement": {
        **{"runs": "../../../runs/d/{arch}", "profiles": "energy.csv", "cka": "cka.csv"},
        "figure": ("agreement.png",),
    },
    "find_types": {
        **{"runs": "../../../runs/d/{arch}", "vocabulary": "vocabulary.csv", "types": "types.csv"},
    },
    "draw_vocabulary": {
        **{"runs": "../../../runs/d/{arch}", "vocabulary": "vocabulary.csv", "types": "types.csv"},
        "figure": ("vocabulary.png",),
    },
    "write_seed_tests": {"runs": "../../../runs/d", "folder": ".", "seed_tests": "seed_tests.csv"},
    "compare_architectures": {"runs": "../../runs/d", "compare": ".", "table": "architectures.csv"},
    "draw_architectures": {"runs": "../../runs/d", "compare": ".", "figure": ("architectures.png",)},
    "compare_runs": {"runs": "../../runs/d", "table": "similarity.csv"},
    "draw_similarity": {"runs": "../../runs/d", "table": "similarity.csv", "figure": ("similarity.png",)},
    "write_summary": {"runs": "runs", "summary": "summary.csv"},
    "write_statements": {"folder": ".", "statements": "statements.csv"},
    "write_findings": {"folder": ".", "findings": "findings.md"},
    "write_page": {"folder": ".", "sources": SOURCES, "index": "index.html"},
}
Edit = Callable[[dict[str, np.ndarray], int], None]  # changes the trained weights of a seed, by name, in place


Data = Callable[[dict[str, np.ndarray], list[dict]], tuple[dict, list[dict]]]  # changes images.npz and parameters.csv


def experiment(architectures: dict[str, dict], seeds: list[int], size: int = 24) -> Experiment:
    """Return an experiment with these definitions, images of size x size, and few resamples."""
    return Experiment(
        CONFIG
        | {
            "experiment": {"datasets": ["d"], "architectures": list(architectures), "seeds": seeds},
            "datasets": {"d": CONFIG["datasets"]["waveforms"] | IMAGES | {"image_size": [size, size]}},
            "architectures": architectures,
            "comparison": {"ignore_sign": False, "n_resamples": 20},
            "analysis": {"n_resamples": 20, "images": 60},
        }
    )


def do(experiment: Experiment, folder: Path, *rules: str, arch: str = "") -> None:
    """Run all jobs of these rules, or those of one architecture."""
    for job in jobs(experiment):
        if job.rule in rules and arch in ("", job.wildcards.get("arch", arch)):
            at = folder / RULES[job.rule].folder.format(**job.wildcards)
            paths = {name: placed(at, path, job.wildcards) for name, path in PATHS[job.rule].items()}
            function = getattr(importlib.import_module(job.rule), job.rule)
            function(json.loads(experiment.spec(job.rule, job.wildcards)), **paths)


def placed(at: Path, path: str | list[str] | tuple[str, ...], wildcards: dict[str, str]) -> str | list[str]:
    if isinstance(path, tuple):  # the files of a figure
        return [placed(at, each, wildcards) for each in path]
    return path if isinstance(path, list) else str((at / path.format(**wildcards)).resolve())


def change_data(folder: Path, change: Data) -> None:
    """Change the images and their ground truth by `change`."""
    images, parameters = (folder / "data/d" / name for name in ("images.npz", "parameters.csv"))
    arrays, rows = change(array_files.read_npz(images), csv_files.read_csv(parameters))
    array_files.write_npz(images, arrays)
    csv_files.write_csv(parameters, rows[0], rows)


def train(
    experiment: Experiment, folder: Path, edit: Edit | None = None, failed: tuple[int, ...] = (), edited: str = ""
) -> None:
    """Write runs that look trained, with a second initialization as the trained weights; mark `failed` seeds.

    edited: the architecture whose weights are changed by `edit`; all if it is empty.
    """
    data = array_files.read_npz(folder / "data/d/images.npz")
    for job in jobs(experiment):
        if job.rule == "train_network":
            seed, at = int(job.wildcards["seed"]), folder / RULES[job.rule].folder.format(**job.wildcards)
            spec = json.loads(experiment.spec(job.rule, job.wildcards))
            shape, classes = data["train_images"].shape, len(data["class_names"])
            first, last = (weights(spec["layers"], shape, classes, start) for start in (seed, seed + 1000))
            if spec["control"] == control_names.FROZEN:
                last |= {name: value for name, value in first.items() if name.startswith("conv")}
            if edit and edited in ("", job.wildcards["arch"]):
                edit(last, seed)
            write_run(at, spec, first, last, data, "diverged" if seed in failed else "")


def keep_first_snapshot(folder: Path) -> None:
    """Leave only the untrained state of each run among its snapshots."""
    for path in folder.glob("runs/*/*/*/snapshots.npz"):
        arrays = array_files.read_npz(path)
        series = [name for name in arrays if name in ("steps", "epochs") or name.startswith("kernels/")]
        array_files.write_npz(path, arrays | {name: arrays[name][:1] for name in series})


def weights(layers: list[dict], shape: tuple[int, ...], classes: int, seed: int) -> dict[str, np.ndarray]:
    """Return the weights of an untrained network for images (n, h, w) or (n, h, w, 3)."""
    network = networks.build(layers, ((*shape[3:], 1)[0], *shape[1:3]), classes)
    networks.initialize(network, {"conv": None, "linear": None}, seed)
    return networks.weights(network)


def write_run(at: Path, spec: dict, first: dict, last: dict, data: dict[str, np.ndarray], failure: str) -> None:
    """Write snapshots.npz, history.csv and run.json."""
    images = controls.images_of(spec["control"], data["train_images"], "train")[:]
    maps_of = responses.responses(spec["layers"], last, images)
    names = [f"{name}.weight" for name in maps_of]
    arrays = {"steps": STEPS, "epochs": (STEPS / 5).astype(np.float32)}
    arrays |= {f"kernels/{n.split('.')[0]}": np.stack([first[n], 0.5 * (first[n] + last[n]), last[n]]) for n in names}
    arrays |= {f"first/{n}": value for n, value in first.items()} | {f"last/{n}": value for n, value in last.items()}
    array_files.write_npz(at / "snapshots.npz", arrays)
    largest = {name: [float(value) for value in maps.max((0, 2, 3))] for name, maps in maps_of.items()}
    outcome = {"failure": failure, "largest_responses": largest, "parameters": 1, "train": SCORES, "test": SCORES}
    records.write_json(at / "run.json", outcome | {"spec": spec})
    rows = [{"step": step, "train_loss": 1 / (step + 1), "test_accuracy": 0.5, "failure": None} for step in STEPS]
    csv_files.write_csv(at / "history.csv", rows[0], rows)

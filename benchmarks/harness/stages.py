"""Stages of an experiment as functions in this process, on files in a folder: their time without imports."""

import contextlib
import importlib
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from snakemake.utils import update_config

from experiment.plan import loading
from experiment.plan.experiment import Experiment
from experiment.plan.rule_table import RULES
from harness import ROOT
from kernelscope.io import cli, csv_files

DATA, RUN, COMPARED = "data/waveforms", "runs/waveforms/{arch}/seed{seed}", "compare/waveforms/{arch}"
OUTCOME, KERNELS = {"run": f"{RUN}/run.json"}, {"kernels": f"{RUN}/kernels.npz"}
DECAY = {"decay": f"{RUN}/decay.csv"}
IMAGES, SNAPSHOTS, HISTORY = f"{DATA}/images.npz", f"{RUN}/snapshots.npz", f"{RUN}/history.csv"
PATHS = {  # rule -> its paths by name
    "make_dataset": {"images": IMAGES, "parameters": f"{DATA}/parameters.csv"},
    "train_network": OUTCOME | {"images": IMAGES, "snapshots": SNAPSHOTS, "history": HISTORY},
    "extract_kernels": OUTCOME | KERNELS | DECAY | {"snapshots": SNAPSHOTS, "table": f"{RUN}/kernels.csv"},
    "measure_kernels": {
        **OUTCOME | KERNELS | DECAY | {"runs": "runs/waveforms", "measures": f"{RUN}/measures.csv"},
        **{"nulls": f"{RUN}/nulls.npz"},
    },
    "make_movie": {
        **OUTCOME | KERNELS | {"table": HISTORY, "mp4": f"{RUN}/movie.mp4", "gif": f"{RUN}/movie.gif"},
        **{"page": f"{RUN}/movie.html"},
    },
    "match_kernels": {
        **{"runs": "runs/waveforms/{arch}", "matches": f"{COMPARED}/matches.csv"},
        **{"pairs": f"{COMPARED}/pairs.csv"},
    },
}


def experiment(*changes: dict) -> Experiment:
    """Return the default experiment with these changes to its config, applied in order."""
    config = loading.read(loading.DEFAULT)
    for change in changes:
        update_config(config, change)
    return Experiment(config)


def copy_workflow(folder: Path, bytecode: bool = False) -> None:
    """Copy the workflow without results, and without bytecode unless `bytecode` is set."""
    ignored = shutil.ignore_patterns("*.pyc.*" if bytecode else "__pycache__")  # *.pyc.*: bytecode being written
    for part in ("config", "workflow", "profiles", "envs"):
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    shutil.copy2(ROOT / "Snakefile", folder)


def usage(path: Path, column: str) -> float:
    """Return a column of the table of its own cost that a job wrote (kernelscope.usage)."""
    return float(csv_files.read_csv(path, "\t")[0][column])


def stage(
    rule: str, plan: Experiment, folder: Path, seed: int = 0, arch: str = "templates", key: str = ""
) -> Callable[[], None]:
    """Return a function that does one job of `rule` silently; without a `key`, a training keeps no checkpoints."""
    function = getattr(importlib.import_module(rule), rule)
    wildcards = {"dataset": "waveforms", "arch": arch, "seed": str(seed)}
    paths = {name: str(folder / path.format(**wildcards)) for name, path in PATHS[rule].items()}
    extra = {"memory": str(plan.config["memory"]["images"])} if rule == "train_network" else {}
    spec = json.loads(plan.spec(rule, {name: wildcards[name] for name in re.findall(r"{(\w+)}", RULES[rule].folder)}))

    def do() -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            function(spec, **paths, **extra, **cli.keyed(function, key))

    return do

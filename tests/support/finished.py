"""The files of the finished smoke experiment, and what `make verify` reports about them."""

import json
from pathlib import Path

from default_config import with_wildcards

from experiment.plan import loading
from experiment.provenance import verify

RESULTS = "results/smoke"
RUNS = [f"{RESULTS}/runs/waveforms/{arch}/seed{seed}" for arch in ("stacked", "templates") for seed in (0, 1)]
RUN = RUNS[0]
COMPARED = [f"{RESULTS}/compare/waveforms/{arch}" for arch in ("stacked", "templates")]
TABLES = [f"{RESULTS}/compare/waveforms/architectures.{kind}" for kind in ("csv", "png")]
SIMILARITY = [f"{RESULTS}/compare/waveforms/similarity.{kind}" for kind in ("csv", "png")]
SUMMARY, STATEMENTS, FINDINGS, PAGE, COST = (
    f"{RESULTS}/{name}" for name in ("summary.csv", "statements.csv", "findings.md", "index.html", "cost.csv")
)
TRAINED = ("snapshots.npz", "history.csv", "run.json")
MOVIES = ("movie.mp4", "movie.gif", "movie.html")
MEASURED = ("measures.csv", "nulls.npz", "measures.png", "settling.png")
PROBED = (
    "selectivity.csv",
    "ablation.csv",
    "features.csv",
    "tuning.csv",
    "subspace_fit.csv",
    "probes.npz",
    "response_nulls.npz",
)
TESTED = "kernel_tests.csv"
ATLAS = ("atlas.png", "atlas.csv")
PER_RUN = (
    *(*TRAINED, "kernels.npz", "kernels.csv", "decay.csv", "montage.png", "history.png", "featuremaps.png", *MOVIES),
    *(*MEASURED, TESTED, *PROBED, "predictions.csv", "pixels.npz", "pixels.png", *ATLAS),
)
AGREEMENT = ("energy.csv", "energy_agreement.csv", "cka.csv", "agreement.png")
TYPES = ("vocabulary.csv", "types.csv", "vocabulary.png")
PER_ARCH = (
    *("settling.csv", "matches.csv", "pairs.csv", "matched.png", "initial_correlation.csv", "seed_tests.csv"),
    *(*TYPES, *AGREEMENT),
)


def found(config: dict | None = None) -> set[str]:
    """Return all findings about the experiment below the working folder, with `config` merged into its config."""
    Path("more.json").write_text(json.dumps(config or {}))
    experiment = loading.load(["config/smoke.yaml", "more.json"])
    lines = [str(finding) for finding in verify.findings(experiment, Path(experiment.results))]
    assert len(lines) == len(set(lines))
    return set(lines)


def lines(kind: str, reason: str, *paths: str) -> set[str]:
    return {f"{kind:9}  {path}: {reason}" for path in paths}


def stale(reason: str, *paths: str) -> set[str]:
    return lines("stale", reason, *paths)


def stale_from(source: str, *paths: str) -> set[str]:
    return stale(f"made from {source}, which is stale", *paths)


def of_runs(*names: str, runs=RUNS) -> list[str]:
    return [f"{run}/{name}" for run in runs for name in names]


def compared(*names: str) -> list[str]:
    return [f"{folder}/{name}" for folder in COMPARED for name in names]


def whole_run(arch: str, seed: int) -> list[str]:
    """Return every file of a run: artifacts, manifests and logs."""
    run = f"{RESULTS}/runs/waveforms/{arch}/seed{seed}"
    rules = with_wildcards(3)
    logs = [f"{RESULTS}/logs/{rule}/waveforms/{arch}/seed{seed}" for rule in rules]
    manifests = [f"{run}/.manifest/{rule}.json" for rule in rules]
    return [*of_runs(*PER_RUN, runs=[run]), *manifests, *(log + suffix for log in logs for suffix in (".log", ".tsv"))]


def whole_comparison(arch: str) -> list[str]:
    """Return every file of an architecture's comparison across seeds."""
    folder = f"{RESULTS}/compare/waveforms/{arch}"
    logs = [f"{RESULTS}/logs/{rule}/waveforms/{arch}" for rule in with_wildcards(2)]
    files = [*PER_ARCH, *(f".manifest/{rule}.json" for rule in with_wildcards(2))]
    return [*(f"{folder}/{name}" for name in files), *(log + suffix for log in logs for suffix in (".log", ".tsv"))]


def everything() -> set[str]:
    """Return the current files of the experiment."""
    return {str(path) for path in Path(RESULTS).rglob("*") if not path.is_dir()}

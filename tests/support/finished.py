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
TABLES, SIMILARITY = (
    [f"{RESULTS}/compare/waveforms/{name}.{kind}" for kind in ("csv", "png", "pdf")]
    for name in ("architectures", "similarity")
)
SUMMARY, STATEMENTS, FINDINGS, PAGE, COST, NOTES = (
    f"{RESULTS}/{name}"
    for name in ("summary.csv", "statements.csv", "findings.md", "index.html", "cost.csv", "notes.csv")
)
DEEPER = {"stacked": ("conv2", "conv3"), "templates": ()}  # the conv layers after the first
LAYERED = ("montage.png", "featuremaps.png", "pixels.png", "atlas.png", "matched.png")  # with a file for each of them
FIGURES_ACROSS = ("matched", "vocabulary", "agreement")
TRAINED = ("snapshots.npz", "history.csv", "run.json")
MOVIES = ("movie.mp4", "movie.gif", "movie.html")
NAMED = ("montage.png", "featuremaps.png", "pixels.png", "atlas.png", *MOVIES)  # figures with names of kernels
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
MATCHED, VOCABULARY, AGREED = ([f"{name}.{kind}" for kind in ("png", "pdf")] for name in FIGURES_ACROSS)
AGREEMENT = ("energy.csv", "energy_agreement.csv", "cka.csv")
TYPES = ("vocabulary.csv", "types.csv")
POOLED = "pooled_nulls.npz"
PER_ARCH = (
    *(POOLED, "settling.csv", "matches.csv", "pairs.csv", "initial_correlation.csv", "seed_tests.csv"),
    *(*MATCHED, *TYPES, *VOCABULARY, *AGREEMENT, *AGREED),
)


def found(config: dict | None = None) -> set[str]:
    """Return the findings about the experiment below the working folder, with `config` merged into its config.

    Those about notes.csv are left out, which is stale whenever anything else is.
    """
    return {line for line in every_finding(config) if f" {NOTES}: " not in line}


def every_finding(config: dict | None = None) -> set[str]:
    """Return all findings, also about notes.csv."""
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


def of_layers(folder: str, *names: str) -> list[str]:
    """Return files of a run or of a comparison across seeds; of some figures, a file for every conv layer."""
    layers = next(layers for arch, layers in DEEPER.items() if arch in folder.split("/"))
    deeper = [f"{name.removesuffix('.png')}_{layer}.png" for name in names if name in LAYERED for layer in layers]
    return [f"{folder}/{name}" for name in (*names, *deeper)]


def of_runs(*names: str, runs=RUNS) -> list[str]:
    return [path for run in runs for path in of_layers(run, *names)]


def compared(*names: str, folders=COMPARED) -> list[str]:
    return [path for folder in folders for path in of_layers(folder, *names)]


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
    manifests = [f"{folder}/.manifest/{rule}.json" for rule in with_wildcards(2)]
    return [*of_layers(folder, *PER_ARCH), *manifests, *(log + suffix for log in logs for suffix in (".log", ".tsv"))]


def everything() -> set[str]:
    """Return the current files of the experiment."""
    return {str(path) for path in Path(RESULTS).rglob("*") if not path.is_dir()}

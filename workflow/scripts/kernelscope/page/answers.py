"""Read what the page needs to answer the question of the experiment: claims, groups of kernels, times, similarities."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from kernelscope.findings import answers, introductions
from kernelscope.io import cells
from kernelscope.measures.curves import Curve
from kernelscope.page import answer_payload, run_payload
from kernelscope.page.answer_time import Course
from kernelscope.training.snapshot_buffer import net_movement

NOT_CONTROL = "none"


def overview(rows: list[dict], summary: list[dict], spec: dict) -> dict[str, dict]:
    """Return the headline of each dataset, and the verdict of each network.

    Parameters
    ----------
    rows : list of dict
        Rows of statements.csv.
    summary : list of dict
        Rows of summary.csv.
    spec : dict
        As of `write_page`.

    Returns
    -------
    dict
        Dataset -> {"headline", "short": at most five sentences, "networks": [{"arch", "verdict", "accuracy": mean over
        seeds or None, "runs", "failed", "about": what a reader must know about it first}, ...]}, controls last.
    """
    archs = ordered(spec)
    main = [arch for arch in archs if spec["architectures"][arch]["control"] == NOT_CONTROL] or archs
    answered = {}
    for dataset in spec["order"]["datasets"]:
        of_dataset = [row for row in rows if row["dataset"] == dataset]
        runs = [row for row in summary if row["dataset"] == dataset]
        answered[dataset] = {
            "headline": answers.headline(of_dataset, main),
            "short": answers.in_short(of_dataset, main),
            "networks": [
                network(arch, answers.verdict_of(of_dataset, arch), [row for row in runs if row["arch"] == arch])
                | {"about": introductions.about(of_dataset, arch, spec["architectures"][arch]["control"])}
                for arch in archs
            ],
        }
    return answered


def ordered(spec: dict) -> list[str]:
    """Return the architectures in the order of the config, controls last."""
    control = {arch: settings["control"] != NOT_CONTROL for arch, settings in spec["architectures"].items()}
    return sorted(spec["order"]["architectures"], key=control.__getitem__)


def network(arch: str, verdict: str, runs: list[dict]) -> dict:
    """Return one network of the switch, from its rows of summary.csv."""
    accuracy = [row["test_accuracy"] for row in runs if row["test_accuracy"] is not None]
    failed = sum(bool(row["failure"]) for row in runs)
    mean = float(np.mean(accuracy)) if accuracy else None
    return {"arch": arch, "verdict": verdict, "accuracy": mean, "runs": len(runs), "failed": failed}


def of_network(
    folder: str, spec: dict, dataset: str, arch: str, rows: list[dict], runs: dict[int, tuple[bool, int, Course]]
) -> dict:
    """Return the JSON of the answer of one network on one dataset.

    Parameters
    ----------
    folder : str
        Of the experiment.
    spec : dict
        As of `write_page`.
    dataset, arch : str
    rows : list of dict
        Rows of statements.csv.
    runs : dict
        Seed on the page -> whether its training failed, the number of kernels in its first layer, and its Course.
    """
    of_dataset = [row for row in rows if row["dataset"] == dataset]
    control = spec["architectures"][arch]["control"] != NOT_CONTROL
    usable = {seed: run for seed, run in runs.items() if control or not run[0]} or runs
    across = f"{folder}/compare/{dataset}/{arch}"
    tables = {
        name: cells.read(f"{across}/{name}.csv") if spec["tested"].get(name, True) else []
        for name in answer_payload.TABLES
    }
    tables["kernel_tests"] = list(kernel_tests(folder, spec, dataset, arch))
    return answer_payload.content(
        [layer["name"] for layer in spec["architectures"][arch]["layers"] if layer["kind"] == "conv"],
        answers.cards(of_dataset, arch, spec.get("random_labels", {}).get(arch, "")),
        [row for row in of_dataset if row["arch"] == arch],
        tables,
        {seed: kernels for seed, (_, kernels, _) in usable.items()},
        {seed: course for seed, (*_, course) in usable.items()},
    )


def kernel_tests(folder: str, spec: dict, dataset: str, arch: str) -> Iterator[dict]:
    """Yield the rows of kernel_tests.csv of all seeds, each with its seed, if kernels were tested."""
    for seed in spec["seeds"][arch] if spec["tested"]["kernel_tests"] else []:
        for row in cells.read(f"{folder}/runs/{dataset}/{arch}/seed{seed}/kernel_tests.csv"):
            yield row | {"seed": seed}


def summary_of(run: run_payload.Run) -> tuple[bool, int, Course]:
    """Return what the answer keeps of a run."""
    banks = list(run.banks.values())
    return bool(run.outcome.get("failure")), banks[0].shape[1], course(run)


def course(run: run_payload.Run) -> Course:
    """Return how a run went."""
    steps, banks = run.kernels["steps"], run.banks
    states = [{name: bank[t] for name, bank in banks.items()} for t in range(len(steps))]
    with np.errstate(invalid="ignore", over="ignore"):  # of weights that are not finite, neither is the movement
        movement = [float(net_movement(*pair)) for pair in pairwise(states)]
    curve = run.measures.get(next(iter(banks)), {}).get("cosine_last")
    history = run.tables["history"]
    places = [history["columns"].index(name) for name in ("step", "test_accuracy") if name in history["columns"]]
    known = [[row[place] for place in places] for row in history["rows"]] if len(places) == 2 else []
    accuracy = [(step, share) for step, share in known if share is not None]
    return Course(steps, run.kernels["epochs"], np.array(movement), likeness(curve, steps), accuracy)


def likeness(curve: Curve | None, steps: np.ndarray) -> np.ndarray | None:
    """Return the median over kernels of their cosine with the last state at `steps`, or None if it is not known."""
    if curve is None or len(curve.steps) < 2 or not np.isfinite(curve.values).any(1).all():
        return None
    return np.interp(steps, curve.steps, np.nanmedian(curve.values, 1))

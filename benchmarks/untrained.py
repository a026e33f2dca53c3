"""Do untrained networks pass the tests of trained ones, and are planted kernels found?

Each experiment has one network with 8 kernels of 7 x 7 pixels, 6 seeds, and a control on random labels, on its own draw
of images. Its "trained" weights are a second, independent initialization. Everything is computed as for trained
networks, up to the verdicts of statements.csv. untrained.csv has for each claim the experiments in which it is shown,
and cannot be decided, with the one-sided binomial p of a rate above 5 %. In planted experiments all seeds, but not the
control, share kernels cut out of the images, under noise of half their strength; planted.csv has how often a claim is
shown. Every experiment is kept in untrained.jsonl or planted.jsonl, so an interrupted benchmark goes on where it was.
"""

from harness import ROOT, figures, tables, targets  # isort: skip
import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from scipy.stats import binom

sys.path += [str(ROOT / "tests/support")]
import fabricated
import write_statements

from experiment.plan.experiment import Experiment
from experiment.provenance import fingerprint
from kernelscope.data import patches
from kernelscope.io import array_files, cells, records
from kernelscope.statements.statement import SHOWN, UNDECIDED

LEVEL, SIDE, KERNEL, CONTROL = 0.05, 28, 7, "net_random_labels"
GATE = "accuracy"  # decided by the fabricated scores
OF_ALL = ("extract_kernels", "match_kernels")  # rules that run for the control too
OF_NETWORK = (
    *(
        "measure_kernels",
        "probe_kernels",
        "pool_nulls",
        "judge_kernels",
        "write_atlas",
        "compare_settling",
        "correlate_initial",
    ),
    *("find_types", "compare_seeds", "write_seed_tests", "write_summary"),
)
TABLES = {
    "untrained": {
        **{"claim": "text", "experiments": "count", "shown": "count", "undecided": "count", "rate": "share"},
        "p_above_level": "p",
    },
    "planted": {"claim": "text", "experiments": "count", "shown": "count", "undecided": "count", "rate": "share"},
    "untrained_pages": {"experiments": "count", "shown": "count", "rate": "share", "seconds": "s"},
}
TARGETS = (
    targets.at_most(0.11, "untrained experiments in which a claim is shown, the worst claim", "untrained", "rate"),
    targets.at_most(0.10, "untrained experiments in which any claim is shown", "untrained_pages", "rate"),
)


def planned(number: int, seeds: int) -> Experiment:
    """Return an experiment with its own draw of images."""
    network = {"network": "templates", "kernels": 8, "kernel_size": KERNEL, "stride": 1}
    images = {"image_size": [SIDE, SIDE], "seed": number, "train_images": 300, "test_images": 300}
    return Experiment(
        fabricated.CONFIG
        | {
            "experiment": {"datasets": ["d"], "architectures": ["net", CONTROL], "seeds": list(range(seeds))},
            "datasets": {"d": fabricated.CONFIG["datasets"]["waveforms"] | fabricated.IMAGES | images},
            "architectures": {"net": network, CONTROL: {"of": "net", "control": "random_labels"}},
            "analysis": {"n_resamples": 999, "images": 300},
            "training": fabricated.CONFIG["training"] | {"weight_decay": {"conv": 5.0}},  # nothing is left of the start
        }
    )


def outcome(number: int, planted: bool, seeds: int) -> dict[str, str]:
    """Run one experiment; return the verdict of each claim about the network and not its control."""
    experiment = planned(number, seeds)
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        at = Path(folder)
        fabricated.do(experiment, at, "make_dataset")
        fabricated.train(experiment, at, plant(at, number) if planted else None, edited="net")
        fabricated.do(experiment, at, *OF_ALL)
        fabricated.do(experiment, at, *OF_NETWORK, arch="net")
        spec = json.loads(experiment.spec("write_statements", {})) | {"runs": [["d", "net"]]}
        write_statements.write_statements(spec, folder, str(at / "statements.csv"))
        rows = cells.read(at / "statements.csv")
    return {row["claim"]: row["verdict"] for row in rows if row["arch"] == "net" and row["verdict"]}


def memory() -> str | None:
    """Return a folder in memory if there is one."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def plant(folder: Path, number: int):
    """Return an edit that gives every run the same kernels, cut out of the images, in another order and under noise."""
    images = array_files.read_npz(folder / "data/d/images.npz")["train_images"]
    found = patches.random_patches(images, KERNEL, 400, seed=number)
    found = found - found.mean(1, keepdims=True)
    strongest = found[np.argsort(-found.std(1))[:200]]
    shared = strongest[np.random.default_rng(number).choice(200, 8, replace=False)].reshape(8, 1, KERNEL, KERNEL)
    shared = shared / shared.std((1, 2, 3), keepdims=True)

    def edit(weights: dict[str, np.ndarray], seed: int) -> None:
        noise = np.random.default_rng([number, seed]).standard_normal(shared.shape)
        bank = (shared + noise / 2)[np.random.default_rng([1, number, seed]).permutation(8)]
        weights["conv1.weight"][:] = 0.1 * bank

    return edit


def outcomes(name: str, count: int, planted: bool, seeds: int, jobs: int) -> list[dict]:
    """Return the verdicts of `count` experiments, and the seconds that each took.

    Each is a line of NAME.jsonl as soon as it is there. Lines that were made by the same code are not made again.
    """
    kept, same = tables.folder / f"{name}.jsonl", {"code": code(), "seeds": seeds, "machine": tables.machine()}
    lines = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    done = {line["number"]: line for line in lines if same.items() <= line.items()}
    missing, started = [number for number in range(count) if number not in done], time.monotonic()
    with ProcessPoolExecutor(jobs) as pool:
        made = pool.map(partial(timed, planted=planted, seeds=seeds), missing)
        for number, line in enumerate(made, 1):
            done[line["number"]] = same | line
            records.write_text(kept, "".join(json.dumps(done[key]) + "\n" for key in sorted(done)))
            left = (time.monotonic() - started) / number * (len(missing) - number)
            print(f"{name}: {len(done)} of {count} experiments; about {left / 60:.0f} minutes left", file=sys.stderr)
    return [done[number] for number in range(count)]


def timed(number: int, planted: bool, seeds: int) -> dict:
    """Return the outcome of one experiment with its seconds."""
    started = time.monotonic()
    verdicts = outcome(number, planted, seeds)
    return {"number": number, "seconds": time.monotonic() - started, "verdicts": verdicts}


def code() -> str:
    """Return a hash of the code and the settings that the verdicts depend on."""
    rules = ("make_dataset", *OF_ALL, *OF_NETWORK, "write_statements")
    scripts = [fingerprint.code(ROOT / f"workflow/scripts/{rule}.py") for rule in rules]
    here = [Path(file).read_text() for file in (__file__, fabricated.__file__)]
    return hashlib.sha256(json.dumps([scripts, here, fabricated.CONFIG]).encode()).hexdigest()[:16]


def report(table: tables.Table, found: list[dict[str, str]], tested: bool) -> None:
    """Add a row for each claim, and draw the rates."""
    shown, undecided = (Counter(claim for one in found for claim in one if one[claim] == v) for v in (SHOWN, UNDECIDED))
    for claim in dict.fromkeys(claim for one in found for claim in one):
        row = [claim, len(found), shown[claim], undecided[claim], shown[claim] / len(found)]
        table.add(*row, *[float(binom.sf(shown[claim] - 1, len(found), LEVEL))] * tested)
    table.save(figure(table, len(found), tested))


def figure(table: tables.Table, count: int, tested: bool) -> Figure:
    """Draw the rate of each claim, and what is allowed or asked for."""
    names, rates = table.column("claim"), table.column("rate")
    page = Figure(figsize=(9, 0.9 + 0.3 * len(names)), layout="constrained")
    axes = page.subplots()
    axes.barh(names, rates, color=figures.SERIES[0])
    axes.axvline(LEVEL if tested else 0.9, color="#555555", linewidth=1, linestyle="--")
    axes.invert_yaxis()
    kind = "untrained" if tested else "planted"
    axes.set(xlabel=f"share of {count} {kind} experiments in which the claim is shown", xlim=(0, 1))
    axes.spines[["top", "right"]].set_visible(False)
    return page


def main() -> None:
    options = tables.Options(__doc__, "two untrained experiments and one planted experiment of three seeds")
    options.add_argument("--experiments", type=int, default=200)
    options.add_argument("--planted", type=int, default=100)
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = options.parse_args()
    small = arguments.small
    seeds, jobs = (3, 1) if small else (6, arguments.jobs)
    found = outcomes("untrained", 2 if small else arguments.experiments, False, seeds, jobs)
    tested = [{claim: verdict for claim, verdict in one["verdicts"].items() if claim != GATE} for one in found]
    report(tables.Table("untrained", TABLES["untrained"]), tested, True)
    pages = sum(SHOWN in one.values() for one in tested)
    whole = tables.Table("untrained_pages", TABLES["untrained_pages"])
    whole.add(len(found), pages, pages / len(found), float(np.mean([one["seconds"] for one in found])))
    found = outcomes("planted", 1 if small else arguments.planted, True, seeds, jobs)
    report(tables.Table("planted", TABLES["planted"]), [one["verdicts"] for one in found], False)


if __name__ == "__main__":
    main()

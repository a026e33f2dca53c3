"""The long tier of the tests: thousands of kills, random configs, damaged images, odd experiments, and large ones.

Writes docs/robustness.md.

python tests/long/campaign.py                    # all of it
python tests/long/campaign.py --training 2 --anywhere 2 --configs 100 --experiments 2 --networks --corners --page PAGE
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import experiments
import image_fuzz
import kept
import kills
import needs
import used
import well_known_networks as networks

ROOT = Path(__file__).parents[2]
PARTS = {"experiments": experiments, "networks": networks, "corners": needs}
PAGE = """# What kills, faults, hostile configs, damaged images and odd experiments do

Written by `make test-long` ({date}, {cores} cores, Python {python}). `make test` has quick forms of the same tests. The
tables from *Experiments* on are also in [robustness.json](robustness.json).

## Kills

{kills} kills at random moments of a workflow of two training runs, {training} of them in a training run with a
checkpoint. Each kill hits a job, Snakemake, or both with all their child processes; SIGKILL of both imitates a power
cut. Then the same command is given again. *Resumed*: the second command succeeded, and after a kill during training it
continued from the checkpoint or waited for the training run that the dead Snakemake had left behind. *Identical*: every
artifact and manifest is bit-identical to an uninterrupted run. *Lost*: artifacts that are missing in the end.

{table}

Stages that ran at the moment of a kill: {stages}.

## Configs

| random configs | valid | refused in one line | tracebacks | dry runs | made completely | of these failed |
|---|---|---|---|---|---|---|
| {configs} | {valid} | {refused} | {tracebacks} | {dry_runs} | {full_runs} | {full_failed} |

The configs are random over the whole schema, or mutations of such configs. A few small valid configs were run
completely; after each run, `make verify` found no problem, and no file outside `results/` and Snakemake's own folder
had changed.

## Images

| damaged files | images | refused in one line | not in one line | crashes | did not finish | slowest (s) \
| most memory (MB) |
|---|---|---|---|---|---|---|---|
| {damaged} | {images} | {told} | {not_one_line} | {crashed} | {too_long} | {slowest_s} | {megabytes} |

The files are PNG, JPEG, TIFF, BMP, GIF and WebP images in all their modes. Nine of ten are damaged: bits are flipped,
lengths and sizes changed, parts cut out, swapped, repeated or taken from another file, and headers give sizes that the
data do not have. Each file is read as `read_dataset` reads it; memory refers to the largest process.

## Experiments

Small experiments that combine odd images, pretrained or recorded kernels, networks, controls and devices at random,
each run from end to end by Snakemake on one core. After each, there is no traceback in any log; `make verify` finds
nothing; all input files are images, kernels or in the notes; figures, tables, movies, findings and page open, are
within their bounds, and have no number that is none. An experiment that ends early has a line that says why. There are
500; the table has those that have been carried out, and `tests/long/experiments.py --save` goes on with the others.

{experiments}

## Well-known networks

Everything that is made of pretrained runs with the layers of well-known networks and random weights: two runs at three
times, 20 draws of pairs and 99 of measures (`tests/long/well_known_networks.py --save`). Times are those of a
processor, without waiting. Memory is that of a job, with {itself} MB for Snakemake itself, and what the job asks a
cluster for.

{networks}

## Memory

The memory that jobs take (with {itself} MB for Snakemake itself), and what they ask a cluster for, in experiments at
corners of the schema: the job that comes nearest to what it asks for, and the one that is farthest from it
(`tests/long/needs.py --save`).

{corners}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (
        ("training", 36),
        ("anywhere", 36),
        ("seed", 0),
        ("configs", 5000),
        ("full", 20),
        ("images", 5000),
        ("experiments", 500),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--networks", nargs="*", choices=networks.NETWORKS)
    parser.add_argument("--corners", nargs="*", choices=needs.CORNERS)
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "robustness.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        outcomes = kills.campaign(Path(scratch), arguments)
    configs, damaged = random_configs(arguments), image_fuzz.campaign(arguments.images, arguments.seed)
    found = {
        "experiments": last(experiments.campaign(range(arguments.experiments), experiments.start(arguments.seed, {}))),
        "networks": {of.network: networks.row(of) for of in networks.campaign(arguments.networks)},
        "corners": {of.corner: needs.row(of) for of in needs.campaign(arguments.corners)},
    }
    tables = {part: PARTS[part].table(found[part]) for part in PARTS}
    numbers = configs | damaged | {"damaged": arguments.images}
    arguments.page.write_text(page(outcomes, numbers, tables), encoding="utf-8")
    for part, lines in tables.items():
        kept.keep(part, found[part], lines, arguments.page.parent)
    print(arguments.page.read_text(encoding="utf-8"))
    good = all(map(kills.good, outcomes)) and not configs["tracebacks"] + configs["full_failed"]
    good = good and image_fuzz.good(damaged) and all(PARTS[part].good(found[part]) for part in PARTS)
    sys.exit(0 if good else 1)


def last(states: Iterable[dict]) -> dict:
    *_, state = states
    return state


def random_configs(arguments) -> dict:
    script = Path(__file__).with_name("random_configs.py")
    options = ["--configs", arguments.configs, "--seed", arguments.seed, "--full", arguments.full]
    done = subprocess.run([sys.executable, script, *map(str, options)], stdout=subprocess.PIPE, text=True, check=False)
    return json.loads(done.stdout.splitlines()[-1])


def page(outcomes: list, numbers: dict, tables: dict[str, Iterable[str]]) -> str:
    counts: dict[str, int] = {}
    for stage in (stage for outcome in outcomes for stage in outcome.running.split()):
        counts[stage] = counts.get(stage, 0) + 1
    return PAGE.format(
        date=time.strftime("%Y-%m-%d"),
        cores=os.cpu_count(),
        python=platform.python_version(),
        kills=len(outcomes),
        training=sum(outcome.checkpoint for outcome in outcomes),
        table="\n".join(kills.table(outcomes)),
        itself=used.ITSELF,
        **{part: "\n".join(lines) for part, lines in tables.items()},
        stages=", ".join(f"`{stage}` {count}" for stage, count in sorted(counts.items())),
        **numbers,
    )


if __name__ == "__main__":
    main()

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
import kills
import needs
import used
import well_known_networks

ROOT = Path(__file__).parents[2]
PAGE = """# What kills, faults, hostile configs, damaged images and odd experiments do

Written by `make test-long` ({date}, {cores} cores, Python {python}). `make test` has quick forms of the same tests.

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

{experiments} small experiments that combine odd images or pretrained kernels, networks, controls and devices at random,
each run from end to end by Snakemake on one core ({seconds_each} s on average). After each, there is no traceback in
any log; `make verify` finds nothing; all input files are images, kernels or in the notes; figures, tables, movies,
findings and page open, are within their bounds, and have no number that is none. {early_experiments} were refused, or
had a job that failed with a line that says why; {wrong_experiments} did anything else.

{experiments_table}

## Well-known networks

Everything that is made of pretrained runs with the layers of well-known networks and random weights: two runs at three
times, 20 draws of pairs and 99 of measures. Times are those of a processor, without waiting.

{networks_table}

## Memory

The memory that jobs take (with {itself} MB for Snakemake itself), and what they ask a cluster for, in experiments at
corners of the schema: the job that comes nearest to what it asks for, and the one that is farthest from it.

{corners_table}
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
    parser.add_argument("--networks", nargs="*", choices=well_known_networks.NETWORKS)
    parser.add_argument("--corners", nargs="*", choices=needs.CORNERS)
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "robustness.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        outcomes = kills.campaign(Path(scratch), arguments)
    configs, damaged = random_configs(arguments), image_fuzz.campaign(arguments.images, arguments.seed)
    odd = experiments.campaign(range(arguments.experiments), arguments.seed)
    networks, corners = well_known_networks.campaign(arguments.networks), needs.campaign(arguments.corners)
    numbers = configs | damaged | {"damaged": arguments.images} | experiments.summary(odd)
    tables = {
        "experiments_table": experiments.table(odd),
        "networks_table": well_known_networks.table(networks),
        "corners_table": needs.table(corners),
    }
    arguments.page.write_text(page(outcomes, numbers, tables), encoding="utf-8")
    print(arguments.page.read_text(encoding="utf-8"))
    good = all(map(kills.good, outcomes)) and not configs["tracebacks"] + configs["full_failed"]
    good = good and all(map(experiments.good, odd)) and not any(network.problems for network in networks)
    good = good and all(map(needs.good, corners))
    sys.exit(0 if good and image_fuzz.good(damaged) else 1)


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
        **{name: "\n".join(lines) for name, lines in tables.items()},
        stages=", ".join(f"`{stage}` {count}" for stage, count in sorted(counts.items())),
        **numbers,
    )


if __name__ == "__main__":
    main()

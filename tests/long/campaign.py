"""The long tier of the tests: thousands of kills, random configs and damaged images; writes docs/robustness.md.

python tests/long/campaign.py                    # all of it
python tests/long/campaign.py --training 2 --anywhere 2 --configs 100 --full 1 --page other.md
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import image_fuzz
import kills

ROOT = Path(__file__).parents[2]
PAGE = """# What kills, faults, hostile configs and damaged pictures do

Written by `make test-long` ({date}, {cores} cores, Python {python}). Quick forms of the same tests are in `make test`.

## Kills

{kills} kills at random moments of a workflow of two trainings, {training} of them in a training with a checkpoint:
of one job, of Snakemake alone, or of both with all they had started (a power cut is SIGKILL of both). Then the same
command again. *Resumed*: that command ended well and, after the kills in mid-training, the training went on from its
checkpoint, or the one that the dead Snakemake had left running was waited for. *Identical*: every artifact and manifest
equals that of an uninterrupted run, bit by bit. *Lost*: artifacts missing in the end.

{table}

Stages that ran at the moment of a kill: {stages}.

## Configs

| random configs | valid | refused in one line | tracebacks | dry runs | made completely | of these failed |
|---|---|---|---|---|---|---|
| {configs} | {valid} | {refused} | {tracebacks} | {dry_runs} | {full_runs} | {full_failed} |

Random configs over the whole schema and mutations of them. Those made completely are small valid ones; after each,
`verify` found all as it should be, and no file outside `results/` and Snakemake's own folder had changed.

## Pictures

| damaged files | images | told in one line | not in one line | crashes | no end | slowest (s) | most memory (MB) |
|---|---|---|---|---|---|---|---|
| {pictures} | {images} | {told} | {not_one_line} | {crashed} | {too_long} | {slowest_s} | {megabytes} |

Encodings of PNG, JPEG, TIFF, BMP, GIF and WebP in all their modes, nine of ten damaged: bits flipped, lengths and sizes
changed, parts cut out, swapped, repeated or of another file, sizes that the data do not hold. Each is read as
`read_dataset` reads it; memory is that of the largest process.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (
        ("training", 36),
        ("anywhere", 36),
        ("seed", 0),
        ("configs", 5000),
        ("full", 20),
        ("pictures", 5000),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "robustness.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        outcomes = kills.campaign(Path(scratch), arguments)
    configs, pictures = random_configs(arguments), image_fuzz.campaign(arguments.pictures, arguments.seed)
    arguments.page.write_text(page(outcomes, configs | pictures), encoding="utf-8")
    print(arguments.page.read_text(encoding="utf-8"))
    good = all(map(kills.good, outcomes)) and not configs["tracebacks"] + configs["full_failed"]
    sys.exit(0 if good and image_fuzz.good(pictures) else 1)


def random_configs(arguments) -> dict:
    script = Path(__file__).with_name("random_configs.py")
    options = ["--configs", arguments.configs, "--seed", arguments.seed, "--full", arguments.full]
    done = subprocess.run([sys.executable, script, *map(str, options)], stdout=subprocess.PIPE, text=True, check=False)
    return json.loads(done.stdout.splitlines()[-1])


def page(outcomes: list, numbers: dict) -> str:
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
        stages=", ".join(f"`{stage}` {count}" for stage, count in sorted(counts.items())),
        **numbers,
    )


if __name__ == "__main__":
    main()

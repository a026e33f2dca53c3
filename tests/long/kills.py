"""Kill the workflow many times at random moments, and report the outcomes."""

import random
import shutil
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).parents[1] / "support/running"))

import killing

TARGETS = ("job", "snakemake", "both")
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGKILL)


def campaign(scratch: Path, arguments) -> list[killing.Outcome]:
    chance = random.Random(arguments.seed)
    fresh = killing.project(scratch / "fresh")
    whole = Path(shutil.copytree(fresh, scratch / "whole"))
    started = time.monotonic()
    assert killing.again(whole) == 0, (whole / "again.txt").read_text()
    seconds = time.monotonic() - started
    reference = killing.contents(whole)
    ready = Path(shutil.copytree(fresh, scratch / "ready"))
    assert killing.again(ready, "dataset") == 0
    outcomes: list[killing.Outcome] = []
    for count, source in ((arguments.training, ready), (arguments.anywhere, fresh)):
        done = 0
        while done < count:
            target, number = TARGETS[done % 3], SIGNALS[done // 3 % 3]
            delay = chance.uniform(0, 1.5)
            wait = (lambda delay=delay: time.sleep(delay)) if source is ready else chance.uniform(1.5, seconds)
            folder = scratch / "killed"
            outcome = killing.one_kill(source, folder, reference, target, number, wait)
            if outcome is not None and (outcome.checkpoint or source is fresh):
                outcomes.append(outcome)
                done += 1
                print(f"{len(outcomes)}: {tuple(outcome)}", flush=True)
            shutil.rmtree(folder)
    return outcomes


def good(outcome: killing.Outcome) -> bool:
    return outcome.again == 0 and outcome.identical and not outcome.lost


def table(outcomes: list[killing.Outcome]):
    """Yield the lines of a Markdown table with a row for each target and signal."""
    yield "| killed | signal | kills | in a training with a checkpoint | resumed | identical | lost |"
    yield "|---|---|---|---|---|---|---|"
    kinds = [(target, number.name) for target in TARGETS for number in SIGNALS]
    for kind in [*kinds, None]:
        of_kind = [outcome for outcome in outcomes if kind in (None, (outcome.target, outcome.signal))]
        cells = (
            *(kind or ("all", "")),
            len(of_kind),
            sum(outcome.checkpoint for outcome in of_kind),
            sum(outcome.again == 0 and outcome.resumed != "anew" for outcome in of_kind),
            sum(outcome.identical for outcome in of_kind),
            sum(outcome.lost for outcome in of_kind),
        )
        yield "| " + " | ".join(map(str, cells)) + " |"

"""Check config files without Snakemake: print a line for each problem (exit status 1), or what they select and how
long it should take.
"""

import argparse
import sys

from experiment.config.problems import ConfigError
from experiment.launch import forecast
from experiment.plan import loading, undecided
from experiment.plan.experiment import Experiment


def main() -> None:
    parser = argparse.ArgumentParser(prog="check.py", description=__doc__)
    words = "config files, laid over config/config.yaml one after the other, as by snakemake --configfile"
    parser.add_argument("files", nargs="*", metavar="FILE", help=words)
    files = parser.parse_args().files
    try:
        experiment = loading.load(files)
    except ConfigError as error:
        sys.exit("\n".join(error.lines))
    print(f"{' + '.join(files) or 'config/config.yaml'}: ok, {summary(experiment)}")
    print(forecast.line(experiment, forecast.cores()))
    if line := undecided.line(experiment):
        print(line)


def summary(experiment: Experiment) -> str:
    """Return how many runs an experiment has, of what, and where its results go."""
    numbers = [len(seeds) for seeds in experiment.seeds.values()]
    runs, (fewest, most) = len(experiment.datasets) * sum(numbers), (min(numbers), max(numbers))
    counts = {"dataset": len(experiment.datasets), "architecture": len(numbers), "seed": most}
    words = [f"{count} {name}{'s' * (count != 1)}" for name, count in counts.items()]
    parts = ", ".join([*words[:2], f"{fewest} to " * (fewest < most) + words[2]])
    return f"{runs} run{'s' * (runs != 1)} ({parts}) into {experiment.results}"


if __name__ == "__main__":
    main()

"""Put the config of an experiment together from its files, as Snakemake does."""

from collections.abc import Iterable
from pathlib import Path

from experiment.config import origins
from experiment.config.files import read
from experiment.config.origins import DEFAULT, Layer
from experiment.config.problems import ConfigError, Problems
from experiment.plan import seeds
from experiment.plan.experiment import Experiment
from kernelscope.refusal import refuse


def load(paths: Iterable[str | Path]) -> Experiment:
    """Return the experiment of the default config with some files laid over it, one after the other.

    Raises
    ------
    ConfigError
        A line for each problem, which begins with the name of the file.
    """
    problems, config = Problems(), {}
    layers = [Layer(origins.from_working_folder(path), problems.attempt(read, path)) for path in (DEFAULT, *paths)]
    problems.report()
    for layer in layers:
        try:
            config = laid_over(config, layer.config)
        except RecursionError:
            refuse(layer.name, "a mapping that contains itself or is too deep", "a tree", error=ConfigError)
    try:
        return Experiment(seeds.without_overridden(config, [layer.config for layer in layers]))
    except ConfigError as error:
        raise origins.named(error, layers) from None


def laid_over(base: object, over: dict) -> dict:
    """Return a mapping with another over it, key by key, as Snakemake's `update_config` does; lists are replaced."""
    result = dict(base) if isinstance(base, dict) else {}
    if not over and not isinstance(base, dict):
        return base
    for key, value in over.items():
        result[key] = laid_over(result.get(key, {}), value) if isinstance(value, dict) else value
    return result

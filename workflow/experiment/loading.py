"""The config of an experiment, put together from its files as Snakemake does it."""

from collections.abc import Iterable
from pathlib import Path

from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError
from snakemake.utils import update_config

from experiment.experiment import Experiment
from experiment.schema import ConfigError

DEFAULT = Path(__file__).parents[2] / "config" / "config.yaml"


def load(paths: Iterable[str]) -> Experiment:
    """The default config with those of `paths` laid over it, one after the other; ConfigError in one line."""
    config: dict = {}
    for path in (DEFAULT, *paths):
        try:
            update_config(config, load_configfile(path))
        except (WorkflowError, OSError, ValueError) as error:
            raise ConfigError(f"{path}: {' '.join(str(error).split())}") from None
    return Experiment(config)

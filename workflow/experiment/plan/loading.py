"""The config of an experiment, put together from its files as Snakemake does it."""

import json
from collections.abc import Iterable
from pathlib import Path

import yaml
from snakemake.utils import update_config

from experiment.config.schema import ConfigError
from experiment.plan.experiment import Experiment

DEFAULT = Path(__file__).parents[3] / "config" / "config.yaml"


def load(paths: Iterable[str]) -> Experiment:
    """The default config with those of `paths` laid over it, one after the other; ConfigError in one line."""
    config: dict = {}
    for path in (DEFAULT, *paths):
        try:
            update_config(config, read(path))
        except Exception as error:  # YAML has many ways to be wrong
            raise ConfigError(f"{path}: {error or type(error).__name__}") from None
    return Experiment(config)


def read(path: str | Path) -> dict:
    """One config file, JSON or YAML. Templates are left to Snakemake, as they may run any code."""
    text = Path(path).read_text(encoding="utf-8")
    if "__use_yte__" in text:
        raise ConfigError("found the key '__use_yte__'; templates are not read here, as they run code")
    try:
        config = json.loads(text)
    except ValueError:
        config = yaml.safe_load(text)
    if not isinstance(config, dict):
        raise ConfigError("found no mapping of keys to values; allowed: JSON or YAML with keys at top level")
    return config

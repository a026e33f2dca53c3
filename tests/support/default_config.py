"""The default networks with three seeds each, with a change in one place, and the consequences."""

import copy
from pathlib import Path

import pytest
import yaml

from experiment.config.schema import ConfigError
from experiment.plan import rule_table
from experiment.plan.experiment import Experiment
from experiment.plan.loading import laid_over
from experiment.plan.seeds import without_overridden

DEFAULT = yaml.safe_load((Path(__file__).parents[2] / "config" / "config.yaml").read_text())
SELECTED = {"experiment": {"architectures": ["templates", "cnnkernels", "stacked"], "seeds": [0, 1, 2]}}
CONFIG = without_overridden(laid_over(DEFAULT, SELECTED), [DEFAULT, SELECTED])
RUN = {"dataset": "waveforms", "arch": "stacked", "seed": "1"}
ARCH = {"dataset": "waveforms", "arch": "stacked"}
DATASET = {"dataset": "waveforms"}
JOBS = {
    **{"make_dataset": DATASET, "draw_samples": DATASET, "compare_architectures": DATASET},
    **{"draw_architectures": DATASET, "draw_vocabulary": ARCH},
    **{"match_kernels": ARCH, "draw_matched": ARCH, "correlate_initial": ARCH, "write_summary": {}, "write_cost": {}},
    **{"find_types": ARCH, "write_seed_tests": ARCH},
    **{"train_network": RUN, "train_group": RUN, "extract_kernels": RUN, "draw_montage": RUN},
    **{"draw_history": RUN, "draw_featuremaps": RUN, "make_movie": RUN},
    **{"measure_kernels": RUN, "draw_measures": RUN, "probe_kernels": RUN, "judge_kernels": RUN},
    "pool_nulls": ARCH,
    **{
        "project_kernels": RUN,
        "predict_images": RUN,
        "draw_pixels": RUN,
        "write_atlas": RUN,
        "draw_atlas": RUN,
        "compare_seeds": ARCH,
        "draw_agreement": ARCH,
        "compare_runs": DATASET,
        "draw_similarity": DATASET,
    },
    **{"write_statements": {}, "write_findings": {}},
    "compare_settling": ARCH,
    **{"write_page": {}, "write_notes": {}},
}


def changed(*path, to, config=CONFIG):
    config = copy.deepcopy(config)
    node = config
    for key in path[:-1]:
        node = node.setdefault(key, {})
    node[path[-1]] = to
    return config


def specs(config):
    experiment = Experiment(config)
    other = "train_network" if experiment.together(ARCH["arch"]) else "train_group"
    return {rule: experiment.spec(rule, wildcards) for rule, wildcards in JOBS.items() if rule != other}


def with_wildcards(count):
    """Return the rules of the default experiment with `count` wildcards: 1 a dataset, 2 an architecture, 3 a run."""
    return rule_table.with_wildcards(count, Experiment(CONFIG))


def differing(config, other):
    """Return the rules whose jobs differ between two configs."""
    before, after = specs(config), specs(other)
    return {rule for rule in before.keys() | after.keys() if before.get(rule) != after.get(rule)}


def backwards(value):
    """Return the same config with its keys in reverse order."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return value


def message(config):
    with pytest.raises(ConfigError) as caught:
        Experiment(config)
    assert "\n" not in str(caught.value)
    return str(caught.value)

"""Random configs, valid and broken: accepted where they must be, else refused in lines that can be read."""

import copy
import json
import random

import hostile
from configs import RANGES, leaf, valid_configs
from hostile import one_line
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from tiers import budget

from experiment.config.problems import ConfigError
from experiment.plan.experiment import Experiment
from experiment.plan.jobs import jobs

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]
PHASES = [Phase.explicit, Phase.generate]  # without minutes of search for a smaller example
quick = settings(database=None, derandomize=True, deadline=None, suppress_health_check=SLOW, phases=PHASES)


def refusal(config) -> str:
    """Return the lines that refuse a config, "" if it is accepted."""
    try:
        Experiment(config)
    except ConfigError as error:
        return one_line(error)
    return ""


def specs(config: dict) -> dict[tuple, str]:
    """Return the specs of all jobs; each is canonical JSON."""
    experiment = Experiment(config)
    found = {(job.rule, *job.wildcards.values()): experiment.spec(job.rule, job.wildcards) for job in jobs(experiment)}
    for spec in found.values():
        assert spec == json.dumps(json.loads(spec), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return found


def shuffled(value, chance: random.Random):
    """Return the same config with its keys in another order."""
    if isinstance(value, dict):
        return {key: shuffled(value[key], chance) for key in chance.sample(list(value), len(value))}
    return value


@settings(quick, max_examples=budget(100))
@given(valid_configs(), st.randoms(use_true_random=False))
def test_a_valid_config_has_canonical_specs_that_no_order_of_keys_or_selection_changes(config, chance):
    before = copy.deepcopy(config)
    found = specs(config)
    assert config == before
    other = shuffled(config, chance)
    for selected in other["experiment"].values():
        chance.shuffle(selected)
    again = specs(other)
    selected = {kind: other["experiment"][kind] for kind in ("datasets", "architectures")}
    if ("write_findings",) in again:
        assert json.loads(again["write_findings",])["architectures"] == selected["architectures"]
    if ("write_page",) in again:
        assert json.loads(again["write_page",])["order"] == selected
    assert without_order(again) == without_order(found)


def without_order(found: dict[tuple, str]) -> dict[tuple, dict]:
    """Return specs without the order of datasets and architectures, in which findings and page name them."""
    known = {job: json.loads(spec) for job, spec in found.items()}
    for job, key in ((("write_findings",), "architectures"), (("write_page",), "order")):
        if job in known:
            del known[job][key]
    return known


@settings(quick, max_examples=budget(70))
@given(valid_configs(), st.data())
def test_another_value_that_is_used_changes_a_spec(config, data):
    experiment = Experiment(config)
    dataset, arch = (data.draw(st.sampled_from(config["experiment"][kind])) for kind in ("datasets", "architectures"))
    used = {("datasets", dataset): ("dataset", experiment.config["datasets"][dataset])}
    original = config["architectures"][arch].get("of", arch)
    used |= {("architectures", original, "training"): ("training", experiment.training[arch])}
    used |= {(part,): (part, experiment.config[part]) for part in ("comparison", "analysis", "figures", "movie")}
    place = data.draw(st.sampled_from(list(used)))
    section, values = used[place]
    one_way = ("source", "max_seeds", "seeds", "formats")  # one source, few seeds; formats are outputs of jobs
    key = data.draw(st.sampled_from([key for key in values if key not in one_way]))
    other = copy.deepcopy(config)
    node = other
    for name in place:
        node = node.setdefault(name, {})
    node[key] = another(data.draw(leaf(section, key, False)), values[key], key)
    assume(node[key] != values[key] and not refusal(other))
    assert specs(other) != specs(config)


def another(drawn, value, key: str):
    """Return a drawn value in the form that the config has."""
    if isinstance(value, dict):
        return value | {"conv": drawn}
    return sorted(drawn) if key in RANGES else drawn


@settings(quick, max_examples=budget(250))
@given(hostile.invalid_configs())
def test_a_config_with_a_mistake_is_refused_in_one_line(config):
    assert refusal(config)


@settings(quick, max_examples=budget(150))
@given(hostile.junk())
def test_junk_is_refused_in_one_line(config):
    assert refusal(config)

"""Configs that are too deep, too long, too many or endless: refused in short lines and in seconds."""

import copy
import json
import math
import signal

import pytest
from hostile import nested, one_line
from tiers import rows

from experiment.config.problems import ConfigError
from experiment.plan.experiment import Experiment

SMALL = {
    "experiment": {"datasets": ["d"], "architectures": ["a"], "seeds": [0]},
    "datasets": {"d": {}},
    "architectures": {"a": {"network": "templates"}},
}
SECONDS = 5
PATIENCE = 120  # seconds by the clock, for a process that waits and computes nothing
HUGE = 16**6000  # too many digits for Python to write it


class Odd:
    """An object that YAML cannot make, with a name of many lines."""

    def __repr__(self):
        return "odd\n" * 200


def endless(kind: type):
    """Return a list or mapping that contains itself."""
    value = kind()
    if kind is list:
        value.append(value)
    else:
        value["a"] = value
    return value


def bomb(levels: int):
    """Return nine lists in nine lists in nine lists..., all the same object: small in memory, endless when printed."""
    value = "x"
    for _ in range(levels):
        value = [value] * 9
    return value


EXTREMES = {
    "a key of thousands of digits": (("training", HUGE), 1),
    "a number of thousands of digits": (("training", "epochs"), HUGE),
    "a set of a number of thousands of digits": (("training",), {HUGE}),
    "an object that is told in many lines": (("training",), Odd()),
    "a list 100000 deep": (("training",), nested(100_000, list)),
    "a mapping 100000 deep": (("training",), nested(100_000, dict)),
    "seeds 900 deep": (("experiment", "seeds"), [nested(900, list)]),
    "two equal seeds 400 deep": (("experiment", "seeds"), [nested(400, list), nested(400, list)]),
    "two equal classes 300 deep": (("datasets", "d", "classes"), [nested(300, dict), nested(300, dict)]),
    "a list that contains itself": (("training",), endless(list)),
    "a mapping that contains itself": (("training", "weight_decay"), endless(dict)),
    "nan below a long key": (("x" * 5000,), math.nan),
    "nan 150 lists down": (("experiment", "seeds"), json.loads("[" * 150 + "NaN" + "]" * 150)),
    "a long network": (("architectures", "a", "network"), "x" * 5000),
    "a long layer": (("training", "weight_decay"), {"x" * 5000: 1}),
    "a long layer and a wrong value": (("training", "weight_decay"), {"x" * 5000: -1}),
    "a long string": (("pathvars", "results"), "results/" + "x" * 100_000),
    "long bytes": (("training",), b"a" * 5000),
    "many definitions and none of them selected": (
        ("architectures",),
        {f"a{number}": {"network": "templates"} for number in range(500)},
    ),
    "many unknown keys": (("training",), {f"k{number}": 1 for number in range(10_000)}),
    "many seeds that are none": (("experiment", "seeds"), [{"a": number} for number in range(3000)]),
    "lists that are told at endless length": (("experiment", "seeds"), bomb(8)),
}


@pytest.fixture
def seconds():
    """End what takes too long by this process's own time (the clock says little on a busy machine), or waits."""

    def stop(*_):
        pytest.fail(f"it takes more than {SECONDS} s of processor time, or {PATIENCE} s")

    before = signal.signal(signal.SIGPROF, stop), signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(PATIENCE)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.alarm(0)
    for number, handler in zip((signal.SIGPROF, signal.SIGALRM), before, strict=True):
        signal.signal(number, handler)


@pytest.mark.parametrize("case", rows(EXTREMES, *(case for case in EXTREMES if "endless" not in case)))
def test_an_extreme_is_refused_in_one_line(case, seconds):
    path, value = EXTREMES[case]
    config = copy.deepcopy(SMALL)
    node = config
    for key in path[:-1]:
        node = node.setdefault(key, {})
    node[path[-1]] = value
    with pytest.raises(ConfigError) as caught:
        Experiment(config)
    one_line(caught.value)


@pytest.mark.parametrize("width", [1e-3, 1e-6, 1e-9, 1e-300, 5e-324])
@pytest.mark.parametrize("shape", ["sinusoid", "sawtooth"])
def test_a_period_too_short_to_be_drawn_is_refused(width, shape):
    """An image of 64 columns would hold 500 million periods of a billionth of its width, each of them computed."""
    config = copy.deepcopy(SMALL)
    config["datasets"]["d"] = {"classes": ["square", shape], "width": [width, 0.2]}
    if 1 / (2 * width) < 1000:
        Experiment(config)
    else:
        with pytest.raises(ConfigError, match="width"):
            Experiment(config)


def test_ten_thousand_seeds_are_checked_in_seconds(seconds):
    config = copy.deepcopy(SMALL)
    config["experiment"]["seeds"] = list(range(10_000))
    assert len(Experiment(config).all_seeds) == 10_000

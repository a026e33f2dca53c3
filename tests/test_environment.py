"""The three files of envs/ say the same, and the environment is what they say."""

from importlib.metadata import version
from pathlib import Path

import yaml

ENVS = Path(__file__).parents[1] / "envs"


def pins(lines):
    return dict(line.split("==") for line in lines)


def lock():
    return pins((ENVS / "lock.txt").read_text().splitlines())


def test_conda_installs_the_versions_of_the_lock():
    environment = yaml.safe_load((ENVS / "environment.yaml").read_text())
    python, pip, packages = environment["dependencies"]
    assert (python, pip) == ("python=3.11", "pip")
    assert pins(packages["pip"]) == lock()


def test_the_lock_holds_what_the_workflow_asks_for():
    asked = [line for line in (ENVS / "requirements.in").read_text().splitlines() if line and not line.startswith("#")]
    for line in asked:
        name, _, pinned = line.partition("==")
        assert name in lock()
        assert not pinned or lock()[name] == pinned


def test_the_lock_names_no_build_of_one_machine():
    assert not [pinned for pinned in lock().values() if "+" in pinned]


def test_the_tests_run_with_the_versions_of_the_lock():
    wrong = {name: version(name) for name, pinned in lock().items() if version(name).split("+")[0] != pinned}
    assert wrong == {}


def test_the_tools_that_judge_the_tests_keep_to_the_versions_of_the_lock():
    tools = pins((ENVS / "quality.txt").read_text().splitlines())
    asked = [line for line in (ENVS / "quality.in").read_text().splitlines() if not line.startswith("#")]
    assert pins(asked).items() <= tools.items()
    assert [name for name in tools.keys() & lock().keys() if tools[name] != lock()[name]] == []

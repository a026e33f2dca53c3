"""The three files of envs/ say the same, for every Python and system, and the environment is what they say."""

from importlib.metadata import version

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from projects import ROOT

ENVS = ROOT / "envs"
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = {"linux": ("Linux", "x86_64"), "darwin": ("Darwin", "arm64")}


def pins(lines, **system: str) -> dict[str, str]:
    """Distribution -> version of the lines that hold on a system, by default on this one."""
    asked = [Requirement(line) for line in lines]
    mine = [one for one in asked if one.marker is None or one.marker.evaluate(default_environment() | system)]
    found = {one.name: version_of(one) for one in mine}
    assert len(found) == len(mine), "a name stands there twice"
    return found


def version_of(one: Requirement) -> str:
    """The version that a line pins, by == and nothing else."""
    (pinned,) = one.specifier
    assert pinned.operator == "=="
    assert "*" not in pinned.version
    assert not (one.extras or one.url)
    return pinned.version


def lines() -> list[str]:
    return (ENVS / "lock.txt").read_text().splitlines()


def asked() -> list[str]:
    """The lines of requirements.in."""
    return [line for line in (ENVS / "requirements.in").read_text().splitlines() if line and not line.startswith("#")]


def test_conda_installs_the_versions_of_the_lock():
    environment = yaml.safe_load((ENVS / "environment.yaml").read_text())
    python, pip, packages = environment["dependencies"]
    assert pip == "pip"
    assert packages["pip"] == lines()
    name, allowed = python[:6], SpecifierSet(python[6:])
    assert name == "python"
    assert [minor for minor in range(20) if allowed.contains(f"3.{minor}.1")] == [11, 12, 13]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_holds_what_the_workflow_asks_for_on_every_python_and_system(python, system):
    platform, machine = SYSTEMS[system]
    there = {"sys_platform": system, "platform_system": platform, "platform_machine": machine}
    locked = pins(lines(), **there, python_version=python, python_full_version=f"{python}.1")
    for line in asked():
        name, _, pinned = line.partition("==")
        assert name in locked
        assert not pinned or locked[name] == pinned


def test_the_lock_names_no_build_of_one_machine():
    assert not [pinned for pinned in pins(lines()).values() if "+" in pinned]


def test_the_lock_leaves_the_libraries_of_a_gpu_to_the_build_of_torch_that_needs_them():
    assert not [line for line in lines() if line.startswith(("cuda", "nvidia", "triton"))]


def test_the_tests_run_with_the_versions_of_the_lock():
    locked = pins(lines())
    wrong = {name: version(name) for name, pinned in locked.items() if version(name).split("+")[0] != pinned}
    assert wrong == {}


def test_the_tools_that_judge_the_tests_keep_to_the_versions_of_the_lock():
    tools, locked = pins((ENVS / "quality.txt").read_text().splitlines()), pins(lines())
    wanted = [line for line in (ENVS / "quality.in").read_text().splitlines() if not line.startswith("#")]
    assert pins(wanted).items() <= tools.items()
    assert [name for name in tools.keys() & locked.keys() if tools[name] != locked[name]] == []

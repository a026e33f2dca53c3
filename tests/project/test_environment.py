"""The three files of envs/ agree for every Python and system, and the environment follows them."""

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
    """Return {distribution: version} of the lines that apply to a system, by default to this system."""
    requirements = [Requirement(line) for line in lines]
    environment = default_environment() | system
    here = [need for need in requirements if need.marker is None or need.marker.evaluate(environment)]
    versions = {need.name: version_of(need) for need in here}
    assert len(versions) == len(here), "a name occurs twice"
    return versions


def version_of(requirement: Requirement) -> str:
    """Return the version that a line pins, by == and nothing else."""
    (pinned,) = requirement.specifier
    assert pinned.operator == "=="
    assert "*" not in pinned.version
    assert not (requirement.extras or requirement.url)
    return pinned.version


def lines() -> list[str]:
    return (ENVS / "lock.txt").read_text().splitlines()


def asked() -> list[str]:
    """Return the lines of requirements.in."""
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


def test_what_reads_other_files_fits_the_lock_and_is_all_that_is_asked_for():
    """What is in both has one version, so that `make extras` changes nothing else."""
    extras = pins((ENVS / "extras.txt").read_text().splitlines())
    asked = [line for line in (ENVS / "extras.in").read_text().splitlines() if not line.startswith("#")]
    assert [f"{name}=={extras[name]}" for name in (line.partition("==")[0] for line in asked)] == asked
    locked = pins(lines())
    assert {name: locked[name] for name in locked if name in extras} == {
        name: extras[name] for name in locked if name in extras
    }


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

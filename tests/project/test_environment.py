"""The groups of pyproject.toml, the lock and the conda environment agree for every Python and system."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import sys_tags
from packaging.utils import parse_wheel_filename
from projects import ROOT, outside
from tiers import THOROUGH

ENVS = ROOT / "envs"
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = {"linux": ("Linux", "x86_64"), "darwin": ("Darwin", "arm64")}
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
ENTRY = re.compile(r"^(\S.*?)((?: \\\n +--hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)


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
    """Return the lines of the lock, without their hashes."""
    return [line for line, _ in ENTRY.findall((ENVS / "lock.txt").read_text())]


def asked(*groups: str) -> list[str]:
    """Return the lines of groups of pyproject.toml."""
    words = [word for group in groups for word in GROUPS[group]]
    return [*dict.fromkeys(each for word in words for each in included(word))]


def included(word: str | dict) -> list[str]:
    """Return a line of a group, or the lines of the group that it includes."""
    return [word] if isinstance(word, str) else asked(word["include-group"])


def conda() -> dict:
    return yaml.safe_load((ENVS / "environment.yaml").read_text())


def test_every_line_of_the_lock_is_a_package_with_hashes():
    assert ENTRY.sub("", (ENVS / "lock.txt").read_text()).strip() == ""
    assert len(lines()) > 150


def test_conda_installs_what_every_user_gets_in_the_versions_of_the_lock():
    python, pip, packages = conda()["dependencies"]
    assert pip == "pip"
    assert {name: pin for name, pin in pins(lines()).items() if name in pins(packages["pip"])} == pins(packages["pip"])
    assert pins(asked("torch", "core")).items() <= pins(packages["pip"]).items()
    assert not pins(packages["pip"]).keys() & {"pytest", "playwright", "ruff", "pandas", "h5py", "onnx"}
    name, allowed = python[:6], SpecifierSet(python[6:])
    assert name == "python"
    assert [minor for minor in range(20) if allowed.contains(f"3.{minor}.1")] == [11, 12, 13]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_holds_what_the_workflow_asks_for_on_every_python_and_system(python, system):
    platform, machine = SYSTEMS[system]
    there = {"sys_platform": system, "platform_system": platform, "platform_machine": machine}
    locked = pins(lines(), **there, python_version=python, python_full_version=f"{python}.1")
    assert pins(asked(*GROUPS)).items() <= locked.items()


def test_the_lock_names_no_build_of_one_machine():
    assert not [pinned for pinned in pins(lines()).values() if "+" in pinned]


def test_the_lock_leaves_the_libraries_of_a_gpu_to_the_build_of_torch_that_needs_them():
    assert not [line for line in lines() if line.startswith(("cuda", "nvidia", "triton"))]


def test_the_tests_run_with_the_versions_of_the_lock():
    locked = pins(lines())
    needed = pins(conda()["dependencies"][-1]["pip"]) | pins(asked("dev"))
    wrong = {name: version(name) for name in needed if version(name).split("+")[0] != locked[name]}
    assert wrong == {}


PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28", "aarch64-apple-darwin")  # macOS 14 and later
SOURCES = "connection-pool"  # the only package without a wheel, of Python alone


def wheels(platform: str, python: str, group: str, folder) -> subprocess.CompletedProcess:
    """Find the wheels of a group for a system, without downloading them."""
    uv = [sys.executable.replace("python", "uv"), "pip", "install", "--dry-run", "--target", folder]
    words = ["--only-binary", ":all:", "--no-binary", SOURCES, "--constraints", "envs/lock.txt", "--group", group]
    system = ["--python-platform", platform, "--python-version", python]
    environment = outside() | {"MACOSX_DEPLOYMENT_TARGET": "14.0"}
    words = [*uv, *words, *system]
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


UNREACHABLE = re.compile("dns error|error sending request|Failed to fetch")
TORCH = 192e6  # bytes of the CPU build of torch 2.13.0 for Python 3.11 on Linux x86-64


@THOROUGH
def test_a_default_install_downloads_at_most_600_megabytes(tmp_path):
    """On Linux with the CPU build of torch: the sizes of the wheels that the index offers, of which pip takes one."""
    uv = [sys.executable.replace("python", "uv"), "pip", "compile", "--quiet", "--format", "pylock.toml"]
    words = ["--constraints", "envs/lock.txt", "--group", "torch", "--group", "core", "-o", tmp_path / "pylock.toml"]
    done = subprocess.run([*uv, *words], cwd=ROOT, env=outside(), capture_output=True, text=True, check=False)
    if UNREACHABLE.search(done.stderr):
        pytest.skip("the index of packages cannot be reached")
    assert done.returncode == 0, done.stderr
    packages = tomllib.loads((tmp_path / "pylock.toml").read_text())["packages"]
    fitting, tags = {}, {str(tag): rank for rank, tag in enumerate(sys_tags())}
    for package in packages:
        if not package["name"].startswith(("torch", "cuda", "nvidia", "triton")):
            files = package.get("wheels") or [package["sdist"]]
            fitting[package["name"]] = min(files, key=lambda file: rank_of(file, tags))["size"]
    assert len(fitting) > 60
    print(f"{(sum(fitting.values()) + TORCH) / 1e6:.0f} MB")
    assert sum(fitting.values()) + TORCH <= 600e6


def rank_of(file: dict, tags: dict[str, int]) -> int:
    """Return how well a wheel fits this machine; the least fits best."""
    name = Path(file.get("name") or file["url"]).name
    found = parse_wheel_filename(name)[3] if name.endswith(".whl") else ()
    return min((tags.get(str(tag), len(tags)) for tag in found), default=len(tags))


@THOROUGH
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(("python", "group"), [("3.11", "core"), ("3.13", "core"), ("3.12", "torch"), ("3.12", "dev")])
def test_the_lock_has_wheels_for_every_system(platform, python, group, tmp_path):
    done = wheels(platform, python, group, tmp_path / "nothing")
    if UNREACHABLE.search(done.stderr):
        pytest.skip("the index of packages cannot be reached")
    assert done.returncode == 0, done.stderr
    found = pins(re.findall(r"^ \+ (\S+)$", done.stderr, re.MULTILINE))
    assert pins(asked(group)).items() <= found.items()
    locked = dict(line.partition(" ;")[0].split("==") for line in lines())
    assert {name for name in found if locked.get(name) != found[name]} <= {
        name for name in found if name.startswith(("cuda", "nvidia", "triton"))
    }

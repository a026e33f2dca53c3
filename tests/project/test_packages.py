"""The order of the packages: each imports only from packages below it, and no training depends on drawing code."""

import ast
from functools import cache
from pathlib import Path

import pytest
from projects import ROOT

from experiment.provenance import fingerprint

SCRIPTS = ROOT / "workflow/scripts"
ORDERS = {  # folder -> its packages from the bottom up, each with its imports; docs/architecture.md has the diagram
    "workflow/scripts/kernelscope": {
        "io": (),
        "stats": (),
        "models": (),
        "data": ("io",),
        "crops": ("io", "data"),
        "measures": ("io", "stats"),
        "pretrained": ("io",),
        "training": ("io", "data", "crops", "models"),
        "recording": ("io", "pretrained", "training"),
        "probes": ("io", "stats", "data", "models", "measures"),
        "statements": ("stats", "io"),
        "hooks": ("io", "stats", "data", "pretrained", "recording", "probes", "statements"),
        "dbn": ("io", "data", "models", "training"),
        "comparison": ("io", "stats", "models", "measures", "probes"),
        "figures": ("io", "stats", "measures", "comparison"),
        "kinds": ("stats", "measures", "figures"),
        "findings": ("stats", "statements"),
        "page": (
            *("io", "stats", "models", "training", "measures", "probes", "comparison"),
            *("statements", "findings", "figures"),
        ),
        "api": (
            *("io", "data", "models", "pretrained", "measures", "training", "recording", "hooks", "comparison"),
            "figures",
        ),
    },
    "workflow/experiment": {
        "config": (),
        "plan": ("config",),
        "provenance": ("config", "plan"),
        "launch": ("config", "plan", "provenance"),
    },
}
EVERYWHERE = {"refusal", "version"}  # the only modules below all packages
MOST = 24  # modules in a folder
LEARNING = ("make_dataset", "read_dataset", "train_network", "train_group", "train_cdbn", "import_kernels")


@cache
def imported(path: Path) -> set[tuple[str, ...]]:
    """Return the modules that a file imports, as the parts of their names."""
    modules = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules |= {(*node.module.split("."), alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            modules |= {tuple(alias.name.split(".")) for alias in node.names}
    return modules


@pytest.mark.parametrize("folder", ORDERS)
def test_a_package_imports_only_from_packages_below_it(folder):
    root, order = ROOT / folder, ORDERS[folder]
    package_of = {path: path.relative_to(root).parts[0] for path in root.glob("*/**/*.py")}
    assert set(package_of.values()) == set(order)
    for path, package in package_of.items():
        used = {parts[1] for parts in imported(path) if parts[0] == root.name and len(parts) > 1}
        above = used - {*EVERYWHERE, package, *order[package]}
        assert not above, f"{path.relative_to(root)} imports from {', '.join(sorted(above))}"


@pytest.mark.parametrize("folder", ORDERS)
def test_no_modules_import_each_other_in_a_circle(folder):
    root = ROOT / folder
    names = {(root.name, *path.relative_to(root).with_suffix("").parts): path for path in root.glob("*/*.py")}
    left = {name: {parts[:3] for parts in imported(path)} & names.keys() - {name} for name, path in names.items()}
    while ready := {name for name, needs in left.items() if not needs & left.keys()}:
        left = {name: needs for name, needs in left.items() if name not in ready}
    assert not left, f"in a circle, or above one: {', '.join('.'.join(name) for name in left)}"


@pytest.mark.parametrize("script", LEARNING)
def test_no_dataset_and_no_training_depends_on_code_that_draws_or_judges(script):
    sources = fingerprint.sources(SCRIPTS / f"{script}.py")
    packages = {path.parent.name for path in sources if path.parent.parent == SCRIPTS / "kernelscope"}
    assert not packages & {"probes", "comparison", "statements", "figures", "findings", "page"}


@pytest.mark.parametrize("folder", ["workflow/scripts/kernelscope", "workflow/experiment", "tests"])
def test_no_folder_holds_more_modules_than_one_can_look_over(folder):
    for path in [ROOT / folder, *(ROOT / folder).rglob("*/")]:
        assert len([module for module in path.glob("*.py") if module.stem != "__init__"]) <= MOST, path

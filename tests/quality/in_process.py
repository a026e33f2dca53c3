"""A pytest plugin that keeps the tests that can notice a mutant: of one process, in files that import a mutated module.

A mutant is in this process alone: programs that a test starts run what is on the disk.
"""

import ast
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from quality.settings import CORE, LIBRARY

FIXTURES = {"fresh", "smoke", "project", "linked"}  # of conftest.py: a copy of the workflow, for Snakemake
STARTERS = {"browser", "job_folder", "killing", "preloading", "projects", "starts", "subprocess"}


@cache
def imports(path: Path) -> set[str]:
    """Return the full names of the modules that a file imports, and of what it imports from them."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
    named = [(getattr(node, "module", None) or "", alias.name) for node in nodes for alias in node.names]
    names = {name for module, alias in named for name in (module, f"{module}.{alias}".lstrip("."))}
    return {name.removeprefix(f"{LIBRARY.name}.") for name in names}


def can_notice(path: Path, fixtures: list[str]) -> bool:
    """Whether a test in this file, with these fixtures, runs the core in its own process."""
    names = imports(path)
    return bool(names & CORE.keys()) and not names & STARTERS and not FIXTURES & set(fixtures)


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Let Hypothesis try the same examples for every mutant, as many as the tier says, in any time, and keep none."""
    own = {"derandomize": True, "database": None, "deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
    settings.register_profile("mutation", settings(), **own)
    settings.load_profile("mutation")


def pytest_collection_modifyitems(config, items) -> None:
    kept = [item for item in items if can_notice(item.path, item.fixturenames)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
